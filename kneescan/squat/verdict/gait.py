"""Gait: tell a person who walks from one who squats on one leg."""

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import PoseSequence, Side

APART_PCT = 8.0
"""Ankles closer than this in the picture tell no step: standing on both feet, they are level. [% of leg
length]"""
STEP_S = (0.2, 1.2)
"""Time from one step to the next: shorter is a landmark that jumps, longer is no walk. [s]"""
LEAST_STEPS = 4
"""Steps of a walk: whoever only takes a place in front of the camera needs fewer."""

Array = NDArray[np.float64]


def is_walking(pose: PoseSequence, leg_length_px: float) -> bool:
    """Whether the person steps from foot to foot for most of the time in which the feet are seen.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of the whole video.
    leg_length_px : float
        Standing hip-ankle height in the picture. [px]
    """
    apart_pct = 100 * (pose.points(Side.LEFT, "ankle") - pose.points(Side.RIGHT, "ankle"))
    apart_pct = apart_pct / leg_length_px
    # Seen from the side, the feet pass each other; from the front, the foot behind stands higher.
    return any(_steps(apart_pct[:, axis], pose.time_s) for axis in (0, 1))


def _steps(apart_pct: Array, time_s: Array) -> bool:
    """Whether the two feet take turns in front, quickly and for most of the time."""
    with np.errstate(invalid="ignore"):
        is_clear = np.abs(apart_pct) > APART_PCT
    ahead, clear_s = np.sign(apart_pct[is_clear]), time_s[is_clear]
    step_s = clear_s[1:][np.diff(ahead) != 0]
    between_s = np.diff(step_s)
    quick = (between_s >= STEP_S[0]) & (between_s <= STEP_S[1])
    seen = np.isfinite(apart_pct)
    seen_s = float(seen.mean() * np.ptp(time_s)) if seen.any() else 0.0
    # Between the steps n and n + 1, there is one time.
    return bool(quick.sum() >= LEAST_STEPS - 1 and 2 * between_s[quick].sum() >= seen_s)
