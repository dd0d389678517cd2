"""Draw Bland-Altman plots: the difference of two sessions against their mean."""

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from kneescan.agreement.output.words import digits_for, figure, name_of, unit_of
from kneescan.agreement.statistics.reliability import complete_rows
from kneescan.agreement.study import Agreement, Pair
from kneescan.output.figures.axes import BLUE, INK, LABEL_SIZE, VERMILLION, prepare
from kneescan.output.words.language import Words

SIZE_IN = (5.4, 3.2)
"""Narrow enough for the text to stay legible on a phone. [in]"""
LABEL_ROOM = 0.09
"""Height of a label. [share of the axes]"""

MAX_NAME = 18
"""Longest name that fits next to the axes. [characters]"""


def plot_bland_altman(agreement: Agreement, pair: Pair) -> Figure:
    """Plot the difference of two sessions against their mean, with bias and limits of agreement.

    Parameters
    ----------
    agreement : Agreement
        One measure of one leg.
    pair : Pair
        Which of its sessions.

    Returns
    -------
    Figure
        One point per subject. The solid line is the bias, the dashed lines are the limits of
        agreement, the bands are their 95% intervals, and the dotted line marks no difference.
    """
    # Names come from tables: a dollar sign in them does not start a formula.
    with mpl.rc_context({"text.parse_math": False, "text.usetex": False}):
        return _drawn(agreement, pair)


def _drawn(agreement: Agreement, pair: Pair) -> Figure:
    sessions = agreement.sessions
    columns = [sessions.names.index(name) for name in (pair.first, pair.second)]
    first, second = complete_rows(sessions.values)[:, columns].T
    unit = unit_of(sessions.measure)
    unit = f" [{unit}]" if unit else ""
    plot = Figure(figsize=SIZE_IN)
    ax = plot.subplots()
    plot.subplots_adjust(left=0.13, right=0.74, top=0.89, bottom=0.17)
    title = f"{_short(name_of(sessions.measure))}, {sessions.leg} leg"
    label = f"{_short(pair.second)} \N{MINUS SIGN} {_short(pair.first)}{unit}"
    prepare(ax, title, label, Words())
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(FuncFormatter(_tick))
    ax.set_xlabel(f"Mean of both{unit}", color=INK, fontsize=LABEL_SIZE)
    mean, difference = (first + second) / 2, second - first
    margin = 0.06 * (float(np.ptp(mean)) or 1.0)
    ax.set_xlim(float(mean.min()) - margin, float(mean.max()) + margin)
    ax.axhline(0, color=INK, linestyle=":", linewidth=0.9)
    found, digits = pair.agreement, digits_for(agreement.sem.value)
    _fit_height(ax, (found.lower.low, found.upper.high, 0.0, *difference))
    lines = (
        (found.lower, "lower limit", VERMILLION, "--"),
        (found.bias, "bias", INK, "-"),
        (found.upper, "upper limit", VERMILLION, "--"),
    )
    heights = _label_heights(ax, [value.value for value, *_ in lines])
    for (value, name, colour, style), height in zip(lines, heights, strict=True):
        ax.axhspan(value.low, value.high, color=colour, alpha=0.14, linewidth=0)
        ax.axhline(value.value, color=colour, linestyle=style, linewidth=1.3)
        ax.annotate(
            f"{name} {figure(value.value, digits)}",
            (1.02, height),
            xycoords="axes fraction",
            va="center",
            color=colour,
            fontsize=LABEL_SIZE,
        )
    ax.plot(mean, difference, "o", color=BLUE, markersize=5, alpha=0.85)
    return plot


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"


def _tick(value: float, _: int | None) -> str:
    return Words().figure(value, None)


def _label_heights(ax: Axes, values: list[float]) -> list[float]:
    """Heights of the labels for lower limit, bias and upper limit without overlap. [share of the axes]"""
    low, high = ax.get_ylim()
    lower, middle, upper = ((value - low) / (high - low) for value in values)
    return [min(lower, middle - LABEL_ROOM), middle, max(upper, middle + LABEL_ROOM)]


def _fit_height(ax: Axes, shown: tuple[float, ...]) -> None:
    low, high = min(shown), max(shown)
    margin = 0.06 * (high - low) or 1.0
    ax.set_ylim(low - margin, high + margin)
