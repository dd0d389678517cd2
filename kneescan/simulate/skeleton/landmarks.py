"""Compute the positions of hips, knees and feet in space, and all 33 landmarks."""

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import N_LANDMARKS, Side
from kneescan.simulate.body import Body
from kneescan.simulate.course.motion import Motion
from kneescan.simulate.course.timeline import side_sign
from kneescan.simulate.skeleton.leg import (
    hip_ankle_distance,
    hip_behind_ankle,
    knee_position,
    within_reach,
)
from kneescan.simulate.skeleton.upper_body import place_upper_body

SOLE_M = 0.03
"""Height of heel and foot index above the floor: they are inside the foot, not under it. [m]"""
HEEL_SHARE = 0.24
"""Share of the foot's length behind the ankle."""
DANGLE_DEG = 15.0
"""Angle by which the toes of a foot in the air hang below a right angle with the shank. [deg]"""
FREE_THIGH_DEG = 12.0
"""Forward lean of the free thigh when the foot is behind. [deg]"""
FREE_SHANK_DEG = 65.0
"""Backward lean of the free shank when the foot is behind. [deg]"""
FREE_FRONT_HEIGHT_M = 0.12
"""Height of the free ankle in front. [m]"""
FREE_FRONT_FLEXION_DEG = 15.0
"""Knee flexion of the free leg in front. [deg]"""
FREE_KNEE_HEIGHT_M = 0.12
"""Approximate lower limit for the height of the free knee in a deep squat. [m]"""
FREE_ANKLE_HEIGHT_M = 0.20
"""Approximate lower limit for the height of the free ankle behind, from which the foot hangs. [m]"""
SOFTNESS_M = 0.03
"""Height range over which they stop sinking. [m]"""


def place_landmarks(motion: Motion, body: Body) -> NDArray[np.float64]:
    """Compute the position of the whole body.

    Parameters
    ----------
    motion : Motion
        Signals of each frame.
    body : Body
        Lengths of the person.

    Returns
    -------
    ndarray, shape (n_frames, 33, 3)
        Landmarks: x to the subject's left, y up from the floor, z forward. [m]
    """
    xyz_m = np.full((motion.knee_flexion_deg.size, N_LANDMARKS, 3), np.nan)
    hips = _hips(motion, body)
    for index, side in enumerate(Side):
        hip = hips[:, index]
        ankle = _ankle(motion, body, hip, index)
        loaded = np.isin(motion.script_sign, (0, side_sign(side)))
        knee = knee_position(
            hip,
            ankle,
            np.where(loaded, motion.valgus_deg, 0.0),
            np.where(loaded, motion.wobble_m, 0.0),
            thigh_m=body.thigh_m,
            shank_m=body.shank_m,
            medial_sign=-side_sign(side),
        )
        heel, foot_index = _foot(ankle, knee, body, side)
        xyz_m[:, side.landmark("hip")] = hip
        xyz_m[:, side.landmark("knee")] = knee
        xyz_m[:, side.landmark("ankle")] = ankle
        xyz_m[:, side.landmark("heel")] = heel
        xyz_m[:, side.landmark("foot_index")] = foot_index
    place_upper_body(xyz_m, motion, body)
    return xyz_m


def _hips(motion: Motion, body: Body) -> NDArray[np.float64]:
    """Hip joints that give the stance leg exactly its flexion, shape (n_frames, 2, 3). [m]"""
    stands_right = motion.script_sign < 0
    outward = np.where(stands_right, -1.0, 1.0)
    drop = np.radians(motion.pelvic_drop_deg)
    half = body.hip_half_width_m
    stance_x = motion.pelvis_x_m + outward * half * np.cos(drop)
    flexion = motion.knee_flexion_deg
    distance = hip_ankle_distance(flexion, thigh_m=body.thigh_m, shank_m=body.shank_m)
    behind = hip_behind_ankle(
        flexion, thigh_m=body.thigh_m, shank_m=body.shank_m, shank_share=body.shank_share
    )
    sideways = stance_x - motion.support[:, 0]
    height = np.sqrt(distance**2 - behind**2 - sideways**2)
    stance = motion.support + np.stack([sideways, height, -behind], axis=-1)
    across = np.stack(
        [-2 * outward * half * np.cos(drop), -2 * half * np.sin(drop), np.zeros_like(drop)],
        axis=-1,
    )
    on_right = stands_right[:, np.newaxis]
    left = np.where(on_right, stance + across, stance)
    right = np.where(on_right, stance, stance + across)
    return np.stack([left, right], axis=1)


