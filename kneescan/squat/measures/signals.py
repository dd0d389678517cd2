"""Signals: what is measured for each leg at every moment of the video."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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
from kneescan.squat.measures.domain import bent_too_far, counted_depth, possible
from kneescan.squat.measures.straight_ahead import fppa_straight_ahead
from kneescan.squat.repetitions.close_up_tracks import toe_share
from kneescan.squat.repetitions.detection import DetectedRepetition
from kneescan.squat.repetitions.surroundings import near_squats
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSignals:
    """Signals of one leg as the stance leg, of shape (n_samples,) unless stated; NaN where missing.

    Angles and knee over foot are also NaN where the picture cannot show them (see `domain`).
    """

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
    too_deep: NDArray[np.bool_]
    """Whether the leg is bent too far to be measured (see `bent_too_far`)."""
    lift_pct: Array
    """How much higher the free foot is. [% of leg length]"""
    foot_px: Array
    """Approximate middle of the stance foot, as if the camera had not moved, shape (n_samples, 2). [px]"""
    free_foot_px: Array
    """The same for the free foot. [px]"""

    def without_leg_values(self) -> "SideSignals":
        """Return the same signals for a video that does not show the leg from the front."""
        nan = np.full_like(self.fppa_deg, np.nan)
        return replace(
            self,
            fppa_deg=nan,
            fppa_frontal_deg=nan,
            thigh_deg=nan,
            shank_deg=nan,
            knee_over_foot_pct=nan,
        )


OF_THE_LEG = ("fppa_deg", "fppa_frontal_deg", "thigh_deg", "shank_deg", "knee_over_foot_pct")
"""Signals that have no meaning for a leg that the picture does not show from the front, or bent too far."""


def side_signals(
    tracks: Tracks,
    detected: Sequence[DetectedRepetition],
    side: Side,
    medial_sign: int,
    view_yaw_deg: float,
    settings: Settings,
) -> SideSignals:
    """Compute all signals of one leg over the whole video."""
    shank_px = _standing_length(tracks, detected, side, ("knee", "ankle"))
    body, leg_px = tracks.rough, tracks.leg_length_px
    foot_px, free_foot_px = (foot_centre(body, of) for of in (side, side.other))
    foot_y, free_foot_y = foot_px[:, 1], free_foot_px[:, 1]
    middle_hip, hip = midpoint(body, "hip"), tracks.measured[f"{side}_hip"]
    trunk_drop_pct = 100 * (trunk_centre(body)[:, 1] - foot_y) / leg_px
    hip_drop_pct = 100 * (middle_hip[:, 1] - foot_y) / leg_px
    depth_pct = _from_standing(trunk_drop_pct, detected, side)
    hip_depth_pct = _from_standing(hip_drop_pct, detected, side)
    too_deep = bent_too_far(
        counted_depth(depth_pct, hip_depth_pct),
        np.hypot(*(hip - tracks.measured[f"{side}_knee"]).T),
        _standing_length(tracks, detected, side, ("hip", "knee")),
        settings,
    )
    values = _leg_values(tracks, side, medial_sign, depth_pct, shank_px, view_yaw_deg, settings)
    measurable = ~too_deep & possible(*(values[name] for name in SHOWN_IN_PICTURE))
    return SideSignals(
        **{name: np.where(measurable, value, np.nan) for name, value in values.items()},
        sway_pct=knee_sway(
            tracks.unfiltered[f"{side}_knee"],
            tracks.unfiltered[f"{side}_ankle"],
            shank_length_px=shank_px,
        ),
        standing_shank_px=shank_px,
        # Close-ups may show one hip only, and one hip moved without the other tilts the pelvis.
        pelvic_drop_deg=_if_possible(pelvic_drop(body[f"{side}_hip"], body[f"{side.other}_hip"])),
        trunk_lean_deg=_if_possible(
            trunk_lean(midpoint(body, "shoulder"), middle_hip, medial_sign=medial_sign)
        ),
        depth_pct=depth_pct,
        hip_depth_pct=hip_depth_pct,
        too_deep=too_deep,
        lift_pct=100 * (foot_y - free_foot_y) / leg_px,
        foot_px=foot_px,
        free_foot_px=free_foot_px,
    )


SHOWN_IN_PICTURE = ("fppa_deg", "thigh_deg", "shank_deg")
"""Angles in the picture; if one of them is impossible, no other value of the leg can be trusted."""


def _leg_values(
    tracks: Tracks,
    side: Side,
    medial_sign: int,
    depth_pct: Array,
    shank_px: float,
    view_yaw_deg: float,
    settings: Settings,
) -> dict[str, Array]:
    """Signals of `OF_THE_LEG`, whether or not the picture can show them."""
    hip, knee, ankle, foot = (
        tracks.measured[f"{side}_{part}"] for part in ("hip", "knee", "ankle", "foot_index")
    )
    fppa = frontal_plane_projection_angle(hip, knee, ankle, medial_sign=medial_sign)
    offset = knee_over_foot_offset(knee, foot, medial_sign=medial_sign, shank_length_px=shank_px)
    if side not in tracks.readings:
        fppa = settings.fppa_gain * fppa + settings.fppa_shift_deg
    frontal = fppa_straight_ahead(tracks, side, medial_sign, depth_pct, view_yaw_deg, settings)
    return {
        "fppa_deg": fppa,
        "fppa_frontal_deg": _if_possible(frontal),
        "thigh_deg": thigh_angle(hip, knee, medial_sign=medial_sign),
        "shank_deg": shank_angle(knee, ankle, medial_sign=medial_sign),
        "knee_over_foot_pct": _calibrated_offset(offset, tracks, side, settings),
    }


def _calibrated_offset(offset_pct: Array, tracks: Tracks, side: Side, settings: Settings) -> Array:
    """Knee over foot, corrected as far as the toe comes from the pose model."""
    calibrated = settings.knee_over_foot_gain * offset_pct + settings.knee_over_foot_shift_pct
    return offset_pct + (1 - toe_share(tracks, side)) * (calibrated - offset_pct)


def _if_possible(angle_deg: Array) -> Array:
    return np.where(possible(angle_deg), angle_deg, np.nan)


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


def _standing_length(
    tracks: Tracks, detected: Sequence[DetectedRepetition], side: Side, ends: tuple[str, str]
) -> float:
    """Distance of two joints while standing: median outside the squats, or near them. [px]"""
    segment = np.subtract(*(tracks.measured[f"{side}_{part}"] for part in ends))
    length = np.hypot(segment[:, 0], segment[:, 1])
    quiet, near = (of(tracks, detected, side) for of in (quiet_stance, near_squats))
    seen = [length[samples] for samples in (quiet, near) if np.isfinite(length[samples]).any()]
    chosen = seen[0] if seen else length
    known = chosen[np.isfinite(chosen)]
    length_px = float(median(known)) if known.size else 0.0
    return length_px if length_px > 0 else float("nan")


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
