"""Plots: the curves and values behind a verdict, as matplotlib figures.

Colours are those of Okabe and Ito, which colour-blind people can tell apart. Important parts also have a
shape or a word. Backgrounds are transparent and lines have a middle brightness, so that a figure can be
read on white and on black. Figures are made without pyplot: no window opens, and no state is kept.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.output.figures.axes import (
    GREEN,
    INK,
    LABEL_SIZE,
    VERMILLION,
    draw_curve,
    draw_cut,
    finish_time_axis,
    fit_height,
    mark_values,
    number_repetitions,
    prepare,
    shade_repetitions,
)
from kneescan.output.figures.leg_drawing import draw_leg
from kneescan.output.figures.places import PLACE_COLOURS, place_of
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.output.words.summary import is_one_sided
from kneescan.squat.results import Estimate, LegAnalysis, Repetition, SquatAnalysis
from kneescan.squat.settings import Settings

WIDTH_IN = 5.4
"""Width of a figure, narrow enough to stay legible on a phone. [in]"""
MARGIN_S = 1.0
"""Time shown before the first squat and after the last. [s]"""
MEASURES = {
    "fppa": "fppa_deg",
    "knee_over_foot": "knee_over_foot_pct",
    "wobble": "wobble_pct",
}
"""Names in the texts and in the results of the values behind a verdict."""
NUMBER_ROOM = 0.22
"""Share of the curve's height kept free above it for the numbers of the squats."""


def plot_repetitions(
    analysis: SquatAnalysis,
    side: Side | str | None = None,
    *,
    language: str = DEFAULT_LANGUAGE,
    width_in: float = WIDTH_IN,
) -> Figure:
    """Plot the line of the leg (FPPA), knee over foot and depth against time, with the squats shaded.

    Parameters
    ----------
    analysis : SquatAnalysis
        Result of an analysis.
    side : {"left", "right"}, optional
        Leg to show; the first one that squatted if omitted.
    language : str
        Language of the labels.
    width_in : float
        Width of the figure. [in]

    Returns
    -------
    Figure
        Squats that do not count are hatched; dashed lines are the cut-offs.

    Raises
    ------
    ValueError
        If that leg was not analysed.
    """
    words = Words(language)
    leg = _leg(analysis, side)
    signals, shown = analysis.signals.legs[leg.side], shown_samples(analysis, leg)
    settings = settings_of(analysis)
    figure = Figure(figsize=(width_in, 5.6))
    axes = figure.subplots(3, 1, sharex=True)
    figure.subplots_adjust(**_sides(width_in), top=0.945, bottom=0.09, hspace=0.36)
    panels = (
        ("fppa", signals.fppa_deg, settings.fppa_cut_deg),
        ("knee_over_foot", signals.knee_over_foot_pct, settings.knee_over_foot_cut_pct),
        ("depth", signals.depth_pct, settings.min_depth_pct),
    )
    for ax, (name, signal, cut) in zip(axes, panels, strict=True):
        attribute = MEASURES.get(name, "depth_pct")
        values = [getattr(repetition, attribute) for repetition in leg.repetitions]
        prepare(ax, words(f"plots.{name}_title"), words(f"plots.{name}_axis"), words)
        shade_repetitions(ax, leg.repetitions)
        draw_curve(ax, analysis.signals.time_s, signal, shown)
        mark_values(ax, leg.repetitions, values)
        key = "plots.needed" if name == "depth" else f"plots.cut_{_unit(name)}"
        draw_cut(ax, cut, words(key, cut=cut))
        room = NUMBER_ROOM if name == "fppa" else 0.08
        fit_height(ax, signal[shown], (0.0, cut, *values), headroom=room)
    if any(repetition.depth_pct > settings.max_depth_pct for repetition in leg.repetitions):
        limits = {"cut": settings.min_depth_pct, "limit": settings.max_depth_pct}
        draw_cut(axes[2], settings.max_depth_pct, words("plots.needed_to", **limits))
    axes[2].invert_yaxis()
    number_repetitions(axes[0], leg.repetitions)
    finish_time_axis(axes[2], analysis.signals.time_s[shown], words)
    return figure


