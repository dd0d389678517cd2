"""Count the squats so far in the same way as the final analysis.

The analysis is run repeatedly on all landmarks so far, so the live count and the report always use the
same rules.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.angles import frontal_plane_projection_angle
from kneescan.kinematics.body import foot_centre, trunk_centre
from kneescan.landmarks import Landmark, PoseSequence, Side
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.measures.domain import MAX_ANGLE_DEG
from kneescan.squat.results import Reason, SquatAnalysis
from kneescan.squat.settings import Settings

MAX_SKIPPED_S = 1.0
"""Pictures that tracking skipped do not count as missing landmarks: between two tracked pictures at
most this far apart, the body is assumed to have moved evenly. [s]"""
STEP_S = 0.1
"""Interval at which skipped pictures are filled in; with a finer one, a wrong landmark would look
like several that agree. [s]"""
MAX_GAP_S = 0.3
"""Longest gap that is closed. A landmark removed as wrong leaves a longer gap if fewer pictures are
tracked. The final analysis uses every picture and has its own limit. [s]"""
SETTLED_S = 0.25
"""A squat is complete only after standing has been seen for this long. [s]"""
MEMORY_S = 8.0
"""Period in which standing is searched for. [s]"""
STANDING_SHARE = 95
"""Percentile of the trunk's height above the foot that counts as standing."""
LIFTED_PCT = 5.0
"""A foot higher than the other by more than this is in the air. [% of leg length]"""
SINKING_PCT = 3.0
"""Deeper than this is a squat, in which the stance leg does not change. [% of leg length]"""
N_SMOOTHED = 3
"""Number of pictures in the running medians."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Squats done so far."""

    counted: Mapping[Side, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))
    """Valid squats, by leg."""
    left_out: tuple[Reason, ...] = ()
    """Reasons why other squats are not valid, one each, in order of time."""
    last_stop_s: float | None = None
    """End of the latest squat. [s]"""
    last_side: Side | None = None
    """Leg of the latest valid squat."""

    @property
    def total(self) -> int:
        """Valid squats on either leg."""
        return sum(self.counted.values())


def count_repetitions(
    pose: PoseSequence, settings: Settings, *, leg: Side | str | None = None, is_over: bool = False
) -> Counts:
    """Count the squats in the landmarks so far.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks so far, with times from the first of them. [s]
    settings : Settings
        Settings of the final analysis.
    leg : {"left", "right"}, optional
        Count only this leg.
    is_over : bool
        Whether the video has ended, so that a squat at its end is complete.
    """
    patient = replace(settings, max_gap_s=max(settings.max_gap_s, MAX_GAP_S))
    return counts_of(
        analyze_pose(filled(pose), patient, leg=leg),
        until_s=None if is_over or not len(pose) else float(pose.time_s[-1] - pose.time_s[0]),
    )


def counts_of(analysis: SquatAnalysis, *, until_s: float | None = None) -> Counts:
    """Counts of an analysis, without squats that were not complete at a time. [s]"""
    every = [repetition for leg in analysis.legs for repetition in leg.repetitions]
    every += analysis.other_repetitions
    done = sorted(
        (rep for rep in every if until_s is None or rep.stop_s + SETTLED_S <= until_s),
        key=lambda rep: rep.deepest_s,
    )
    valid = [rep for rep in done if rep.valid and rep.side]
    return Counts(
        counted={side: sum(rep.side is side for rep in valid) for side in Side},
        left_out=tuple(rep.invalid_reasons[0] for rep in done if rep.invalid_reasons),
        last_stop_s=done[-1].stop_s if done else None,
        last_side=valid[-1].side if valid else None,
    )


