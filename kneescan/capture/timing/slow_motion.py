"""Convert slow-motion videos of phones back to true time.

Android phones write the recording rate into the tag ``com.android.capture.fps`` and may store the video
with times stretched to, say, 30 frames/s: a squat of 2 s then seems to last 16 s. If the stored times
are true, they agree with the tag and nothing is changed. Matroska writes the tag in capitals. iPhones,
GoPros and most cameras write no such tag: their original videos have true times. If a slow passage was
exported as an ordinary video, by any phone, it shows no trace of this; only the person who filmed it
knows its rate.
"""

import math
import re
from collections.abc import Mapping

from kneescan.errors import RecordedRateError

CAPTURE_RATE_TAG = "com.android.capture.fps"
_RATE = re.compile(
    r"\s*(\d{1,9}(?:[.,]\d{1,9})?)(?:\s*/\s*([1-9]\d{0,5}))?\s*(?:fps|hz)?[\s\0]*", re.IGNORECASE
)
"""Formats in which programs copy the tag: 240.000000, 240,0, 240/1, 240 fps."""

MIN_CAPTURE_FPS = 100.0
"""Slower than any slow-motion mode. A phone set to 60 frames/s that films at 30 in dim light writes 60
into the tag though its times are true, so smaller rates prove nothing. [Hz]"""
MAX_FPS = 2000.0
"""Faster than any phone records, and than any landmark needs. [Hz]"""

MIN_FACTOR = 1.5
"""Smaller ratios come from frames that the phone left out, not from slow motion."""

_WHOLE_FACTOR_TOLERANCE = 0.02
_SAME_RATE_TOLERANCE = 0.05
"""If the given rate is this close to the video's own, its times are true."""
SOUND_SHARE = 0.9
"""A video whose sound lasts at least this share of its length is not slowed down."""


def slow_motion_factor(tags: Mapping[str, str], *, container_fps: float | None) -> float:
    """How many times slower than reality a video plays, according to its tags.

    Parameters
    ----------
    tags : mapping of str to str
        Metadata of the container.
    container_fps : float or None
        Mean frame rate, from the times in the container. [Hz]

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
    # Phones stretch by whole numbers; the mean rate differs slightly where a frame was left out.
    is_nearly_whole = abs(factor - round(factor)) <= _WHOLE_FACTOR_TOLERANCE * factor
    return float(round(factor)) if is_nearly_whole else factor


def is_tag_false(
    factor: float, *, length_s: float | None, sound_s: float, min_length_s: float
) -> bool:
    """Whether sound or length rule out that a video plays more slowly than it was recorded.

    Parameters
    ----------
    factor : float
        How many times more slowly, according to its tag.
    length_s : float or None
        Length of the video as played; None if unknown. [s]
    sound_s : float
        Length of its sound. [s]
    min_length_s : float
        Shorter recordings are not measured. [s]
    """
    if length_s is None:
        return False
    # Phones record no sound with slow motion, or sound of the true length.
    return sound_s > SOUND_SHARE * length_s or length_s / factor < min_length_s <= length_s


def recorded_factor(recorded_fps: float, *, container_fps: float | None, name: str) -> float:
    """How many times slower than reality a video plays that was recorded at a known rate.

    Parameters
    ----------
    recorded_fps : float
        Rate at which it was recorded. [Hz]
    container_fps : float or None
        Mean frame rate, from the times in the container. [Hz]
    name : str
        Name of the video, for the message.

    Raises
    ------
    RecordedRateError
        If no camera records at that rate, or the video plays faster than it was recorded.
    """
    check_recorded_fps(recorded_fps)
    if not container_fps:
        # Without stored times, frame times are computed from the given rate.
        return 1.0
    factor = recorded_fps / container_fps
    if factor < 1 - _SAME_RATE_TOLERANCE:
        msg = (
            f"{name}: a video recorded at {recorded_fps:g} frames/s cannot have {container_fps:.4g} "
            "frames/s; give the rate that the camera was set to"
        )
        values = {"recorded_fps": recorded_fps, "stored_fps": f"{container_fps:.4g}"}
        raise RecordedRateError(msg, code="rate_too_low", path=name, **values)
    return 1.0 if factor < 1 + _SAME_RATE_TOLERANCE else factor


def check_recorded_fps(recorded_fps: float) -> None:
    """Refuse a frame rate that no camera has.

    Raises
    ------
    RecordedRateError
        If it is not between 1 and `MAX_FPS`.
    """
    if not (math.isfinite(recorded_fps) and 1 <= recorded_fps <= MAX_FPS):
        msg = (
            f"no camera records {recorded_fps:g} frames/s; give the rate that the camera was set to, "
            "such as 120 or 240"
        )
        raise RecordedRateError(msg, code="rate_impossible", recorded_fps=recorded_fps)


def _capture_rate(tags: Mapping[str, str]) -> float:
    """Recording rate in the tags; NaN if they have none. [Hz]"""
    for name, value in tags.items():
        rate = _RATE.fullmatch(value) if name.lower() == CAPTURE_RATE_TAG else None
        if rate:
            return float(rate[1].replace(",", ".")) / int(rate[2] or 1)
    return math.nan
