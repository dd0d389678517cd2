"""Axes: shared parts of all plots against time: colours, shaded squats, curves with gaps, cut-offs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from kneescan.output.words.language import Words
from kneescan.output.words.reader_words import squat_number
from kneescan.squat.results import Repetition

INK = "#767676"
"""For axes and text: contrast 4.5 to white and to black."""
BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"
"""Colours of Okabe and Ito that stand out from both white and black."""
LABEL_SIZE, TEXT_SIZE = 10.5, 11.5
"""Size of the letters. [pt]"""

Array = NDArray[np.float64]


@contextmanager
def own_style() -> Iterator[None]:
    """Within this context, figures have kneescan's style, whatever style the caller or user has set."""
    # Files need no backend, and asking for it would choose one.
    defaults: Any = {name: mpl.rcParamsDefault[name] for name in mpl.rcParams if name != "backend"}
    with mpl.rc_context(defaults):
        yield


def prepare(ax: Axes, title: str, axis: str, words: Words) -> None:
    """Plain axes: only the left and lower edge, with the title at the left."""
    ax.set_facecolor("none")
    ax.figure.set_facecolor("none")
    for edge in ("top", "right"):
        ax.spines[edge].set_visible(False)
    for edge in ("left", "bottom"):
        ax.spines[edge].set_color(INK)
    ax.tick_params(colors=INK, labelsize=LABEL_SIZE, length=3)
    ax.set_title(title, loc="left", color=INK, fontsize=TEXT_SIZE, pad=6)
    ax.set_ylabel(axis, color=INK, fontsize=LABEL_SIZE)
    for line in (ax.xaxis, ax.yaxis):
        line.set_major_locator(MaxNLocator(nbins=5))
        line.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, words)))


def _tick(value: float, words: Words) -> str:
    whole = abs(value - round(value)) < 1e-9
    return words.figure(value, 0 if whole else 1)


def shade_repetitions(ax: Axes, repetitions: Sequence[Repetition]) -> None:
    """Shade the time of each squat; hatch those that do not count."""
    for repetition in repetitions:
        style: dict[str, Any] = (
            {"facecolor": INK, "alpha": 0.16, "linewidth": 0}
            if repetition.valid
            else {"facecolor": "none", "edgecolor": INK, "alpha": 0.45, "hatch": "///"}
        )
        ax.axvspan(repetition.start_s, repetition.stop_s, **style)


def draw_curve(
    ax: Axes, time_s: Array, signal: Array, shown: NDArray[np.bool_], *, width: float = 1.5
) -> None:
    """Draw a curve with a gap where a value is missing or not worth showing."""
    ax.plot(time_s, np.where(shown, signal, np.nan), color=BLUE, linewidth=width)


def mark_values(ax: Axes, repetitions: Sequence[Repetition], values: Sequence[float]) -> None:
    """Draw the value of each squat that counts as a point."""
    points = [
        (rep.deepest_s, value)
        for rep, value in zip(repetitions, values, strict=True)
        if rep.valid and np.isfinite(value)
    ]
    if points:
        times, heights = zip(*points, strict=True)
        ax.plot(times, heights, "o", color=BLUE, markersize=4.5)


def draw_cut(ax: Axes, cut: float, label: str) -> None:
    """Draw a dashed line, named above the right end of the axes, where no curve hides the name."""
    ax.axhline(cut, color=VERMILLION, linestyle="--", linewidth=1.2)
    ax.set_title(label, loc="right", color=VERMILLION, fontsize=LABEL_SIZE, pad=6)


def fit_height(ax: Axes, signal: Array, always: Sequence[float], *, headroom: float = 0.08) -> None:
    """Axis limits that contain the curve without its rare spikes, and the values that must be visible."""
    known = signal[np.isfinite(signal)]
    ends = list(np.percentile(known, [0.5, 99.5])) if known.size else []
    ends += [value for value in always if np.isfinite(value)]
    height = (max(ends) - min(ends)) or 1.0
    ax.set_ylim(min(ends) - 0.08 * height, max(ends) + headroom * height)


def number_repetitions(ax: Axes, repetitions: Sequence[Repetition]) -> None:
    """Write the number of each squat at the top, above its deepest point."""
    for repetition in repetitions:
        ax.annotate(
            squat_number(repetition),
            (repetition.deepest_s, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, -10),
            textcoords="offset points",
            ha="center",
            color=INK,
            fontsize=TEXT_SIZE,
            fontweight="bold",
        )


def finish_time_axis(ax: Axes, shown_s: Array, words: Words) -> None:
    """Label the axis of time and end it where the curves end."""
    ax.set_xlabel(words("plots.time"), color=INK, fontsize=LABEL_SIZE)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    if shown_s.size:
        ax.set_xlim(shown_s[0], max(shown_s[-1], shown_s[0] + 1.0))
