"""Frontal plane: the knee angle as a distant camera straight ahead would see it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

SHANK_LEAN_SHARE = 0.42
"""Share of the knee's flexion by which the shank leans forward in a single-leg squat."""
SHANK_LENGTH_SHARE = 0.50
"""Shank's share of the leg's length: 0.246 and 0.245 of the body's height for shank and thigh, Winter 2009,
Biomechanics and Motor Control of Human Movement."""
N_ROUNDS = 3
"""Number of iterations: a joint's distance from the lens and its place depend on each other."""


def focal_length_px(size_px: tuple[int, int], field_of_view_deg: float) -> float:
    """Focal length of the camera, in pixels of the picture.

    Parameters
    ----------
    size_px : tuple of int
        Width and height of the picture. [px]
    field_of_view_deg : float
        Angle that the longer side of the picture spans. [deg]
    """
    return max(size_px) / 2 / float(np.tan(np.radians(field_of_view_deg) / 2))


def frontal_plane_angle(
    hip: Array,
    knee: Array,
    ankle: Array,
    *,
    medial_sign: ArrayLike,
    knee_flexion_deg: ArrayLike,
    yaw_deg: ArrayLike,
    leg_length_px: float,
    focal_px: float,
    middle_y_px: float,
) -> Array:
    """Angle by which the knee leaves the hip-ankle line in the subject's own frontal plane.

    A bent knee is nearer to the lens, so the picture shows it further from the place where the lens points.
    From an oblique view, its forward movement looks like a sideways one. The flexion of the knee shows how
    far in front each joint is, and this corrects both effects.

    Parameters
    ----------
    hip, knee, ankle : ndarray, shape (..., 2)
        Joints of the stance leg, x to the right and y down. [px]
    medial_sign : array_like of {1, -1}
        1 where the body's midline lies towards larger x, else -1.
    knee_flexion_deg : array_like
        0 for a straight leg. [deg]
    yaw_deg : array_like
        How far the subject is turned away from the line of sight to the ankle, positive for a lens on
        the subject's left. [deg]
    leg_length_px : float
        Length of the leg while standing. [px]
    focal_px : float
        See `focal_length_px`.
    middle_y_px : float
        Row straight ahead of a level lens: the picture's middle. [px]

    Returns
    -------
    ndarray, shape (...)
        0 for a straight leg, positive for valgus (knee medial). [deg] NaN where a landmark is missing.

    Notes
    -----
    With true joints, flexion and yaw, the error on rendered videos is 0.8 deg (one SD). An error of one
    degree in the yaw changes the result by 0.8 deg at 45 and 1.2 deg at 60 deg of flexion.
    """
    flexion = np.radians(np.asarray(knee_flexion_deg, dtype=np.float64))
    forward = _forward(flexion)
    yaw = np.radians(np.asarray(yaw_deg, dtype=np.float64))
    # Lengths in leg lengths, seen from the lens along the line of sight to the ankle.
    distance = focal_px / leg_length_px
    points = np.stack([np.asarray(joint, dtype=np.float64) for joint in (hip, knee, ankle)])
    x = (points[..., 0] - points[2, ..., 0]) / leg_length_px
    y = (points[..., 1] - middle_y_px) / leg_length_px
    lateral = x
    for _ in range(N_ROUNDS):
        nearer = lateral * np.sin(yaw) + forward * np.cos(yaw)
        lateral = (x * (1 - nearer / distance) + forward * np.sin(yaw)) / np.cos(yaw)
    height = y * (1 - nearer / distance)
    thigh = np.arctan2(lateral[1] - lateral[0], height[1] - height[0])
    shank = np.arctan2(lateral[2] - lateral[1], height[2] - height[1])
    return np.asarray(np.asarray(medial_sign) * np.degrees(thigh - shank))


def _forward(flexion: Array) -> Array:
    """How far hip, knee and ankle are in front of the ankle, shape (3, ...). [leg lengths]"""
    knee = SHANK_LENGTH_SHARE * np.sin(SHANK_LEAN_SHARE * flexion)
    hip = knee - (1 - SHANK_LENGTH_SHARE) * np.sin((1 - SHANK_LEAN_SHARE) * flexion)
    return np.stack([hip, knee, np.zeros_like(knee)])
