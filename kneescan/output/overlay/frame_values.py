"""Frame values: what an analysis says about each moment of the video, to show it there."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.squat.results import Repetition, SquatAnalysis

MARK_S = 0.35
"""The deepest point is marked for this long before and after it. [s]"""
READY_S = 1.0
"""Standing on the leg is shown from this long before its first squat to this long after its last. [s]"""
PAUSE_S = 5.0
"""In a longer pause between two squats of a leg the person may have stood on both feet. [s]"""
BOTTOM_SHARE = 0.95
"""The bottom is deeper than this share of the greatest depth, as for the hold time in the tables."""

Array = NDArray[np.float64]


class Phase(StrEnum):
    """Phase of a squat, or standing before and after it."""

    STANDING = "standing"
    DOWN = "down"
    BOTTOM = "bottom"
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameValues:
    """What to show at one moment."""

    side: Side | None
    """Stance leg; None if nobody is known to stand on one leg."""
    repetition: Repetition | None
    """Current squat."""
    phase: Phase | None
    """None without stance leg and squat."""
    is_deepest: bool
    """Whether this moment is near the deepest point of the squat."""
    fppa_deg: float
    """At the deepest point that of the squat, so that panel and callout agree; NaN if not measured. [deg]"""
    depth_pct: float
    """NaN if not measured. [% of standing hip-ankle height]"""


def shown_degrees(fppa_deg: float) -> int | None:
    """FPPA as the video shows it everywhere: in whole degrees; None if not measured."""
    return round(fppa_deg) if np.isfinite(fppa_deg) else None


class Timeline:
    """All moments of a video.

    Parameters
    ----------
    analysis : SquatAnalysis
        Analysis of the video; its signals are interpolated between samples.
    """

    def __init__(self, analysis: SquatAnalysis) -> None:
        legs = [repetition for leg in analysis.legs for repetition in leg.repetitions]
        self.repetitions = sorted(
            [*legs, *analysis.other_repetitions], key=lambda repetition: repetition.deepest_s
        )
        """All squats, in order of time."""
        self._signals = analysis.signals
        self._bottoms = {rep.index: self._bottom(rep) for rep in self.repetitions}

    def at(self, time_s: float) -> FrameValues:
        """What to show at a time since the first frame."""
        repetition = self._going_on(time_s)
        side = repetition.side if repetition else self._standing_on(time_s)
        is_deepest = repetition is not None and abs(time_s - repetition.deepest_s) <= MARK_S
        return FrameValues(
            side=side,
            repetition=repetition,
            phase=self._phase(repetition, side, time_s),
            is_deepest=is_deepest,
            fppa_deg=(
                repetition.fppa_deg
                if is_deepest and repetition is not None and repetition.valid
                else self._signal("fppa_deg", side, time_s)
            ),
            depth_pct=self._signal("depth_pct", side, time_s),
        )

    def _going_on(self, time_s: float) -> Repetition | None:
        """Squat at a time; if two overlap, the one whose deepest point is nearer."""
        during = [rep for rep in self.repetitions if rep.start_s <= time_s <= rep.stop_s]
        return min(during, key=lambda rep: abs(time_s - rep.deepest_s), default=None)

    def _standing_on(self, time_s: float) -> Side | None:
        """Stance leg between two squats on it, or just before or after one."""
        before = [rep for rep in self.repetitions if rep.stop_s < time_s]
        after = [rep for rep in self.repetitions if rep.start_s > time_s]
        last, following = (before[-1] if before else None), (after[0] if after else None)
        if last and following and last.side is following.side:
            return last.side if following.start_s - last.stop_s <= PAUSE_S else None
        if following and following.start_s - time_s <= READY_S:
            return following.side
        if last and time_s - last.stop_s <= READY_S:
            return last.side
        return None

    def _phase(
        self, repetition: Repetition | None, side: Side | None, time_s: float
    ) -> Phase | None:
        if repetition is None:
            return Phase.STANDING if side else None
        first_s, last_s = self._bottoms[repetition.index]
        if time_s < first_s:
            return Phase.DOWN
        return Phase.BOTTOM if time_s <= last_s else Phase.UP

    def _bottom(self, repetition: Repetition) -> tuple[float, float]:
        """First and last time of the bottom, which holds the deepest point. [s]"""
        leg = self._signals.legs.get(repetition.side) if repetition.side else None
        time_s = self._signals.time_s
        if leg is None:
            return repetition.deepest_s, repetition.deepest_s
        deepest = int(np.argmin(np.abs(time_s - repetition.deepest_s)))
        shallower = np.flatnonzero(~(leg.depth_pct >= BOTTOM_SHARE * leg.depth_pct[deepest]))
        before, after = shallower[shallower < deepest], shallower[shallower > deepest]
        first = int(before[-1]) + 1 if before.size else 0
        last = int(after[0]) - 1 if after.size else time_s.size - 1
        return (
            max(repetition.start_s, float(time_s[first])),
            min(repetition.stop_s, float(time_s[last])),
        )

    def _signal(self, name: str, side: Side | None, time_s: float) -> float:
        leg = self._signals.legs.get(side) if side else None
        if leg is None or not self._signals.time_s.size:
            return float("nan")
        signal: Array = getattr(leg, name)
        nan = float("nan")
        return float(np.interp(time_s, self._signals.time_s, signal, left=nan, right=nan))