def filled(pose: PoseSequence) -> PoseSequence:
    """Fill in landmarks for pictures that were not tracked, evenly from one to the next.

    If a picture was tracked but a landmark not found, it stays missing.
    """
    if len(pose) < 2:
        return pose
    gap_s = np.diff(pose.time_s)
    n_parts = np.where(gap_s <= MAX_SKIPPED_S, np.ceil(gap_s / STEP_S - 0.5), 1).clip(1).astype(int)
    before = np.repeat(np.arange(gap_s.size), n_parts)
    part = np.arange(before.size) - np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
    share = part / n_parts[before]

    def between(values: Array) -> Array:
        weight = share.reshape(-1, *[1] * (values.ndim - 1))
        mixed = (1 - weight) * values[before] + weight * values[before + 1]
        # A landmark missing in the next picture does not make this one missing.
        return np.concatenate([np.where(weight == 0, values[before], mixed), values[-1:]])

    return PoseSequence(
        time_s=between(pose.time_s),
        xy_px=between(pose.xy_px),
        visibility=between(pose.visibility),
        size_px=pose.size_px,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Current values for the screen: quick and rough, unlike those of the analysis."""

    side: Side | None = None
    """Stance leg; None for both or neither."""
    depth_pct: float = float("nan")
    """Depth above the stance foot. [% of leg length]"""
    fppa_deg: float = float("nan")
    """FPPA of the stance leg; NaN if the squat is too deep. [deg]"""


class RunningValues:
    """Follows depth and FPPA from picture to picture."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._memory: deque[tuple[float, Array]] = deque()
        self._fppas: deque[float] = deque(maxlen=N_SMOOTHED)
        self._depths: deque[float] = deque(maxlen=N_SMOOTHED)
        self._now = Running()

    def add(self, time_s: float, xy_px: Array) -> Running:
        """Add the landmarks of a picture, shape (33, 2), and return the current values."""
        if not np.isfinite(xy_px).all():
            self._now = Running()
            return self._now
        body = {landmark.name.lower(): xy_px[landmark] for landmark in Landmark}
        trunk_y = trunk_centre(body)[1]
        feet_y = {side: foot_centre(body, side)[1] for side in Side}
        leg_px = max(body[f"{side}_ankle"][1] - body[f"{side}_hip"][1] for side in Side)
        heights = np.array([*(feet_y[side] - trunk_y for side in Side), leg_px])
        self._memory.append((time_s, heights))
        while self._memory[0][0] < time_s - MEMORY_S:
            self._memory.popleft()
        standing = np.percentile([known for _, known in self._memory], STANDING_SHARE, axis=0)
        leg_px = max(standing[-1], 1.0)
        lift_pct = 100 * (feet_y[Side.LEFT] - feet_y[Side.RIGHT]) / leg_px
        depths = {side: 100 * (standing[k] - heights[k]) / leg_px for k, side in enumerate(Side)}
        self._now = self._values(self._stance(lift_pct, depths), depths, body)
        return self._now

    def _stance(self, lift_pct: float, depths: Mapping[Side, float]) -> Side | None:
        """Stance leg: that of the lower foot, and within a squat the one at its beginning."""
        before = self._now.side
        if before and depths[before] > SINKING_PCT and abs(lift_pct) < 2 * LIFTED_PCT:
            return before
        if abs(lift_pct) < LIFTED_PCT:
            return None
        return Side.LEFT if lift_pct > 0 else Side.RIGHT

    def _values(
        self, side: Side | None, depths: Mapping[Side, float], body: Mapping[str, Array]
    ) -> Running:
        if side is not self._now.side:
            self._fppas.clear()
            self._depths.clear()
        if side is None:
            return Running()
        across = body["right_hip"][0] - body["left_hip"][0]
        sign = 1 if (across > 0) == (side is Side.LEFT) else -1
        seen_deg = frontal_plane_projection_angle(
            *(body[f"{side}_{part}"] for part in ("hip", "knee", "ankle")), medial_sign=sign
        )
        settings = self._settings
        fppa_deg = float(settings.fppa_gain * seen_deg + settings.fppa_shift_deg)
        measurable = depths[side] <= settings.max_depth_pct and abs(fppa_deg) <= MAX_ANGLE_DEG
        self._fppas.append(fppa_deg if measurable else float("nan"))
        self._depths.append(depths[side])
        return Running(
            side=side,
            depth_pct=float(np.median(self._depths)),
            fppa_deg=float(np.median(self._fppas)),
        )
