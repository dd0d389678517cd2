"""Compute the position of the knee in a leg of two rigid segments."""

import numpy as np
from numpy.typing import NDArray

N_NEWTON_STEPS = 12
"""Newton steps for a valgus angle; each doubles the exact digits, so a few extra cost little."""
TOLERANCE_DEG = 1e-9
"""Largest error of the angle after the last step. [deg]"""
TOLERANCE_M = 1e-9
"""Tolerance for rounding in the reach of a segment. [m]"""


def hip_ankle_distance(
    knee_flexion_deg: NDArray[np.float64], *, thigh_m: float, shank_m: float
) -> NDArray[np.float64]:
    """Distance between hip and ankle for a given knee flexion (law of cosines).

    Parameters
    ----------
    knee_flexion_deg : ndarray, shape (...)
        0 for a straight leg. [deg]
    thigh_m, shank_m : float
        Lengths of the segments. [m]

    Returns
    -------
    ndarray, shape (...)
        [m]
    """
    cosine = np.cos(np.radians(knee_flexion_deg))
    return np.sqrt(thigh_m**2 + shank_m**2 + 2 * thigh_m * shank_m * cosine)


def hip_behind_ankle(
    knee_flexion_deg: NDArray[np.float64], *, thigh_m: float, shank_m: float, shank_share: float
) -> NDArray[np.float64]:
    """Distance of the hip behind the ankle when the shank leans by its share.

    Parameters
    ----------
    knee_flexion_deg : ndarray, shape (...)
        0 for a straight leg. [deg]
    thigh_m, shank_m : float
        Lengths of the segments. [m]
    shank_share : float
        Share of the flexion that comes from the shank leaning forward. [1]

    Returns
    -------
    ndarray, shape (...)
        Positive backwards. [m]
    """
    flexion = np.radians(knee_flexion_deg)
    backward: NDArray[np.float64] = thigh_m * np.sin((1 - shank_share) * flexion)
    return backward - shank_m * np.sin(shank_share * flexion)


def within_reach(
    hip: NDArray[np.float64], ankle: NDArray[np.float64], *, reach_m: float
) -> NDArray[np.float64]:
    """Move the ankle towards the hip where the leg is too short to reach it.

    Parameters
    ----------
    hip, ankle : ndarray, shape (n_frames, 3)
        Joint centres. [m]
    reach_m : float
        Length of the straight leg. [m]

    Returns
    -------
    ndarray, shape (n_frames, 3)
        Ankle that the leg can reach. [m]
    """
    to_ankle = ankle - hip
    distance_m = np.linalg.norm(to_ankle, axis=-1, keepdims=True)
    reached = hip + to_ankle * reach_m / distance_m
    return np.where(distance_m > reach_m + TOLERANCE_M, reached, ankle)


