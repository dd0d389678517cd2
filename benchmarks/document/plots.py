"""Plots of the validation, as SVG files that are identical to the byte if the numbers are.

Colours are those of Okabe and Ito, and every kind of point has its own shape. Lines and letters have a
middle brightness on a transparent background, so that they can be read on white and on black.
"""

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from agreement import Pairs
from intervals import LEVELS, covered
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from truth.measures import FRONTAL, MEASURES, Measure

from kneescan import Settings
from kneescan.output.figures.axes import BLUE, GREEN, INK, LABEL_SIZE, TEXT_SIZE, VERMILLION

WIDTH_IN = 5.4
"""Text stays legible when the plot is 400 px wide. [in]"""
PINK = "#CC79A7"
COLOURS = (BLUE, VERMILLION, GREEN, PINK)
SHAPES = ("o", "s", "^", "D")
CUTS = {
    "fppa_deg": "fppa_cut_deg",
    "knee_over_foot_pct": "knee_over_foot_cut_pct",
    "wobble_pct": "wobble_cut_pct",
}
_LONG_DECIMALS = re.compile(r"(\d\.\d{2})\d+")


def save_svg(figure: Figure, path: Path) -> None:
    """Write without date, version and random names."""
    text = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": path.stem}):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    svg = _LONG_DECIMALS.sub(r"\1", text.getvalue())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line.rstrip()}\n" for line in svg.splitlines()), encoding="utf-8")


def new_figure(n_panels: int, height_in: float) -> tuple[Figure, list[Axes]]:
    """Panels in a column."""
    figure = Figure(figsize=(WIDTH_IN, n_panels * height_in), layout="constrained")
    figure.set_facecolor("none")
    panels = figure.subplots(n_panels, 1, squeeze=False)[:, 0]
    return figure, list(panels)


def prepare(ax: Axes, title: str, x: str, y: str) -> None:
    """Plain axes with only the left and lower edge."""
    ax.set_facecolor("none")
    for edge in ("top", "right"):
        ax.spines[edge].set_visible(False)
    for edge in ("left", "bottom"):
        ax.spines[edge].set_color(INK)
    ax.tick_params(colors=INK, labelsize=LABEL_SIZE, length=3)
    ax.set_title(title, loc="left", color=INK, fontsize=TEXT_SIZE, pad=6)
    ax.set_xlabel(x, color=INK, fontsize=LABEL_SIZE)
    ax.set_ylabel(y, color=INK, fontsize=LABEL_SIZE)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=6))


def legend(ax: Axes, **where: object) -> None:
    """Legend without a frame."""
    ax.legend(frameon=False, labelcolor=INK, fontsize=LABEL_SIZE, **where)


def plot_pairs(halves: Mapping[str, Pairs]) -> Figure:
    """Plot measured against true above, and differences against the mean of both (Bland-Altman) below.

    Parameters
    ----------
    halves : mapping
        Pairs of each half of the videos; limits of agreement are those of the first non-empty half.
    """
    known = {half: pairs for half, pairs in halves.items() if pairs.true.size}
    measure = next(iter(halves.values())).measure
    figure, (upper, lower) = new_figure(2, 3.6)
    prepare(upper, measure.title, f"true [{measure.unit}]", f"measured [{measure.unit}]")
    mean = f"mean of measured and true [{measure.unit}]"
    prepare(lower, "", mean, f"measured minus true [{measure.unit}]")
    close_ups = {"report": (BLUE, "o", "full"), "tuning": (INK, "s", "none")}
    for half, pairs in reversed(known.items()):
        colour, shape, fill = close_ups[half]
        read = {"color": colour, "marker": shape, "fillstyle": fill, "linestyle": "none"}
        read |= {"markersize": 4.5, "alpha": 0.9}
        label = f"{half} half, {pairs.true.size}"
        if half == next(iter(known)) and np.isfinite(pairs.half_width).all():
            ends = [pairs.measured - pairs.low, pairs.high - pairs.measured]
            upper.errorbar(
                pairs.true, pairs.measured, ends,
                fmt="none", ecolor=colour, elinewidth=0.8, alpha=0.35,
            )  # fmt: skip
        upper.plot(pairs.true, pairs.measured, label=label, **read)
        lower.plot((pairs.true + pairs.measured) / 2, pairs.error, **read)
    if known:
        ends = [f(np.concatenate([p.true for p in known.values()])) for f in (np.min, np.max)]
        upper.plot(ends, ends, color=INK, linewidth=1)
        _draw_limits(lower, next(iter(known.values())))
        legend(upper, loc="upper left")
    if measure.name in CUTS:
        _draw_cut(upper, getattr(Settings(), CUTS[measure.name]))
    return figure


def _draw_cut(ax: Axes, cut: float) -> None:
    for draw in (ax.axhline, ax.axvline):
        draw(cut, color=VERMILLION, linestyle="--", linewidth=1)
    ax.set_title(f"- - cut-off {cut:g}", loc="right", color=VERMILLION, fontsize=LABEL_SIZE, pad=6)


