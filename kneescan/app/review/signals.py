"""Signals: times of the frames, joints to draw and curves to plot, as numbers for the page."""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.app.review.measured_video import MeasuredVideo
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.overlay.joints import measured_legs
from kneescan.squat.corrected.moved_joints import drawn_landmarks
from kneescan.squat.corrections import MoveJoint
from kneescan.squat.readings.leg_readings import LEG_PARTS
from kneescan.squat.results import Repetition, SquatAnalysis

CURVES = ("depth_pct", "fppa_deg", "knee_over_foot_pct")
HIDDEN = ("fppa_deg", "knee_over_foot_pct")
"""Curves that a second reader must not see before an own reading."""
Array = NDArray[np.float64]


def signals_record(
    video: MeasuredVideo, analysis: SquatAnalysis, *, blind: Iterable[Repetition] = ()
) -> dict[str, Any]:
    """Everything that the player and the plots need.

    Parameters
    ----------
    video : MeasuredVideo
        The video.
    analysis : SquatAnalysis
        Its analysis, perhaps with corrections.
    blind : iterable of Repetition, optional
        Squats whose curves but the depth are left out.

    Returns
    -------
    dict
        ``mark``: that of `signals_mark`. ``t``: time of each frame since the first one, which the video
        shows at ``first_s`` [s].
        ``size_px``: width and height of the picture of the landmarks. ``joints``: places by name in each
        frame, x and y in turn [px]. ``curves``: each leg's curves at the times of the frames. What is
        missing is null.
    """
    pose = video.pose
    time_s, own_s = pose.time_s - pose.time_s[:1], analysis.signals.time_s
    unseen = np.zeros(len(time_s), dtype=bool)
    blind = tuple(blind)
    for each in blind:
        unseen |= (time_s >= each.start_s) & (time_s <= each.stop_s)
    return {
        "mark": signals_mark(analysis, blind=blind),
        "t": _numbers(time_s, 6),
        "first_s": float(pose.time_s[0]) if len(pose) else 0.0,
        "size_px": list(pose.size_px),
        "joints": {name: _numbers(xy.ravel(), 1) for name, xy in _joints(pose, analysis).items()},
        "curves": {
            str(side): {
                name: _numbers(
                    np.where(
                        unseen & (name in HIDDEN),
                        np.nan,
                        np.interp(time_s, own_s, getattr(leg, name)),
                    ),
                    2,
                )
                for name in CURVES
            }
            for side, leg in analysis.signals.legs.items()
        },
    }


def signals_mark(analysis: SquatAnalysis, *, blind: Iterable[Repetition] = ()) -> str:
    """What tells one `signals_record` of a video from another: most edits leave it as it is.

    Parameters
    ----------
    analysis : SquatAnalysis
        Analysis of the video.
    blind : iterable of Repetition, optional
        Squats whose curves but the depth are left out.
    """
    moved = [each for each in analysis.repetitions if MoveJoint.kind in each.corrections]
    moves = [item for item in analysis.corrections if isinstance(item, MoveJoint)]
    where = [(each.side, each.start_s, each.deepest_s, each.stop_s) for each in (*moved, *blind)]
    mark = hashlib.blake2b(repr((moves, where)).encode(), digest_size=12)
    mark.update(analysis.signals.time_s.tobytes())
    for side, leg in analysis.signals.legs.items():
        mark.update(side.encode())
        for name in CURVES:
            mark.update(getattr(leg, name).tobytes())
    return mark.hexdigest()


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
