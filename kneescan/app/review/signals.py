"""Signals: times of the frames, joints to draw and curves to plot, as numbers for the page."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.app.review.measured_video import MeasuredVideo
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.overlay.joints import measured_legs
from kneescan.squat.corrected.moved_joints import drawn_landmarks
from kneescan.squat.readings.leg_readings import LEG_PARTS
from kneescan.squat.results import SquatAnalysis

CURVES = ("depth_pct", "fppa_deg", "knee_over_foot_pct")
Array = NDArray[np.float64]


def signals_record(video: MeasuredVideo, analysis: SquatAnalysis) -> dict[str, Any]:
    """Everything that the player and the plots need.

    Returns
    -------
    dict
        ``t``: time of each frame since the first one, which the video shows at ``first_s`` [s].
        ``size_px``: width and height of the picture of the landmarks. ``joints``: places by name in each
        frame, x and y in turn [px]. ``curves``: each leg's curves at the times of the frames. What is
        missing is null.
    """
    pose = video.pose
    time_s, own_s = pose.time_s - pose.time_s[:1], analysis.signals.time_s
    return {
        "t": _numbers(time_s, 6),
        "first_s": float(pose.time_s[0]) if len(pose) else 0.0,
        "size_px": list(pose.size_px),
        "joints": {name: _numbers(xy.ravel(), 1) for name, xy in _joints(pose, analysis).items()},
        "curves": {
            str(side): {
                name: _numbers(np.interp(time_s, own_s, getattr(leg, name)), 2) for name in CURVES
            }
            for side, leg in analysis.signals.legs.items()
        },
    }


def _joints(pose: PoseSequence, analysis: SquatAnalysis) -> dict[str, Array]:
    """Places of shoulders and legs; where the analysis has none, those of the pose model."""
    drawn = drawn_landmarks(pose, analysis)
    legs = measured_legs(drawn, analysis)
    joints = {f"{side}_shoulder": drawn.xy_px[:, side.landmark("shoulder")] for side in Side}
    for s, side in enumerate(Side):
        for p, part in enumerate(LEG_PARTS):
            raw = drawn.xy_px[:, side.landmark(part)]
            joints[f"{side}_{part}"] = np.where(np.isfinite(legs[:, s, p]), legs[:, s, p], raw)
    return joints


def _numbers(values: Array, decimals: int) -> list[float | None]:
    rounded = np.round(values, decimals).tolist()
    return [value if value == value else None for value in rounded]
