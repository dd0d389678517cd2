"""Close-up tracks: the leg's tracks moved to where all readings together place the joints."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import scipy
from numpy.typing import NDArray

from kneescan.close_ups import CLOSE_UP_PARTS, CloseUps
from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.readings.leg_readings import LEG_PARTS, LegCloseUps, LegReadings
from kneescan.squat.repetitions.detection import DetectedRepetition, find_repetitions
from kneescan.squat.repetitions.read_again import interpolated, read_leg
from kneescan.squat.repetitions.surroundings import own_tracks
from kneescan.squat.repetitions.tracks import Tracks, prepare_tracks
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]

SMOOTHING_S = 0.15
"""Errors of the pose model change slowly; readings this near to each other are averaged. [s]"""
NEAR_S, MIN_NEAR = 0.4, 2
"""A squat is read again if it has this many readings this near to its deepest point. [s]"""
MIN_READ_SHARE = 0.6
"""Share of a leg's squats that must be read again for its tracks to be moved."""
MIN_CERTAINTY = 0.3
"""A close-up whose own map of a joint is wider does not count as a reading."""
MIN_TRUST = 0.5
"""Close-ups whose knee and ankle are believed less show neither wobble nor yaw."""


def with_close_ups(
    tracks: Tracks, pose: PoseSequence, detected: Sequence[DetectedRepetition]
) -> Tracks:
    """Move the measured tracks of each leg that squats to where all its readings place the joints.

    The pose model's tracks keep their timing. Only its error, which is much the same from frame to frame,
    is removed. A leg that was not read again in most of its squats stays as it is.
    """
    if pose.close_ups is None:
        return tracks
    frame_s = pose.time_s - pose.time_s[0]
    readings = {
        side: read_leg(pose.close_ups, side, frame_s, own_tracks(tracks, detected, side))
        for side in sorted({each.side for each in detected if each.side})
    }
    readings = {
        side: of_leg
        for side, of_leg in readings.items()
        if _shows(of_leg.time_s[_is_read(of_leg)], side, detected, tracks)
    }
    moved = {}
    for side, of_leg in readings.items():
        for k, part in enumerate(LEG_PARTS):
            offset_px = of_leg.fused_px[:, k] - of_leg.xy_px[0, :, k]
            name = f"{side}_{part}"
            moved[name] = tracks.measured[name] + drawn_out(offset_px, of_leg.time_s, tracks)
    close_ups = {side: _believed(pose.close_ups, side, of_leg) for side, of_leg in readings.items()}
    close_ups = {
        side: believed
        for side, believed in close_ups.items()
        if _shows(believed.time_s, side, detected, tracks)
    }
    return replace(
        tracks,
        measured={**tracks.measured, **moved},
        close_ups=close_ups,
        readings=readings,
    )


def with_close_up_landmarks(pose: PoseSequence, settings: Settings | None = None) -> PoseSequence:
    """Move landmarks in the same way as the measured tracks, so that drawn lines and values agree."""
    if pose.close_ups is None or not pose.found.any():
        return pose
    settings = settings or Settings()
    before = prepare_tracks(pose, settings)
    after = with_close_ups(before, pose, find_repetitions(before, settings))
    xy_px, time_s = pose.xy_px.copy(), pose.time_s - pose.time_s[0]
    for side in after.readings:
        for part in LEG_PARTS:
            name = f"{side}_{part}"
            offset_px = np.nan_to_num(after.measured[name] - before.measured[name])
            xy_px[:, side.landmark(part)] += interpolated(offset_px, after.time_s, time_s)
    return replace(pose, xy_px=xy_px)


def toe_share(tracks: Tracks, side: Side) -> Array:
    """Share of the close-ups in the place of the toes, 0 to 1, shape (n_samples,)."""
    if side not in tracks.readings:
        return np.zeros(tracks.time_s.size)
    of_leg = tracks.readings[side]
    return drawn_out(of_leg.weights[1, :, LEG_PARTS.index("foot_index")], of_leg.time_s, tracks)


def drawn_out(values: Array, at_s: Array, tracks: Tracks) -> Array:
    """Values at some times, drawn out over each take and smoothed; 0 in a take without any.

    Parameters
    ----------
    values : ndarray, shape (n, ...)
        NaN where unknown.
    at_s : ndarray, shape (n,)
        Their times. [s]
    tracks : Tracks
        Tracks with the samples.

    Returns
    -------
    ndarray, shape (n_samples, ...)
    """
    flat = values.reshape(at_s.size, -1)
    known = np.isfinite(flat).all(axis=1)
    drawn = np.zeros((tracks.time_s.size, flat.shape[1]))
    for take in tracks.takes:
        sample_s = tracks.time_s[take]
        inside = known & (at_s >= sample_s[0]) & (at_s <= sample_s[-1])
        if inside.any():
            columns = [np.interp(sample_s, at_s[inside], column) for column in flat[inside].T]
            drawn[take] = scipy.ndimage.gaussian_filter1d(
                np.stack(columns, axis=-1), SMOOTHING_S * tracks.fps, axis=0, mode="nearest"
            )
    return drawn.reshape((tracks.time_s.size, *values.shape[1:]))


def _is_read(readings: LegReadings) -> NDArray[np.bool_]:
    """Whether hip, knee and ankle have certain readings besides the pose model's, shape (n_close_ups,).

    They need not be believed: a leg whose readings contradict each other must not pass for one that was
    read only once.
    """
    joints = [LEG_PARTS.index(part) for part in ("hip", "knee", "ankle")]
    again = readings.certainty[1:, :, joints].max(axis=0)
    return np.asarray((again >= MIN_CERTAINTY).all(axis=-1))


def _shows(at_s: Array, side: Side, detected: Sequence[DetectedRepetition], tracks: Tracks) -> bool:
    """Whether most squats of a leg have readings at these times."""
    deepest = [repetition.bounds.deepest for repetition in detected if repetition.side is side]
    if not deepest:
        return False
    apart_s = np.abs(at_s - tracks.time_s[deepest][:, None])
    return bool(np.mean(np.sum(apart_s <= NEAR_S, axis=1) >= MIN_NEAR) >= MIN_READ_SHARE)


def _believed(close_ups: CloseUps, side: Side, readings: LegReadings) -> LegCloseUps:
    """Close-ups of a leg whose knee and ankle are believed."""
    index = list(Side).index(side)
    joints = [LEG_PARTS.index(part) for part in ("knee", "ankle")]
    believed = (readings.trust[1][:, joints] >= MIN_TRUST).all(axis=1)
    return LegCloseUps(
        time_s=readings.time_s[believed],
        xy_px={part: close_ups.xy_px[believed, index, k] for k, part in enumerate(CLOSE_UP_PARTS)},
        yaw_deg=close_ups.yaw_deg[believed, index],
        knee_flexion_deg=close_ups.knee_flexion_deg[believed, index],
    )
