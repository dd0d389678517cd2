"""Counting: the squats done so far, as the final analysis counts them, and what to show meanwhile.

There is one way of counting only. The analysis is run again and again on all the landmarks so far,
so that what is counted live and what the report says cannot drift apart.
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
from kneescan.squat.results import Reason, SquatAnalysis
from kneescan.squat.settings import Settings

MAX_SKIPPED_S = 1.0
"""Pictures for whose tracking there was no time are no missing landmarks: between two tracked
pictures at most so far apart, the body is taken to have moved evenly. [s]"""
STEP_S = 0.1
"""What was not tracked is filled in at this interval; a finer one would make a wrong landmark look like
several that agree. [s]"""
MAX_GAP_S = 0.3
"""A landmark taken out as wrong leaves a longer gap where fewer pictures are tracked: gaps up to this are
closed. The final analysis looks at every picture and has its own limit. [s]"""
SETTLED_S = 0.25
"""A squat is over only when standing was seen for so long after it. [s]"""
MEMORY_S = 8.0
"""Standing is looked for in so many seconds before now. [s]"""
STANDING_SHARE = 95
"""Percentile of the trunk's height over the foot that is standing."""
LIFTED_PCT = 5.0
"""A foot higher than the other by more than this is in the air. [% of leg length]"""
SINKING_PCT = 3.0
"""Deeper than this is a squat, in which the stance leg stays the same. [% of leg length]"""
N_SMOOTHED = 3
"""Pictures over which the running values are medians."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Squats done so far."""

    counted: Mapping[Side, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))
    """Squats that count, by leg."""
    left_out: tuple[Reason, ...] = ()
    """Why other squats do not count, one reason each, in order of time."""
    last_stop_s: float | None = None
    """End of the latest squat. [s]"""
    last_side: Side | None = None
    """Leg of the latest squat that counts."""

    @property
    def total(self) -> int:
        """Squats that count, on either leg."""
        return sum(self.counted.values())


def count_repetitions(
    pose: PoseSequence, settings: Settings, *, leg: Side | str | None = None, is_over: bool = False
) -> Counts:
    """Count the squats in the landmarks so far.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks so far, times from the first of them. [s]
    settings : Settings
        Those of the final analysis.
    leg : {"left", "right"}, optional
        Count only this leg.
    is_over : bool
        Whether nothing follows, so that a squat which ends with the video is over as well.
    """
    patient = replace(settings, max_gap_s=max(settings.max_gap_s, MAX_GAP_S))
    return counts_of(
        analyze_pose(filled(pose), patient, leg=leg),
        until_s=None if is_over or not len(pose) else float(pose.time_s[-1] - pose.time_s[0]),
    )


def counts_of(analysis: SquatAnalysis, *, until_s: float | None = None) -> Counts:
    """Counts of an analysis, leaving out what was not over yet at a time. [s]"""
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
    """Landmarks with those of pictures that were not tracked filled in, evenly from one to the next.

    Where a picture was tracked and a landmark not found, it stays missing.
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
        # A missing landmark in the next picture makes none of this one missing.
        return np.concatenate([np.where(weight == 0, values[before], mixed), values[-1:]])

    return PoseSequence(
        time_s=between(pose.time_s),
        xy_px=between(pose.xy_px),
        visibility=between(pose.visibility),
        size_px=pose.size_px,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Values of the moment, for the eye: quick and rough where the analysis is slow and exact."""

    side: Side | None = None
    """Leg stood on; None for both or neither."""
    depth_pct: float = float("nan")
    """Depth over the foot stood on. [% of leg length]"""
    fppa_deg: float = float("nan")
    """FPPA of the leg stood on. [deg]"""


class RunningValues:
    """Follows depth and FPPA from picture to picture."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._memory: deque[tuple[float, Array]] = deque()
        self._fppas: deque[float] = deque(maxlen=N_SMOOTHED)
        self._depths: deque[float] = deque(maxlen=N_SMOOTHED)
        self._now = Running()

    def add(self, time_s: float, xy_px: Array) -> Running:
        """Take in the landmarks of a picture, shape (33, 2), and give the values of the moment."""
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
        """Leg stood on: that of the lower foot, and within a squat that of its beginning."""
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
        self._fppas.append(float(settings.fppa_gain * seen_deg + settings.fppa_shift_deg))
        self._depths.append(depths[side])
        return Running(
            side=side,
            depth_pct=float(np.median(self._depths)),
            fppa_deg=float(np.median(self._fppas)),
        )