def plot_wobble(
    analysis: SquatAnalysis,
    side: Side | str | None = None,
    *,
    language: str = DEFAULT_LANGUAGE,
    width_in: float = WIDTH_IN,
) -> Figure:
    """Plot the side-to-side shaking of the knee against time, with its noise floor and the cut-off.

    Parameters and errors as of :func:`plot_repetitions`.

    Returns
    -------
    Figure
        The band is the root mean square in quiet stance; short lines are the wobble of each squat.
    """
    words = Words(language)
    leg = _leg(analysis, side)
    signal, shown = analysis.signals.legs[leg.side].wobble_pct, shown_samples(analysis, leg)
    settings = settings_of(analysis)
    cut, floor = settings.wobble_cut_pct, leg.wobble_floor_pct
    figure = Figure(figsize=(width_in, 2.7))
    ax = figure.subplots()
    figure.subplots_adjust(**_sides(width_in), top=0.88, bottom=0.19)
    prepare(ax, words("plots.wobble_title"), words("plots.wobble_axis"), words)
    shade_repetitions(ax, leg.repetitions)
    if np.isfinite(floor):
        ax.axhspan(-floor, floor, color=GREEN, alpha=0.25, linewidth=0)
    draw_curve(ax, analysis.signals.time_s, signal, shown, width=0.9)
    # What cannot be told of the leg cannot be told of a squat.
    for repetition in leg.valid_repetitions if leg.wobble_pct else ():
        wobble = repetition.wobble_pct
        ax.hlines([wobble, -wobble], repetition.start_s, repetition.stop_s, colors=INK, linewidth=2)
    ax.axhline(-cut, color=VERMILLION, linestyle="--", linewidth=1.2)
    draw_cut(ax, cut, words("plots.cut_pct", cut=cut))
    fit_height(ax, signal[shown], (-1.4 * cut, 1.4 * cut), headroom=NUMBER_ROOM)
    number_repetitions(ax, leg.repetitions)
    finish_time_axis(ax, analysis.signals.time_s[shown], words)
    return figure


def plot_left_right(analysis: SquatAnalysis, *, language: str = DEFAULT_LANGUAGE) -> Figure:
    """Plot the values of each leg with their 80% intervals and cut-offs.

    Returns
    -------
    Figure
        A row for each measure and leg; small strokes are the single squats that count.
    """
    words = Words(language)
    legs = [leg for leg in analysis.legs if leg.valid_repetitions]
    panel_in = 0.3 + 0.34 * len(legs)
    height_in = 3 * (panel_in + 0.6)
    figure = Figure(figsize=(WIDTH_IN, height_in))
    for number, name in enumerate(MEASURES):
        bottom_in = height_in - 0.32 - panel_in - number * (panel_in + 0.6)
        ax = figure.add_axes((0.125, bottom_in / height_in, 0.56, panel_in / height_in))
        unit = words(f"plots.{name}_axis").rpartition("[")[2].rstrip("]")
        prepare(ax, f"{words(f'report.measures.{name}')} [{unit}]", "", words)
        ax.axvline(0, color=INK, linewidth=0.8)
        for row, leg in enumerate(legs):
            _draw_estimate(ax, row, name, leg, words)
        ax.set_yticks(range(len(legs)), [words(f"plots.{leg.side}") for leg in legs])
        ax.set_ylim(max(1, len(legs)) - 0.4, -0.6)
        ax.margins(x=0.08)
    return figure


def plot_knee_over_foot(analysis: SquatAnalysis, side: Side | str | None = None) -> Figure:
    """Draw the leg from the front at the deepest point, to scale: is the knee over the foot?

    Parameters and errors as of :func:`plot_repetitions`.
    """
    return draw_knee_over_foot(_leg(analysis, side))


def draw_knee_over_foot(leg: LegAnalysis) -> Figure:
    """Draw :func:`plot_knee_over_foot` for a given leg analysis."""
    figure = Figure(figsize=(2.0, 2.9))
    draw_leg(figure.add_axes((0.0, 0.0, 1.0, 1.0)), leg)
    return figure


def settings_of(analysis: SquatAnalysis) -> Settings:
    """Thresholds with which an analysis was made."""
    known = Settings.__dataclass_fields__
    used = analysis.provenance.get("settings", {})
    return Settings(**{name: value for name, value in used.items() if name in known})


