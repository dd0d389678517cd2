"""Check whether the landmarks are of the person who does the single-leg squats.

This is asked between the two passes over a video with several people (see `kneescan.pipeline`). It needs
the repetitions and nothing that is measured on them, so it lies here, below measures and verdict. Landmarks
alone do not settle it: a bystander who squats on both feet, or steps over an edge, sinks as the subject does.
"""

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.repetitions.detection import MIN_FRAMES, find_repetitions
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.settings import DEFAULTS, Settings

JUMP_PCT = 30.0
"""A trunk that jumps this far from one frame to the next belongs to another person. [% of leg length]"""
TURNED_PCT = 50.0
"""A video is upside down, or on its side, if the person is in more of its frames. [% of frames]"""


def may_be_someone_else(pose: PoseSequence, settings: Settings = DEFAULTS) -> bool:
    """Whether the pose model may have followed the wrong person, or first one and then another.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of one pass over the video.
    settings : Settings
        Thresholds of the repetitions.

    Returns
    -------
    bool
        True if there is no repetition on one leg, or the body jumps. False if nobody was found or
        the video is not upright: then another person would not be measured either.
    """
    if int(pose.found.sum()) < MIN_FRAMES or quarter_turn(pose) != 0:
        return False
    tracks = prepare_tracks(pose, settings)
    on_one_leg = [each for each in find_repetitions(tracks, settings) if each.side]
    return not on_one_leg or count_jumps(pose, tracks.leg_length_px) > 0


def count_jumps(pose: PoseSequence, leg_length_px: float) -> int:
    """Count the moments at which the body jumps because the pose model takes another person for the subject.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of the video.
    leg_length_px : float
        Standing hip-ankle height. [px]
    """
    return int(is_jump(pose, leg_length_px).sum())


def is_jump(pose: PoseSequence, leg_length_px: float) -> NDArray[np.bool_]:
    """Whether the body has jumped since the last frame in which it was found, shape (n_frames,)."""
    trunk_px = trunk_middle(pose)[pose.found]
    jump_pct = 100 * np.linalg.norm(np.diff(trunk_px, axis=0), axis=-1) / leg_length_px
    jumps = np.zeros(len(pose), dtype=bool)
    jumps[np.flatnonzero(pose.found)[1:]] = jump_pct > JUMP_PCT
    return jumps


def trunk_middle(pose: PoseSequence) -> NDArray[np.float64]:
    """Middle of shoulders and hips, shape (n_frames, 2). [px]"""
    parts = [pose.points(side, part) for side in Side for part in ("shoulder", "hip")]
    return np.asarray(np.mean(parts, axis=0))


def quarter_turn(pose: PoseSequence) -> int:
    """Clockwise turn of the body in most frames: 0, 90, 180 or 270; 0 if no turn prevails. [deg]"""
    turn_deg = body_turn(pose.xy_px[pose.found])
    for turned_deg in (90, 180, 270):
        if 100 * np.mean(turn_deg == turned_deg) > TURNED_PCT:
            return turned_deg
    return 0


def body_turn(landmarks: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far a body is turned clockwise from upright, to the nearest quarter turn.

    Parameters
    ----------
    landmarks : ndarray, shape (..., 33, >= 2)
        x and y, y down, in any unit.

    Returns
    -------
    ndarray, shape (...)
        0, 90 (the head is on the right), 180 or 270 by the line from ankles to shoulders; NaN where
        a landmark is missing or the hips are not between them. [deg]
    """
    pairs = [[side.landmark(part) for side in Side] for part in ("ankle", "hip", "shoulder")]
    ankle, hip, shoulder = (landmarks[..., pair, :2].mean(axis=-2) for pair in pairs)
    along, leg = shoulder - ankle, hip - ankle
    turn_deg = np.round(np.degrees(np.arctan2(along[..., 0], -along[..., 1])) / 90) * 90 % 360
    share = np.sum(along * leg, axis=-1)
    is_between = (share > 0) & (share < np.sum(along**2, axis=-1))
    return np.where(is_between, turn_deg, np.nan)