def _ankle(motion: Motion, body: Body, hip: NDArray[np.float64], index: int) -> NDArray[np.float64]:
    foothold, free = motion.foothold[:, index], motion.free[:, index, np.newaxis]
    in_air = np.where(
        motion.free_in_front[:, np.newaxis], _ankle_in_front(hip, body), _ankle_behind(hip, body)
    )
    target = foothold + free * (in_air - foothold)
    return within_reach(hip, target, reach_m=body.thigh_m + body.shank_m)


def _ankle_behind(hip: NDArray[np.float64], body: Body) -> NDArray[np.float64]:
    knee_y = hip[:, 1] - body.thigh_m * np.cos(np.radians(FREE_THIGH_DEG))
    knee_y = _above(knee_y, FREE_KNEE_HEIGHT_M)
    knee_z = hip[:, 2] + np.sqrt(np.maximum(body.thigh_m**2 - (hip[:, 1] - knee_y) ** 2, 0.0))
    ankle_y = knee_y - body.shank_m * np.cos(np.radians(FREE_SHANK_DEG))
    ankle_y = _above(ankle_y, FREE_ANKLE_HEIGHT_M)
    ankle_z = knee_z - np.sqrt(body.shank_m**2 - (knee_y - ankle_y) ** 2)
    return np.stack([hip[:, 0], ankle_y, ankle_z], axis=-1)


def _above(height_m: NDArray[np.float64], lowest_m: float) -> NDArray[np.float64]:
    """Larger of two heights, with a smooth transition. [m]"""
    return SOFTNESS_M * np.logaddexp(height_m / SOFTNESS_M, lowest_m / SOFTNESS_M)


def _ankle_in_front(hip: NDArray[np.float64], body: Body) -> NDArray[np.float64]:
    reach_m = hip_ankle_distance(
        np.full(len(hip), FREE_FRONT_FLEXION_DEG), thigh_m=body.thigh_m, shank_m=body.shank_m
    )
    below_m = np.minimum(hip[:, 1] - FREE_FRONT_HEIGHT_M, 0.95 * reach_m)
    forward_m = np.sqrt(reach_m**2 - below_m**2)
    ankle: NDArray[np.float64] = hip + np.stack(
        [np.zeros_like(below_m), -below_m, forward_m], axis=-1
    )
    return ankle


def _foot(
    ankle: NDArray[np.float64], knee: NDArray[np.float64], body: Body, side: Side
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Heel and foot index of a foot that hangs from the shank as far as the floor allows."""
    heel_m, toe_m = -HEEL_SHARE * body.foot_length_m, (1 - HEEL_SHARE) * body.foot_length_m
    rise_m = np.maximum(ankle[:, 1] - body.ankle_height_m, 0.0)
    shank = knee - ankle
    hanging = np.arctan2(shank[:, 2], shank[:, 1]) + np.radians(DANGLE_DEG)
    heel_on_floor = np.arcsin(np.maximum(rise_m / heel_m, -1.0))
    toes_on_floor = np.arcsin(np.minimum(rise_m / toe_m, 1.0))
    toes_down = np.clip(hanging, heel_on_floor, toes_on_floor)
    sole_m = SOLE_M - body.ankle_height_m
    toe_out = np.radians(body.toe_out_deg)
    points = []
    for forward_m in (heel_m, toe_m):
        ahead_m = forward_m * np.cos(toes_down) + sole_m * np.sin(toes_down)
        up_m = sole_m * np.cos(toes_down) - forward_m * np.sin(toes_down)
        sideways_m = side_sign(side) * np.sin(toe_out) * ahead_m
        points.append(ankle + np.stack([sideways_m, up_m, np.cos(toe_out) * ahead_m], axis=-1))
    return points[0], points[1]
