"""Results of an analysis, from single squats up to the verdict on each leg."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side


class Verdict(StrEnum):
    """Conclusion about one leg: suggested, no sign, or can't tell."""

    SUGGESTED = "suggested"
    """The knee moves inward or wobbles: a focus on the gluteal muscles is suggested."""
    NO_SIGN = "no_sign"
    """No sign of the knee moving inward or wobbling."""
    CANNOT_TELL = "cannot_tell"
    """The video does not settle it; the reasons say why."""


class Finding(StrEnum):
    """What the knee does: it moves inward, or it wobbles."""

    INWARD = "inward"
    WOBBLE = "wobble"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Reason for a verdict, or a warning: a code and the figures that belong to it."""

    code: str
    """Machine-readable name, listed in docs/analysis.md."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Figures that the sentence mentions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Measured value of one leg, with its 80 % interval and its cut-off."""

    value: float
    low: float
    high: float
    cut: float
    """Cut-off; NaN if none is published."""
    from_view: float = 0.0
    """Part of the value that an oblique view added; a verdict must hold with and without it."""

    @property
    def clearly_above(self) -> bool:
        """Whether the whole interval lies above the cut-off, with and without the effect of the view."""
        return self.low - max(self.from_view, 0.0) > self.cut

    @property
    def clearly_below(self) -> bool:
        """Whether the whole interval lies below the cut-off, with and without the effect of the view."""
        return self.high - min(self.from_view, 0.0) < self.cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """One squat: from standing, down to the deepest point, and back up. Times count from the first frame."""

    index: int
    """Number of the squat in the video, from 1."""
    side: Side | None
    """Stance leg; None for a squat on both feet."""
    start_s: float
    deepest_s: float
    stop_s: float
    invalid_reasons: tuple[Reason, ...]
    """Reasons why the squat does not count; empty if it counts."""
    fppa_deg: float
    """FPPA in the picture at the deepest point, + = knee medial (valgus). [deg]"""
    fppa_frontal_deg: float
    """FPPA at the deepest point as a distant camera straight ahead would see it. [deg]"""
    fppa_standing_deg: float
    """FPPA in the picture while standing on the leg just before and after the squat. [deg]"""
    thigh_deg: float
    """Angle between thigh and vertical at the deepest point, + = knee medial of the hip. [deg]"""
    shank_deg: float
    """Angle between shank and vertical at the deepest point, + = knee medial of the ankle. [deg]"""
    fppa_at_8_pct_deg: float
    """FPPA at 8 % depth on the way down and up, to compare squats of different depth. [deg]"""
    knee_over_foot_pct: float
    """How far the knee is medial of the front of the foot at the deepest point. [% of shank length]"""
    depth_pct: float
    """Greatest drop of the trunk. [% of standing hip-ankle height]"""
    knee_flexion_estimate_deg: float
    """Knee flexion estimated from the depth, +- 8. [deg]"""
    wobble_pct: float
    """Side-to-side shaking of the knee without jitter, RMS. [% of shank length]"""
    n_reversals: int
    """How often the shaking knee changes direction."""
    pelvic_drop_deg: float
    """Pelvic drop at the deepest point, + = free side lower. [deg]"""
    trunk_lean_deg: float
    """Trunk lean at the deepest point, + = towards the stance side. [deg]"""
    descent_s: float
    hold_s: float
    ascent_s: float

    @property
    def valid(self) -> bool:
        """Whether the squat counts."""
        return not self.invalid_reasons

    @property
    def fppa_change_deg(self) -> float:
        """FPPA at the deepest point minus FPPA while standing. [deg]"""
        return self.fppa_deg - self.fppa_standing_deg


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAnalysis:
    """All squats of one leg, and the verdict on them."""

    side: Side
    verdict: Verdict
    findings: tuple[Finding, ...]
    reasons: tuple[Reason, ...]
    fppa_deg: Estimate | None
    """FPPA in the picture; None if not measurable. [deg]"""
    fppa_frontal_deg: Estimate | None
    """FPPA as a distant camera straight ahead would see it; it has no cut-off. [deg]"""
    knee_over_foot_pct: Estimate | None
    """How far the knee is medial of the front of the foot; None if not measurable. [% of shank length]"""
    wobble_pct: Estimate | None
    """Side-to-side shaking of the knee; None if not measurable. [% of shank length]"""
    wobble_floor_pct: float
    """The same while standing still on the leg: jitter of landmarks and body. [% of shank length]"""
    repetitions: tuple[Repetition, ...]
    fppa_trend_deg: float
    """Change of the FPPA from one squat that counts to the next. [deg]"""

    @property
    def valid_repetitions(self) -> tuple[Repetition, ...]:
        """The squats that count."""
        return tuple(repetition for repetition in self.repetitions if repetition.valid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well the video suits the measurement."""

    ok: bool
    """False if the video as a whole cannot be judged."""
    warnings: tuple[Reason, ...]
    yaw_deg: float
    """How far the subject is turned away from the camera, + = camera towards the subject's left. [deg]"""
    fps: float
    """Median frame rate. [Hz]"""
    detected_pct: float
    """Share of frames in which a person was found. [%]"""
    leg_length_px: float
    """Standing hip-ankle height in the picture. [px]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegSignals:
    """Curves of one leg at the times of :attr:`SquatSignals.time_s`; NaN where missing."""

    fppa_deg: NDArray[np.float64]
    knee_over_foot_pct: NDArray[np.float64]
    depth_pct: NDArray[np.float64]
    wobble_pct: NDArray[np.float64]
    """Side-to-side place of the knee, band-passed. [% of shank length]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SquatSignals:
    """Curves behind an analysis, as the plots show them."""

    time_s: NDArray[np.float64]
    """Time since the first frame, shape (n_samples,). [s]"""
    legs: Mapping[Side, LegSignals]


@dataclass(frozen=True, slots=True, kw_only=True)
class SquatAnalysis:
    """Everything measured on one video."""

    legs: tuple[LegAnalysis, ...]
    """Legs that squatted, left first. If none did, both legs with "can't tell"."""
    quality: Quality
    other_repetitions: tuple[Repetition, ...]
    """Squats on both feet, which are not measured."""
    asymmetry_fppa_deg: float | None
    """FPPA of the left leg minus FPPA of the right leg; None unless both were measured. [deg]"""
    signals: SquatSignals
    provenance: Mapping[str, Any]
    """Versions, model, settings and video: everything needed to reproduce the numbers."""

    def leg(self, side: Side | str) -> LegAnalysis | None:
        """Analysis of one leg; None if it did not squat."""
        return next((leg for leg in self.legs if leg.side == side), None)
