"""View: which way the subject faces, and whether the whole of them is in the picture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.body import foot_direction, head_yaw
from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.tracks import Tracks

Array = NDArray[np.float64]

TOE_OUT_PCT = 4.0
"""Sideways reach of a foot with the usual turn-out, seen from the front. [% of leg length]"""
FOOT_DEG_PER_PCT = 1.46
"""Yaw that a sideways reach of the foot stands for: the foot is 39 % of the leg long. [deg per %]"""
HEAD_WEIGHT, FOOT_WEIGHT = 0.6, 0.55
"""How much head and foot count: regression on rendered films, see benchmarks/accuracy.py."""
MAX_DISAGREEMENT_DEG = 30.0
"""Head and foot that differ more: the head is turned, and the yaw is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How the camera sees the subject."""

    yaw_deg: float
    """Turn out of the camera's direction, + = camera towards the subject's left; NaN when unknown. [deg]"""
    shoulder_width_pct: float
    """Width of the shoulders in the picture, negative from behind. [% of leg length]"""
    feet_outside_pct: float
    """Frames in which a foot is cut off. [%]"""


def estimate_view(
    tracks: Tracks, pose: PoseSequence, stance: Side | None, during: NDArray[np.bool_]
) -> View:
    """View of the subject during the squats (or the whole film).

    Parameters
    ----------
    tracks, pose
        Landmarks of the film.
    stance : Side or None
        Leg whose foot shows the direction; None for the mean of both.
    during : ndarray of bool, shape (n_samples,)
        Samples to look at.
    """
    body = {name: track[during] for name, track in tracks.rough.items()}
    across = (body["left_shoulder"] - body["right_shoulder"])[:, 0]
    sides = [stance] if stance else list(Side)
    foot_deg = np.mean([_foot_yaw(body, side, tracks.leg_length_px) for side in sides])
    head_deg = float(np.median(head_yaw(body["nose"], body["left_ear"], body["right_ear"])))
    known = abs(head_deg - foot_deg) <= MAX_DISAGREEMENT_DEG
    yaw_deg = HEAD_WEIGHT * head_deg + FOOT_WEIGHT * float(foot_deg)
    return View(
        yaw_deg=yaw_deg if known else float("nan"),
        shoulder_width_pct=float(100 * np.median(across) / tracks.leg_length_px),
        feet_outside_pct=_outside(pose, sides),
    )


def _foot_yaw(body: dict[str, Array], side: Side, leg_length_px: float) -> float:
    reach_pct = foot_direction(
        body[f"{side}_heel"],
        body[f"{side}_foot_index"],
        lateral_sign=1 if side is Side.LEFT else -1,
        leg_length_px=leg_length_px,
        toe_out_pct=TOE_OUT_PCT,
    )
    return FOOT_DEG_PER_PCT * float(np.median(reach_pct))


def _outside(pose: PoseSequence, sides: list[Side]) -> float:
    """Frames with a foot of these sides at or beyond an edge of the picture. [%]"""
    points = np.stack(
        [pose.points(side, part) for side in sides for part in ("ankle", "foot_index")]
    )
    width, height = pose.size_px
    with np.errstate(invalid="ignore"):
        beyond = (points[..., 1] > height) | (points[..., 0] < 0) | (points[..., 0] > width)
    return float(100 * np.mean(np.any(beyond, axis=0)[pose.found])) if pose.found.any() else 0.0