def knee_position(
    hip: NDArray[np.float64],
    ankle: NDArray[np.float64],
    valgus_deg: NDArray[np.float64],
    wobble_m: NDArray[np.float64],
    *,
    thigh_m: float,
    shank_m: float,
    medial_sign: int,
) -> NDArray[np.float64]:
    """Position of the knee between a fixed hip and ankle, rotated about their line to a given valgus.

    Parameters
    ----------
    hip, ankle : ndarray, shape (n_frames, 3)
        Joint centres: x to the subject's left, y up, z forward. [m]
    valgus_deg : ndarray, shape (n_frames,)
        Angle between thigh and shank in the frontal plane (x and y), positive with the knee medial.
        [deg]
    wobble_m : ndarray, shape (n_frames,)
        Displacement from the hip-ankle line in the frontal plane in addition to that of the
        valgus, positive medially. [m]
    thigh_m, shank_m : float
        Lengths of the segments. [m]
    medial_sign : {1, -1}
        1 where the body's midline lies towards larger x, else -1.

    Returns
    -------
    ndarray, shape (n_frames, 3)
        Knee, at the exact segment lengths from hip and ankle. [m]

    Raises
    ------
    ValueError
        If such a straight leg cannot have that much valgus and wobble.
    """
    distance_m = np.linalg.norm(hip - ankle, axis=-1)
    axis = (hip - ankle) / distance_m[:, np.newaxis]
    # The knee is on a circle around the hip-ankle line: its height above the ankle, and its radius.
    up_m = (shank_m**2 - thigh_m**2 + distance_m**2) / (2 * distance_m)
    radius_m = np.sqrt(np.maximum(shank_m**2 - up_m**2, 0.0))
    inward = valgus_deg != 0
    offset_m = wobble_m.copy()
    offset_m[inward] += _valgus_offset(
        valgus_deg[inward], distance_m[inward], up_m[inward], radius_m[inward], axis[inward, 2]
    )
    _check_offset(offset_m, radius_m)
    upright = np.sqrt(1 - axis[:, 2] ** 2)
    forward = np.array([0.0, 0.0, 1.0]) - axis[:, 2:] * axis
    medial = np.stack([axis[:, 1], -axis[:, 0], np.zeros_like(upright)], axis=-1) * medial_sign
    forward_m = np.sqrt(np.maximum(radius_m**2 - offset_m**2, 0.0))
    knee: NDArray[np.float64] = (
        ankle
        + up_m[:, np.newaxis] * axis
        + (forward_m / upright)[:, np.newaxis] * forward
        + (offset_m / upright)[:, np.newaxis] * medial
    )
    return knee


def _valgus_offset(
    valgus_deg: NDArray[np.float64],
    distance_m: NDArray[np.float64],
    up_m: NDArray[np.float64],
    radius_m: NDArray[np.float64],
    axis_z: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Distance of the knee from the hip-ankle line that gives the valgus in the frontal plane [m].

    From the front, the line is foreshortened to ``length`` and the knee is ``shank`` above the ankle. The
    angle is then atan(offset / shank) + atan(offset / thigh), solved with Newton's method.
    """
    upright = np.sqrt(1 - axis_z**2)
    length = distance_m * upright
    wanted = np.radians(valgus_deg)
    widest = np.maximum(radius_m, TOLERANCE_M)
    offset = wanted * up_m * upright * (length - up_m * upright) / length
    residual = np.zeros_like(offset)
    for _ in range(N_NEWTON_STEPS):
        offset = np.clip(offset, -0.999 * widest, 0.999 * widest)
        forward = np.sqrt(widest**2 - offset**2)
        shank = up_m * upright - axis_z * forward
        thigh = length - shank
        residual = np.arctan2(offset, shank) + np.arctan2(offset, thigh) - wanted
        shank_weight, thigh_weight = 1 / (shank**2 + offset**2), 1 / (thigh**2 + offset**2)
        slope = shank * shank_weight + thigh * thigh_weight
        slope += axis_z * offset**2 / forward * (thigh_weight - shank_weight)
        offset = offset - residual / slope
    if np.any(np.abs(np.degrees(residual)) > TOLERANCE_DEG):
        worst = int(np.argmax(np.abs(residual)))
        msg = (
            f"a leg this straight cannot have {valgus_deg[worst]:.1f} deg of valgus; "
            "lower valgus_deg or raise peak_knee_flexion_deg"
        )
        raise ValueError(msg)
    return offset


def _check_offset(offset_m: NDArray[np.float64], radius_m: NDArray[np.float64]) -> None:
    excess_m = np.abs(offset_m) - radius_m
    if np.any(excess_m > TOLERANCE_M):
        worst = int(np.argmax(excess_m))
        msg = (
            f"the knee would leave the hip-ankle line by {offset_m[worst]:.3f} m but its flexion "
            f"allows only {radius_m[worst]:.3f} m; lower wobble_pct or valgus_deg, or squat deeper"
        )
        raise ValueError(msg)
