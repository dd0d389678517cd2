"""Detection: all squats of a video, each with the leg it was done on."""

from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.quantiles import median
from kneescan.landmarks import Side
from kneescan.squat.repetitions.both_feet import settle_sharing, sharing_vote
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds, repetitions_over_foot
from kneescan.squat.repetitions.stance_leg import (
    FootEvidence,
    Footing,
    foot_evidence,
    footing,
    settle_evidence,
)
from kneescan.squat.repetitions.tracks import Tracks, within
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]

MIN_FRAMES = 10
"""Fewer frames with a person cannot hold a repetition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectedRepetition:
    """One squat and the leg it was done on; the leg is None for both feet."""

    bounds: RepetitionBounds
    side: Side | None


def medial_signs(tracks: Tracks) -> dict[Side, int]:
    """Sign of each leg: 1 if the midline lies towards larger x from it, else -1."""
    across = tracks.rough["right_hip"][:, 0] - tracks.rough["left_hip"][:, 0]
    left = 1 if median(across) > 0 else -1
    return {Side.LEFT: left, Side.RIGHT: -left}


def find_repetitions(tracks: Tracks, settings: Settings) -> list[DetectedRepetition]:
    """All squats of a video in order of time, on one leg or on both feet; each take is searched alone."""
    return [
        DetectedRepetition(bounds=repetition.bounds.later(take.start), side=repetition.side)
        for take in tracks.takes
        for repetition in _find_in_one_take(within(tracks, take), settings)
    ]


def _find_in_one_take(tracks: Tracks, settings: Settings) -> list[DetectedRepetition]:
    medial_sign = medial_signs(tracks)[Side.LEFT]
    where = footing(tracks.rough, leg_length_px=tracks.leg_length_px)
    candidates = [
        (bounds, side, foot_evidence(where, bounds, side=side, medial_sign=medial_sign))
        for side in Side
        for bounds in _bounds_over(where, side, tracks, settings)
    ]
    candidates.sort(key=lambda candidate: (candidate[0].deepest, candidate[1]))
    groups = _overlapping(candidates)
    if not groups:
        return []
    evidence = np.array([fmean(signs.evidence for _, _, signs in group) for group in groups])
    deepest_s = np.array([group[0][0].deepest for group in groups]) / tracks.fps
    settled = settle_evidence(evidence, deepest_s)
    votes = [_vote(group, value) for group, value in zip(groups, settled, strict=True)]
    on_both = settle_sharing(np.array(votes), deepest_s)
    detected = [
        DetectedRepetition(bounds=group[0][0], side=None) if both_feet else _choose(group, value)
        for group, value, both_feet in zip(groups, settled, on_both, strict=True)
    ]
    return [repetition for repetition in detected if repetition is not None]


def _bounds_over(
    where: Footing, side: Side, tracks: Tracks, settings: Settings
) -> list[RepetitionBounds]:
    height_pct = where.feet[side][:, 1] - where.trunk_y
    return repetitions_over_foot(
        height_pct * tracks.leg_length_px / 100,
        fps=tracks.fps,
        leg_length_px=tracks.leg_length_px,
        min_depth_pct=settings.min_detected_depth_pct,
        min_duration_s=settings.min_repetition_s,
        max_duration_s=settings.max_repetition_s,
    )


Candidate = tuple[RepetitionBounds, Side, FootEvidence]


def _overlapping(candidates: list[Candidate]) -> list[list[Candidate]]:
    """Group repetitions over both feet that are one squat: each contains the other's deepest point."""
    groups: list[list[Candidate]] = []
    for candidate in candidates:
        bounds, side, _ = candidate
        last = groups[-1] if groups else []
        known, other = (last[-1][0], last[-1][1]) if last else (None, None)
        same = (
            known is not None
            and side is not other
            and len(last) == 1
            and known.start <= bounds.deepest < known.stop
            and bounds.start <= known.deepest < bounds.stop
        )
        if same:
            last.append(candidate)
        else:
            groups.append([candidate])
    return groups


def _side(evidence: float) -> Side:
    return Side.LEFT if evidence > 0 else Side.RIGHT


def _vote(group: list[Candidate], evidence: float) -> int:
    """Whether both feet carry weight (1) or one (-1), as seen from each foot over which the trunk sinks."""
    side = _side(evidence)
    vote = min(sharing_vote(signs, side) for _, _, signs in group)
    # A step shows nothing about squats nearby.
    return max(vote, 0) if _choose(group, evidence) is None else vote


def _choose(group: list[Candidate], evidence: float) -> DetectedRepetition | None:
    """Squat of a group on the side that the evidence shows; None if there was no squat on that side."""
    side = _side(evidence)
    for bounds, over, signs in group:
        if over is side and not signs.is_step(side):
            return DetectedRepetition(bounds=bounds, side=side)
    return None
