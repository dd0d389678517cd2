"""Analysis: from the landmarks of a video to the verdict on each leg."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import scipy

from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.curves import LegSignals, SquatSignals
from kneescan.squat.measures import intervals
from kneescan.squat.measures.knee_wobble import Wobble, measure_wobble
from kneescan.squat.measures.reading_spread import ReadingSpread, reading_spread
from kneescan.squat.measures.repetition_values import at_bottom, measure_repetition
from kneescan.squat.measures.signals import SideSignals, side_signals
from kneescan.squat.repetitions.close_up_tracks import with_close_ups
from kneescan.squat.repetitions.detection import MIN_FRAMES, DetectedRepetition, find_repetitions
from kneescan.squat.repetitions.surroundings import (
    in_own_lengths,
    own_medial_sign,
    own_tracks,
)
from kneescan.squat.repetitions.tracks import Tracks, prepare_tracks
from kneescan.squat.results import (
    LegAnalysis,
    Quality,
    Reason,
    Repetition,
    SquatAnalysis,
    Verdict,
)
from kneescan.squat.settings import DEFAULTS, Settings
from kneescan.squat.verdict import decision
from kneescan.squat.verdict.leg_quality import assess_legs, assess_video
from kneescan.squat.verdict.pace import Pace, judge_pace, pace_of_leg
from kneescan.squat.verdict.quality import is_upright, not_from_front
from kneescan.squat.verdict.validity import invalid_reasons, leg_habits
from kneescan.squat.without_person import analysis_without_person


def analyze_pose(
    pose: PoseSequence,
    settings: Settings | None = None,
    *,
    leg: Side | str | None = None,
    provenance: Mapping[str, Any] | None = None,
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

    Returns
    -------
    SquatAnalysis
        One leg or both, left first. A video that cannot be judged gives "can't tell" with reasons, never
        an exception.
    """
    settings = settings or DEFAULTS
    _check_types(pose, settings)
    # Versions and settings are those of this analysis, whatever the file says.
    origin = {**pose.provenance, **_versions(settings), **(provenance or {})}
    if int(pose.found.sum()) < MIN_FRAMES:
        return analysis_without_person(pose, origin)
    tracks, detected, n_other_leg = _found(pose, leg, settings)
    sides = sorted({repetition.side for repetition in detected if repetition.side})
    of_legs = assess_legs(pose, tracks, detected, settings)
    quality = assess_video(pose, tracks, detected, of_legs, settings, n_other_leg)
    qualities = {side: of_legs.get(side, quality) for side in sides or Side}
    unseen = not_from_front(quality, settings)
    signals = {
        side: _signals(side, tracks, detected, qualities[side], settings) for side in qualities
    }
    if unseen:
        signals = {side: signal.without_leg_values() for side, signal in signals.items()}
    wobbles = {
        side: measure_wobble(side, signals[side], detected, tracks, settings) for side in signals
    }
    repetitions = _repetitions(detected, signals, wobbles, tracks, settings, unseen)
    spreads = _spreads(repetitions, detected, signals, tracks)
    pace = judge_pace(pose, repetitions, tracks, settings, is_upright=is_upright(quality))
    legs = tuple(
        _leg(
            side,
            detected,
            pace_of_leg(side, repetitions, pace, pose, tracks, settings),
            wobbles[side],
            spreads.get(side),
            qualities[side],
            settings,
        )
        for side in _judged(sides, leg)
    )
    return SquatAnalysis(
        legs=legs,
        quality=replace(quality, warnings=(*quality.warnings, *pace.warnings)),
        other_repetitions=tuple(rep for rep in pace.repetitions if rep.side is None),
        asymmetry_fppa_deg=_asymmetry(legs),
        signals=_plotted(tracks, signals, wobbles),
        provenance=origin,
    )


def _check_types(pose: object, settings: object) -> None:
    if not (isinstance(pose, PoseSequence) and isinstance(settings, Settings)):
        given = f"{type(pose).__name__} and {type(settings).__name__}"
        msg = f"expected PoseSequence and Settings, got {given}; PoseSequence.load reads a file"
        raise TypeError(msg)


def _found(
    pose: PoseSequence, leg: Side | str | None, settings: Settings
) -> tuple[Tracks, list[DetectedRepetition], int]:
    """Tracks moved to all readings, the squats on both feet or the leg requested, and how many others."""
    tracks = prepare_tracks(pose, settings)
    detected = find_repetitions(tracks, settings)
    tracks = with_close_ups(tracks, pose, detected)
    detected = in_own_lengths(detected, tracks)
    n_all = len(detected)
    if leg is not None:
        detected = [repetition for repetition in detected if repetition.side in (Side(leg), None)]
    return tracks, detected, n_all - len(detected)


def _judged(sides: Sequence[Side], leg: Side | str | None) -> list[Side]:
    """Legs to report: those that squatted, otherwise the one requested, otherwise both."""
    if sides:
        return sorted(sides)
    return [Side(leg)] if leg else list(Side)


def _signals(
    side: Side,
    tracks: Tracks,
    detected: Sequence[DetectedRepetition],
    quality: Quality,
    settings: Settings,
) -> SideSignals:
    sign = own_medial_sign(tracks, detected, side)
    own = own_tracks(tracks, detected, side)
    return side_signals(own, detected, side, sign, quality.yaw_deg, settings)


def _spreads(
    repetitions: Sequence[Repetition],
    detected: Sequence[DetectedRepetition],
    signals: Mapping[Side, SideSignals],
    tracks: Tracks,
) -> dict[Side, ReadingSpread | None]:
    """Spread of each leg's readings in the squats that count."""
    return {
        side: reading_spread(
            tracks,
            side,
            own_medial_sign(tracks, detected, side),
            signal,
            [
                detected[rep.index - 1].bounds
                for rep in repetitions
                if rep.valid and rep.side is side
            ],
        )
        for side, signal in signals.items()
    }


def _repetitions(
    detected: Sequence[DetectedRepetition],
    signals: Mapping[Side, SideSignals],
    wobbles: Mapping[Side, Wobble],
    tracks: Tracks,
    settings: Settings,
    unseen: Reason | None,
) -> list[Repetition]:
    repetitions = []
    own = {side: own_tracks(tracks, detected, side) for side in signals}
    habits = {side: leg_habits(detected, own[side], signals[side], side) for side in signals}
    for index, repetition in enumerate(detected, start=1):
        side = repetition.side or next(iter(signals))
        signal = signals[side]
        bottom = at_bottom(repetition.bounds, signal, tracks.time_s, settings)
        reasons: tuple[Reason, ...] = (Reason(code="both_feet_down"),)
        if repetition.side and unseen:
            reasons = (unseen,)
        elif repetition.side:
            reasons = invalid_reasons(
                repetition, side, habits[side], bottom, own[side], signal, settings
            )
        repetitions.append(
            measure_repetition(
                repetition, index, reasons, bottom, signal, wobbles[side], tracks, settings
            )
        )
    return repetitions


def _leg(
    side: Side,
    detected: Sequence[DetectedRepetition],
    pace: Pace,
    wobble: Wobble,
    spread: ReadingSpread | None,
    quality: Quality,
    settings: Settings,
) -> LegAnalysis:
    own = pace.repetitions
    valid = [rep for rep in own if rep.valid]
    fppa = intervals.estimate_fppa(valid, side, quality.yaw_deg, settings, spread)
    offset = intervals.estimate_offset(valid, settings, spread)
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
        fppa_frontal_deg=intervals.estimate_frontal_fppa(valid, settings, spread),
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
