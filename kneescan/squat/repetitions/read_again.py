"""Read again: gather what all networks read of one leg, and decide how far each is believed."""

import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import CLOSE_UP_PARTS, WHOLE_BODY_PARTS, CloseUps
from kneescan.kinematics.fusion import trust_in_readings
from kneescan.landmarks import Side
from kneescan.squat.readings.leg_readings import LEG_PARTS, WEIGHTS, LegReadings
from kneescan.squat.repetitions.tracks import Tracks

Array = NDArray[np.float64]

USUAL_ALONG_PCT, USUAL_ACROSS_PCT = 6.0, 1.5
"""Usual distance between two sound readings of a joint, along the leg and across it: networks agree less on
how far along the leg a joint lies. [% of leg]"""
SHARP_PCT = 4.5
"""A close-up whose map of a joint is this wide counts half. [% of leg]"""
BESIDE_S = 0.2
"""A reading of the whole body holds for close-ups this near. [s]"""


def read_leg(close_ups: CloseUps, side: Side, frame_s: Array, tracks: Tracks) -> LegReadings:
    """Gather the readings of one leg.

    Parameters
    ----------
    close_ups : CloseUps
        Close-ups of the video.
    side : Side
        Leg.
    frame_s : ndarray, shape (n_frames,)
        Times of the video's frames since the first. [s]
    tracks : Tracks
        The pose model's tracks.
    """
    index = list(Side).index(side)
    at_s = frame_s[close_ups.frame]
    model = np.stack(
        [
            interpolated(tracks.measured[f"{side}_{part}"], tracks.time_s, at_s)
            for part in LEG_PARTS
        ],
        axis=1,
    )
    parts = [CLOSE_UP_PARTS.index(part) for part in LEG_PARTS]
    close_up = close_ups.xy_px[:, index, parts]
    body = np.full_like(model, np.nan)
    joints = [LEG_PARTS.index(part) for part in WHOLE_BODY_PARTS]
    read = close_ups.whole_body_xy_px[:, index] - model[:, joints]
    body[:, joints] = model[:, joints] + _beside(read, at_s)
    xy_px = np.stack([model, close_up, body])
    spread_px = close_ups.spread_px[:, index, parts]
    trust, certainty = joint_trust(xy_px, spread_px, np.full(at_s.size, tracks.leg_length_px))
    return LegReadings(time_s=at_s, xy_px=xy_px, trust=trust, certainty=certainty)


def joint_trust(xy_px: Array, spread_px: Array, leg_length_px: Array) -> tuple[Array, Array]:
    """How far each reading of each joint is believed, and how certain it is of itself.

    Parameters
    ----------
    xy_px : ndarray, shape (3, n, 4, 2)
        Places of the joints, in the order of `READINGS` and `LEG_PARTS`; NaN where not read. [px]
    spread_px : ndarray, shape (n, 4)
        Width of the close-up's map of each joint. [px]
    leg_length_px : ndarray, shape (n,)
        Length of the leg. [px]

    Returns
    -------
    trust : ndarray, shape (3, n, 4)
        From 0 to 1, by the distances along and across the leg from the other readings, and by certainty.
    certainty : ndarray, shape (3, n, 4)
        1, for the close-up less if its map is wide; 0 where not read.
    """
    hip, ankle = (xy_px[0, :, LEG_PARTS.index(part)] for part in ("hip", "ankle"))
    with np.errstate(invalid="ignore", divide="ignore"):
        along = (ankle - hip) / np.linalg.norm(ankle - hip, axis=-1, keepdims=True)
    axes = np.stack([along, np.stack([-along[:, 1], along[:, 0]], axis=-1)], axis=-2)
    in_leg_pct = 100 * np.einsum("rnpc,nac->rnpa", xy_px, axes) / leg_length_px[:, None, None]
    usual = np.array([USUAL_ALONG_PCT, USUAL_ACROSS_PCT])
    trust = trust_in_readings(in_leg_pct, WEIGHTS[:, None], usual_distance=usual)
    certainty = np.array(np.isfinite(xy_px).all(axis=-1), dtype=np.float64)
    with np.errstate(invalid="ignore"):
        width_pct = 100 * spread_px / leg_length_px[:, None]
        certainty[1] *= np.nan_to_num(1 / (1 + (width_pct / SHARP_PCT) ** 4))
    return trust * certainty, certainty


def _beside(read: Array, at_s: Array) -> Array:
    """Values at the times of all close-ups, from the few that were read; NaN far from these."""
    known = np.isfinite(read).all(axis=(1, 2))
    if not known.any():
        return np.full_like(read, np.nan)
    known_s = at_s[known]
    flat = read[known].reshape(known_s.size, -1)
    filled = np.stack([np.interp(at_s, known_s, column) for column in flat.T], axis=-1)
    after = np.searchsorted(known_s, at_s).clip(1, max(known_s.size - 1, 1))
    neighbours = known_s[np.stack([after - 1, after.clip(max=known_s.size - 1)])]
    is_near = np.abs(neighbours - at_s).min(axis=0) <= BESIDE_S
    return np.where(is_near[:, None, None], filled.reshape(read.shape), np.nan)


def interpolated(track: Array, sample_s: Array, at_s: Array) -> Array:
    """Track at other times; NaN if either neighbour is missing."""
    return np.stack([np.interp(at_s, sample_s, axis) for axis in track.T], axis=-1)
