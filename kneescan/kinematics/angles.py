"""Angles and offsets of body segments in the picture.

All functions take landmarks in pixels, x to the right and y down, shape (..., 2), so that they work for
one frame, a video or a batch of videos. ``medial_sign`` is 1 where the body's midline
lies towards larger x from the stance leg, else -1. A missing landmark (NaN) gives NaN.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def frontal_plane_projection_angle(
    hip: Array, knee: Array, ankle: Array, *, medial_sign: ArrayLike
) -> Array:
    """Angle by which the knee leaves the hip-ankle line, seen from the front (FPPA).

    Parameters
    ----------
    hip, knee, ankle : ndarray, shape (..., 2)
        Landmarks of the stance leg. [px]
    medial_sign : array_like of {1, -1}
        1 where the body's midline lies towards larger x, else -1.

    Returns
    -------
    ndarray, shape (...)
        0 for a straight leg, positive for valgus (knee medial). [deg]
        NaN where a landmark is missing or two of them coincide.

    References
    ----------
    Willson & Davis 2008, doi:10.2519/jospt.2008.2706.
    """
    thigh, shank = knee - hip, ankle - knee
    cross = thigh[..., 0] * shank[..., 1] - thigh[..., 1] * shank[..., 0]
    dot = thigh[..., 0] * shank[..., 0] + thigh[..., 1] * shank[..., 1]
    fppa_deg = np.asarray(medial_sign) * np.degrees(np.arctan2(cross, dot))
    return np.where((cross == 0) & (dot == 0), np.nan, fppa_deg)


def thigh_angle(hip: Array, knee: Array, *, medial_sign: ArrayLike) -> Array:
    """Lean of the thigh inwards, seen from the front (hip adduction in the picture).

    Returns
    -------
    ndarray, shape (...)
        0 for an upright thigh, positive when the knee is medial of the hip. [deg]
    """
    return _tilt_from_vertical(knee - hip, medial_sign)


def shank_angle(knee: Array, ankle: Array, *, medial_sign: ArrayLike) -> Array:
    """Lean of the shank inwards, seen from the front.

    Returns
    -------
    ndarray, shape (...)
        0 for an upright shank, positive when the knee is medial of the ankle. [deg]
        Thigh and shank angle add up to the FPPA.
    """
    return _tilt_from_vertical(ankle - knee, -np.asarray(medial_sign))


def _tilt_from_vertical(downward: Array, sign: ArrayLike) -> Array:
    """Angle of a segment that points down the picture, positive towards ``sign``. [deg]"""
    tilt_deg = np.degrees(np.arctan2(np.asarray(sign) * downward[..., 0], downward[..., 1]))
    return np.where((downward[..., 0] == 0) & (downward[..., 1] == 0), np.nan, tilt_deg)


def knee_over_foot_offset(
    knee: Array, foot_index: Array, *, medial_sign: ArrayLike, shank_length_px: ArrayLike
) -> Array:
    """How far the knee is inside the front of the foot, in per cent of the shank's length.

    Parameters
    ----------
    knee, foot_index : ndarray, shape (..., 2)
        Landmarks of the stance leg. [px]
    medial_sign : array_like of {1, -1}
        1 where the body's midline lies towards larger x, else -1.
    shank_length_px : array_like, broadcast against (...)
        Knee-ankle distance while standing. [px]

    Returns
    -------
    ndarray, shape (...)
        0 for a knee straight over the foot, positive for a knee medial of it. [% of shank length]
    """
    offset_px = np.asarray(medial_sign) * (knee[..., 0] - foot_index[..., 0])
    return np.asarray(100 * offset_px / np.asarray(shank_length_px), dtype=np.float64)


def pelvic_drop(stance_hip: Array, free_hip: Array) -> Array:
    """Pelvic drop: tilt of the line between the hips.

    Returns
    -------
    ndarray, shape (...)
        0 for a level pelvis, positive when the free side is lower. [deg]
    """
    across = free_hip - stance_hip
    drop_deg = np.degrees(np.arctan2(across[..., 1], np.abs(across[..., 0])))
    return np.where((across[..., 0] == 0) & (across[..., 1] == 0), np.nan, drop_deg)


def trunk_lean(mid_shoulder: Array, mid_hip: Array, *, medial_sign: ArrayLike) -> Array:
    """Sideways lean of the trunk.

    Returns
    -------
    ndarray, shape (...)
        0 for an upright trunk, positive for a lean towards the stance side. [deg]
    """
    return _tilt_from_vertical(mid_hip - mid_shoulder, medial_sign)
