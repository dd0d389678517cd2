"""kneescan: does the knee stay over the foot in a single-leg squat? Measured on ordinary video.

Importing this package loads nothing else; each name loads what it needs on first use.
"""

from _thread import RLock
from importlib import import_module
from sys import modules

from kneescan.errors import KneescanError
from kneescan.squat import display

TYPE_CHECKING = False
"""Type checkers treat this as true; importing it from `typing` takes ten times as long as the rest."""

if TYPE_CHECKING:
    from typing import Any

    from kneescan.landmarks import Landmark, PoseSequence, Side
    from kneescan.output.figures.plots import (
        plot_knee_over_foot,
        plot_left_right,
        plot_repetitions,
        plot_wobble,
    )
    from kneescan.output.report.advice import Answers
    from kneescan.output.report.page import write_report
    from kneescan.output.video.annotated_video import write_annotated_video
    from kneescan.output.video.review_video import write_review_video
    from kneescan.pipeline import analyze_video, track_video
    from kneescan.squat.analysis import analyze_pose
    from kneescan.squat.corrections import (
        Add,
        ChangeLeg,
        Corrections,
        Count,
        Exclude,
        MoveBorders,
        MoveJoint,
    )
    from kneescan.squat.curves import LegSignals, SquatSignals
    from kneescan.squat.results import (
        Estimate,
        Finding,
        LegAnalysis,
        Quality,
        Reason,
        Repetition,
        SquatAnalysis,
        Verdict,
    )
    from kneescan.squat.settings import Settings
    from kneescan.stored_results import StoredResults, open_results

__version__ = "0.1.0"

_PLACES = {
    "Add": "kneescan.squat.corrections",
    "Answers": "kneescan.output.report.advice",
    "ChangeLeg": "kneescan.squat.corrections",
    "Corrections": "kneescan.squat.corrections",
    "Count": "kneescan.squat.corrections",
    "Estimate": "kneescan.squat.results",
    "Exclude": "kneescan.squat.corrections",
    "Finding": "kneescan.squat.results",
    "Landmark": "kneescan.landmarks",
    "LegAnalysis": "kneescan.squat.results",
    "LegSignals": "kneescan.squat.curves",
    "MoveBorders": "kneescan.squat.corrections",
    "MoveJoint": "kneescan.squat.corrections",
    "PoseSequence": "kneescan.landmarks",
    "Quality": "kneescan.squat.results",
    "Reason": "kneescan.squat.results",
    "Repetition": "kneescan.squat.results",
    "Settings": "kneescan.squat.settings",
    "Side": "kneescan.landmarks",
    "SquatAnalysis": "kneescan.squat.results",
    "SquatSignals": "kneescan.squat.curves",
    "StoredResults": "kneescan.stored_results",
    "Verdict": "kneescan.squat.results",
    "analyze_pose": "kneescan.squat.analysis",
    "analyze_video": "kneescan.pipeline",
    "open_results": "kneescan.stored_results",
    "plot_knee_over_foot": "kneescan.output.figures.plots",
    "plot_left_right": "kneescan.output.figures.plots",
    "plot_repetitions": "kneescan.output.figures.plots",
    "plot_wobble": "kneescan.output.figures.plots",
    "track_video": "kneescan.pipeline",
    "write_annotated_video": "kneescan.output.video.annotated_video",
    "write_report": "kneescan.output.report.page",
    "write_review_video": "kneescan.output.video.review_video",
}
"""Public names that are loaded when first used."""
_loading = RLock()
"""One thread at a time: modules that import each other cannot be loaded from two ends."""

_PACKAGES = ("agreement", "batch", "exchange", "simulate")
"""Packages of public names that ``import kneescan`` makes reachable, each loaded when first asked for."""

__all__ = [
    "Add",
    "Answers",
    "ChangeLeg",
    "Corrections",
    "Count",
    "Estimate",
    "Exclude",
    "Finding",
    "KneescanError",
    "Landmark",
    "LegAnalysis",
    "LegSignals",
    "MoveBorders",
    "MoveJoint",
    "PoseSequence",
    "Quality",
    "Reason",
    "Repetition",
    "Settings",
    "Side",
    "SquatAnalysis",
    "SquatSignals",
    "StoredResults",
    "Verdict",
    "__version__",
    "analyze_pose",
    "analyze_video",
    "open_results",
    "plot_knee_over_foot",
    "plot_left_right",
    "plot_repetitions",
    "plot_wobble",
    "track_video",
    "write_annotated_video",
    "write_report",
    "write_review_video",
]


# Type checkers know the names from above; with this in view they would take every name for one.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> "Any":
        if name in _PLACES:
            with _loading:
                return getattr(import_module(_PLACES[name]), name)
        if name in _PACKAGES:
            with _loading:
                return import_module(f"{__name__}.{name}")
        msg = f"module {__name__!r} has no attribute {name!r}"
        # With these two, Python adds what was probably meant.
        raise AttributeError(msg, name=name, obj=modules[__name__])


def __dir__() -> list[str]:
    return sorted([*__all__, *_PACKAGES])


def _figure(analysis: "SquatAnalysis", *, language: str) -> "Any":
    """Draw an analysis for `SquatAnalysis.plot`."""
    from kneescan.output.figures.overview import plot_overview

    return plot_overview(analysis, language=language)


def _html(analysis: "SquatAnalysis") -> str:
    """Write an analysis for notebooks."""
    from kneescan.output.figures.notebook_card import analysis_card

    return analysis_card(analysis)


# A result is drawn by layers above its own; only this package may import both.
display.register(figure=_figure, html=_html)
