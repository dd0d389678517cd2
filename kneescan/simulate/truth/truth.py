"""Compute the true measures from the exact landmarks in space and in the picture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Landmark, Side
from kneescan.simulate.course.timeline import PlannedFrames

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionTruth:
    """One repetition, or the part of it that the clip shows."""

    index: int
    """Number in the script, from 1, and the value of :attr:`Truth.repetition` in its frames. The count
    continues through all parts and includes the repetitions that were cropped."""
    part: int
    """Index of its script."""
    side: Side | None
    """Stance leg, the subject's own; None on both feet."""
    apparent_side: Side | None
    """Stance leg as it appears to the viewer; the other one in a mirrored picture."""
    start_s: float
    """Start of the descent, or of the clip if that is later. [s]"""
    deepest_s: float
    """Middle of the time at the deepest point, or the nearest moment in the clip. [s]"""
    stop_s: float
    """End of the ascent, or the last frame if that is earlier. [s]"""
    completed: bool
    """Whether the clip shows all of it."""
    touched_down: bool
    """Whether the free foot touched the floor during it."""
    foot_moved: bool
    """Whether the stance foot hopped during it."""
    peak_knee_flexion_deg: float
    """Knee flexion in space at ``deepest_s``. [deg]"""
    valgus_frontal_deg: float
    """Frontal-plane valgus in space at ``deepest_s``, with wobble; NaN on both feet. [deg]"""
    fppa_deg: float
    """FPPA in the picture at ``deepest_s``, with wobble; NaN on both feet. [deg]"""
    depth_pct: float
    """Depth at ``deepest_s``. [%]"""
    wobble_rms_pct: float
    """RMS of the wobble over the frames, in % of shank length. [%]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """True values of the measures at each moment; all arrays have shape (n_frames,)."""

    knee_flexion_deg: Floats
    """Knee flexion of the stance leg in space; on both feet the mean. [deg]"""
    fppa_deg: Floats
    """FPPA of the exact landmarks in the picture, positive for valgus; NaN on both feet. [deg]"""
    valgus_frontal_deg: Floats
    """The same angle in the frontal plane in space, independent of the camera; NaN on both feet. [deg]"""
    wobble_pct: Floats
    """Sideways displacement of the loaded knee in addition to that of the valgus, positive medially, in
    % of shank length. [%]"""
    pelvic_drop_deg: Floats
    """Tilt of the hips, positive with the free side lower; NaN on both feet. [deg]"""
    trunk_lean_deg: Floats
    """Offset of the shoulders' middle from that of the hips as an angle, positive to the stance side;
    NaN on both feet. [deg]"""
    depth_pct: Floats
    """Drop of the hips' middle towards the stance ankle (the mean of both on both feet) in space,
    in % of its height above the ankle just before the part's first repetition. [%]"""
    knee_over_foot_pct: Floats
    """Knee x minus foot index x in the picture, positive medially, in % of the knee-ankle distance
    in the picture just before the part's first repetition; NaN on both feet. [%]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth(Measures):
    """True movement in each frame and in each repetition."""

    time_s: Floats
    """Time of each frame. [s]"""
    phase: NDArray[np.str_]
    """Value of :class:`Phase`, shape (n_frames,)."""
    repetition: NDArray[np.int64]
    """:attr:`RepetitionTruth.index` of the repetition, 0 between repetitions, shape (n_frames,)."""
    stance_side: NDArray[np.int64]
    """The subject's own stance leg: 1 left, -1 right, 0 both feet, shape (n_frames,)."""
    apparent_side: NDArray[np.int64]
    """Stance leg as it appears to the viewer; the other one in a mirrored picture."""
    xyz_m: Floats
    """Landmarks in space, named by the subject's own sides, shape (n_frames, 33, 3): x to the
    subject's left, y up from the floor, z forward. [m]"""
    xy_px: Floats
    """Exact landmarks in the picture, named as in the pose sequence, shape (n_frames, 33, 2). [px]
    """
    repetitions: tuple[RepetitionTruth, ...]
    """Repetitions of which the clip shows at least a part."""


def projection_angle(hip: Floats, knee: Floats, ankle: Floats, medial_sign: Floats) -> Floats:
    """Angle by which the knee leaves the hip-ankle line in a plane (Willson & Davis 2008).

    Parameters
    ----------
    hip, knee, ankle : ndarray, shape (..., 2)
        Points, x to the right and y down. [any length]
    medial_sign : ndarray, shape (...)
        1 where the body's midline lies towards larger x, otherwise -1; NaN if unknown.

    Returns
    -------
    ndarray, shape (...)
        0 for a straight leg, positive for valgus (knee medial). [deg]
    """
    thigh, shank = knee - hip, ankle - knee
    cross = thigh[..., 0] * shank[..., 1] - thigh[..., 1] * shank[..., 0]
    angle_deg: Floats = np.degrees(np.arctan2(cross, np.sum(thigh * shank, axis=-1)))
    return medial_sign * angle_deg


