"""Filmed: how a video was filmed, where its file may be wrong about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kneescan.app.store.tables import Job, Video
from kneescan.capture.timing.slow_motion import check_recorded_fps
from kneescan.errors import RecordedRateError
from kneescan.landmarks.provenance import TURNS_DEG

TURN, RATE = "turn", "rate"
"""What cannot be, as keys of the texts."""
DECIMALS = 3
"""Frame rates are kept to a thousandth of a frame per second."""


class FilmedError(ValueError):
    """A video cannot have been filmed so; the message is a key of the texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filmed:
    """How a video was filmed; the defaults leave everything as its file says."""

    recorded_fps: float | None = None
    """Rate at which it was recorded; None if the file is right about it. [Hz]"""
    rotate_deg: int = 0
    """Clockwise turn in addition to the one stored in the file. [deg]"""


def filmed_of(stored: Video | Job) -> Filmed:
    """How the results of a video were measured, or how a job measures it."""
    return Filmed(recorded_fps=stored.recorded_fps, rotate_deg=stored.rotate_deg or 0)


def filmed_in(order: Mapping[str, Any]) -> Filmed:
    """How a video was filmed, as somebody says.

    Parameters
    ----------
    order : mapping
        With ``recorded_fps``, a number or None, and ``rotate_deg``; what is missing is as the file says.

    Raises
    ------
    FilmedError
        If no camera records at that rate, or that is no quarter turn.
    """
    rate, turn = order.get("recorded_fps"), order.get("rotate_deg", 0)
    if type(turn) is not int or turn not in TURNS_DEG:
        raise FilmedError(TURN)
    if rate is None:
        return Filmed(rotate_deg=turn)
    if isinstance(rate, bool) or not isinstance(rate, int | float):
        raise FilmedError(RATE)
    try:
        fps = round(float(rate), DECIMALS)
        check_recorded_fps(fps)
    except (OverflowError, ValueError, RecordedRateError):
        raise FilmedError(RATE) from None
    return Filmed(recorded_fps=fps, rotate_deg=turn)
