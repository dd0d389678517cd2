"""Depth of a squat and the corresponding knee flexion."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

SHANK_SHARE = 1 / 3
"""Share of the knee's flexion by which the shank leans forward; the thigh leans by the rest."""


def depth_from_knee_flexion(knee_flexion_deg: ArrayLike) -> Array:
    """Drop of the hip for a flexed knee, with thigh and shank of equal length.

    Parameters
    ----------
    knee_flexion_deg : array_like, shape (...)
        0 for a straight leg. [deg]

    Returns
    -------
    ndarray, shape (...)
        [% of leg length]: 3.8 at 30, 8.4 at 45, 14.7 at 60, 25.5 at 80 deg.
    """
    flexion = np.radians(np.asarray(knee_flexion_deg, dtype=np.float64))
    height = (np.cos(SHANK_SHARE * flexion) + np.cos((1 - SHANK_SHARE) * flexion)) / 2
    return np.asarray(100 * (1 - height))


def knee_flexion_from_depth(depth_pct: ArrayLike) -> Array:
    """Knee flexion estimated from the depth, accurate to about 8 deg, since people lean differently.

    Parameters
    ----------
    depth_pct : array_like, shape (...)
        [% of leg length]

    Returns
    -------
    ndarray, shape (...)
        [deg], NaN for NaN.
    """
    depth = np.asarray(depth_pct, dtype=np.float64)
    return np.asarray(np.interp(depth, TABLE_DEPTH_PCT, TABLE_FLEXION_DEG))


TABLE_FLEXION_DEG = np.arange(0.0, 150.5, 0.5)
TABLE_DEPTH_PCT = depth_from_knee_flexion(TABLE_FLEXION_DEG)
