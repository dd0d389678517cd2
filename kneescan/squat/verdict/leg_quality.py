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
from kneescan.squat.verdict.quality import assess_quality
from kneescan.squat.verdict.view import estimate_view, view_samples

WORSE_IF_SMALLER = frozenset({"detected_pct", "leg_px", "fps"})
"""Values of warnings of which the smaller is the worse; of all others, it is the larger."""


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
    qualities = {}
    for side in sorted({each.side for each in detected if each.side} - set(known)):
        own = own_tracks(tracks, detected, side)
        shown = _from_first_to_last_squat(pose, tracks, detected, side)
        moments = {side: view_samples(own, detected, side, settings)}
        view = estimate_view(own, shown, moments, settings)
        of_leg = [repetition for repetition in detected if repetition.side is side]
        qualities[side] = assess_quality(shown, own, of_leg, view, settings)
    return qualities


def assess_video(
    pose: PoseSequence,
    tracks: Tracks,
    detected: Sequence[DetectedRepetition],
    legs: Mapping[Side, Quality],
    settings: Settings,
) -> Quality:
    """Quality of the whole video: what was found in each leg's part, and in the video without such parts.

    Its yaw is the mean of those of the legs that are known. It can be judged if one of the legs can.
    """
    view = estimate_view(tracks, pose, {}, settings)
    whole = assess_quality(pose, tracks, detected, view, settings)
    if not legs:
        return whole
    known_deg = [q.yaw_deg for q in legs.values() if np.isfinite(q.yaw_deg)]
    of_legs = [warning for quality in legs.values() for warning in quality.warnings]
    of_video = [warning for warning in whole.warnings if warning.code == "some_on_both_feet"]
    return replace(
        whole,
        ok=any(quality.ok for quality in legs.values()),
        warnings=(*of_video, *_worst_of_each(of_legs)),
        yaw_deg=float(np.mean(known_deg)) if known_deg else float("nan"),
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
