"""Checks: times, picture size and close-ups of a sequence of landmarks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kneescan.close_ups import CloseUps

MAX_FRAMES = 1_000_000
"""Largest number of frames in a file: somewhat more than an hour at 240 per second."""
MAX_SIDE_PX = 100_000
"""Longest side of a picture: six times that of the largest sensors. [px]"""
MAX_CAMERA_PX = 1e6
"""Largest movement of a camera: ten times the longest side. [px]"""
LATEST_S = 1e12
"""Largest time: farther from 0, a float could not tell two frames apart. [s]"""


def check_times(time_s: NDArray[np.float64]) -> None:
    """Reject times that do not rise or are not in seconds."""
    if time_s.ndim != 1 or not np.all(np.isfinite(time_s)) or np.any(np.diff(time_s) <= 0):
        msg = "time_s must be one-dimensional, finite and strictly rising"
        raise ValueError(msg)
    if time_s.size and max(-time_s[0], time_s[-1]) > LATEST_S:
        msg = f"time_s reaches from {time_s[0]:g} to {time_s[-1]:g} s; times are in seconds"
        raise ValueError(msg)


def checked_size(size_px: Sequence[float]) -> tuple[int, int]:
    """Width and height as whole numbers; reject sizes that no picture has. [px]"""
    width, height = size_px
    if not (1 <= width <= MAX_SIDE_PX and 1 <= height <= MAX_SIDE_PX):
        msg = f"size_px must be from 1 to {MAX_SIDE_PX} px either way, got {width} x {height}"
        raise ValueError(msg)
    return int(width), int(height)


def checked_camera(camera_px: ArrayLike | None, n_frames: int) -> NDArray[np.float64] | None:
    """Movement of the camera in single precision, read-only; reject one that is not of these frames. [px]"""
    if camera_px is None:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        checked_px = np.array(camera_px, dtype=np.float32).astype(np.float64)
    if checked_px.shape != (n_frames, 2) or not np.all(np.abs(checked_px) <= MAX_CAMERA_PX):
        msg = (
            f"camera_px must be {n_frames} x 2 finite numbers up to {MAX_CAMERA_PX:g} px, got an array of "
            f"shape {checked_px.shape}"
        )
        raise ValueError(msg)
    # Not -0.0, which a mirror makes of a camera that stands still.
    checked_px += 0.0
    checked_px.flags.writeable = False
    return checked_px


def check_close_ups(close_ups: CloseUps | None, n_frames: int) -> None:
    """Reject close-ups of frames that do not exist."""
    if close_ups is not None and close_ups.frame.size and close_ups.frame[-1] >= n_frames:
        msg = f"close_up_frame goes up to {close_ups.frame[-1]}, but there are {n_frames} frames"
        raise ValueError(msg)


def check_stored(
    arrays: Mapping[str, NDArray[Any]], needed: Sequence[str], known_format: str
) -> None:
    """Check that the arrays of a file are those of landmarks.

    Raises
    ------
    LookupError, ValueError
        If arrays are missing, too long or of another format.
    """
    missing = [name for name in needed if name not in arrays]
    if missing:
        msg = f"it has no {', '.join(missing)}"
        raise LookupError(msg)
    if len(np.atleast_1d(arrays["time_s"])) > MAX_FRAMES:
        msg = f"{arrays['time_s'].size} frames are more than {MAX_FRAMES}"
        raise ValueError(msg)
    written_as = str(arrays.get("format", known_format))
    if written_as != known_format:
        msg = f"its format is {written_as[:40]!r}, this version reads {known_format!r}"
        raise ValueError(msg)
