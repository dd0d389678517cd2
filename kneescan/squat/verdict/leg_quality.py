"""Leg quality: how well a video shows the squats of each leg, and what this means for the whole video.

A video often shows one leg after the other. How the second was filmed says nothing about the first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from kneescan.landmarks import PoseSequence, Side
from kneescan.landmarks.cutting import part_of
from kneescan.squat.repetitions.detection import DetectedRepetition
from kneescan.squat.repetitions.surroundings import near_squats, own_tracks
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.results import Quality, Reason
from kneescan.squat.settings import Settings
from kneescan.squat.verdict.gait import is_walking
from kneescan.squat.verdict.quality import (
    BLOCKING,
    NOT_FROM_FRONT,
    SHORTEST_S,
    assess_quality,
    is_upright,
)
from kneescan.squat.verdict.view import estimate_view, view_samples

WORSE_IF_SMALLER = frozenset({"detected_pct", "leg_px", "fps"})
"""Values of warnings of which the smaller is the worse; of all others, it is the larger."""
NO_SQUAT = frozenset({"no_single_leg_squat", "both_feet"})
"""Warnings that say the same as a more exact one."""


def assess_legs(
    pose: PoseSequence,
    tracks: Tracks,
    detected: Sequence[DetectedRepetition],
    settings: Settings,
    *,
    known: Collection[Side] = (),
) -> dict[Side, Quality]:
    """Quality of the part of the video that shows the squats of each leg; empty without such squats.

    Legs whose quality is known already are left out.
    """
    # A part of the video may be short; only the whole video tells whether it was cut.
    of_video = [*_too_short(pose), *_walking(pose, tracks.leg_length_px)]
    qualities = {}
    for side in sorted({each.side for each in detected if each.side} - set(known)):
        own = own_tracks(tracks, detected, side)
        shown = _from_first_to_last_squat(pose, tracks, detected, side)
        moments = {side: view_samples(own, detected, side, settings)}
        view = estimate_view(own, shown, moments, settings)
        of_leg = [repetition for repetition in detected if repetition.side is side]
        quality = assess_quality(shown, own, of_leg, view, settings)
        qualities[side] = _with_first(quality, of_video)
    return qualities


def assess_video(
    pose: PoseSequence,
    tracks: Tracks,
    detected: Sequence[DetectedRepetition],
    legs: Mapping[Side, Quality],
    settings: Settings,
    n_other_leg: int = 0,
) -> Quality:
    """Quality of the whole video: what was found in each leg's part, and in the video without such parts.

    ``n_other_leg`` is the number of squats on the leg that was not asked for. The video's yaw is the mean
    of those of the legs that are known. It can be judged if one of the legs can.
    """
    view = estimate_view(tracks, pose, {}, settings)
    whole = assess_quality(pose, tracks, detected, view, settings)
    if not legs:
        return _explained(whole, pose, n_other_leg)
    known_deg = [q.yaw_deg for q in legs.values() if np.isfinite(q.yaw_deg)]
    of_legs = [warning for quality in legs.values() for warning in quality.warnings]
    of_video = [warning for warning in whole.warnings if warning.code == "some_on_both_feet"]
    return replace(
        whole,
        ok=any(quality.ok for quality in legs.values()),
        warnings=(*of_video, *_worst_of_each(of_legs)),
        yaw_deg=float(np.mean(known_deg)) if known_deg else float("nan"),
    )


def _explained(quality: Quality, pose: PoseSequence, n_other_leg: int) -> Quality:
    """Quality of a video without a squat on a leg asked for, beginning with the likeliest cause."""
    if not is_upright(quality):
        return quality
    instead = _walking(pose, quality.leg_length_px)
    if n_other_leg:
        instead = [Reason(code="only_other_leg", values={"n": n_other_leg})]
    rest = [each for each in quality.warnings if not instead or each.code not in NO_SQUAT]
    # Whoever is not seen from the front may have squatted unseen. Squats on both feet were seen, and a level
    # camera would not change them; who leans in them looks like a tilted picture.
    were_seen = any(each.code == "both_feet" for each in rest)
    hiding = NOT_FROM_FRONT - ({"picture_tilted"} if were_seen else set())
    first = [each for each in rest if each.code in hiding]
    last = [each for each in rest if each.code not in hiding]
    return _with_first(quality, [*_too_short(pose), *instead, *first], last)


def _walking(pose: PoseSequence, leg_length_px: float) -> list[Reason]:
    return [Reason(code="walking")] if is_walking(pose, leg_length_px) else []


def _too_short(pose: PoseSequence) -> list[Reason]:
    """Reason for a video shorter than a squat with its surroundings; none for a longer one."""
    duration_s = float(np.ptp(pose.time_s)) if len(pose) else 0.0
    if duration_s >= SHORTEST_S:
        return []
    values = {"duration_s": duration_s, "limit_s": SHORTEST_S}
    return [Reason(code="too_short", values=values)]


def _with_first(
    quality: Quality, first: Sequence[Reason], others: Sequence[Reason] | None = None
) -> Quality:
    """Quality with some warnings in front of its own, or of others."""
    warnings = (*first, *(quality.warnings if others is None else others))
    return replace(
        quality, warnings=warnings, ok=not any(each.code in BLOCKING for each in warnings)
    )


def _from_first_to_last_squat(
    pose: PoseSequence, tracks: Tracks, detected: Sequence[DetectedRepetition], side: Side
) -> PoseSequence:
    """Frames from just before the first squat of a leg to just after its last."""
    near_s = tracks.time_s[near_squats(tracks, detected, side)] + pose.time_s[0]
    inside = (pose.time_s >= near_s[0] - 1e-9) & (pose.time_s <= near_s[-1] + 1e-9)
    return part_of(pose, inside)


def _worst_of_each(warnings: Sequence[Reason]) -> list[Reason]:
    """Warnings with each code once, in the order of their first appearance."""
    worst: dict[str, Reason] = {}
    for warning in warnings:
        known = worst.setdefault(warning.code, warning)
        for name, value in list(warning.values.items())[:1]:
            smaller = value < known.values[name]
            if smaller if name in WORSE_IF_SMALLER else value > known.values[name]:
                worst[warning.code] = warning
    return list(worst.values())
