"""Videos that a phone took fast to be played slowly: how to come back to true time.

Android phones write the rate at which they filmed into the tag ``com.android.capture.fps`` and may
store the video with times stretched to, say, 30 frames/s: a squat of 2 s then seems to last 16 s.
Where the times are true all the same, they agree with the tag and nothing is done. Matroska writes
the tag in capitals. iPhones, GoPros and most cameras write no such tag: their original videos have
true times. A video whose slow passage was exported, by whatever phone, as an ordinary video bears no
trace of it; only who filmed it can tell its rate.
"""

import math
import re
from collections.abc import Mapping

from kneescan.errors import VideoError

CAPTURE_RATE_TAG = "com.android.capture.fps"
_RATE = re.compile(
    r"\s*(\d{1,9}(?:[.,]\d{1,9})?)(?:\s*/\s*([1-9]\d{0,5}))?\s*(?:fps|hz)?[\s\0]*", re.IGNORECASE
)
"""However programs that copy the tag write it: 240.000000, 240,0, 240/1, 240 fps."""

MIN_CAPTURE_FPS = 100.0
"""Slower than any slow-motion mode. A phone set to 60 that films at 30 in dim light writes 60 into
the tag though its times are true, so that smaller rates prove nothing. [Hz]"""
MAX_FPS = 2000.0
"""Faster than any phone videos, and than any landmark is worth following. [Hz]"""

MIN_FACTOR = 1.5
"""Smaller ratios are frames that the phone left out rather than slow motion."""

_WHOLE_FACTOR_TOLERANCE = 0.02
_SAME_RATE_TOLERANCE = 0.05
"""A rate given so close to the video's own means that its times are true."""


def slow_motion_factor(tags: Mapping[str, str], *, container_fps: float | None) -> float:
    """How many times slower than reality a video plays, by its tags.

    Parameters
    ----------
    tags : mapping of str to str
        Metadata of the container.
    container_fps : float or None
        Mean frame rate by the times in the container. [Hz]

    Returns
    -------
    float
        True time is the container's time divided by this; 1 for an ordinary video.
    """
    capture_fps = _capture_rate(tags)
    if not container_fps or not MIN_CAPTURE_FPS <= capture_fps <= MAX_FPS:
        return 1.0
    factor = capture_fps / container_fps
    if factor < MIN_FACTOR:
        return 1.0
    # Phones stretch by whole numbers; the mean rate is a little off wherever a frame was left out.
    is_nearly_whole = abs(factor - round(factor)) <= _WHOLE_FACTOR_TOLERANCE * factor
    return float(round(factor)) if is_nearly_whole else factor


def recorded_factor(recorded_fps: float, *, container_fps: float | None, name: str) -> float:
    """How many times slower than reality a video plays that was recorded at a known rate.

    Parameters
    ----------
    recorded_fps : float
        Rate at which it was recorded. [Hz]
    container_fps : float or None
        Mean frame rate by the times in the container. [Hz]
    name : str
        Video, for the message.

    Raises
    ------
    VideoError
        If no video can have been recorded at that rate, or this one not so slowly.
    """
    check_recorded_fps(recorded_fps)
    if not container_fps:
        # Without times, the frames are counted at the rate given.
        return 1.0
    factor = recorded_fps / container_fps
    if factor < 1 - _SAME_RATE_TOLERANCE:
        msg = (
            f"{name}: recorded at {recorded_fps:g} frames/s, it cannot have {container_fps:.4g} "
            "frames/s; give the rate that the camera was set to"
        )
        raise VideoError(msg)
    return 1.0 if factor < 1 + _SAME_RATE_TOLERANCE else factor


def check_recorded_fps(recorded_fps: float) -> None:
    """Refuse what is no rate of a camera.

    Raises
    ------
    VideoError
        If it is not between 1 and `MAX_FPS`.
    """
    if not (math.isfinite(recorded_fps) and 1 <= recorded_fps <= MAX_FPS):
        msg = (
            f"no camera records {recorded_fps:g} frames/s; give the rate that it was set to, "
            "such as 120 or 240"
        )
        raise VideoError(msg)


def _capture_rate(tags: Mapping[str, str]) -> float:
    """Rate that the tags tell; NaN where they do not. [Hz]"""
    for name, value in tags.items():
        rate = _RATE.fullmatch(value) if name.lower() == CAPTURE_RATE_TAG else None
        if rate:
            return float(rate[1].replace(",", ".")) / int(rate[2] or 1)
    return math.nan
