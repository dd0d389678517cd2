"""Check whether a person stands correctly in front of the camera, and what to do if not.

It uses the landmarks of about a second and the same measures as the later analysis of the video.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Landmark, PoseSequence, Side
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.results import Reason
from kneescan.squat.settings import Settings
from kneescan.squat.verdict.quality import SIDE_VIEW_PCT
from kneescan.squat.verdict.view import View, estimate_view

CHECKS = ("body", "distance", "facing", "level")
"""Checks in order; later ones are possible only when the earlier ones are met."""

ONE_FOOT = "one_foot"
"""Advice to somebody of whom one foot is seen, and not the other."""
FOOT = ("ankle", "foot_index")
"""Landmarks of a foot that must be seen."""
MARGIN = 0.02
"""Required space around the body, as a fraction of the picture."""
SIDE_MARGIN = 0.1
"""Required space at the sides of the body, as a fraction of the picture: the trunk leans in a squat."""
CROWN = 0.65
"""Height of the top of the head above the nose, in distances from the nose to the shoulders."""
MAX_HEIGHT = 0.93
"""A taller body is too near, as a fraction of the picture: the free leg and the arms need space."""
MIN_HEIGHT = 0.5
"""A smaller body is too far away, as a fraction of the picture."""
MAX_TILT_DEG = 4.0
"""A picture tilted more is not level; people stand upright to within about 2 degrees. [deg]"""
MIN_PICTURES = 5
"""Fewest pictures for a judgement."""
MIN_FOUND = 0.5
"""A person found in a smaller share of the pictures is not there."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """How a person stands in front of the camera."""

    advice: Reason | None
    """Next thing to do; None if all is well."""
    failed: str | None
    """First of `CHECKS` that is not met; those after it are still unknown."""

    @property
    def is_good(self) -> bool:
        """Whether the squats may begin."""
        return self.advice is None


def judge_framing(pose: PoseSequence, settings: Settings) -> Framing:
    """Judge from the landmarks of the last second how a person stands in front of the camera."""
    if len(pose) < MIN_PICTURES or pose.found.mean() < MIN_FOUND:
        return _failed("body", "nobody")
    fractions = np.nanmedian(pose.xy_px[pose.found], axis=0) / pose.size_px
    visibility = np.median(pose.visibility[pose.found], axis=0)
    advice = _body_advice(fractions, visibility)
    if advice:
        return _failed("body", advice)
    if _is_far(fractions, pose.size_px, settings):
        return _failed("distance", "too_far")
    tracks = prepare_tracks(pose, settings)
    advice = _facing_advice(estimate_view(tracks, pose, {}, settings), settings)
    if advice:
        return _failed("facing", advice)
    tilt_deg = picture_tilt(fractions * pose.size_px)
    if abs(tilt_deg) > MAX_TILT_DEG:
        return _failed("level", "tilted", tilt_deg=abs(tilt_deg))
    return Framing(advice=None, failed=None)


def _failed(check: str, code: str, **values: float) -> Framing:
    return Framing(advice=Reason(code=code, values=values), failed=check)


def _body_advice(fractions: Array, visibility: Array) -> str | None:
    """Advice if the whole body is not in the picture."""
    trunk = [side.landmark(part) for side in Side for part in ("shoulder", "hip")]
    if visibility[trunk].min() < MIN_FOUND:
        return "nobody"
    top, bottom = _crown_y(fractions), _floor_y(fractions)
    feet = [side.landmark(part) for side in Side for part in FOOT]
    seen = [visibility[[side.landmark(part) for part in FOOT]].min() >= MIN_FOUND for side in Side]
    head_out = top < MARGIN
    # One foot alone is hidden by the other leg when it is lifted behind; going back would not show it.
    feet_out = bottom > 1 - MARGIN or not any(seen)
    if (head_out and feet_out) or bottom - top > MAX_HEIGHT:
        return "too_near"
    if feet_out:
        return "feet_out"
    if head_out:
        return "head_out"
    x = fractions[[*trunk, *feet], 0]
    # The subject faces the camera: the subject's left is where x is large.
    if x.min() < SIDE_MARGIN:
        return "go_left"
    if x.max() > 1 - SIDE_MARGIN:
        return "go_right"
    return None if all(seen) else ONE_FOOT


def _crown_y(fractions: Array) -> float:
    """Top of the head, as a fraction of the picture's height."""
    nose = fractions[Landmark.NOSE, 1]
    shoulders = fractions[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], 1].mean()
    return float(nose - CROWN * (shoulders - nose))


def _floor_y(fractions: Array) -> float:
    feet = [side.landmark(part) for side in Side for part in ("ankle", "heel", "foot_index")]
    return float(fractions[feet, 1].max())


def _is_far(fractions: Array, size_px: tuple[int, int], settings: Settings) -> bool:
    legs = [
        fractions[side.landmark("ankle"), 1] - fractions[side.landmark("hip"), 1] for side in Side
    ]
    is_small = _floor_y(fractions) - _crown_y(fractions) < MIN_HEIGHT
    return is_small or max(legs) * size_px[1] < settings.min_leg_length_px


def _facing_advice(view: View, settings: Settings) -> str | None:
    if abs(view.shoulder_width_pct) < SIDE_VIEW_PCT:
        return "from_side"
    if view.shoulder_width_pct < 0:
        return "from_behind"
    if np.isnan(view.yaw_deg):
        return "look_here"
    if abs(view.yaw_deg) <= settings.yaw_limit_deg:
        return None
    # Positive: the camera is on the subject's left, so the subject should turn left.
    return "turn_left" if view.yaw_deg > 0 else "turn_right"


def picture_tilt(xy_px: Array) -> float:
    """Tilt of the picture, from the body's axis, the shoulders and the hips.

    It is the median of the three, since any one of them may not be level or upright in a person.

    Parameters
    ----------
    xy_px : ndarray, shape (33, 2)
        Landmarks of a standing person. [px]

    Returns
    -------
    float
        Positive if the body leans to the right in the picture. [deg]
    """
    middles = {
        part: (xy_px[Side.LEFT.landmark(part)] + xy_px[Side.RIGHT.landmark(part)]) / 2
        for part in ("shoulder", "ankle")
    }
    axis = middles["shoulder"] - middles["ankle"]
    tilts = [np.degrees(np.arctan2(axis[0], -axis[1]))]
    for part in ("shoulder", "hip"):
        across = xy_px[Side.LEFT.landmark(part)] - xy_px[Side.RIGHT.landmark(part)]
        tilts.append(np.degrees(np.arctan2(across[1] * np.sign(across[0]), abs(across[0]))))
    return float(np.median(tilts))
