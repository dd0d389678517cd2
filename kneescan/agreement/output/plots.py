"""Draw Bland-Altman plots: the difference of two sessions against their mean."""

import textwrap

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from kneescan.agreement.measure_names import name_of, unit_of
from kneescan.agreement.output.words import digits_for, figure
from kneescan.agreement.reference.study import Comparison
from kneescan.agreement.statistics.bland_altman import BlandAltman
from kneescan.agreement.statistics.reliability import complete_rows
from kneescan.agreement.study import Agreement, Pair
from kneescan.output.figures.axes import BLUE, INK, LABEL_SIZE, VERMILLION, prepare
from kneescan.output.words.language import Words

Array = NDArray[np.float64]

SIZE_IN = (5.4, 3.2)
"""Narrow enough for the text to stay legible on a phone. [in]"""
LABEL_ROOM = 0.09
"""Height of a label. [share of the axes]"""

LINE_LENGTH = 30
"""Longest line that fits next to the axes, from bottom to top. [characters]"""
RIGHT_END, LEFT_END = 0.74, 0.13
"""Right and left end of the axes with labels of usual length. [share of the figure]"""
EDGE = 0.015
"""Narrowest margin beside a label. [share of the figure]"""
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


def plot_reference(comparison: Comparison) -> Figure:
    """Plot the difference of kneescan and a reference against their mean.

    Parameters
    ----------
    comparison : Comparison
        One measure.

    Returns
    -------
    Figure
        A large point per leg of a person and a small one per squat. With legs of 3 people or more, the
        lines and bands are those of :func:`plot_bland_altman`, for the means of legs.
    """
    with mpl.rc_context({"text.parse_math": False, "text.usetex": False}):
        legs, squats = comparison.by_leg, comparison.by_squat
        plot, ax = _axes(
            name_of(comparison.measure),
            f"kneescan \N{MINUS SIGN} reference{_unit(comparison.measure)}",
            comparison.measure,
        )
        if squats.own.size > legs.own.size:
            mean = (squats.own + squats.reference) / 2
            ax.plot(mean, squats.difference, "o", color=BLUE, markersize=3, alpha=0.4)
        own, reference = (
            np.append(legs.own, squats.own),
            np.append(legs.reference, squats.reference),
        )
        digits = digits_for(comparison.root_mean_square_error)
        _fit(ax, (own + reference) / 2, own - reference, comparison.of_legs)
        if comparison.of_legs is not None:
            _draw_limits(ax, comparison.of_legs, digits)
        mean = (legs.own + legs.reference) / 2
        ax.plot(mean, legs.difference, "o", color=BLUE, markersize=6, alpha=0.85)
        _make_room(plot, ax)
        return plot


def _drawn(agreement: Agreement, pair: Pair) -> Figure:
    sessions = agreement.sessions
    columns = [sessions.names.index(name) for name in (pair.first, pair.second)]
    first, second = complete_rows(sessions.values)[:, columns].T
    plot, ax = _axes(
        f"{_short(name_of(sessions.measure))}, {sessions.leg} leg",
        f"{_short(pair.second)} \N{MINUS SIGN} {_short(pair.first)}{_unit(sessions.measure)}",
        sessions.measure,
    )
    mean, difference = (first + second) / 2, second - first
    _fit(ax, mean, difference, pair.agreement)
    _draw_limits(ax, pair.agreement, digits_for(agreement.sem.value))
    ax.plot(mean, difference, "o", color=BLUE, markersize=5, alpha=0.85)
    _make_room(plot, ax)
    return plot


def _axes(title: str, label: str, measure: str) -> tuple[Figure, Axes]:
    """Empty axes with room for the labels at the right."""
    plot = Figure(figsize=SIZE_IN)
    ax = plot.subplots()
    plot.subplots_adjust(left=LEFT_END, right=RIGHT_END, top=0.89, bottom=0.17)
    prepare(ax, title, "\n".join(textwrap.wrap(label, LINE_LENGTH)), Words())
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(FuncFormatter(_tick))
    ax.set_xlabel(f"Mean of both{_unit(measure)}", color=INK, fontsize=LABEL_SIZE)
    ax.axhline(0, color=INK, linestyle=":", linewidth=0.9)
    return plot, ax


def _unit(measure: str) -> str:
    unit = unit_of(measure)
    return f" [{unit}]" if unit else ""


def _fit(ax: Axes, mean: Array, difference: Array, found: BlandAltman | None) -> None:
    """Set the ends of the axes, so that all points and bands are inside."""
    margin = 0.06 * (float(np.ptp(mean)) or 1.0)
    ax.set_xlim(float(mean.min()) - margin, float(mean.max()) + margin)
    bands = (found.lower.low, found.upper.high) if found else ()
    _fit_height(ax, (*bands, 0.0, *difference))


def _draw_limits(ax: Axes, found: BlandAltman, digits: int) -> None:
    """Draw bias and limits of agreement with their 95% intervals, and name them at the right."""
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


def _make_room(plot: Figure, ax: Axes) -> None:
    """Make the axes narrower where labels next to them would be cut off."""
    box = ax.get_tightbbox()
    if box is None:
        return
    width_px, middle = plot.bbox.width, (LEFT_END + RIGHT_END) / 2
    left, right = ax.get_position().x0, ax.get_position().x1
    plot.subplots_adjust(
        left=min(left + max(0.0, EDGE - box.x0 / width_px), middle),
        right=max(right - max(0.0, box.x1 / width_px - 1 + EDGE), middle + 0.1),
    )


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
