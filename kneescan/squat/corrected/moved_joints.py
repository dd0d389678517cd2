"""Moved joints: a reader's displacement of a joint over a whole squat, and how exact it is.

A joint moved in one frame only would be a spike to every filter. So it is moved over the squat: fully
around the deepest point, where the angles are read, and less and less towards start and stop.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import CorrectionsError
from kneescan.kinematics.quantiles import median
from kneescan.landmarks import PoseSequence
from kneescan.squat.corrected.placing import Placed
from kneescan.squat.corrections import MoveJoint
from kneescan.squat.repetitions.close_up_tracks import with_close_up_landmarks
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.results import Repetition, SquatAnalysis

Array = NDArray[np.float64]

CLICK_ERROR_PCT = {"hip": 0.9, "knee": 1.0, "ankle": 1.6, "foot_index": 1.6}
"""How well one click across the leg repeats, one SD, in pictures of real people (docs/validation.md); the
front of the foot was not clicked there and gets the error of the ankle. [% of leg length]"""
LEAST_CLICK_ERROR_PX = 1.0
"""Nobody clicks more exactly than this. [px]"""
FULL_SHARE = 0.5
"""The displacement is full from this share of the time between border and deepest point."""
MAX_MOVE_SHARE = 0.5
"""A joint moved by more than this share of the leg's length is another joint."""
TOO_FAR = {
    "hip": "moved_hip_too_far",
    "knee": "moved_knee_too_far",
    "ankle": "moved_ankle_too_far",
    "foot_index": "moved_foot_too_far",
}
"""Key of the text that says so, by joint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickingError:
    """Error of a squat's values that comes from the reader's clicks, one SD."""

    fppa_deg: float = 0.0
    knee_over_foot_pct: float = 0.0


def displacement_share(time_s: Array, start_s: float, deepest_s: float, stop_s: float) -> Array:
    """Share of a displacement at each moment: 1 around the deepest point, smoothly 0 at the borders.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Moments. [s]
    start_s, deepest_s, stop_s : float
        Borders and deepest point of the squat. [s]

    Returns
    -------
    ndarray, shape (n,)
        0 outside the squat.
    """
    before = (time_s - start_s) / max(deepest_s - start_s, 1e-9)
    after = (stop_s - time_s) / max(stop_s - deepest_s, 1e-9)
    way = np.where(time_s <= deepest_s, before, after) / FULL_SHARE
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(way, 0.0, 1.0)))


def with_moved_joints(tracks: Tracks, squats: Sequence[Placed]) -> Tracks:
    """Tracks in which the joints that a reader moved lie where the reader put them.

    Only `measured` changes, which angles are taken from. What was read of the joint stays in `readings`.

    Raises
    ------
    CorrectionsError
        If a joint would be moved as far as to another joint.
    """
    measured = dict(tracks.measured)
    for squat in squats:  # squats, not frames
        bounds = squat.now.bounds
        times_s = tracks.time_s[[bounds.start, bounds.deepest, bounds.stop - 1]]
        for item in squat.moved_joints:
            _check_reach(item, tracks.leg_length_px)
            share = displacement_share(tracks.time_s, *times_s.tolist())
            name = f"{squat.now.side}_{item.joint}"
            measured[name] = measured[name] + share[:, None] * [item.right_px, item.down_px]
    return replace(tracks, measured=measured)


def _check_reach(item: MoveJoint, leg_length_px: float) -> None:
    moved_px = float(np.hypot(item.right_px, item.down_px))
    if moved_px > MAX_MOVE_SHARE * leg_length_px:
        msg = (
            f"the {item.joint} at {item.at_s:.2f} s cannot be moved by {moved_px:.0f} px; the whole leg "
            f"is {leg_length_px:.0f} px long"
        )
        values = {"at_s": item.at_s, "moved_px": moved_px, "leg_px": leg_length_px}
        raise CorrectionsError(msg, code=TOO_FAR[item.joint], **values)


def clicking_error(squat: Placed, tracks: Tracks) -> ClickingError:
    """Error of a squat's values that comes from the reader's clicks: the smaller the leg, the larger.

    A click that is off by one pixel across the leg turns the thigh, the shank or both by one pixel over
    their length.
    """
    if not squat.moved_joints:
        return ClickingError()
    side = squat.now.side
    near = slice(squat.now.bounds.start, squat.now.bounds.stop)
    hip, knee, ankle = (
        tracks.measured[f"{side}_{part}"][near] for part in ("hip", "knee", "ankle")
    )
    thigh_px, shank_px = _length(knee - hip), _length(ankle - knee)
    per_px = {
        "hip": (1 / thigh_px, 0.0),
        "knee": (1 / thigh_px + 1 / shank_px, 1 / shank_px),
        "ankle": (1 / shank_px, 0.0),
        "foot_index": (0.0, 1 / shank_px),
    }
    errors = [
        _click_error(item, tracks.leg_length_px) * np.array(per_px[item.joint])
        for item in squat.moved_joints
    ]
    angle, offset = np.hypot.reduce(errors, axis=0)
    return ClickingError(fppa_deg=float(np.degrees(angle)), knee_over_foot_pct=float(100 * offset))


def mean_clicking_error(errors: Sequence[ClickingError]) -> ClickingError:
    """Error of the mean over squats: a reader who clicks too far inward does so in all of them."""
    if not errors:
        return ClickingError()
    return ClickingError(
        fppa_deg=float(np.mean([error.fppa_deg for error in errors])),
        knee_over_foot_pct=float(np.mean([error.knee_over_foot_pct for error in errors])),
    )


def landmarks_with_moved_joints(
    pose: PoseSequence, repetitions: Sequence[Repetition], moves: Sequence[MoveJoint]
) -> PoseSequence:
    """Landmarks with the joints where the reader put them, so that drawn lines and values agree.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks as they are drawn.
    repetitions : sequence of Repetition
        Squats of the corrected analysis.
    moves : sequence of MoveJoint
        Joints that were moved.
    """
    if not moves:
        return pose
    xy_px, time_s = pose.xy_px.copy(), pose.time_s - pose.time_s[0]
    for item in moves:
        of = [
            each
            for each in repetitions
            if each.start_s <= item.at_s <= each.stop_s and item.kind in each.corrections
        ]
        for each in sorted(of, key=lambda each: abs(each.deepest_s - item.at_s))[:1]:
            share = displacement_share(time_s, each.start_s, each.deepest_s, each.stop_s)
            assert each.side is not None
            joint = each.side.landmark(item.joint)
            xy_px[:, joint] += share[:, None] * [item.right_px, item.down_px]
    return replace(pose, xy_px=xy_px)


def drawn_landmarks(pose: PoseSequence, analysis: SquatAnalysis) -> PoseSequence:
    """Landmarks to draw with an analysis: moved to the close-ups, and to where a reader put them."""
    moves = [item for item in analysis.corrections if isinstance(item, MoveJoint)]
    return landmarks_with_moved_joints(with_close_up_landmarks(pose), analysis.repetitions, moves)


def _length(segment: Array) -> float:
    """Usual length of a segment in the picture, at least one pixel. [px]"""
    lengths = np.hypot(segment[:, 0], segment[:, 1])
    known = lengths[np.isfinite(lengths)]
    return max(float(median(known)), 1.0) if known.size else 1.0


def _click_error(item: MoveJoint, leg_length_px: float) -> float:
    """Error of one click, one SD. [px]"""
    if item.click_error_px is not None:
        return item.click_error_px
    return max(LEAST_CLICK_ERROR_PX, CLICK_ERROR_PCT[item.joint] / 100 * leg_length_px)
