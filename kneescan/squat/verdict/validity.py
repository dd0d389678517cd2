"""Validity: which squats count, and why others do not."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.body import foot_centre
from kneescan.kinematics.quantiles import median, middle_range
from kneescan.landmarks import Side
from kneescan.squat.measures.repetition_values import bottom_window, is_too_deep, squat_depth
from kneescan.squat.measures.signals import SideSignals
from kneescan.squat.readings.leg_readings import LEG_PARTS
from kneescan.squat.repetitions.detection import DetectedRepetition
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.results import Reason
from kneescan.squat.settings import Settings
from kneescan.squat.verdict.hiding import is_hidden_by_free_leg

Array = NDArray[np.float64]

HELD_HIGH_PCT = 12.0
"""A free foot usually higher than this is held up, so its coming down is visible. [% of leg length]"""
REPLACED_PCT = 12.0
"""A free foot that changed its place by more than this during the squat was put down. [% of leg length]"""
BENT_SHARE = 0.25
"""A foot put down at less than this share of the depth just ends the squat, and is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is usual in the squats of a leg, for comparison with a single squat."""

    lift_pct: float
    """How high the free foot is held. [% of leg length]"""
    camera_shake_pct: float
    """How far the planted foot moves about, as the camera's movement is not known. [% of leg length]"""


def invalid_reasons(
    repetition: DetectedRepetition,
    side: Side,
    habits: Habits,
    bottom: Mapping[str, float],
    tracks: Tracks,
    signals: SideSignals,
    settings: Settings,
) -> tuple[Reason, ...]:
    """Reasons why a squat on one leg does not count; empty if it counts."""
    bounds = repetition.bounds
    reasons = []
    depth_pct = squat_depth(bounds, signals)
    if depth_pct < settings.min_depth_pct:
        limit = {"depth_pct": depth_pct, "limit_pct": settings.min_depth_pct}
        reasons.append(Reason(code="too_shallow", values=limit))
    too_deep = is_too_deep(bounds, signals, tracks.time_s, settings)
    if too_deep:
        reasons.append(Reason(code="too_deep", values={"depth_pct": depth_pct}))
    if touched_down(bounds, tracks, signals, habits.lift_pct, settings):
        reasons.append(Reason(code="touch_down"))
    shift_pct = stance_foot_shift(bounds, tracks, signals)
    if shift_pct > settings.max_foot_shift_pct + habits.camera_shake_pct:
        reasons.append(Reason(code="stance_foot_moved", values={"shift_pct": shift_pct}))
    unseen = _why_unseen(bounds, side, tracks, settings)
    measured = math.isfinite(bottom["fppa_deg"]) and math.isfinite(bottom["knee_over_foot_pct"])
    if unseen is not None:
        reasons.append(unseen)
    elif not (measured or too_deep):
        reasons.append(Reason(code="impossible_angle"))
    return tuple(reasons)


def _why_unseen(
    bounds: RepetitionBounds, side: Side, tracks: Tracks, settings: Settings
) -> Reason | None:
    """Why the leg was not seen, in too much of a squat or at its deepest point; None if it was seen."""
    missing_pct = missing_share(bounds, tracks, side)
    if missing_pct <= settings.max_missing_pct and seen_at_bottom(bounds, tracks, side, settings):
        return None
    hidden = is_hidden_by_free_leg(bounds, tracks, side)
    code = "free_leg_in_front" if hidden else "landmarks_missing"
    return Reason(code=code, values={"missing_pct": missing_pct})


def leg_habits(
    detected: Sequence[DetectedRepetition], tracks: Tracks, signals: SideSignals, side: Side
) -> Habits:
    """What is usual in the squats of a leg."""
    return Habits(
        lift_pct=usual_lift(detected, signals, side),
        camera_shake_pct=camera_shake(tracks, side, detected),
    )


