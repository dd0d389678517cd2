"""Results of an analysis, from single squats up to the verdict on each leg."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from kneescan.equality import EqualByValue
from kneescan.landmarks import Side
from kneescan.plain_text import counted
from kneescan.squat import display, tidy_table
from kneescan.squat.corrections import Corrections
from kneescan.squat.curves import SquatSignals

if TYPE_CHECKING:
    import pandas as pd


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
    """Figures for the sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Measured value of one leg, with its 80% interval and its cut-off."""

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

    def __str__(self) -> str:
        cut = "" if np.isnan(self.cut) else f", cut {self.cut:g}"
        return f"{self.value:5.1f} ({self.low:.1f} to {self.high:.1f}{cut})"


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
    """FPPA in the picture at the deepest point, + = knee medial (valgus); missing if too deep. [deg]"""
    fppa_frontal_deg: float
    """FPPA at the deepest point as a distant camera straight ahead would see it; missing if too deep.
    [deg]"""
    fppa_standing_deg: float
    """FPPA in the picture while standing on the leg just before and after the squat. [deg]"""
    thigh_deg: float
    """Angle between thigh and vertical at the deepest point, + = knee medial of the hip; missing if too
    deep. [deg]"""
    shank_deg: float
    """Angle between shank and vertical at the deepest point, + = knee medial of the ankle; missing if too
    deep. [deg]"""
    fppa_at_8_pct_deg: float
    """FPPA at 8% depth on the way down and up, to compare squats of different depth. [deg]"""
    knee_over_foot_pct: float
    """How far the knee is medial of the front of the foot at the deepest point; missing if too deep. [% of
    shank length]"""
    depth_pct: float
    """Greatest drop of the trunk. [% of standing hip-ankle height]"""
    knee_flexion_estimate_deg: float
    """Knee flexion estimated from the depth, +- 8. [deg]"""
    wobble_pct: float
    """Side-to-side shaking of the knee without jitter, RMS; missing if too deep. [% of shank length]"""
    n_reversals: int
    """How often the shaking knee changes direction."""
    pelvic_drop_deg: float
    """Pelvic drop at the deepest point, + = free side lower. [deg]"""
    trunk_lean_deg: float
    """Trunk lean at the deepest point, + = towards the stance side. [deg]"""
    descent_s: float
    hold_s: float
    ascent_s: float
    corrections: tuple[str, ...] = ()
    """What a reader corrected about the squat, e.g. `exclude`; empty if nothing."""
    overruled_reasons: tuple[Reason, ...] = ()
    """Reasons why the squat would not count, had the reader not decided that it counts."""

    @property
    def valid(self) -> bool:
        """Whether the squat counts."""
        return not self.invalid_reasons

    def codes(self, column: str) -> str:
        """Codes of the squat in one of `CODE_COLUMNS`, joined by ``;``."""
        return ";".join(getattr(item, "code", item) for item in getattr(self, column))

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
    reading_spread_deg: float
    """How far the readings of several networks are apart in FPPA, one standard deviation weighted by
    how far each is believed; NaN for the pose model alone. [deg]"""
    repetitions: tuple[Repetition, ...]
    fppa_trend_deg: float
    """Change of the FPPA from one squat that counts to the next. [deg]"""

    def __repr__(self) -> str:
        return "\n".join([f"LegAnalysis: {self._conclusion}", *self._value_lines()])

    @property
    def _conclusion(self) -> str:
        """Verdict in one line, in the words of the tables."""
        found = f" ({', '.join(self.findings)})" if self.findings else ""
        n_valid, squats = len(self.valid_repetitions), counted(len(self.repetitions), "squat")
        why = "" if found else "".join(f", {reason.code}" for reason in self.reasons)
        count = "counts" if n_valid == 1 else "count"
        return f"{self.side} {self.verdict}{found}, {n_valid} of {squats} {count}{why}"

    def _value_lines(self) -> list[str]:
        """Value, 80% interval and cut-off of each measure, one per line."""
        return [f"    {name:<18} {getattr(self, name) or 'not measurable'}" for name in ESTIMATES]

    @property
    def valid_repetitions(self) -> tuple[Repetition, ...]:
        """The squats that count."""
        return tuple(repetition for repetition in self.repetitions if repetition.valid)


ESTIMATES = ("fppa_deg", "fppa_frontal_deg", "knee_over_foot_pct", "wobble_pct")
"""Measures of a leg that have an interval."""
CODE_COLUMNS = ("invalid_reasons", "corrections", "overruled_reasons")  # joined by ";"
LEADING_COLUMNS = ("leg", "index", "valid", *CODE_COLUMNS)
NUMBER_COLUMNS = (
    *(name for name in Repetition.__slots__ if name not in ("side", "index", *CODE_COLUMNS)),
    "fppa_change_deg",
)
"""Columns with numbers; see :class:`Repetition` for their meaning and units."""


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SquatAnalysis(EqualByValue):
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
    corrections: Corrections = field(default_factory=Corrections)
    """What a reader corrected."""
    original: "SquatAnalysis | None" = None
    """The analysis without corrections; None if there are none."""

    def leg(self, side: Side | str) -> LegAnalysis | None:
        """Analysis of one leg; None if it did not squat."""
        return next((leg for leg in self.legs if leg.side == side), None)

    @property
    def repetitions(self) -> tuple[Repetition, ...]:
        """All squats in order of time, including those on both feet."""
        on_one_leg = (repetition for leg in self.legs for repetition in leg.repetitions)
        return tuple(sorted((*on_one_leg, *self.other_repetitions), key=lambda rep: rep.index))

    def to_dataframe(self) -> "pd.DataFrame":
        """Table for pandas with one row per squat, including squats on both feet.

        Returns
        -------
        DataFrame
            Columns as in ``repetitions.csv``, values unrounded; missing is NaN. ``leg`` is categorical
            (left, right, both), `CODE_COLUMNS` hold codes joined by ``;``. ``attrs`` has the
            ``units`` by column, the ``versions`` of the software behind the numbers, and the ``format``.

        Raises
        ------
        KneescanError
            If pandas is not installed.
        """
        columns = (*LEADING_COLUMNS, *NUMBER_COLUMNS)
        return tidy_table.tidy_frame(self.repetitions, columns, self.provenance)

    def plot(self, *, language: str = "en") -> Any:
        """Figure of each leg's FPPA over time and by squat, with the cut-off.

        Parameters
        ----------
        language : {"en", "de"}
            Language of the labels.

        Returns
        -------
        matplotlib.figure.Figure
            One row per leg: on the left the curve with shaded squats, hatched if they do not count; on
            the right the value of each squat and the leg's mean with its 80% interval.
        """
        return display.shown("figure", self, language=language)

    def __repr__(self) -> str:
        quality, time_s = self.quality, self.signals.time_s
        seconds = f"{time_s[-1] - time_s[0]:.1f} s" if time_s.size else "no frames"
        yaw = "unknown" if np.isnan(quality.yaw_deg) else f"{round(quality.yaw_deg)}"
        warned = "".join(f", {warning.code}" for warning in quality.warnings)
        about = f"{seconds}, {quality.fps:.0f} fps, yaw_deg {yaw}{warned}"
        lines = [f"SquatAnalysis: {counted(len(self.repetitions), 'squat')} in {about}"]
        for leg in self.legs:
            lines += [f"  {leg._conclusion}", *(leg._value_lines() if leg.repetitions else [])]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Verdict, values and a small curve of each leg, as notebooks show them."""
        return str(display.shown("html", self))
