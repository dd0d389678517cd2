"""Describe what the person does, with one script for each part of a clip."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from kneescan.landmarks import Side

WALK_STEP_S = 0.4
"""Duration of one step when walking in. [s]"""
N_WALK_STEPS = 8
"""Steps of the walk; the last one closes up."""
WALK_S = WALK_STEP_S * N_WALK_STEPS
"""Duration of the whole walk. [s]"""
MAX_KNEE_FLEXION_DEG = 150.0
"""Approximate limit of knee flexion. [deg]"""


class Phase(StrEnum):
    """Action at a moment."""

    WALK = "walk"
    """Walking towards the place of the squats."""
    STAND = "stand"
    """Standing still on both feet."""
    LIFT = "lift"
    """Lifting the free foot while the pelvis moves over the stance foot."""
    QUIET = "quiet"
    """Standing still on one leg."""
    DESCENT = "descent"
    """Moving down into a squat."""
    HOLD = "hold"
    """Holding the deepest point."""
    ASCENT = "ascent"
    """Moving up from a squat."""
    PAUSE = "pause"
    """Standing still between two repetitions."""
    LOWER = "lower"
    """Lowering the free foot to the floor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A time span with a single action."""

    phase: Phase
    """Action in this time span."""
    duration_s: float
    """Duration. [s]"""
    repetition: int
    """Number of the repetition within the part, from 1; 0 between repetitions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SquatScript:
    """One part of a clip: standing, lifting a foot, doing squats, and putting the foot down.

    Give several scripts to :func:`~kneescan.simulate.simulate` for five squats left and then five right,
    for alternating legs (one repetition each) or for standing still (``side=None, n_repetitions=0``).
    """

    side: Side | None = Side.LEFT
    """Stance leg; None for squats on both feet."""
    n_repetitions: int = 5
    """Number of repetitions in this part."""
    peak_knee_flexion_deg: float | Sequence[float] = 60.0
    """Knee flexion in 3-D at the deepest point, for all repetitions or for each. [deg]"""
    valgus_deg: float | Sequence[float] = 0.0
    """Valgus in the frontal plane at the deepest point, independent of the camera; for all repetitions
    or for each. It is 0 when standing and grows with flexion; negative for varus. [deg]"""
    wobble_pct: float = 0.0
    """RMS over each repetition of the knee's sideways displacement from the hip-ankle line (in addition
    to that of the valgus), in % of shank length. A straight leg does not wobble. [%]"""
    wobble_hz: float = 3.0
    """Frequency of the wobble. [Hz]"""
    descent_s: float = 2.0
    """Duration of the descent. [s]"""
    hold_s: float = 0.3
    """Time at the deepest point. [s]"""
    ascent_s: float = 2.0
    """Duration of the ascent. [s]"""
    pause_s: float = 1.0
    """Time between two repetitions. [s]"""
    stand_s: float = 0.5
    """Time on both feet before the free foot is lifted (not with ``side=None``). [s]"""
    lift_s: float = 0.8
    """Time for lifting the free foot, and for lowering it. [s]"""
    quiet_s: float = 2.0
    """Standing time on one leg before the first and after the last repetition. [s]"""
    pelvic_drop_deg: float = 0.0
    """Tilt of the pelvis at the deepest point, positive with the free side lower. [deg]"""
    trunk_lean_deg: float = 0.0
    """Sideways lean of the trunk at the deepest point, positive to the stance side. [deg]"""
    free_leg: Literal["behind", "front"] = "behind"
    """Position of the free foot: behind, or low in front, towards the camera (pistol squat)."""
    touchdown_repetition: int | None = None
    """Repetition, from 1, in which the free foot stands on the floor for 1 s at the deepest point."""
    foot_shift_cm: float = 0.0
    """Outward hop of the stance foot during the descent of one repetition. [cm]"""
    foot_shift_repetition: int = 1
    """Repetition, from 1, in which the stance foot hops by ``foot_shift_cm``."""
    walk_in: bool = False
    """Whether the person first walks in; only in the first part of a clip."""
    walk_m: float = 2.0
    """Distance behind the place of the squats at which the walk begins. [m]"""

    def __post_init__(self) -> None:
        """Check the values, and convert those given per repetition to tuples."""
        if self.side is not None:
            # "left" equals Side.LEFT but is not the same object, and would squat on the other leg.
            object.__setattr__(self, "side", Side(self.side))
        for name in ("peak_knee_flexion_deg", "valgus_deg"):
            value = getattr(self, name)
            if not np.isscalar(value):
                object.__setattr__(self, name, tuple(float(number) for number in value))
        self._check_durations()
        self._check_repetitions()
        if not all(0 < peak <= MAX_KNEE_FLEXION_DEG for peak in self.peaks_deg):
            msg = f"expected peak_knee_flexion_deg from 0 to 150, got {self.peak_knee_flexion_deg}"
            raise ValueError(msg)
        if self.free_leg not in ("behind", "front"):
            msg = f"expected free_leg 'behind' or 'front', got {self.free_leg!r}"
            raise ValueError(msg)

    def _check_durations(self) -> None:
        for name in ("hold_s", "pause_s", "stand_s", "quiet_s", "wobble_pct", "walk_m"):
            if getattr(self, name) < 0:
                msg = f"expected {name} of 0 or more, got {getattr(self, name)}"
                raise ValueError(msg)
        for name in ("descent_s", "ascent_s", "lift_s", "wobble_hz"):
            if getattr(self, name) <= 0:
                msg = f"expected {name} above 0, got {getattr(self, name)}"
                raise ValueError(msg)

    def _check_repetitions(self) -> None:
        for name in ("peak_knee_flexion_deg", "valgus_deg"):
            value = getattr(self, name)
            if isinstance(value, tuple) and len(value) != self.n_repetitions:
                msg = f"expected {name} for {self.n_repetitions} repetitions, got {len(value)}"
                raise ValueError(msg)
        chosen: dict[str, int | None] = {"touchdown_repetition": self.touchdown_repetition}
        if self.foot_shift_cm != 0:
            chosen["foot_shift_repetition"] = self.foot_shift_repetition
        for name, repetition in chosen.items():
            if repetition is None:
                continue
            if self.side is None or not 1 <= repetition <= self.n_repetitions:
                msg = (
                    f"expected {name} from 1 to n_repetitions={self.n_repetitions} on one leg, "
                    f"got {repetition} with side={self.side}"
                )
                raise ValueError(msg)

    @property
    def peaks_deg(self) -> tuple[float, ...]:
        """Greatest knee flexion of each repetition. [deg]"""
        return _per_repetition(self.peak_knee_flexion_deg, self.n_repetitions)

    @property
    def valguses_deg(self) -> tuple[float, ...]:
        """Frontal-plane valgus at the deepest point of each repetition. [deg]"""
        return _per_repetition(self.valgus_deg, self.n_repetitions)

    def hops_in(self, repetition: int) -> bool:
        """Whether the stance foot hops in a repetition, numbered from 1."""
        return self.foot_shift_cm != 0 and self.foot_shift_repetition == repetition

    @property
    def duration_s(self) -> float:
        """Duration of the whole part. [s]"""
        return sum(segment.duration_s for segment in self.segments())

    def segments(self) -> tuple[Segment, ...]:
        """List the actions in order, without those of zero duration."""
        walk = [_between(Phase.WALK, WALK_S)] if self.walk_in else []
        if self.side is None:
            before = after = [_between(Phase.STAND, self.quiet_s)]
        else:
            quiet = _between(Phase.QUIET, self.quiet_s)
            lift, lower = _between(Phase.LIFT, self.lift_s), _between(Phase.LOWER, self.lift_s)
            before = [_between(Phase.STAND, self.stand_s), lift, quiet]
            after = [quiet, lower]
        everything = walk + before + self._squats() + after
        return tuple(segment for segment in everything if segment.duration_s > 0)

    def _squats(self) -> list[Segment]:
        squats: list[Segment] = []
        for number in range(1, self.n_repetitions + 1):
            if number > 1:
                squats.append(_between(Phase.PAUSE, self.pause_s))
            squats += [
                Segment(phase=Phase.DESCENT, duration_s=self.descent_s, repetition=number),
                Segment(phase=Phase.HOLD, duration_s=self.hold_s, repetition=number),
                Segment(phase=Phase.ASCENT, duration_s=self.ascent_s, repetition=number),
            ]
        return squats


def _between(phase: Phase, duration_s: float) -> Segment:
    return Segment(phase=phase, duration_s=duration_s, repetition=0)


def _per_repetition(value: float | Sequence[float], n_repetitions: int) -> tuple[float, ...]:
    if isinstance(value, Sequence):
        return tuple(value)
    return (float(value),) * n_repetitions
