"""Close-up tracks: the leg's tracks moved to where close-ups show the joints."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import scipy
from numpy.typing import NDArray

from kneescan.close_ups import CLOSE_UP_PARTS, CloseUps
from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.repetitions.detection import DetectedRepetition, find_repetitions
from kneescan.squat.repetitions.surroundings import own_tracks
from kneescan.squat.repetitions.tracks import LEG_PARTS, LegCloseUps, Tracks, prepare_tracks
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]

MAX_DISAGREEMENT_PCT = 10.0
"""If a close-up puts a joint further than this from the pose model's place, it is left out. [% of leg]"""
MAX_SPREAD_PCT = 6.0
"""If the map of a joint is wider, the close-up did not find the joint. [% of leg]"""
SMOOTHING_S = 0.15
"""Errors of the pose model change slowly; close-ups this near to each other are averaged. [s]"""
NEAR_S, MIN_NEAR = 0.4, 2
"""A squat is seen closely if it has this many usable close-ups this near to its deepest point. [s]"""
MIN_SEEN_SHARE = 0.6
"""Share of a leg's squats that must be seen closely for its close-ups to be used."""


def with_close_ups(
    tracks: Tracks, pose: PoseSequence, detected: Sequence[DetectedRepetition]
) -> Tracks:
    """Move the measured tracks of each leg that squats to where close-ups show its joints.

    The pose model's tracks keep their timing. Only its error, which is much the same from frame to frame,
    is removed. A leg whose close-ups cannot be used stays as it is.
    """
    if pose.close_ups is None:
        return tracks
    time_s = pose.time_s - pose.time_s[0]
    close_ups = {
        side: _usable(pose.close_ups, side, time_s, own_tracks(tracks, detected, side))
        for side in Side
    }
    seen = {
        side: found for side, found in close_ups.items() if _shows(found, side, detected, tracks)
    }
    moved = {
        f"{side}_{part}": _moved_to(found, tracks, side, part)
        for side, found in seen.items()
        for part in LEG_PARTS
    }
    return replace(tracks, measured={**tracks.measured, **moved}, close_ups=seen)


def with_close_up_landmarks(pose: PoseSequence, settings: Settings | None = None) -> PoseSequence:
    """Move landmarks in the same way as the measured tracks, so that drawn lines and values agree."""
    if pose.close_ups is None or not pose.found.any():
        return pose
    settings = settings or Settings()
    before = prepare_tracks(pose, settings)
    after = with_close_ups(before, pose, find_repetitions(before, settings))
    xy_px, time_s = pose.xy_px.copy(), pose.time_s - pose.time_s[0]
    for side in after.close_ups:
        for part in LEG_PARTS:
            name = f"{side}_{part}"
            offset_px = np.nan_to_num(after.measured[name] - before.measured[name])
            xy_px[:, side.landmark(part)] += _at(offset_px, after.time_s, time_s)
    return replace(pose, xy_px=xy_px)


def _usable(close_ups: CloseUps, side: Side, time_s: Array, tracks: Tracks) -> LegCloseUps:
    """Close-ups of a leg that are certain and roughly agree with the pose model."""
    index = list(Side).index(side)
    at_s = time_s[close_ups.frame]
    xy_px, spread_px = close_ups.xy_px[:, index], close_ups.spread_px[:, index]
    model = np.stack(
        [_at(tracks.measured[f"{side}_{part}"], tracks.time_s, at_s) for part in LEG_PARTS], axis=1
    )
    parts = [CLOSE_UP_PARTS.index(part) for part in LEG_PARTS]
    apart_px = np.linalg.norm(xy_px[:, parts] - model, axis=-1)
    with np.errstate(invalid="ignore"):
        near = apart_px < MAX_DISAGREEMENT_PCT / 100 * tracks.leg_length_px
        sharp = spread_px < MAX_SPREAD_PCT / 100 * tracks.leg_length_px
    usable = near.all(axis=1) & sharp.all(axis=1)
    return LegCloseUps(
        time_s=at_s[usable],
        xy_px={part: xy_px[usable, k] for k, part in enumerate(CLOSE_UP_PARTS)},
        yaw_deg=close_ups.yaw_deg[usable, index],
        knee_flexion_deg=close_ups.knee_flexion_deg[usable, index],
    )


def _shows(
    close_ups: LegCloseUps, side: Side, detected: Sequence[DetectedRepetition], tracks: Tracks
) -> bool:
    """Whether most squats of a leg have usable close-ups."""
    deepest = [repetition.bounds.deepest for repetition in detected if repetition.side is side]
    if not deepest:
        return False
    apart_s = np.abs(close_ups.time_s - tracks.time_s[deepest][:, None])
    return bool(np.mean(np.sum(apart_s <= NEAR_S, axis=1) >= MIN_NEAR) >= MIN_SEEN_SHARE)


def _moved_to(close_ups: LegCloseUps, tracks: Tracks, side: Side, part: str) -> Array:
    """Track of one joint, moved by the close-ups around each moment, shape (n_samples, 2). [px]"""
    moved = tracks.measured[f"{side}_{part}"].copy()
    offset = close_ups.xy_px[part] - _at(moved, tracks.time_s, close_ups.time_s)
    for take in tracks.takes:
        sample_s = tracks.time_s[take]
        inside = (close_ups.time_s >= sample_s[0]) & (close_ups.time_s <= sample_s[-1])
        if inside.any():
            at_s = close_ups.time_s[inside]
            drawn_on = [np.interp(sample_s, at_s, axis) for axis in offset[inside].T]
            moved[take] += scipy.ndimage.gaussian_filter1d(
                np.stack(drawn_on, axis=1), SMOOTHING_S * tracks.fps, axis=0, mode="nearest"
            )
    return moved


def _at(track: Array, sample_s: Array, at_s: Array) -> Array:
    """Track at other times; NaN if either neighbour is missing."""
    return np.stack([np.interp(at_s, sample_s, axis) for axis in track.T], axis=-1)
