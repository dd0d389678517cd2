"""Domain: where an angle in the picture is still an angle of the leg."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kneescan.squat.settings import Settings

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MAX_ANGLE_DEG = 60.0
"""A larger angle is no angle of a leg seen from the front: landmarks are wrong, or the thigh points at the
lens or across the picture. The largest true FPPA of the rendered squats is 32. [deg]"""
HIP_SHARE, HIP_ALLOWANCE_PCT = 1.5, 2.0
"""The trunk's drop counts up to this many times the hips' own drop plus this: bending forward is no squat."""
MAX_FORWARD_PCT = 10.0
"""In deep squats the hips sink as far as they should, and the trunk's drop exceeds theirs only because the
trunk leans forward. More than this is not counted; in rendered squats it is 9.5 at most. [% of leg length]"""


def counted_depth(trunk_drop_pct: ArrayLike, hip_drop_pct: ArrayLike) -> Array:
    """Drop of the trunk's middle, as far as the hips sink as well.

    Parameters
    ----------
    trunk_drop_pct, hip_drop_pct : array_like, shape (...)
        Drop of the trunk's middle and of the hips' middle from standing. [% of leg length]

    Returns
    -------
    ndarray, shape (...)
        [% of leg length]
    """
    hips = np.asarray(hip_drop_pct, dtype=np.float64)
    allowed = np.minimum(HIP_SHARE * hips + HIP_ALLOWANCE_PCT, hips + MAX_FORWARD_PCT)
    return np.asarray(np.minimum(trunk_drop_pct, allowed))


def bent_too_far(
    depth_pct: Array, thigh_px: Array, standing_thigh_px: float, settings: Settings
) -> Mask:
    """Where the thigh points so far towards the lens that the picture does not show its direction.

    Parameters
    ----------
    depth_pct : ndarray, shape (n_samples,)
        See `counted_depth`. [% of leg length]
    thigh_px : ndarray, shape (n_samples,)
        Hip-knee distance in the picture; NaN where missing. [px]
    standing_thigh_px : float
        The same while standing; NaN if unknown. [px]

    Returns
    -------
    ndarray of bool, shape (n_samples,)
        True beyond ``max_depth_pct``, or in a squat in which the thigh looks shorter than
        ``min_thigh_pct``.
    """
    with np.errstate(invalid="ignore"):
        is_short = thigh_px < settings.min_thigh_pct / 100 * standing_thigh_px
        in_squat = depth_pct > settings.min_depth_pct
        return np.asarray((depth_pct > settings.max_depth_pct) | (in_squat & is_short))


def possible(*angles_deg: Array) -> Mask:
    """Where all angles are possible for a leg seen from the front; False where one is missing.

    Parameters
    ----------
    *angles_deg : ndarray, shape (n_samples,)
        [deg]

    Returns
    -------
    ndarray of bool, shape (n_samples,)
    """
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(np.stack(angles_deg)) <= MAX_ANGLE_DEG).all(axis=0))
