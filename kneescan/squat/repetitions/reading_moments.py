"""Reading moments: the frames near squats, where another reading of the whole body is worth its time."""

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import PoseSequence
from kneescan.squat.repetitions.detection import MIN_FRAMES, find_repetitions
from kneescan.squat.repetitions.stance_leg import footing
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.settings import DEFAULTS, Settings

NEAR_S = 0.35
"""Time around each moment at which angles are taken. [s]"""
MATCHED_DEPTH_PCT = 8.0
"""Depth at which squats of different depth are compared. [% of leg length]"""


def worth_reading(pose: PoseSequence, settings: Settings = DEFAULTS) -> NDArray[np.bool_]:
    """Frames near the deepest point of each squat on one leg, or near half-way depth in a deep one.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of one pass over the video.
    settings : Settings
        Thresholds of the repetitions.

    Returns
    -------
    ndarray of bool, shape (n_frames,)
    """
    near = np.zeros(len(pose), dtype=bool)
    if int(pose.found.sum()) < MIN_FRAMES:
        return near
    tracks = prepare_tracks(pose, settings)
    where = footing(tracks.rough, leg_length_px=tracks.leg_length_px)
    frame_s = pose.time_s - pose.time_s[0]
    for repetition in find_repetitions(tracks, settings):  # squats, not frames
        bounds, side = repetition.bounds, repetition.side
        if side is None:
            continue
        inside = slice(bounds.start, bounds.stop)
        height_pct = (where.feet[side][:, 1] - where.trunk_y)[inside]
        deep = np.flatnonzero(height_pct.max() - height_pct >= MATCHED_DEPTH_PCT)
        is_deep = bounds.depth_pct > settings.max_depth_pct and deep.size
        moments = bounds.start + deep[[0, -1]] if is_deep else np.array([bounds.deepest])
        moments_s = tracks.time_s[moments]
        near |= (np.abs(frame_s[:, None] - moments_s) <= NEAR_S).any(axis=1)
    return near
