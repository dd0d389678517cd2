"""Validity: which squats count, and why others do not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.body import foot_centre
from kneescan.landmarks import Side
from kneescan.squat.metrics import squat_depth
from kneescan.squat.repetitions import Dip
from kneescan.squat.results import Reason
from kneescan.squat.settings import Settings
from kneescan.squat.signals import SideSignals, median_within
from kneescan.squat.squats import Squat
from kneescan.squat.tracks import LEG_PARTS, Tracks

Array = NDArray[np.float64]

HELD_HIGH_PCT = 12.0
"""A free foot usually higher than this is held up: its coming down is seen. [% of leg length]"""
REPLACED_PCT = 12.0
"""A free foot that hangs elsewhere after the squat, by this much, was put down. [% of leg length]"""
BENT_SHARE = 0.25
"""A foot put down with the knee bent less than this share of the depth ends the squat, as it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is usual in the squats of a leg, which a single one is held against."""

    lift_pct: float
    """How high the free foot is held. [% of leg length]"""
    shake_pct: float
    """How far the planted foot roams in the picture. [% of leg length]"""


def invalid_reasons(
    squat: Squat,
    side: Side,
    habits: Habits,
    tracks: Tracks,
    signals: SideSignals,
    settings: Settings,
) -> tuple[Reason, ...]:
    """Why a squat on one leg does not count; empty when it does."""
    dip = squat.dip
    reasons = []
    depth_pct = squat_depth(dip, signals)
    if depth_pct < settings.min_depth_pct:
        limit = {"depth_pct": depth_pct, "limit_pct": settings.min_depth_pct}
        reasons.append(Reason(code="too_shallow", values=limit))
    if touched_down(dip, tracks, signals, side, habits.lift_pct, settings):
        reasons.append(Reason(code="touch_down"))
    shift_pct = stance_foot_shift(dip, tracks, side)
    if shift_pct > settings.max_foot_shift_pct + habits.shake_pct:
        reasons.append(Reason(code="stance_foot_moved", values={"shift_pct": shift_pct}))
    missing_pct = missing_share(dip, tracks, side)
    if missing_pct > settings.max_missing_pct or not _seen_at_bottom(
        dip, tracks, signals, settings
    ):
        reasons.append(Reason(code="landmarks_missing", values={"missing_pct": missing_pct}))
    return tuple(reasons)


def leg_habits(squats: Sequence[Squat], tracks: Tracks, signals: SideSignals, side: Side) -> Habits:
    """What is usual in the squats of a leg."""
    return Habits(lift_pct=usual_lift(squats, signals, side), shake_pct=shake(tracks, side, squats))


def usual_lift(squats: Sequence[Squat], signals: SideSignals, side: Side) -> float:
    """How high the free foot is usually held in the squats of a leg. [% of leg length]"""
    lifts = [
        float(np.median(signals.lift_pct[squat.dip.start : squat.dip.stop]))
        for squat in squats
        if squat.side is side
    ]
    return float(np.median(lifts)) if lifts else float("nan")


def touched_down(
    dip: Dip,
    tracks: Tracks,
    signals: SideSignals,
    side: Side,
    usual_lift_pct: float,
    settings: Settings,
) -> bool:
    """Whether the free foot was put down during a squat or as it ended.

    A foot held up behind is seen to come down to the level of the other. One held low in front may
    hover at that level all the time: there it is seen elsewhere on the way up than on the way down.
    """
    depth_pct = signals.depth_pct[dip.start : dip.stop]
    bent = dip.start + np.flatnonzero(depth_pct > BENT_SHARE * depth_pct.max())
    if usual_lift_pct > HELD_HIGH_PCT:
        return bool(np.min(signals.lift_pct[bent]) < settings.touch_down_lift_pct)
    free = foot_centre(tracks.rough, side.other) - foot_centre(tracks.rough, side)
    moved_px = np.linalg.norm(free[bent[-1]] - free[bent[0]])
    return bool(100 * moved_px / tracks.leg_length_px > REPLACED_PCT)


def stance_foot_shift(dip: Dip, tracks: Tracks, side: Side) -> float:
    """How far the stance foot stands from where it stood before the squat. [% of leg length]"""
    foot = foot_centre(tracks.rough, side)
    window = max(1, round(0.15 * tracks.fps))
    before = np.median(foot[max(0, dip.start - window) : dip.start + window], axis=0)
    after = np.median(foot[max(0, dip.stop - window) : dip.stop + window], axis=0)
    return float(100 * np.linalg.norm(after - before) / tracks.leg_length_px)


def shake(tracks: Tracks, side: Side, squats: Sequence[Squat]) -> float:
    """How far a planted foot roams during the squats: what a moving camera adds. [% of leg length]"""
    foot = foot_centre(tracks.rough, side)
    ranges = [
        np.ptp(np.percentile(foot[squat.dip.start : squat.dip.stop], [10, 90], axis=0), axis=0)
        for squat in squats
        if squat.side is side
    ]
    if not ranges:
        return 0.0
    return float(100 * np.median(np.linalg.norm(ranges, axis=1)) / tracks.leg_length_px)


def missing_share(dip: Dip, tracks: Tracks, side: Side) -> float:
    """Part of a squat in which a landmark of the stance leg is missing. [% of frames]"""
    inside = slice(dip.start, dip.stop)
    missing = [np.isnan(tracks.measured[f"{side}_{part}"][inside, 0]) for part in LEG_PARTS]
    return float(100 * np.mean(np.any(missing, axis=0)))


def _seen_at_bottom(dip: Dip, tracks: Tracks, signals: SideSignals, settings: Settings) -> bool:
    deepest_s = tracks.time_s[dip.deepest]
    near = np.abs(tracks.time_s - deepest_s) <= settings.deepest_window_s + 1e-9
    values = (
        median_within(signal, near) for signal in (signals.fppa_deg, signals.knee_over_foot_pct)
    )
    return all(np.isfinite(value) for value in values)
