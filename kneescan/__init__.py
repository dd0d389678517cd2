"""kneescan: does the knee stay over the foot in a single-leg squat? Measured on ordinary film.

Importing this package loads neither OpenCV nor MediaPipe; the first analysis of a film does.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kneescan.errors import KneescanError
from kneescan.landmarks import Landmark, PoseSequence, Side

if TYPE_CHECKING:
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
    "track_video",
]

_PLACES = {
    "Settings": "kneescan.squat.settings",
    "SquatAnalysis": "kneescan.squat.results",
    "Verdict": "kneescan.squat.results",
    "analyze_pose": "kneescan.squat.analysis",
    "analyze_video": "kneescan.pipeline",
    "track_video": "kneescan.pipeline",
}
"""Public names that are loaded when first asked for."""


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
