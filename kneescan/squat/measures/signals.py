"""Signals: what is measured for each leg at every moment of the video."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.angles import (
    frontal_plane_projection_angle,
    knee_over_foot_offset,
    pelvic_drop,
    shank_angle,
    thigh_angle,
    trunk_lean,
)
from kneescan.kinematics.body import foot_centre, midpoint, trunk_centre
from kneescan.kinematics.quantiles import median, median_of_known, quantile
from kneescan.kinematics.wobble import knee_sway
from kneescan.landmarks import Side
from kneescan.squat.measures.straight_ahead import fppa_straight_ahead
from kneescan.squat.repetitions.detection import DetectedRepetition
from kneescan.squat.repetitions.surroundings import near_squats
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSignals:
    """Signals of one leg as the stance leg, of shape (n_samples,) unless stated; NaN where missing."""

    fppa_deg: Array
    fppa_frontal_deg: Array
    """FPPA as a distant camera straight ahead would see it. [deg]"""
    thigh_deg: Array
    shank_deg: Array
    knee_over_foot_pct: Array
    sway_pct: Array
    """Knee over ankle, unfiltered. [% of shank length]"""
    standing_shank_px: float
    """Knee-ankle distance while standing; NaN if unknown. [px]"""
    pelvic_drop_deg: Array
    trunk_lean_deg: Array
    depth_pct: Array
    """Drop of the trunk from its height while standing just before or after. [% of leg length]"""
    hip_depth_pct: Array
    """Drop of the hips alone. [% of leg length]"""
    lift_pct: Array
    """How much higher the free foot is. [% of leg length]"""
    foot_px: Array
    """Approximate middle of the stance foot, shape (n_samples, 2). [px]"""
    free_foot_px: Array
    """The same for the free foot. [px]"""


def side_signals(
    tracks: Tracks,
    detected: Sequence[DetectedRepetition],
    side: Side,
    medial_sign: int,
    view_yaw_deg: float,
    settings: Settings,
) -> SideSignals:
    """Compute all signals of one leg over the whole video."""
    hip, knee, ankle, foot = (
        tracks.measured[f"{side}_{part}"] for part in ("hip", "knee", "ankle", "foot_index")
    )
    shank_px = _standing_shank(tracks, detected, side)
    fppa = frontal_plane_projection_angle(hip, knee, ankle, medial_sign=medial_sign)
    offset = knee_over_foot_offset(knee, foot, medial_sign=medial_sign, shank_length_px=shank_px)
    body, leg_px = tracks.rough, tracks.leg_length_px
    foot_px, free_foot_px = (foot_centre(body, of) for of in (side, side.other))
    foot_y, free_foot_y = foot_px[:, 1], free_foot_px[:, 1]
    middle_hip = midpoint(body, "hip")
    trunk_drop_pct = 100 * (trunk_centre(body)[:, 1] - foot_y) / leg_px
    hip_drop_pct = 100 * (middle_hip[:, 1] - foot_y) / leg_px
    depth_pct = _from_standing(trunk_drop_pct, detected, side)
    if side not in tracks.close_ups:
        fppa = settings.fppa_gain * fppa + settings.fppa_shift_deg
        offset = settings.knee_over_foot_gain * offset + settings.knee_over_foot_shift_pct
    return SideSignals(
        fppa_deg=fppa,
        fppa_frontal_deg=fppa_straight_ahead(
            tracks, side, medial_sign, depth_pct, view_yaw_deg, settings
        ),
        thigh_deg=thigh_angle(hip, knee, medial_sign=medial_sign),
        shank_deg=shank_angle(knee, ankle, medial_sign=medial_sign),
        knee_over_foot_pct=offset,
        sway_pct=knee_sway(
            tracks.unfiltered[f"{side}_knee"],
            tracks.unfiltered[f"{side}_ankle"],
            shank_length_px=shank_px,
        ),
        standing_shank_px=shank_px,
        # The free hip is that of the pose model, whether or not close-ups moved it for its own squats.
        pelvic_drop_deg=pelvic_drop(hip, body[f"{side.other}_hip"]),
        trunk_lean_deg=trunk_lean(midpoint(body, "shoulder"), middle_hip, medial_sign=medial_sign),
        depth_pct=depth_pct,
        hip_depth_pct=_from_standing(hip_drop_pct, detected, side),
        lift_pct=100 * (foot_y - free_foot_y) / leg_px,
        foot_px=foot_px,
        free_foot_px=free_foot_px,
    )


def _from_standing(drop_pct: Array, detected: Sequence[DetectedRepetition], side: Side) -> Array:
    """Drop from standing around each squat of the leg, interpolated between the squats."""
    all_bounds = [repetition.bounds for repetition in detected if repetition.side is side]
    if not all_bounds:
        return np.asarray(drop_pct - quantile(drop_pct, 0.1))
    edges = np.array(
        [(bounds.start, min(bounds.stop, drop_pct.size) - 1) for bounds in all_bounds]
    ).ravel()
    standing = np.repeat(
        [min(drop_pct[d.start], drop_pct[min(d.stop, drop_pct.size) - 1]) for d in all_bounds], 2
    )
    return np.asarray(drop_pct - np.interp(np.arange(drop_pct.size), edges, standing))


def _standing_shank(tracks: Tracks, detected: Sequence[DetectedRepetition], side: Side) -> float:
    """Knee-ankle distance while standing: median outside the squats, or near them. [px]"""
    shank = tracks.measured[f"{side}_knee"] - tracks.measured[f"{side}_ankle"]
    length = np.hypot(shank[:, 0], shank[:, 1])
    quiet, near = (of(tracks, detected, side) for of in (quiet_stance, near_squats))
    seen = [length[samples] for samples in (quiet, near) if np.isfinite(length[samples]).any()]
    chosen = seen[0] if seen else length
    known = chosen[np.isfinite(chosen)]
    shank_px = float(median(known)) if known.size else 0.0
    return shank_px if shank_px > 0 else float("nan")


def quiet_stance(
    tracks: Tracks, detected: Sequence[DetectedRepetition], side: Side, *, apart_s: float = 0.0
) -> NDArray[np.bool_]:
    """Samples while standing still on one leg: between its squats, and just before and after them.

    Returns
    -------
    ndarray of bool, shape (n_samples,)
    """
    moving = np.zeros(tracks.time_s.size, dtype=bool)
    apart = round(apart_s * tracks.fps)
    for repetition in detected:  # squats, not frames
        moving[max(0, repetition.bounds.start - apart) : repetition.bounds.stop + apart] = True
    return near_squats(tracks, detected, side) & ~moving


def median_within(signal: Array, inside: NDArray[np.bool_] | slice) -> Array:
    """Median of the samples inside; NaN if half of them or more are missing.

    Parameters
    ----------
    signal : ndarray, shape (..., n_samples)
        One signal or several.
    inside : ndarray of bool, shape (n_samples,), or slice
        Samples to use.

    Returns
    -------
    ndarray, shape (...)
    """
    values = signal[..., inside]
    if not values.shape[-1]:
        return np.full(signal.shape[:-1], np.nan)
    n_known = np.count_nonzero(np.isfinite(values), axis=-1)
    return np.where(2 * n_known > values.shape[-1], median_of_known(values), np.nan)


Signals = Mapping[Side, SideSignals]