def _leg(analysis: SquatAnalysis, side: Side | str | None) -> LegAnalysis:
    if side is None:
        with_squats = [leg for leg in analysis.legs if leg.repetitions]
        leg = (with_squats or list(analysis.legs))[0]
    else:
        found = analysis.leg(side)
        if found is None:
            sides = ", ".join(leg.side for leg in analysis.legs)
            msg = f"the {side} leg was not analysed; there is: {sides}"
            raise ValueError(msg)
        leg = found
    if leg.side not in analysis.signals.legs:
        msg = f"there are no signals of the {leg.side} leg: nobody was found in the video"
        raise ValueError(msg)
    return leg


def shown_samples(analysis: SquatAnalysis, leg: LegAnalysis) -> NDArray[np.bool_]:
    """Samples to show for a leg: its squats and some time around them, without those of the other leg."""
    time_s = analysis.signals.time_s
    if not leg.repetitions:
        return np.ones(time_s.size, dtype=bool)
    others = [rep for other in analysis.legs if other is not leg for rep in other.repetitions]
    near = _during(time_s, leg.repetitions, margin_s=MARGIN_S)
    elsewhere = _during(time_s, [*others, *analysis.other_repetitions], margin_s=0.0)
    # Squats of the two legs may overlap a little; those of this leg are shown completely.
    return (near & ~elsewhere) | _during(time_s, leg.repetitions, margin_s=0.0)


def _during(
    time_s: NDArray[np.float64], repetitions: Sequence[Repetition], *, margin_s: float
) -> NDArray[np.bool_]:
    """Samples within any of the squats, or within the margin around it. [s]"""
    during = np.zeros(time_s.size, dtype=bool)
    for repetition in repetitions:  # squats, not frames
        during |= (time_s >= repetition.start_s - margin_s) & (
            time_s <= repetition.stop_s + margin_s
        )
    return during


def _draw_estimate(ax: Axes, row: int, name: str, leg: LegAnalysis, words: Words) -> None:
    """Draw one leg's value: interval, point, single squats, and the same in words at the right."""
    estimate: Estimate | None = getattr(leg, MEASURES[name])
    if estimate is None and name == "wobble":
        return
    singles = [getattr(repetition, MEASURES[name]) for repetition in leg.valid_repetitions]
    ax.plot(singles, [row + 0.27] * len(singles), "|", color=INK, markersize=6)
    if estimate is None:
        return
    place = place_of(estimate, leg.verdict)
    colour = PLACE_COLOURS[place]
    marker = {"above": "^", "below": "o", "undecided": "D", "unjudged": "o"}[place]
    ax.plot([estimate.low, estimate.high], [row, row], color=colour, linewidth=3)
    ax.plot(estimate.value, row, marker, color=colour, markersize=8)
    unit = _unit(name)
    if not ax.texts:
        ax.axvline(estimate.cut, color=VERMILLION, linestyle="--", linewidth=1.2)
        ax.annotate(
            words(f"plots.cut_{unit}", cut=estimate.cut),
            (1.03, 1.0),
            xycoords="axes fraction",
            xytext=(0, 6),
            textcoords="offset points",
            color=VERMILLION,
            fontsize=LABEL_SIZE,
        )
    if name == "wobble" and is_one_sided(estimate):
        text = words("report.numbers.at_most", high=estimate.high)
    else:
        text = words(
            f"plots.interval_{unit}",
            value=estimate.value,
            plus_minus=(estimate.high - estimate.low) / 2,
            digits=1 if name == "wobble" else 0,
        )
    ax.annotate(
        f"{text}\n{words(f'plots.{place}')}",
        (1.03, row),
        xycoords=("axes fraction", "data"),
        va="center",
        color=INK,
        fontsize=LABEL_SIZE,
    )


def _sides(width_in: float) -> dict[str, float]:
    """Room beside the axes of a figure, as shares of its width."""
    return {"left": 0.675 / width_in, "right": 1 - 0.08 / width_in}


def _unit(name: str) -> str:
    """Unit of a measure, as the names of the texts end."""
    return "deg" if name == "fppa" else "pct"
