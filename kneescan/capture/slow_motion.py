"""Films that a phone took fast to be played slowly: how to come back to true time.

Android phones write the rate at which they filmed into the tag ``com.android.capture.fps`` and may
store the film with times stretched to, say, 30 frames/s: a squat of 2 s then seems to last 16 s.
Where the times are true all the same, they agree with the tag and nothing is done. iPhones write no
such tag; the original .mov has true times. A film whose slow passage was exported, by whatever
phone, as an ordinary film bears no trace of it and cannot be mended.
"""

from collections.abc import Mapping

CAPTURE_RATE_TAG = "com.android.capture.fps"

MIN_CAPTURE_FPS = 100.0
"""Slower than any slow-motion mode. A phone set to 60 that films at 30 in dim light writes 60 into
the tag though its times are true, so that smaller rates prove nothing. [Hz]"""

MIN_FACTOR = 1.5
"""Smaller ratios are frames that the phone left out rather than slow motion."""

_WHOLE_FACTOR_TOLERANCE = 0.02


def slow_motion_factor(tags: Mapping[str, str], *, container_fps: float | None) -> float:
    """How many times slower than reality a film plays.

    Parameters
    ----------
    tags : mapping of str to str
        Metadata of the container.
    container_fps : float or None
        Mean frame rate by the times in the container. [Hz]

    Returns
    -------
    float
        True time is the container's time divided by this; 1 for an ordinary film.
    """
    try:
        capture_fps = float(tags.get(CAPTURE_RATE_TAG, "nan"))
    except ValueError:
        return 1.0
    if not container_fps or not MIN_CAPTURE_FPS <= capture_fps < float("inf"):
        return 1.0
    factor = capture_fps / container_fps
    if factor < MIN_FACTOR:
        return 1.0
    # Phones stretch by whole numbers; the mean rate is a little off wherever a frame was left out.
    is_nearly_whole = abs(factor - round(factor)) <= _WHOLE_FACTOR_TOLERANCE * factor
    return float(round(factor)) if is_nearly_whole else factor
