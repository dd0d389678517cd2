"""View: which way the subject faces, and whether the feet are in the picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.angles import frontal_plane_projection_angle
from kneescan.kinematics.body import body_tilt, foot_direction, head_yaw, midpoint
from kneescan.kinematics.quantiles import median_of_known
from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.measures.signals import quiet_stance
from kneescan.squat.measures.straight_ahead import aside_angle
from kneescan.squat.repetitions.detection import DetectedRepetition
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]

TOE_OUT_PCT = 4.0
"""Sideways reach of a foot with the usual turn-out, seen from the front. [% of leg length]"""
FOOT_DEG_PER_PCT = 1.46
"""Yaw per sideways reach of the foot: the foot is 39% of the leg long. [deg per %]"""
HEAD_WEIGHT, FOOT_WEIGHT = 0.6, 0.55
"""Weights of head and foot while standing: regression on rendered videos, see benchmarks/view_weights.py."""

CUE_WEIGHTS, OUTWARD_DEG = (0.47, -0.55, -0.46, -0.12, 0.23), 3.1
"""Weight of each part that points or leans forward in a squat: head (share of its own yaw), foot (front
before heel), trunk (shoulders before hips), shank (knee before ankle) and hips (behind the ankle), each by
its sideways reach in the picture in % of leg length; and the effect of the usual turn-out of the toes.
Regression on rendered pictures, see benchmarks/view_weights.py."""
CLOSE_UP_CUE_WEIGHTS, CLOSE_UP_OUTWARD_DEG = (0.81, 0.14, -0.13, -0.20, 0.03), 0.73
"""Weight of each of `yaw_cues` with close-ups, and what to add towards the side of the leg. They give
the turn away from the line of sight to the ankle. The bend of the leg in the picture has a weight because
a knee that moves inward looks a little like a leg that faces inward. Regression on rendered
videos, see benchmarks/view_weights.py --videos."""
CLOSE_UP_NEAR_S = 0.3
"""Close-ups this near to the deepest point, or to standing, are used for the yaw. [s]"""
POINTING_NAMES = (
    "nose",
    *(f"{side}_{part}" for side in Side for part in ("ear", "shoulder", "hip")),
)
MAX_DISAGREEMENT_DEG = 30.0
"""If head and foot differ more, the head is turned and the yaw is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How the camera sees the subject."""

    yaw_deg: float
    """Turn away from the camera, + = camera towards the subject's left; NaN if unknown. [deg]"""
    shoulder_width_pct: float
    """Width of the shoulders in the picture, negative from behind. [% of leg length]"""
    standing_shoulder_width_pct: float
    """The same while standing on one leg; large if the legs look short. [% of leg length]"""
    tilt_deg: float
    """How far the standing body leans to the right in the picture. [deg]"""
    feet_outside_pct: float
    """Share of frames in which a foot is cut off. [%]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSamples:
    """Samples from which the view of one leg is estimated, each of shape (n_samples,)."""

    deepest: NDArray[np.bool_]
    """Around the deepest points of its squats; never empty."""
    standing: NDArray[np.bool_]
    """While standing still on that leg."""

    @property
    def both(self) -> tuple[NDArray[np.bool_], ...]:
        """Those of the two that have samples."""
        return (self.deepest, self.standing) if self.standing.any() else (self.deepest,)


def view_samples(
    tracks: Tracks, detected: Sequence[DetectedRepetition], side: Side, settings: Settings
) -> ViewSamples:
    """Samples around the deepest points of the squats on a leg, and while standing on it.

    Squats that are too deep to be measured are left out if the others are enough for a verdict: the signs
    of the yaw hold for half squats.
    """
    own = [repetition.bounds for repetition in detected if repetition.side is side]
    half = [bounds for bounds in own if bounds.depth_pct <= settings.max_depth_pct]
    looked_at = half if len(half) >= settings.min_repetitions else own
    deepest_s = tracks.time_s[[bounds.deepest for bounds in looked_at]]
    return ViewSamples(
        deepest=_apart(tracks.time_s, np.sort(deepest_s)) <= settings.deepest_window_s + 1e-9,
        standing=quiet_stance(tracks, detected, side),
    )


def estimate_view(
    tracks: Tracks, pose: PoseSequence, moments: Mapping[Side, ViewSamples], settings: Settings
) -> View:
    """Which way the subject faces in the squats, or while standing if there are none.

    Parameters
    ----------
    tracks, pose
        Landmarks of the video.
    moments : mapping of ViewSamples
        ViewSamples of each leg that squats; empty for a video without squats.
    """
    sides = list(moments) or list(Side)
    looked_at = (
        np.any([each.deepest for each in moments.values()], axis=0)
        if moments
        else np.ones(tracks.time_s.size, bool)
    )
    body = {name: track[looked_at] for name, track in tracks.rough.items()}
    standing = np.any([each.standing for each in moments.values()], axis=0)
    stance = tracks.rough
    if np.any(standing):
        stance = {name: track[standing] for name, track in tracks.rough.items()}
    foot_deg = float(np.mean([_foot_yaw(body, side, tracks.leg_length_px) for side in sides]))
    head_deg = float(median_of_known(head_yaw(body["nose"], body["left_ear"], body["right_ear"])))
    known = abs(head_deg - foot_deg) <= MAX_DISAGREEMENT_DEG
    yaw_deg = (
        float(np.mean([_squatting_yaw(tracks, side, moments[side], settings) for side in moments]))
        if moments
        else HEAD_WEIGHT * head_deg + FOOT_WEIGHT * foot_deg
    )
    return View(
        yaw_deg=yaw_deg if known else float("nan"),
        shoulder_width_pct=_shoulder_width(body, tracks.leg_length_px),
        standing_shoulder_width_pct=_shoulder_width(stance, tracks.leg_length_px),
        tilt_deg=float(median_of_known(body_tilt(stance))),
        feet_outside_pct=_outside(pose, sides),
    )


def _shoulder_width(body: Mapping[str, Array], leg_length_px: float) -> float:
    """Width of the shoulders in the picture, negative from behind. [% of leg length]"""
    across = (body["left_shoulder"] - body["right_shoulder"])[:, 0]
    return float(100 * median_of_known(across) / leg_length_px)


def _squatting_yaw(tracks: Tracks, side: Side, moments: ViewSamples, settings: Settings) -> float:
    """Yaw from all signs of it in the squats on this leg. [deg]"""
    outward = 1 if side is Side.LEFT else -1
    if np.isnan(_close_up_yaw(tracks, side, moments)):
        return _yaw_without_close_ups(tracks, side, moments.deepest) + outward * OUTWARD_DEG
    signs = yaw_cues(tracks, side, moments)
    of_leg_deg = float(np.dot(CLOSE_UP_CUE_WEIGHTS, signs)) + outward * CLOSE_UP_OUTWARD_DEG
    return of_leg_deg + aside_angle(tracks, side, settings)


def yaw_cues(tracks: Tracks, side: Side, moments: ViewSamples) -> tuple[float, ...]:
    """Signs of the yaw for a leg with close-ups.

    Returns
    -------
    tuple of float
        Yaw by the close-ups [deg], yaw of the head [deg] and sideways reach of the foot [% of leg
        length], each the mean of deepest point and standing; sideways reach of the trunk [% of leg
        length] and bend of the leg towards the right of the picture [deg], both at the deepest point.
    """
    parts = [_pointing(tracks, side, each) for each in moments.both]
    head_deg, foot_pct = (sum(part[k] for part in parts) / len(parts) for k in range(2))
    leg = (tracks.measured[f"{side}_{part}"][moments.deepest] for part in ("hip", "knee", "ankle"))
    bend_deg = frontal_plane_projection_angle(*leg, medial_sign=1)
    return (
        _close_up_yaw(tracks, side, moments),
        head_deg,
        foot_pct,
        parts[0][2],
        float(np.nan_to_num(median_of_known(bend_deg))),
    )


def _close_up_yaw(tracks: Tracks, side: Side, moments: ViewSamples) -> float:
    """Yaw from the close-ups, mean of deepest point and standing; NaN without close-ups. [deg]"""
    close_ups = tracks.close_ups.get(side)
    if close_ups is None:
        return float("nan")
    seen_deg = []
    for each in moments.both:
        near = _apart(close_ups.time_s, tracks.time_s[each]) <= CLOSE_UP_NEAR_S
        if near.any():
            seen_deg.append(float(median_of_known(close_ups.yaw_deg[near])))
    return sum(seen_deg) / len(seen_deg) if seen_deg else float("nan")


def _apart(time_s: Array, others_s: Array) -> Array:
    """Time from each moment to the nearest of others, which are sorted, shape (n,). [s]"""
    after = np.clip(np.searchsorted(others_s, time_s), 1, max(1, others_s.size - 1))
    nearest = others_s[[after - 1, np.minimum(after, others_s.size - 1)]]
    return np.asarray(np.abs(nearest - time_s).min(axis=0))


def _yaw_without_close_ups(tracks: Tracks, side: Side, at: NDArray[np.bool_]) -> float:
    """Yaw from all parts that point forward at these moments, not corrected for turned-out toes. [deg]"""
    return float(np.dot(CUE_WEIGHTS, _pointing(tracks, side, at)))


def _pointing(tracks: Tracks, side: Side, at: NDArray[np.bool_]) -> tuple[float, ...]:
    """Yaw of the head [deg] and sideways reach of foot, trunk, shank and hips [% of leg length]."""
    own = [f"{side}_{part}" for part in ("ankle", "knee", "heel", "foot_index")]
    body = {name: tracks.rough[name][at] for name in (*POINTING_NAMES, *own)}
    shoulders, hips = midpoint(body, "shoulder"), midpoint(body, "hip")
    ankle, knee = body[f"{side}_ankle"], body[f"{side}_knee"]
    heel, toe = body[f"{side}_heel"], body[f"{side}_foot_index"]
    head_deg = head_yaw(body["nose"], body["left_ear"], body["right_ear"])
    reaches = [
        100 * (tip - base)[:, 0] / tracks.leg_length_px
        for tip, base in ((toe, heel), (shoulders, hips), (knee, ankle), (hips, ankle))
    ]
    return tuple(median_of_known(np.stack([head_deg, *reaches])).tolist())


def _foot_yaw(body: dict[str, Array], side: Side, leg_length_px: float) -> float:
    reach_pct = foot_direction(
        body[f"{side}_heel"],
        body[f"{side}_foot_index"],
        lateral_sign=1 if side is Side.LEFT else -1,
        leg_length_px=leg_length_px,
        toe_out_pct=TOE_OUT_PCT,
    )
    return FOOT_DEG_PER_PCT * float(median_of_known(reach_pct))


def _outside(pose: PoseSequence, sides: list[Side]) -> float:
    """Share of frames with a foot of these sides at or beyond an edge of the picture. [%]"""
    points = np.stack(
        [pose.points(side, part) for side in sides for part in ("ankle", "foot_index")]
    )
    width, height = pose.size_px
    with np.errstate(invalid="ignore"):
        beyond = (points[..., 1] > height) | (points[..., 0] < 0) | (points[..., 0] > width)
    found = pose.found
    return float(100 * np.mean(np.any(beyond, axis=0)[found])) if found.any() else 0.0
