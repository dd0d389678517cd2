"""Add trunk, head and arms for a complete picture: hands on the hips, head upright."""

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Landmark, Side
from kneescan.simulate.body import Body
from kneescan.simulate.course.motion import Motion
from kneescan.simulate.course.timeline import side_sign

FORWARD_LEAN_DEG = 3.0
"""Forward lean of the trunk when standing. [deg]"""
FORWARD_LEAN_SHARE = 0.4
"""Forward lean of the trunk per degree of knee flexion, to keep its weight over the foot. [1]"""
UPPER_ARM = 0.165
"""Shoulder to elbow, in body heights."""
FOREARM = 0.145
"""Elbow to wrist, in body heights."""
WRIST_ON_HIP = (0.075, 0.055, 0.045)
"""Wrist from the middle of the hips, outward, up and forward, in body heights."""

HEAD = {
    Landmark.NOSE: (0.0, 0.122, 0.090),
    Landmark.LEFT_EYE_INNER: (0.011, 0.142, 0.072),
    Landmark.LEFT_EYE: (0.018, 0.142, 0.068),
    Landmark.LEFT_EYE_OUTER: (0.026, 0.142, 0.062),
    Landmark.LEFT_EAR: (0.042, 0.132, 0.010),
    Landmark.MOUTH_LEFT: (0.015, 0.099, 0.076),
}
"""Landmarks of the left half of the head from the middle of the shoulders: to the left, up and
forward, in body heights."""
HAND = {"thumb": (-0.012, 0.010), "index": (-0.024, 0.004), "pinky": (-0.020, -0.014)}
"""Knuckles of a hand on the hip from the wrist: outward and up, in body heights."""


def place_upper_body(xyz_m: NDArray[np.float64], motion: Motion, body: Body) -> None:
    """Add shoulders, head, arms and hands to a body whose hips are in place.

    Parameters
    ----------
    xyz_m : ndarray, shape (n_frames, 33, 3)
        Landmarks, filled in here: x to the subject's left, y up, z forward. [m]
    motion : Motion
        Signals of each frame.
    body : Body
        Lengths of the person.
    """
    middle = (xyz_m[:, Landmark.LEFT_HIP] + xyz_m[:, Landmark.RIGHT_HIP]) / 2
    sideways = np.tan(np.radians(motion.script_sign * motion.trunk_lean_deg))
    forward = np.tan(np.radians(FORWARD_LEAN_DEG + FORWARD_LEAN_SHARE * motion.knee_flexion_deg))
    up = np.stack([sideways, np.ones_like(sideways), forward], axis=-1)
    up /= np.linalg.norm(up, axis=-1, keepdims=True)
    neck = middle + body.trunk_m * up
    _place_head(xyz_m, neck, body)
    to_left = np.stack([np.ones_like(sideways), -sideways, np.zeros_like(sideways)], axis=-1)
    to_left /= np.linalg.norm(to_left, axis=-1, keepdims=True)
    for side in Side:
        outward = side_sign(side) * to_left
        shoulder = neck + body.shoulder_width_m / 2 * outward
        _place_arm(xyz_m, shoulder, middle, body, side)


def _place_head(xyz_m: NDArray[np.float64], neck: NDArray[np.float64], body: Body) -> None:
    for landmark, share in HEAD.items():
        offset_m = body.height_m * np.array(share)
        xyz_m[:, landmark] = neck + offset_m
        partner = Landmark[landmark.name.replace("LEFT", "RIGHT")]
        xyz_m[:, partner] = neck + offset_m * np.array([-1.0, 1.0, 1.0])


def _place_arm(
    xyz_m: NDArray[np.float64],
    shoulder: NDArray[np.float64],
    middle: NDArray[np.float64],
    body: Body,
    side: Side,
) -> None:
    outward = np.array([side_sign(side), 1.0, 1.0])
    wrist = middle + body.height_m * outward * np.array(WRIST_ON_HIP)
    xyz_m[:, side.landmark("shoulder")] = shoulder
    xyz_m[:, side.landmark("elbow")] = _elbow(shoulder, wrist, body, side)
    xyz_m[:, side.landmark("wrist")] = wrist
    for part, (out, up) in HAND.items():
        knuckle = body.height_m * outward * np.array([out, up, 0.01])
        xyz_m[:, side.landmark(part)] = wrist + knuckle


def _elbow(
    shoulder: NDArray[np.float64], wrist: NDArray[np.float64], body: Body, side: Side
) -> NDArray[np.float64]:
    """Elbow of an arm with the hand on the hip: it points outwards and back."""
    upper_m, fore_m = UPPER_ARM * body.height_m, FOREARM * body.height_m
    distance_m = np.linalg.norm(wrist - shoulder, axis=-1, keepdims=True)
    axis = (wrist - shoulder) / distance_m
    along_m = (upper_m**2 - fore_m**2 + distance_m**2) / (2 * distance_m)
    hint = np.array([side_sign(side), 0.0, -1.0])
    across = hint - (axis @ hint)[:, np.newaxis] * axis
    across /= np.linalg.norm(across, axis=-1, keepdims=True)
    out_m = np.sqrt(np.maximum(upper_m**2 - along_m**2, 0))
    elbow: NDArray[np.float64] = shoulder + along_m * axis + out_m * across
    return elbow
