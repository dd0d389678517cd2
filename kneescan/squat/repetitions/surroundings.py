"""Surroundings: the samples near the squats of a leg, from which everything that belongs to the leg comes.

A video often shows both legs, one after the other. What belongs to a leg must not depend on the rest.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.squat.repetitions.detection import DetectedRepetition, medial_signs
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds
from kneescan.squat.repetitions.tracks import Tracks, leg_length, within

BEFORE_S, AFTER_S = 1.0, 0.6
"""The surroundings extend no further before the start and after the end of a squat. [s]"""
TALLEST_SHARE = 0.95
"""Share of the surroundings in which the leg looks shorter than while standing.

On the tuning half of the rendered videos, this is the same length (SD 0.7%) as the 90% of a whole video, of
which the squats are a smaller part."""


def near_squats(
    tracks: Tracks, detected: Sequence[DetectedRepetition], side: Side
) -> NDArray[np.bool_]:
    """Samples in the squats of a leg and around them, within the same take, shape (n_samples,)."""
    near = np.zeros(tracks.time_s.size, dtype=bool)
    before, after = round(BEFORE_S * tracks.fps), round(AFTER_S * tracks.fps)
    for repetition in detected:  # squats, not frames
        if repetition.side is side:
            take = take_of(tracks, repetition.bounds)
            first = max(take.start, repetition.bounds.start - before)
            near[first : min(take.stop, repetition.bounds.stop + after)] = True
    return near


def take_of(tracks: Tracks, bounds: RepetitionBounds) -> slice:
    """Take that a squat belongs to."""
    return next(take for take in tracks.takes if bounds.deepest < take.stop)


def own_medial_sign(tracks: Tracks, detected: Sequence[DetectedRepetition], side: Side) -> int:
    """1 if the midline lies towards larger x from the leg in its squats, else -1."""
    near = near_squats(tracks, detected, side)
    return medial_signs(within(tracks, near) if near.any() else tracks)[side]


def own_tracks(tracks: Tracks, detected: Sequence[DetectedRepetition], side: Side) -> Tracks:
    """The same tracks, with the leg's length as it looks near the squats of this leg."""
    near = near_squats(tracks, detected, side)
    if not near.any():
        return tracks
    rough = {name: track[near] for name, track in tracks.rough.items()}
    return replace(tracks, leg_length_px=leg_length(rough, share=TALLEST_SHARE))


def in_own_lengths(
    detected: Sequence[DetectedRepetition], tracks: Tracks
) -> list[DetectedRepetition]:
    """The same squats, with their depth in the length of the leg as it looks near the leg's squats."""
    own_px = {side: own_tracks(tracks, detected, side).leg_length_px for side in Side}
    taken_px = [within(tracks, take).leg_length_px for take in tracks.takes]
    scaled = []
    for repetition in detected:  # squats, not frames
        bounds, side = repetition.bounds, repetition.side
        if side is not None:
            found_px = taken_px[tracks.takes.index(take_of(tracks, bounds))]
            depth_pct = bounds.depth_pct * found_px / own_px[side]
            bounds = replace(bounds, depth_pct=depth_pct)
        scaled.append(DetectedRepetition(bounds=bounds, side=side))
    return scaled
