"""Overview: one figure of an analysis, with the FPPA of each leg over time and by squat."""

from io import BytesIO

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kneescan.output.figures.axes import (
    BLUE,
    INK,
    LABEL_SIZE,
    VERMILLION,
    draw_curve,
    draw_cut,
    finish_time_axis,
    fit_height,
    mark_values,
    number_repetitions,
    own_style,
    prepare,
    shade_repetitions,
)
from kneescan.output.figures.places import PLACE_COLOURS, place_of
from kneescan.output.figures.plots import (
    NUMBER_ROOM,
    settings_of,
    shown_samples,
)
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.squat.results import LegAnalysis, SquatAnalysis

WIDTH_IN = 9.0
ROW_IN = 2.6
"""Height of the panels for one leg. [in]"""
NOTEBOOK_DPI = 100


class NotebookFigure(Figure):
    """Figure that a notebook shows as a picture even if pyplot was not loaded."""

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        self.savefig(file, format="png", dpi=NOTEBOOK_DPI)
        return file.getvalue()


def plot_overview(
    analysis: SquatAnalysis, *, language: str = DEFAULT_LANGUAGE, row_in: float = ROW_IN
) -> Figure:
    """Draw the FPPA of each leg over time, with its squats shaded, and the value of each squat.

    Parameters
    ----------
    analysis : SquatAnalysis
        Result of an analysis.
    language : str
        Language of the labels.
    row_in : float
        Height of the panels for one leg. [in]

    Returns
    -------
    Figure
        One row per leg. Squats that do not count are hatched on the left and hollow on the right. The
        dashed line is the cut-off; the solid line and band are the leg's mean and its 80% interval.
    """
    words = Words(language)
    legs = [leg for leg in analysis.legs if leg.side in analysis.signals.legs]
    with own_style():
        if not legs:
            return _empty(analysis, words)
        figure = NotebookFigure(figsize=(WIDTH_IN, row_in * len(legs)), layout="constrained")
        axes = figure.subplots(len(legs), 2, squeeze=False, width_ratios=(3, 1), sharey="row")
        for (over_time, by_squat), leg in zip(axes, legs, strict=True):
            _draw_over_time(over_time, analysis, leg, words)
            _draw_by_squat(by_squat, leg, words)
        for ax in axes[-1]:
            ax.xaxis.label.set_visible(True)
    return figure


def _draw_over_time(ax: Axes, analysis: SquatAnalysis, leg: LegAnalysis, words: Words) -> None:
    signal, shown = analysis.signals.legs[leg.side].fppa_deg, shown_samples(analysis, leg)
    cut = settings_of(analysis).fppa_cut_deg
    values = [repetition.fppa_deg for repetition in leg.repetitions]
    side = words.initial(words.side(leg.side))
    prepare(ax, words("plots.overview_title", side=side), words("plots.fppa_axis"), words)
    shade_repetitions(ax, leg.repetitions)
    draw_curve(ax, analysis.signals.time_s, signal, shown)
    mark_values(ax, leg.repetitions, values)
    draw_cut(ax, cut, words("plots.cut_deg", cut=cut))
    fit_height(ax, signal[shown], (0.0, cut, *values), headroom=NUMBER_ROOM)
    number_repetitions(ax, leg.repetitions)
    finish_time_axis(ax, analysis.signals.time_s[shown], words)


def _draw_by_squat(ax: Axes, leg: LegAnalysis, words: Words) -> None:
    prepare(ax, words("plots.overview_squats"), "", words)
    estimate = leg.fppa_deg
    if estimate is not None:
        colour = PLACE_COLOURS[place_of(estimate, leg.verdict)]
        ax.axhspan(estimate.low, estimate.high, color=colour, alpha=0.2, linewidth=0)
        ax.axhline(estimate.value, color=colour, linewidth=1.5)
        ax.axhline(estimate.cut, color=VERMILLION, linestyle="--", linewidth=1.2)
    for repetition in leg.repetitions:
        if np.isfinite(repetition.fppa_deg):
            face = BLUE if repetition.valid else "none"
            ax.plot(repetition.index, repetition.fppa_deg, "o", color=BLUE, markerfacecolor=face)
    ax.set_xlabel(words("plots.overview_squat"), color=INK, fontsize=LABEL_SIZE)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    ax.margins(x=0.2)
    if not leg.repetitions:
        ax.set_xticks([])


def _empty(analysis: SquatAnalysis, words: Words) -> Figure:
    """Figure that says why there is no curve."""
    figure = NotebookFigure(figsize=(WIDTH_IN, 1.0))
    figure.set_facecolor("none")
    reasons = [words.reason(reason) for leg in analysis.legs[:1] for reason in leg.reasons]
    text = words("plots.overview_nothing", reason=" ".join(reasons))
    figure.text(0.5, 0.5, text, ha="center", va="center", color=INK, fontsize=LABEL_SIZE)
    return figure