def _draw_limits(ax: Axes, pairs: Pairs) -> None:
    limits, digits = pairs.limits, pairs.measure.digits
    ax.axhline(0, color=INK, linestyle=":", linewidth=1)
    if limits is None:
        return
    for value, style in ((limits.lower, "--"), (limits.bias, "-"), (limits.upper, "--")):
        ax.axhspan(value.low, value.high, color=VERMILLION, alpha=0.12, linewidth=0)
        ax.axhline(value.value, color=VERMILLION, linestyle=style, linewidth=1.2)
    ends = " to ".join(f"{v.value:+.{digits}f}" for v in (limits.lower, limits.upper))
    text = f"mean {limits.bias.value:+.{digits}f}, 95% limits {ends}"
    ax.set_title(text, loc="right", color=VERMILLION, fontsize=LABEL_SIZE, pad=6)


def plot_calibration(all_pairs: Sequence[Pairs], half: str) -> Figure:
    """Share of intervals that contain the truth against the share that they claim."""
    figure, (ax,) = new_figure(1, 4.4)
    prepare(ax, f"Intervals, {half} half", "claimed [%]", "contain the truth [%]")
    ax.plot([0, 100], [0, 100], color=INK, linewidth=1)
    levels = np.linspace(0.05, 0.95, 19)
    for pairs, colour, shape in zip(all_pairs, COLOURS, SHAPES, strict=True):
        if not pairs.true.size:
            continue
        shares = [covered(pairs, level)[0] for level in levels]
        ax.plot(100 * levels, shares, color=colour, linewidth=1, alpha=0.6)
        marked = np.array([covered(pairs, level) for level in LEVELS])
        place = 100 * np.array(LEVELS) + 1.1 * (COLOURS.index(colour) - 1.5)
        error = [marked[:, 0] - marked[:, 1], marked[:, 2] - marked[:, 0]]
        ax.errorbar(
            place, marked[:, 0], np.maximum(error, 0), fmt=shape, color=colour, markersize=6,
            elinewidth=1, label=f"{pairs.measure.title}, {pairs.true.size}",
        )  # fmt: skip
    ax.set_xlim(0, 102)
    ax.set_ylim(0, 102)
    legend(ax, loc="upper left")
    return figure


def plot_repeats(changes: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Plot the change of every leg in every variant of a video, with a panel for each measure."""
    figure, panels = new_figure(len(MEASURES), 2.5)
    for ax, measure, colour, shape in zip(panels, MEASURES, COLOURS, SHAPES, strict=True):
        prepare(ax, measure.title, f"change against the original video [{measure.unit}]", "")
        ax.axvline(0, color=INK, linewidth=1)
        names = list(changes[measure.name])
        for row, values in enumerate(changes[measure.name].values()):
            ax.plot(values, [row] * len(values), shape, color=colour, markersize=5, alpha=0.7)
            if not values:
                ax.annotate("not measurable", (0, row), color=INK, fontsize=LABEL_SIZE,
                            va="center", xytext=(6, 0), textcoords="offset points")  # fmt: skip
        ax.set_yticks(range(len(names)), names)
        ax.set_ylim(len(names) - 0.5, -0.5)
    return figure


def plot_views(rows: Mapping[Measure, Sequence[tuple[float, float, float]]]) -> Figure:
    """Plot the change against the yaw: measured as points, true as dashes.

    Parameters
    ----------
    rows : mapping
        For each measure the yaw, measured change and true change of every video.
    """
    figure, panels = new_figure(len(rows), 3.0)
    for ax, (measure, changes), colour, shape in zip(
        panels, rows.items(), COLOURS, SHAPES, strict=False
    ):
        prepare(
            ax,
            measure.title,
            "yaw of the camera, + towards the stance leg [deg]",
            f"change [{measure.unit}]",
        )
        ax.axhline(0, color=INK, linewidth=1)
        if changes:
            yaw, measured, true = np.array(changes).T
            ax.plot(yaw, true, "_", color=INK, markersize=14, markeredgewidth=1.5, label="true")
            ax.plot(yaw, measured, shape, color=colour, markersize=5, alpha=0.8, label="measured")
            legend(ax, loc="best")
        if measure is FRONTAL and changes:
            # On the scale of the FPPA, so that small changes look small.
            ax.set_ylim(panels[0].get_ylim())
    return figure


def plot_growth(
    panels: Sequence[tuple[str, str, str, Sequence[float], Sequence[float]]],
) -> Figure:
    """Plot the cost against the quantity that it grows with, and the fitted straight line.

    Parameters
    ----------
    panels : sequence
        Title, label of x, label of y, x, and y.
    """
    figure, axes = new_figure(len(panels), 2.7)
    for ax, (title, x_label, y_label, x, y) in zip(axes, panels, strict=True):
        prepare(ax, title, x_label, y_label)
        if len(set(x)) > 1:
            ends = np.array([0.0, max(x)])
            ax.plot(ends, np.polyval(np.polyfit(x, y, 1), ends), color=INK, linewidth=1)
        ax.plot(x, y, "o", color=BLUE, markersize=6)
        ax.set_xlim(left=0)
        ax.set_ylim(bottom=0, top=1.08 * max(y))
    return figure