def usual_lift(detected: Sequence[DetectedRepetition], signals: SideSignals, side: Side) -> float:
    """How high the free foot is usually held in the squats of a leg. [% of leg length]"""
    lifts = [
        median(signals.lift_pct[repetition.bounds.start : repetition.bounds.stop])
        for repetition in detected
        if repetition.side is side
    ]
    return float(median(np.array(lifts))) if lifts else float("nan")


def touched_down(
    bounds: RepetitionBounds,
    tracks: Tracks,
    signals: SideSignals,
    usual_lift_pct: float,
    settings: Settings,
) -> bool:
    """Whether the free foot touched the floor during a squat.

    A foot held up behind visibly comes down to the level of the other. A foot held low in front may stay
    at that level all the time. If it was put down, its place differs between the way down and the way up.
    """
    depth_pct = signals.depth_pct[bounds.start : bounds.stop]
    bent = bounds.start + np.flatnonzero(depth_pct > BENT_SHARE * depth_pct.max())
    if usual_lift_pct > HELD_HIGH_PCT:
        return bool(np.min(signals.lift_pct[bent]) < settings.touch_down_lift_pct)
    first, last = signals.free_foot_px[bent[[0, -1]]] - signals.foot_px[bent[[0, -1]]]
    moved_px = np.linalg.norm(last - first)
    return bool(100 * moved_px / tracks.leg_length_px > REPLACED_PCT)


def stance_foot_shift(bounds: RepetitionBounds, tracks: Tracks, signals: SideSignals) -> float:
    """How far the stance foot moved between start and end of the squat. [% of leg length]"""
    foot = signals.foot_px
    window = max(1, round(0.15 * tracks.fps))
    before = median(foot[max(0, bounds.start - window) : bounds.start + window])
    after = median(foot[max(0, bounds.stop - window) : bounds.stop + window])
    return float(100 * np.linalg.norm(after - before) / tracks.leg_length_px)


def camera_travel(tracks: Tracks, detected: Sequence[DetectedRepetition]) -> float:
    """How far the camera moved within a squat at most, as the background shows. [% of leg length]"""
    inside = [tracks.camera_px[each.bounds.start : each.bounds.stop] for each in detected]
    travel_px = [float(np.hypot(*middle_range(movement, 0.1))) for movement in inside]
    return 100 * max(travel_px, default=0.0) / tracks.leg_length_px


def camera_shake(tracks: Tracks, side: Side, detected: Sequence[DetectedRepetition]) -> float:
    """How far a planted foot seems to move during the squats. [% of leg length]

    Movement of the camera that the background shows is not part of it.
    """
    foot = foot_centre(tracks.rough, side)
    planted = [
        foot[repetition.bounds.start : repetition.bounds.stop]
        for repetition in detected
        if repetition.side is side
    ]
    if not planted:
        return 0.0
    ranges = np.array([middle_range(place, 0.1) for place in planted])
    return float(100 * median(np.hypot(*ranges.T)) / tracks.leg_length_px)


def missing_share(bounds: RepetitionBounds, tracks: Tracks, side: Side) -> float:
    """Share of a squat in which a landmark of the stance leg is missing. [% of frames]"""
    inside = slice(bounds.start, bounds.stop)
    return float(100 * np.mean(_is_missing(tracks, side, LEG_PARTS, inside)))


def seen_at_bottom(
    bounds: RepetitionBounds, tracks: Tracks, side: Side, settings: Settings
) -> bool:
    """Whether FPPA and knee over foot each have their landmarks in most samples around the deepest point."""
    near = bottom_window(bounds, tracks.time_s, settings)
    needed = (("hip", "knee", "ankle"), ("knee", "foot_index"))
    return all(np.mean(_is_missing(tracks, side, parts, near)) < 0.5 for parts in needed)


def _is_missing(
    tracks: Tracks, side: Side, parts: Sequence[str], inside: slice
) -> NDArray[np.bool_]:
    # NaN in any part makes the sum NaN.
    total = sum(tracks.measured[f"{side}_{part}"][inside, 0] for part in parts)
    return np.asarray(np.isnan(total))
