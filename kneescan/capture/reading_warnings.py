"""Describe what was repaired while a video was read: a code for programs, a sentence for people."""

from collections.abc import Iterator, Sequence

from kneescan.frames import VideoInfo

SLOW_MOTION = "slow_motion"
"""The video was stored to play slowly; its times were converted to true time."""
SLOW_MOTION_TAG_FALSE = "slow_motion_tag_false"
"""A tag calls the video slow motion, but sound or squats contradict it; its times were left unchanged."""
SLOW_MOTION_TAG_DOUBTFUL = "slow_motion_tag_doubtful"
"""The rejected tag may still be right."""
TAGS = frozenset({SLOW_MOTION_TAG_FALSE, SLOW_MOTION_TAG_DOUBTFUL})
"""Removed as soon as the recording rate is known."""
EDITS_IGNORED = "edits_ignored"
"""The video has passages to be played slowly, twice or in another order; it was read as recorded."""
ROTATION_ROUNDED = "rotation_rounded"
"""The video asks for a rotation that is not a multiple of 90 degrees."""
TIMESTAMPS_MISSING = "timestamps_missing"
"""The file stores no times; they come from the frame rate."""
TIMESTAMPS_REPAIRED = "timestamps_repaired"
"""Some times were missing, repeated or out of order."""
CLOCK_JUMPED = "clock_jumped"
"""The video's clock restarted at 0 or jumped; its times were joined."""
DAMAGED_FRAMES = "damaged_frames"
"""Some frames could not be decoded and were left out."""
SHAPE_CHANGED = "shape_changed"
"""Some frames differ in shape from most of the video and were left out."""
TRUNCATED = "truncated"
"""The video ends too early."""
VIDEO_REPLACED = "video_replaced"
"""The file was moved, deleted or replaced while it was measured."""


def of_header(
    info: VideoInfo, *, ignores_edits: bool, asked_deg: float | None
) -> Iterator[tuple[str, str]]:
    """Warnings before the first picture; ``asked_deg`` is a rotation that was rounded. [deg]"""
    if info.slow_motion_factor != 1:
        yield slow_motion(info.slow_motion_factor)
    elif info.tagged_fps:
        yield slow_motion_tag_false(info.tagged_fps)
    if ignores_edits:
        yield edits_ignored()
    if asked_deg is not None:
        yield rotation_rounded(asked_deg, info.rotation_deg)


def slow_motion(factor: float) -> tuple[str, str]:
    """Warn that times were divided by a factor."""
    sentence = (
        f"the video was stored to play {factor:g} times slower than it was filmed; "
        "its times were converted back to true time"
    )
    return SLOW_MOTION, sentence


def slow_motion_tag_false(tagged_fps: float) -> tuple[str, str]:
    """Warn that a slow-motion tag was not believed. [Hz]"""
    sentence = (
        f"a tag of the video says that it was recorded at {tagged_fps:g} frames/s, but its sound or its "
        "squats contradict this; its times were left unchanged; if the tag is right, give that rate "
        "with --recorded-fps"
    )
    return SLOW_MOTION_TAG_FALSE, sentence


def slow_motion_tag_doubtful(tagged_fps: float) -> tuple[str, str]:
    """Warn that a rejected tag may still be right. [Hz]"""
    sentence = f"the tag of {tagged_fps:g} frames/s may still be right; wobble is not judged"
    return SLOW_MOTION_TAG_DOUBTFUL, sentence


def edits_ignored() -> tuple[str, str]:
    """Warn that a video was read as it was recorded and not as its edit list plays it."""
    sentence = (
        "the video asks for passages to be played slowly, twice or in another order; it was read "
        "once, from beginning to end, at the speed of the recording"
    )
    return EDITS_IGNORED, sentence


def rotation_rounded(requested_deg: float, rotation_deg: int) -> tuple[str, str]:
    """Warn that the picture was rotated by a right angle although the file asks for another one. [deg]"""
    sentence = (
        f"the video asks to be rotated by {requested_deg:.0f} degrees; "
        f"it was rotated by {rotation_deg}, so the picture is tilted"
    )
    return ROTATION_ROUNDED, sentence


def timestamps_missing(fps: float) -> tuple[str, str]:
    """Warn that all times come from a frame rate. [Hz]"""
    sentence = (
        f"the file stores no times; they were computed from {fps:g} frames/s, "
        "and every speed is only as accurate as that rate"
    )
    return TIMESTAMPS_MISSING, sentence


def timestamps_repaired(n_repaired: int, n_frames: int) -> tuple[str, str]:
    """Warn that some times were replaced."""
    sentence = (
        f"{n_repaired} of {n_frames} frame times were missing, repeated or out of order "
        "and were estimated from the frames around them"
    )
    return TIMESTAMPS_REPAIRED, sentence


def clock_wrapped(n_wraps: int) -> tuple[str, str]:
    """Warn that a clock with too few digits restarted at 0."""
    return CLOCK_JUMPED, f"the video's clock restarted {_times(n_wraps)}; its times were joined"


def clock_jumped(jumps_s: Sequence[float], n_frames: int) -> tuple[str, str]:
    """Warn that the clock jumped further than a camera ever waits. [s]"""
    sentence = (
        f"the video's clock jumped {_times(len(jumps_s))}, by {max(jumps_s):.0f} s at most; "
        "each jump was replaced by a short gap"
    )
    if 2 * len(jumps_s) > n_frames:
        sentence += "; if you know the rate at which the video was recorded, give --recorded-fps"
    return CLOCK_JUMPED, sentence


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def damaged_frames(n_damaged: int) -> tuple[str, str]:
    """Warn that frames were lost."""
    return DAMAGED_FRAMES, f"damaged frames that were left out: {n_damaged}"


def shape_changed(n_frames: int) -> tuple[str, str]:
    """Warn that frames of another shape were left out."""
    return (
        SHAPE_CHANGED,
        f"frames that differ in shape from most of the video and were left out: {n_frames}",
    )


def truncated(reached_s: float, claimed_s: float | None) -> tuple[str, str]:
    """Warn that a video ends early: how far it was read, and how long it claims to be. [s]"""
    whole = "" if claimed_s is None else f" of {claimed_s:.2f} s"
    sentence = f"the video ends early, after {reached_s:.2f} s{whole}; only this part was read"
    return TRUNCATED, sentence


def video_replaced() -> tuple[str, str]:
    """Warn that the file has been moved, deleted or replaced."""
    sentence = (
        "the file was moved, deleted or replaced while it was measured; the result is for the video "
        "as it was before"
    )
    return VIDEO_REPLACED, sentence
