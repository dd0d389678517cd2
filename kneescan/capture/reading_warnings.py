"""What had to be mended while a film was read: a code for programs, a sentence for people."""

SLOW_MOTION = "slow_motion"
"""The film was stored to be played slowly; its times were set right."""
ROTATION_ROUNDED = "rotation_rounded"
"""It asks for a turn that is no multiple of 90 degrees."""
TIMESTAMPS_MISSING = "timestamps_missing"
"""It stores no times at all; they come from the frame rate."""
TIMESTAMPS_REPAIRED = "timestamps_repaired"
"""Some times were missing, repeated or ran backwards."""
DAMAGED_FRAMES = "damaged_frames"
"""Some frames could not be decoded and were left out."""
SHAPE_CHANGED = "shape_changed"
"""Some frames have another shape than most and were left out."""
TRUNCATED = "truncated"
"""It breaks off before its end."""
FILM_REPLACED = "film_replaced"
"""The file was moved, deleted or replaced while it was measured."""


def slow_motion(factor: float) -> tuple[str, str]:
    """Warning that times were divided by a factor."""
    sentence = (
        f"the film was stored to be played {factor:g} times slower than it was filmed; "
        "its times were set back to true time"
    )
    return SLOW_MOTION, sentence


def rotation_rounded(requested_deg: float, rotation_deg: int) -> tuple[str, str]:
    """Warning that the picture was turned by a right angle though another was asked for. [deg]"""
    sentence = (
        f"the film asks to be turned by {requested_deg:.0f} degrees; "
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


def damaged_frames(n_damaged: int) -> tuple[str, str]:
    """Warning that frames were lost."""
    return DAMAGED_FRAMES, f"damaged frames that were left out: {n_damaged}"


def shape_changed(n_frames: int) -> tuple[str, str]:
    """Warning that frames of another shape were left out."""
    return SHAPE_CHANGED, f"frames of another shape than most of the film, left out: {n_frames}"


def truncated(reached_s: float, claimed_s: float | None) -> tuple[str, str]:
    """Warning that a film ends early: how far it came, and how long it claims to be. [s]"""
    whole = "" if claimed_s is None else f" of {claimed_s:.2f} s"
    sentence = f"the film breaks off after {reached_s:.2f} s{whole}; only what is there was read"
    return TRUNCATED, sentence


def film_replaced() -> tuple[str, str]:
    """Warning that another file, or none, is now where the film was."""
    sentence = (
        "the file was moved, deleted or replaced while it was measured; what was measured is the "
        "film as it was before"
    )
    return FILM_REPLACED, sentence
