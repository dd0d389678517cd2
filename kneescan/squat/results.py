"""What an analysis gives: plain frozen records, from single squats up to the verdict on each leg."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.squat import display, tidy_table

if TYPE_CHECKING:
    import pandas as pd


class Verdict(StrEnum):
    """What may be concluded about one leg."""

    SUGGESTED = "suggested"
    """The knee moves inward or wobbles: a focus on the gluteal muscles is suggested."""
    NO_SIGN = "no_sign"
    """No sign of either."""
    CANNOT_TELL = "cannot_tell"
    """The video does not settle it; the reasons say why."""


class Finding(StrEnum):
    """What was seen of the knee."""

    INWARD = "inward"
    WOBBLE = "wobble"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something was concluded, could not be, or should be known: a code and its figures."""

    code: str
    """Machine-readable name, listed in docs/analysis.md."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Figures that the sentence mentions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A measured value of one leg with its 80 % interval and the cut it is held against."""

    value: float
    low: float
    high: float
    cut: float
    """NaN where no cut is published."""
    from_view: float = 0.0
    """What an oblique view has added to the value; without it the value must lie on the same side."""

    @property
    def clearly_above(self) -> bool:
        """Whether the whole interval lies above the cut, with and without what the view has added."""
        return self.low - max(self.from_view, 0.0) > self.cut

    @property
    def clearly_below(self) -> bool:
        """Whether the whole interval lies below the cut, with and without what the view has added."""
        return self.high - min(self.from_view, 0.0) < self.cut

    def __str__(self) -> str:
        cut = "" if np.isnan(self.cut) else f", cut {self.cut:g}"
        return f"{self.value:5.1f} ({self.low:.1f} to {self.high:.1f}{cut})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """One squat: from standing, down to the deepest moment, and back up. Times count from the first frame."""

    index: int
    """Number within the video, from 1."""
    side: Side | None
    """Stance leg; None for a squat on both feet."""
    start_s: float
    deepest_s: float
    stop_s: float
    invalid_reasons: tuple[Reason, ...]
    """Why the squat does not count; empty for one that does."""
    fppa_deg: float
    """FPPA in the picture at the deepest point, + = knee medial (valgus). [deg]"""
    fppa_frontal_deg: float
    """FPPA at the deepest point as a distant camera straight ahead would see it. [deg]"""
    fppa_standing_deg: float
    """FPPA in the picture standing on the leg before and after the squat. [deg]"""
    thigh_deg: float
    """Thigh to the vertical at the deepest point, + = knee medial of the hip. [deg]"""
    shank_deg: float
    """Shank to the vertical at the deepest point, + = knee medial of the ankle. [deg]"""
    fppa_at_8_pct_deg: float
    """FPPA where the squat is 8 % deep on the way down and up, to compare squats of unlike depth. [deg]"""
    knee_over_foot_pct: float
    """Knee medial of the front of the foot at the deepest point. [% of shank length]"""
    depth_pct: float
    """Greatest drop of the trunk. [% of standing hip-ankle height]"""
    knee_flexion_estimate_deg: float
    """Knee flexion that goes with the depth, +- 8. [deg]"""
    wobble_pct: float
    """Medio-lateral shaking of the knee beyond what is jitter, RMS. [% of shank length]"""
    n_reversals: int
    """Changes of direction of the shaking knee."""
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
        """FPPA at the deepest point less FPPA standing. [deg]"""
        return self.fppa_deg - self.fppa_standing_deg


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAnalysis:
    """All squats of one leg and what may be concluded from them."""

    side: Side
    verdict: Verdict
    findings: tuple[Finding, ...]
    reasons: tuple[Reason, ...]
    fppa_deg: Estimate | None
    """FPPA in the picture; None when not measurable. [deg]"""
    fppa_frontal_deg: Estimate | None
    """FPPA as a distant camera straight ahead would see it; held against no cut. [deg]"""
    knee_over_foot_pct: Estimate | None
    """None when not measurable. [% of shank length]"""
    wobble_pct: Estimate | None
    """None when not measurable. [% of shank length]"""
    wobble_floor_pct: float
    """The same standing still on the leg: jitter of landmarks and body. [% of shank length]"""
    repetitions: tuple[Repetition, ...]
    fppa_trend_deg: float
    """Change of the FPPA from one valid repetition to the next. [deg]"""

    def __repr__(self) -> str:
        return "\n".join([f"LegAnalysis: {self._conclusion}", *self._value_lines()])

    @property
    def _conclusion(self) -> str:
        """Verdict in one line, in the words of the tables."""
        found = f" ({', '.join(self.findings)})" if self.findings else ""
        counted = f"{len(self.valid_repetitions)} of {len(self.repetitions)} squats count"
        why = "" if found else "".join(f", {reason.code}" for reason in self.reasons)
        return f"{self.side} {self.verdict}{found}, {counted}{why}"

    def _value_lines(self) -> list[str]:
        """Value, 80 % interval and cut of each measure, a line each."""
        values = {name: getattr(self, name) for name in ESTIMATES}
        return [f"    {name:<18} {value or 'not measurable'}" for name, value in values.items()]

    @property
    def valid_repetitions(self) -> tuple[Repetition, ...]:
        """The squats that count."""
        return tuple(repetition for repetition in self.repetitions if repetition.valid)


ESTIMATES = ("fppa_deg", "fppa_frontal_deg", "knee_over_foot_pct", "wobble_pct")
"""Measures of a leg that have an interval."""
LEADING_COLUMNS = ("leg", "index", "valid", "invalid_reasons")
NUMBER_COLUMNS = (
    *(name for name in Repetition.__slots__ if name not in ("side", "index", "invalid_reasons")),
    "fppa_change_deg",
)
""":class:`Repetition` says what each means and its unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well the video suits the measurement."""

    ok: bool
    """False when something keeps the whole video from being judged."""
    warnings: tuple[Reason, ...]
    yaw_deg: float
    """Turn of the subject out of the camera's direction, + = camera towards the subject's left. [deg]"""
    fps: float
    """Median frame rate. [Hz]"""
    detected_pct: float
    """Frames in which a person was found. [%]"""
    leg_length_px: float
    """Standing hip-ankle height in the picture. [px]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegSignals:
    """What the plots show of one leg, at the times of :attr:`SquatSignals.time_s`; NaN where missing."""

    fppa_deg: NDArray[np.float64]
    knee_over_foot_pct: NDArray[np.float64]
    depth_pct: NDArray[np.float64]
    wobble_pct: NDArray[np.float64]
    """Band-passed medio-lateral place of the knee. [% of shank length]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SquatSignals:
    """The signals behind an analysis."""

    time_s: NDArray[np.float64]
    """Time since the first frame, shape (n_samples,). [s]"""
    legs: Mapping[Side, LegSignals]


@dataclass(frozen=True, slots=True, kw_only=True)
class SquatAnalysis:
    """Everything measured on one video."""

    legs: tuple[LegAnalysis, ...]
    """Legs that squatted, left first; both, with "can't tell", when none did."""
    quality: Quality
    other_repetitions: tuple[Repetition, ...]
    """Squats on both feet: seen, not measured."""
    asymmetry_fppa_deg: float | None
    """FPPA of the left leg less that of the right; None without both. [deg]"""
    signals: SquatSignals
    provenance: Mapping[str, Any]
    """Versions, model, settings, video: all that is needed to get the same numbers again."""

    def leg(self, side: Side | str) -> LegAnalysis | None:
        """Analysis of one leg, or None when it did not squat."""
        return next((leg for leg in self.legs if leg.side == side), None)

    @property
    def repetitions(self) -> tuple[Repetition, ...]:
        """All squats in order of time, those on both feet included."""
        on_one_leg = (repetition for leg in self.legs for repetition in leg.repetitions)
        found = [*on_one_leg, *self.other_repetitions]
        return tuple(sorted(found, key=lambda repetition: repetition.index))

    def to_dataframe(self) -> "pd.DataFrame":
        """Table for pandas with a row per squat, those on both feet included.

        Returns
        -------
        DataFrame
            Columns as in ``repetitions.csv``, values unrounded; missing is NaN. ``leg`` is categorical
            (left, right, both), ``invalid_reasons`` holds codes joined by ``;``. In ``attrs`` are
            ``units`` by column, ``versions`` of what the numbers were made with, and ``format``.

        Raises
        ------
        KneescanError
            If pandas is not installed.
        """
        rows = [
            {
                **{name: getattr(rep, name) for name in ("index", "valid", *NUMBER_COLUMNS)},
                "leg": str(rep.side or "both"),
                "invalid_reasons": ";".join(reason.code for reason in rep.invalid_reasons),
            }
            for rep in self.repetitions
        ]
        columns = (*LEADING_COLUMNS, *NUMBER_COLUMNS)
        return tidy_table.tidy_frame(rows, columns, self.provenance)

    def plot(self, *, language: str = "en") -> Any:
        """Figure of the line of each leg (FPPA) over time and by squat, with the cut.

        Parameters
        ----------
        language : {"en", "de"}
            Language of the labels.

        Returns
        -------
        matplotlib.figure.Figure
            A row for each leg: at the left the curve with its squats shaded, hatched where they do not
            count; at the right the value of each squat and the leg's mean with its 80 % interval.
        """
        return display.shown("figure", self, language=language)

    def __repr__(self) -> str:
        quality, time_s = self.quality, self.signals.time_s
        seconds = f"{time_s[-1] - time_s[0]:.1f} s" if time_s.size else "no frames"
        yaw = "unknown" if np.isnan(quality.yaw_deg) else f"{round(quality.yaw_deg)}"
        warned = "".join(f", {warning.code}" for warning in quality.warnings)
        about = f"{len(self.repetitions)} squats in {seconds}, {quality.fps:.0f} fps, yaw_deg {yaw}"
        lines = [f"SquatAnalysis: {about}{warned}"]
        for leg in self.legs:
            lines += [f"  {leg._conclusion}", *(leg._value_lines() if leg.repetitions else [])]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Verdict, values and a small curve of each leg, as notebooks show them."""
        return str(display.shown("html", self))
