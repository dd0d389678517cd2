"""Simulate people as other tools see them: the same squat with other sets of points."""

from functools import cache

import numpy as np

from kneescan.exchange.parsing.landmark_names import POINT_SETS, landmark_of
from kneescan.landmarks import Landmark, PoseSequence, Side
from kneescan.simulate import SquatScript, simulate

FPS = 20.0
SIZE_PX = (540, 960)
N_FRAMES = 40
HIDDEN = slice(10, 20)
"""Frames in which the left wrist was not found."""


@cache
def short_squat() -> PoseSequence:
    """Two seconds around the deepest point of a squat on the left leg, short enough to be stored."""
    script = SquatScript(side=Side.LEFT, n_repetitions=1, valgus_deg=20, stand_s=0.2, quiet_s=0.5)
    video = simulate(script, fps=FPS, start_s=2.5, stop_s=2.5 + N_FRAMES / FPS)
    return video.pose


def seen_as(
    point_set: str, pose: PoseSequence, *, hidden: slice = HIDDEN
) -> tuple[np.ndarray, np.ndarray]:
    """Positions (n_frames, n_points, 2) and scores of a set's points; the left wrist is hidden for a time."""
    names = POINT_SETS[point_set]
    xy = np.zeros((len(pose), len(names), 2))
    scores = np.zeros(xy.shape[:2])
    middles = {
        "Hip": (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
        "MidHip": (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
        "Neck": (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
        "Head": (Landmark.LEFT_EYE, Landmark.RIGHT_EYE),
        "LSmallToe": (Landmark.LEFT_FOOT_INDEX,),
        "RSmallToe": (Landmark.RIGHT_FOOT_INDEX,),
    }
    for k, name in enumerate(names):
        landmark = landmark_of(name)
        of = (landmark,) if landmark is not None else middles.get(name, (Landmark.NOSE,))
        xy[:, k] = pose.xy_px[:, of].mean(axis=1)
        scores[:, k] = 0.9
    wrist = names.index("LWrist")
    xy[hidden, wrist], scores[hidden, wrist] = 0, 0
    return xy, scores
