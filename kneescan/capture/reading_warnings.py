"""What had to be repaired while a video was read: a code for programs, a sentence for people."""

from collections.abc import Sequence

SLOW_MOTION = "slow_motion"
"""The video was stored to be played slowly; its times were set right."""
SLOW_MOTION_TAG_FALSE = "slow_motion_tag_false"
"""A tag calls it slow motion, which is not believed; its times were left as they are."""
SLOW_MOTION_TAG_DOUBTFUL = "slow_motion_tag_doubtful"
"""That tag may be right all the same."""
TAGS = frozenset({SLOW_MOTION_TAG_FALSE, SLOW_MOTION_TAG_DOUBTFUL})
"""Void as soon as the rate of the recording is known."""
EDITS_IGNORED = "edits_ignored"
"""It is to be played with passages slowed down, repeated or exchanged; it was read as it was recorded."""
ROTATION_ROUNDED = "rotation_rounded"
"""It asks for a turn that is no multiple of 90 degrees."""
TIMESTAMPS_MISSING = "timestamps_missing"
"""It stores no times at all; they come from the frame rate."""
TIMESTAMPS_REPAIRED = "timestamps_repaired"
"""Some times were missing, repeated or ran backwards."""
CLOCK_JUMPED = "clock_jumped"
"""Its clock began again at 0, or jumped; what was filmed was put together again."""
DAMAGED_FRAMES = "damaged_frames"
"""Some frames could not be decoded and were left out."""
SHAPE_CHANGED = "shape_changed"
"""Some frames have another shape than most and were left out."""
TRUNCATED = "truncated"
"""It breaks off before its end."""
VIDEO_REPLACED = "video_replaced"
"""The file was moved, deleted or replaced while it was measured."""


def slow_motion(factor: float) -> tuple[str, str]:
    """Warning that times were divided by a factor."""
    sentence = (
        f"the video was stored to be played {factor:g} times slower than it was filmed; "
        "its times were set back to true time"
    )
    return SLOW_MOTION, sentence


def slow_motion_tag_false(tagged_fps: float) -> tuple[str, str]:
    """Warning that a video bears a tag of slow motion that is not believed. [Hz]"""
    sentence = (
        f"a tag of the video says that it was recorded at {tagged_fps:g} frames/s, but its sound or its "
        "squats show that it was not; its times were left as they are; if the tag is right, give that rate "
        "with --recorded-fps"
    )
    return SLOW_MOTION_TAG_FALSE, sentence


def slow_motion_tag_doubtful(tagged_fps: float) -> tuple[str, str]:
    """Warning that such a tag may be right all the same. [Hz]"""
    sentence = f"the tag of {tagged_fps:g} frames/s may still be right; wobble is not judged"
    return SLOW_MOTION_TAG_DOUBTFUL, sentence


def edits_ignored() -> tuple[str, str]:
    """Warning that a video was read as it was recorded and not as its edit list wants it played."""
    sentence = (
        "the video asks for passages to be played slowly, twice or in another order; it was read "
        "once, from beginning to end, at the speed of the recording"
    )
    return EDITS_IGNORED, sentence


def rotation_rounded(requested_deg: float, rotation_deg: int) -> tuple[str, str]:
    """Warning that the picture was turned by a right angle though another was asked for. [deg]"""
    sentence = (
        f"the video asks to be turned by {requested_deg:.0f} degrees; "
        f"it was turned by {rotation_deg}, so that the picture is tilted"
    )
    return ROTATION_ROUNDED, sentence


def timestamps_missing(fps: float) -> tuple[str, str]:
    """Warning that all times come from a frame rate. [Hz]"""
    sentence = (
        f"the file stores no times; they were counted at {fps:g} frames/s, "
        "and every speed is as right as that rate"
    )
    return TIMESTAMPS_MISSING, sentence


def timestamps_repaired(n_repaired: int, n_frames: int) -> tuple[str, str]:
    """Warning that some times were replaced."""
    sentence = (
        f"{n_repaired} of {n_frames} frame times were missing, repeated or out of order "
        "and were estimated from those around them"
    )
    return TIMESTAMPS_REPAIRED, sentence


def clock_wrapped(n_wraps: int) -> tuple[str, str]:
    """Warning that a clock with too few digits began again at 0."""
    return CLOCK_JUMPED, f"the video's clock began again {_times(n_wraps)}; its times were joined"


def clock_jumped(jumps_s: Sequence[float], n_frames: int) -> tuple[str, str]:
    """Warning that the clock jumped further than any camera waits. [s]"""
    sentence = (
        f"the video's clock jumped {_times(len(jumps_s))}, by {max(jumps_s):.0f} s at most; "
        "a short gap was left in its place"
    )
    if 2 * len(jumps_s) > n_frames:
        sentence += "; if you know the rate at which the video was recorded, give --recorded-fps"
    return CLOCK_JUMPED, sentence


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def damaged_frames(n_damaged: int) -> tuple[str, str]:
    """Warning that frames were lost."""
    return DAMAGED_FRAMES, f"damaged frames that were left out: {n_damaged}"


def shape_changed(n_frames: int) -> tuple[str, str]:
    """Warning that frames of another shape were left out."""
    return SHAPE_CHANGED, f"frames of another shape than most of the video, left out: {n_frames}"


def truncated(reached_s: float, claimed_s: float | None) -> tuple[str, str]:
    """Warning that a video ends early: how far it came, and how long it claims to be. [s]"""
    whole = "" if claimed_s is None else f" of {claimed_s:.2f} s"
    sentence = f"the video breaks off after {reached_s:.2f} s{whole}; only what is there was read"
    return TRUNCATED, sentence


def video_replaced() -> tuple[str, str]:
    """Warning that another file, or none, is now where the video was."""
    sentence = (
        "the file was moved, deleted or replaced while it was measured; what was measured is the "
        "video as it was before"
    )
    return VIDEO_REPLACED, sentence
