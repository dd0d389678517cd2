"""View: which way the subject faces, and whether the whole of them is in the picture."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.body import foot_direction, head_yaw, midpoint
from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.tracks import Tracks

Array = NDArray[np.float64]

TOE_OUT_PCT = 4.0
"""Sideways reach of a foot with the usual turn-out, seen from the front. [% of leg length]"""
FOOT_DEG_PER_PCT = 1.46
"""Yaw that a sideways reach of the foot stands for: the foot is 39 % of the leg long. [deg per %]"""
HEAD_WEIGHT, FOOT_WEIGHT = 0.6, 0.55
"""How much head and foot count, standing: regression on rendered films, see benchmarks/view.py."""

HEAD_SHARE = 0.47
REACH_DEG_PER_PCT = -0.55
TRUNK_DEG_PER_PCT = -0.46
SHANK_DEG_PER_PCT = -0.12
HIPS_DEG_PER_PCT = 0.23
OUTWARD_DEG = 3.1
"""How much each part that points or leans forward in a squat counts: head (share of its own yaw), foot (front
before heel), trunk (shoulders before hips), shank (knee before ankle) and hips (behind the ankle), each by
its sideways reach in the picture in % of leg length; and what toes turned out as usual add.
Regression on rendered pictures, see benchmarks/view.py."""
LOOK_SHARE, SIGNS_SHARE, LOOK_OUTWARD_DEG = 0.57, 0.52, 1.05
"""How much the close-ups' own yaw and that of the signs above count where there are both, and what to add
towards the side of the leg: regression on rendered films, see benchmarks/accuracy.py --fit."""
LOOK_NEAR_S = 0.3
"""Close-ups no further from the deepest point tell the yaw. [s]"""
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
    tracks: Tracks, pose: PoseSequence, deepest: Mapping[Side, NDArray[np.bool_]]
) -> View:
    """View of the subject at the bottom of the squats, or standing where there are none.

    Parameters
    ----------
    tracks, pose
        Landmarks of the film.
    deepest : mapping of ndarray of bool, shape (n_samples,)
        Samples around the deepest points of the squats on either leg; empty for a film without any.
    """
    sides = list(deepest) or list(Side)
    looked_at = (
        np.any(list(deepest.values()), axis=0) if deepest else np.ones(tracks.time_s.size, bool)
    )
    body = {name: track[looked_at] for name, track in tracks.rough.items()}
    across = (body["left_shoulder"] - body["right_shoulder"])[:, 0]
    foot_deg = float(np.mean([_foot_yaw(body, side, tracks.leg_length_px) for side in sides]))
    head_deg = float(np.median(head_yaw(body["nose"], body["left_ear"], body["right_ear"])))
    known = abs(head_deg - foot_deg) <= MAX_DISAGREEMENT_DEG
    yaw_deg = (
        float(np.mean([_squatting_yaw(tracks, side, deepest[side]) for side in deepest]))
        if deepest
        else HEAD_WEIGHT * head_deg + FOOT_WEIGHT * foot_deg
    )
    return View(
        yaw_deg=yaw_deg if known else float("nan"),
        shoulder_width_pct=float(100 * np.median(across) / tracks.leg_length_px),
        feet_outside_pct=_outside(pose, sides),
    )


def _squatting_yaw(tracks: Tracks, side: Side, moments: NDArray[np.bool_]) -> float:
    """Yaw from all that points forward when somebody squats on this leg. [deg]"""
    body = {name: track[moments] for name, track in tracks.rough.items()}
    shoulders, hips = midpoint(body, "shoulder"), midpoint(body, "hip")
    ankle, knee = body[f"{side}_ankle"], body[f"{side}_knee"]
    heel, toe = body[f"{side}_heel"], body[f"{side}_foot_index"]

    def reach_pct(tip: Array, base: Array) -> Array:
        return np.asarray(100 * (tip - base)[:, 0] / tracks.leg_length_px)

    yaw_deg = (
        HEAD_SHARE * head_yaw(body["nose"], body["left_ear"], body["right_ear"])
        + REACH_DEG_PER_PCT * reach_pct(toe, heel)
        + TRUNK_DEG_PER_PCT * reach_pct(shoulders, hips)
        + SHANK_DEG_PER_PCT * reach_pct(knee, ankle)
        + HIPS_DEG_PER_PCT * reach_pct(hips, ankle)
    )
    outward = 1 if side is Side.LEFT else -1
    signs_deg = float(np.median(yaw_deg)) + outward * OUTWARD_DEG
    seen_deg = _seen_closely(tracks, side, moments)
    if np.isnan(seen_deg):
        return signs_deg
    return LOOK_SHARE * seen_deg + SIGNS_SHARE * signs_deg + outward * LOOK_OUTWARD_DEG


def _seen_closely(tracks: Tracks, side: Side, moments: NDArray[np.bool_]) -> float:
    """Yaw that the close-ups around these moments show; NaN without any. [deg]"""
    looks = tracks.looks.get(side)
    if looks is None:
        return float("nan")
    apart_s = np.abs(looks.time_s[:, None] - tracks.time_s[moments])
    near = apart_s.min(axis=1) <= LOOK_NEAR_S
    return float(np.median(looks.yaw_deg[near])) if near.any() else float("nan")


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
