"""kneescan: does the knee stay over the foot in a single-leg squat? Measured on ordinary video.

Importing this package loads no other; what is used first loads what it needs.
"""

from importlib import import_module

from kneescan.errors import KneescanError

TYPE_CHECKING = False
"""Known to type checkers; to import it takes ten times as long as all the rest."""

if TYPE_CHECKING:
    from typing import Any

    from kneescan.landmarks import Landmark, PoseSequence, Side
    from kneescan.output.figures.plots import (
        plot_knee_over_foot,
        plot_left_right,
        plot_repetitions,
        plot_wobble,
    )
    from kneescan.output.report.page import write_report
    from kneescan.output.video.annotated_video import write_annotated_video
    from kneescan.pipeline import analyze_video, track_video
    from kneescan.squat.analysis import analyze_pose
    from kneescan.squat.results import SquatAnalysis, Verdict
    from kneescan.squat.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "KneescanError",
    "Landmark",
    "PoseSequence",
    "Settings",
    "Side",
    "SquatAnalysis",
    "Verdict",
    "__version__",
    "analyze_pose",
    "analyze_video",
    "plot_knee_over_foot",
    "plot_left_right",
    "plot_repetitions",
    "plot_wobble",
    "track_video",
    "write_annotated_video",
    "write_report",
]

_PLACES = {
    "Landmark": "kneescan.landmarks",
    "PoseSequence": "kneescan.landmarks",
    "Settings": "kneescan.squat.settings",
    "Side": "kneescan.landmarks",
    "SquatAnalysis": "kneescan.squat.results",
    "Verdict": "kneescan.squat.results",
    "analyze_pose": "kneescan.squat.analysis",
    "analyze_video": "kneescan.pipeline",
    "plot_knee_over_foot": "kneescan.output.figures.plots",
    "plot_left_right": "kneescan.output.figures.plots",
    "plot_repetitions": "kneescan.output.figures.plots",
    "plot_wobble": "kneescan.output.figures.plots",
    "write_annotated_video": "kneescan.output.video.annotated_video",
    "write_report": "kneescan.output.report.page",
    "track_video": "kneescan.pipeline",
}
"""Public names that are loaded when first asked for."""


def __getattr__(name: str) -> "Any":
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
