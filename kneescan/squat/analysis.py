"""Analysis: from the landmarks of a video to the verdict on each leg."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import scipy

from kneescan.errors import CorrectionsError
from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.corrected.measuring_again import measure_again
from kneescan.squat.corrected.moved_joints import (
    ClickingError,
    clicking_error,
    mean_clicking_error,
)
from kneescan.squat.corrected.placing import place
from kneescan.squat.corrections import Corrections
from kneescan.squat.curves import LegSignals, SquatSignals
from kneescan.squat.measured import Measured, measure_squats
from kneescan.squat.measures import intervals
from kneescan.squat.measures.knee_wobble import Wobble
from kneescan.squat.measures.reading_spread import ReadingSpread
from kneescan.squat.measures.signals import SideSignals
from kneescan.squat.repetitions.close_up_tracks import with_close_ups
from kneescan.squat.repetitions.detection import MIN_FRAMES, DetectedRepetition, find_repetitions
from kneescan.squat.repetitions.surroundings import in_own_lengths
from kneescan.squat.repetitions.tracks import Tracks, prepare_tracks
from kneescan.squat.results import LegAnalysis, Quality, SquatAnalysis, Verdict
from kneescan.squat.settings import DEFAULTS, Settings
from kneescan.squat.verdict import decision
from kneescan.squat.verdict.pace import Pace, judge_pace, pace_of_leg
from kneescan.squat.verdict.quality import is_upright
from kneescan.squat.without_person import analysis_without_person


def analyze_pose(
    pose: PoseSequence,
    settings: Settings | None = None,
    *,
    leg: Side | str | None = None,
    provenance: Mapping[str, Any] | None = None,
    corrections: Corrections | None = None,
) -> SquatAnalysis:
    """Measure how each knee moved in the single-leg squats of a video, from its landmarks.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of the whole video.
    settings : Settings, optional
        Thresholds; the defaults if omitted.
    leg : {"left", "right"}, optional
        Judge only the squats on this leg. The leg of each squat is detected in any case.
    provenance : mapping, optional
        Entries to add to the provenance of the result.
    corrections : Corrections, optional
        What a reader corrected after looking at the video. Only the corrected squats change, and the
        values and verdict of their leg; the result holds the analysis without them as ``original``.

    Returns
    -------
    SquatAnalysis
        One leg or both, left first. A video that cannot be judged gives "can't tell" with reasons, never
        an exception.

    Raises
    ------
    CorrectionsError
        If a correction names a moment in no squat, contradicts another, or is impossible.
    """
    settings = settings or DEFAULTS
    corrections = Corrections() if corrections is None else corrections
    _check_types(pose, settings, corrections)
    # Versions and settings are those of this analysis, whatever the file says.
    origin = {**pose.provenance, **_versions(settings), **(provenance or {})}
    if int(pose.found.sum()) < MIN_FRAMES:
        if corrections:
            msg = "there is nothing to correct: nobody was found in the video"
            raise CorrectionsError(msg)
        return analysis_without_person(pose, origin)
    prepared, tracks, detected = _found(pose, settings)
    own = [repetition for repetition in detected if _is_asked_for(repetition, leg)]
    first = measure_squats(pose, tracks, own, settings, n_other_leg=len(detected) - len(own))
    original = _concluded(first, pose, leg, settings, origin)
    if not corrections:
        return original
    placed = place(corrections, detected, tracks)
    squats = [squat for squat in placed if _is_asked_for(squat.now, leg)]
    again = measure_again(first, squats, pose, prepared, settings)
    errors = [clicking_error(squat, again.tracks) for squat in squats]
    origin = {**origin, "corrections": corrections.record()["corrections"]}
    corrected = _concluded(again, pose, leg, settings, origin, errors)
    return replace(corrected, corrections=corrections, original=original)


def _check_types(pose: object, settings: object, corrections: object) -> None:
    if not (isinstance(pose, PoseSequence) and isinstance(settings, Settings)):
        given = f"{type(pose).__name__} and {type(settings).__name__}"
        msg = f"expected PoseSequence and Settings, got {given}; PoseSequence.load reads a file"
        raise TypeError(msg)
    if not isinstance(corrections, Corrections):
        msg = (
            f"expected Corrections, got {type(corrections).__name__}; Corrections.load reads a file"
        )
        raise TypeError(msg)


def _is_asked_for(repetition: DetectedRepetition, leg: Side | str | None) -> bool:
    """Whether a squat is on the requested leg, or on both feet."""
    return leg is None or repetition.side in (Side(leg), None)


def _found(
    pose: PoseSequence, settings: Settings
) -> tuple[Tracks, Tracks, list[DetectedRepetition]]:
    """Tracks as prepared, the same moved to all readings, and all squats."""
    prepared = prepare_tracks(pose, settings)
    detected = find_repetitions(prepared, settings)
    tracks = with_close_ups(prepared, pose, detected)
    return prepared, tracks, in_own_lengths(detected, tracks)


def _concluded(
    measured: Measured,
    pose: PoseSequence,
    leg: Side | str | None,
    settings: Settings,
    origin: Mapping[str, Any],
    errors: Sequence[ClickingError] = (),
) -> SquatAnalysis:
    """Verdicts and everything else that follows from the squats of a video."""
    quality, repetitions = measured.quality, measured.repetitions
    spreads = measured.spreads()
    pace = judge_pace(pose, repetitions, measured.tracks, settings, is_upright=is_upright(quality))
    legs = tuple(
        _leg(
            side,
            measured.detected,
            pace_of_leg(side, repetitions, pace, pose, measured.tracks, settings),
            measured.wobbles[side],
            spreads.get(side),
            measured.qualities[side],
            settings,
            errors,
        )
        for side in _judged(measured.sides, leg)
    )
    return SquatAnalysis(
        legs=legs,
        quality=replace(quality, warnings=(*quality.warnings, *pace.warnings)),
        other_repetitions=tuple(rep for rep in pace.repetitions if rep.side is None),
        asymmetry_fppa_deg=_asymmetry(legs),
        signals=_plotted(measured.tracks, measured.signals, measured.wobbles),
        provenance=origin,
    )


def _judged(sides: Sequence[Side], leg: Side | str | None) -> list[Side]:
    """Legs to report: those that squatted, otherwise the one requested, otherwise both."""
    if sides:
        return sorted(sides)
    return [Side(leg)] if leg else list(Side)


def _leg(
    side: Side,
    detected: Sequence[DetectedRepetition],
    pace: Pace,
    wobble: Wobble,
    spread: ReadingSpread | None,
    quality: Quality,
    settings: Settings,
    errors: Sequence[ClickingError],
) -> LegAnalysis:
    own = pace.repetitions
    valid = [rep for rep in own if rep.valid]
    clicks = mean_clicking_error([errors[rep.index - 1] for rep in valid] if errors else [])
    of_angle = {"click_error_deg": clicks.fppa_deg}
    fppa = intervals.estimate_fppa(valid, side, quality.yaw_deg, settings, spread, **of_angle)
    offset = intervals.estimate_offset(
        valid, settings, spread, click_error_pct=clicks.knee_over_foot_pct
    )
    all_bounds = [detected[rep.index - 1].bounds for rep in valid if np.isfinite(rep.wobble_pct)]
    shaking = intervals.estimate_leg_wobble(valid, all_bounds, wobble, quality.fps, settings)
    verdict, findings, reasons = decision.decide(
        fppa,
        offset,
        shaking,
        valid,
        time_in_doubt=pace.in_doubt,
    )
    blocking = decision.blocking_reasons(quality, own, settings, spread)
    if blocking:
        verdict, findings, reasons = Verdict.CANNOT_TELL, (), tuple(blocking)
    return LegAnalysis(
        side=side,
        verdict=verdict,
        findings=findings,
        reasons=reasons,
        fppa_deg=fppa,
        fppa_frontal_deg=intervals.estimate_frontal_fppa(valid, settings, spread, **of_angle),
        knee_over_foot_pct=offset,
        wobble_pct=shaking,
        wobble_floor_pct=wobble.floor_pct,
        reading_spread_deg=spread.fppa_deg if spread else float("nan"),
        repetitions=own,
        fppa_trend_deg=intervals.trend([rep.fppa_deg for rep in valid]),
    )


def _asymmetry(legs: Sequence[LegAnalysis]) -> float | None:
    by_side = {leg.side: leg.fppa_deg for leg in legs}
    left, right = by_side.get(Side.LEFT), by_side.get(Side.RIGHT)
    return left.value - right.value if left and right else None


def _plotted(
    tracks: Tracks, signals: Mapping[Side, SideSignals], wobbles: Mapping[Side, Wobble]
) -> SquatSignals:
    return SquatSignals(
        time_s=tracks.time_s,
        legs={
            side: LegSignals(
                fppa_deg=signal.fppa_deg,
                knee_over_foot_pct=signal.knee_over_foot_pct,
                depth_pct=signal.depth_pct,
                wobble_pct=np.where(signal.too_deep, np.nan, wobbles[side].band_pct),
                standing_shank_px=signal.standing_shank_px,
            )
            for side, signal in signals.items()
        },
    )


def _versions(settings: Settings) -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "settings": {item.name: getattr(settings, item.name) for item in fields(settings)},
    }
