"""Hiding: whether the free leg covers the joints of the standing leg."""

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.squat.readings.leg_readings import LEG_PARTS
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds
from kneescan.squat.repetitions.tracks import Tracks

Array = NDArray[np.float64]

FREE_SEGMENTS = (("knee", "ankle"), ("ankle", "foot_index"))
"""Shank and foot of the free leg: what can be held in front of the standing leg."""
COVERED_PCT = 12.0
"""A joint nearer than this to the axis of the free shank or foot is covered by it: both are 10 to 12% of the
leg wide and look wider near the lens, and the place of a hidden joint is a guess. [% of leg length]"""
MIN_COVERED_SHARE = 0.5
"""Share of the samples with a missing joint in which the free leg must cover it."""


def is_hidden_by_free_leg(bounds: RepetitionBounds, tracks: Tracks, side: Side) -> bool:
    """Whether joints of the standing leg are missing in a squat because the free leg is in front of them.

    Only a free leg that is itself seen can be in front.
    """
    inside = slice(bounds.start, bounds.stop)
    # In the picture, where the free leg is seen, and not as if the camera had not moved.
    joints = tracks.camera_px[inside] + np.stack(
        [tracks.rough[f"{side}_{part}"][inside] for part in LEG_PARTS]
    )
    seen = np.stack([tracks.measured[f"{side}_{part}"][inside] for part in LEG_PARTS])
    missing = np.isnan(seen).any(axis=-1)
    limit_px = COVERED_PCT / 100 * tracks.leg_length_px
    covered = np.zeros_like(missing)
    for ends in FREE_SEGMENTS:
        upper, lower = (tracks.measured[f"{side.other}_{part}"][inside] for part in ends)
        with np.errstate(invalid="ignore"):
            covered |= distance_to_segment(joints, upper, lower) < limit_px
    n_missing = np.count_nonzero(missing.any(axis=0))
    n_covered = np.count_nonzero((missing & covered).any(axis=0))
    return bool(n_missing) and bool(n_covered >= MIN_COVERED_SHARE * n_missing)


def distance_to_segment(point: Array, start: Array, end: Array) -> Array:
    """Distance of points from a segment between two others.

    Parameters
    ----------
    point, start, end : ndarray, shape (..., 2)
        [px]

    Returns
    -------
    ndarray, shape (...)
        [px] NaN where a point is missing.
    """
    along = end - start
    length2 = np.maximum(np.sum(along**2, axis=-1), np.finfo(np.float64).tiny)
    share = np.clip(np.sum((point - start) * along, axis=-1) / length2, 0.0, 1.0)
    return np.asarray(np.linalg.norm(point - start - share[..., None] * along, axis=-1))