def measure(
    xyz_m: Floats,
    xy_px: Floats,
    moments: PlannedFrames,
    *,
    wobble_pct: Floats,
    rest: NDArray[np.int64],
) -> Measures:
    """Measure exact landmarks in space and in the picture.

    Parameters
    ----------
    xyz_m : ndarray, shape (n_frames, 33, 3)
        Landmarks in space. [m]
    xy_px : ndarray, shape (n_frames, 33, 2)
        Landmarks in the picture, not mirrored. [px]
    moments : PlannedFrames
        Action in each frame.
    wobble_pct : ndarray, shape (n_frames,)
        Wobble of the loaded knees. [% of shank length]
    rest : ndarray, shape (n_frames,)
        For each frame, the index of the frame just before its part's first repetition.

    Returns
    -------
    Measures
        Values of each frame.
    """
    sign = np.where(moments.stance_sign == 0, np.nan, moments.stance_sign)
    front_m = xyz_m[..., :2] * np.array([1.0, -1.0])
    stance_px = {part: _of_stance(xy_px, moments, part) for part in ("knee", "ankle")}
    shank_px = np.linalg.norm(stance_px["knee"] - stance_px["ankle"], axis=-1)[rest]
    toe_px = _of_stance(xy_px, moments, "foot_index")
    height_m = _hip_height(xyz_m, moments)
    hips, shoulders = _middle(xyz_m, "hip"), _middle(xyz_m, "shoulder")
    drop_m = sign * (xyz_m[:, Landmark.LEFT_HIP, 1] - xyz_m[:, Landmark.RIGHT_HIP, 1])
    across_m = xyz_m[:, Landmark.LEFT_HIP, 0] - xyz_m[:, Landmark.RIGHT_HIP, 0]
    lean_m = sign * (shoulders - hips)[:, 0]
    return Measures(
        knee_flexion_deg=_knee_flexion(xyz_m, moments),
        fppa_deg=_stance_angle(xy_px, moments, -sign),
        valgus_frontal_deg=_stance_angle(front_m, moments, -sign),
        wobble_pct=wobble_pct,
        pelvic_drop_deg=np.degrees(np.arctan2(drop_m, across_m)),
        trunk_lean_deg=np.degrees(np.arctan2(lean_m, (shoulders - hips)[:, 1])),
        depth_pct=100 * (1 - height_m / height_m[rest]),
        knee_over_foot_pct=-sign * 100 * (stance_px["knee"] - toe_px)[:, 0] / shank_px,
    )


def _of_stance(points: Floats, moments: PlannedFrames, part: str) -> Floats:
    """Track of a body part of the stance leg; of the left leg on both feet."""
    on_right = (moments.stance_sign < 0)[:, np.newaxis]
    left, right = (points[:, side.landmark(part)] for side in Side)
    return np.where(on_right, right, left)


def _stance_angle(points: Floats, moments: PlannedFrames, medial_sign: Floats) -> Floats:
    hip, knee, ankle = (_of_stance(points, moments, part) for part in ("hip", "knee", "ankle"))
    return projection_angle(hip, knee, ankle, medial_sign)


def _middle(xyz_m: Floats, part: str) -> Floats:
    middle: Floats = xyz_m[:, [side.landmark(part) for side in Side]].mean(axis=1)
    return middle


def _hip_height(xyz_m: Floats, moments: PlannedFrames) -> Floats:
    on_both = moments.stance_sign == 0
    stance_m = _of_stance(xyz_m, moments, "ankle")[:, 1]
    ankle_m = np.where(on_both, _middle(xyz_m, "ankle")[:, 1], stance_m)
    height_m: Floats = _middle(xyz_m, "hip")[:, 1] - ankle_m
    return height_m


def _knee_flexion(xyz_m: Floats, moments: PlannedFrames) -> Floats:
    flexions = []
    for side in Side:
        hip, knee, ankle = (xyz_m[:, side.landmark(part)] for part in ("hip", "knee", "ankle"))
        thigh, shank = knee - hip, ankle - knee
        cross = np.linalg.norm(np.cross(thigh, shank), axis=-1)
        flexions.append(np.degrees(np.arctan2(cross, np.sum(thigh * shank, axis=-1))))
    left, right = flexions
    on_one = np.where(moments.stance_sign > 0, left, right)
    flexion_deg: Floats = np.where(moments.stance_sign == 0, (left + right) / 2, on_one)
    return flexion_deg
