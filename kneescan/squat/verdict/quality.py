"""Quality: whether the video can be judged, and what to film better."""

from collections.abc import Sequence

import numpy as np

from kneescan.landmarks import PoseSequence
from kneescan.landmarks.provenance import video_rate
from kneescan.squat.people.subject import count_jumps, quarter_turn
from kneescan.squat.repetitions.detection import DetectedRepetition
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.results import Quality, Reason
from kneescan.squat.settings import Settings
from kneescan.squat.verdict.validity import camera_shake, camera_travel
from kneescan.squat.verdict.view import View

SIDE_VIEW_PCT = 25.0
"""Narrower shoulders are seen from the side; from the front they are 36-50. [% of leg length]"""
LEGS_SHORT_PCT = 65.0
"""Wider shoulders of a standing person mean that the legs look short: the camera looks down steeply, or the
person sits. From the front they are 52 at most in rendered videos. [% of leg length]"""
MAX_TILT_DEG = 10.0
"""If a standing body leans further in the picture, the camera is tilted: a plumb line in the picture is none.
In rendered videos it leans by 6 at most. [deg]"""
FAR_OBLIQUE = 3.0
"""Beyond this many times `yaw_limit_deg`, the picture shows the leg's flexion more than its valgus."""
MAX_FEET_OUTSIDE_PCT = 10.0
SHORTEST_S = 3.0
"""A shorter video has no room for a slow squat with standing before and after it. [s]"""

NOT_FROM_FRONT = frozenset(
    {
        "upside_down",
        "on_its_side",
        "view_from_side",
        "view_from_behind",
        "legs_look_short",
        "picture_tilted",
    }
)
"""Warnings after which angles in the picture have no meaning."""
BLOCKING = NOT_FROM_FRONT | frozenset(
    {
        "no_person",
        "too_short",
        "walking",
        "only_other_leg",
        "no_single_leg_squat",
        "both_feet",
        "too_few_fps",
        "person_too_small",
        "person_often_missing",
        "feet_cut_off",
        "person_changes",
    }
)
"""Warnings after which the video as a whole cannot be judged."""


def assess_quality(
    pose: PoseSequence,
    tracks: Tracks,
    detected: Sequence[DetectedRepetition],
    view: View,
    settings: Settings,
) -> Quality:
    """Assess the video as a whole: view, picture, frame rate, and whether there are squats on one leg."""
    detected_pct = float(100 * pose.found.mean())
    warnings = [
        *_repetition_warnings(detected),
        *_video_warnings(pose),
        *_view_warnings(view, settings),
        *_picture_warnings(pose, tracks, detected_pct, settings),
        *_motion_warnings(tracks, detected, pose.every, settings),
    ]
    turned = _turned_warning(pose)
    if turned is not None:
        # Once turned upright, the video may have none of the other faults.
        warnings = [turned, *_video_warnings(pose)]
    return Quality(
        ok=not any(warning.code in BLOCKING for warning in warnings),
        warnings=tuple(warnings),
        yaw_deg=view.yaw_deg,
        fps=pose.video_fps,
        detected_pct=detected_pct,
        leg_length_px=tracks.leg_length_px,
    )


def is_upright(quality: Quality) -> bool:
    """Whether the video is the right way up."""
    return not {"upside_down", "on_its_side"} & {warning.code for warning in quality.warnings}


def not_from_front(quality: Quality, settings: Settings) -> Reason | None:
    """Why no angle of a leg can be seen in the video; None if it shows the person from the front."""
    for warning in quality.warnings:
        far_oblique = (
            warning.code == "view_oblique"
            and abs(quality.yaw_deg) > FAR_OBLIQUE * settings.yaw_limit_deg
        )
        if warning.code in NOT_FROM_FRONT or far_oblique:
            return warning
    return None


def _turned_warning(pose: PoseSequence) -> Reason | None:
    """Which way the video has to be turned; None if it is the right way up."""
    turned_deg = quarter_turn(pose)
    if turned_deg == 0:
        return None
    code = "upside_down" if turned_deg == 180 else "on_its_side"
    # On top of the turn that the video was given already.
    rotate_deg = (pose.rotate_deg - turned_deg) % 360
    return Reason(code=code, values={"rotate_deg": rotate_deg})


def _video_warnings(pose: PoseSequence) -> list[Reason]:
    """What was repaired while the video was read."""
    warnings = pose.provenance.get("video", {}).get("warnings", [])
    return [Reason(code=warning["code"]) for warning in warnings]


def _repetition_warnings(detected: Sequence[DetectedRepetition]) -> list[Reason]:
    if not detected:
        return [Reason(code="no_single_leg_squat")]
    n_both = sum(repetition.side is None for repetition in detected)
    if n_both == len(detected):
        return [Reason(code="both_feet", values={"n": n_both}), Reason(code="no_single_leg_squat")]
    return [Reason(code="some_on_both_feet", values={"n": n_both})] if n_both else []


def _view_warnings(view: View, settings: Settings) -> list[Reason]:
    warnings = []
    if view.feet_outside_pct > MAX_FEET_OUTSIDE_PCT:
        values = {"outside_pct": view.feet_outside_pct}
        warnings.append(Reason(code="feet_cut_off", values=values))
    if abs(view.shoulder_width_pct) < SIDE_VIEW_PCT:
        return [*warnings, Reason(code="view_from_side")]
    if view.shoulder_width_pct < 0:
        return [*warnings, Reason(code="view_from_behind")]
    if view.standing_shoulder_width_pct > LEGS_SHORT_PCT:
        warnings.append(Reason(code="legs_look_short"))
    if abs(view.tilt_deg) > MAX_TILT_DEG:
        values = {"tilt_deg": abs(view.tilt_deg)}
        warnings.append(Reason(code="picture_tilted", values=values))
    if np.isnan(view.yaw_deg):
        return [*warnings, Reason(code="view_unknown")]
    if abs(view.yaw_deg) > settings.yaw_warn_deg:
        values = {"yaw_deg": abs(view.yaw_deg), "limit_deg": settings.yaw_limit_deg}
        warnings.append(Reason(code="view_oblique", values=values))
    return warnings


def _picture_warnings(
    pose: PoseSequence, tracks: Tracks, detected_pct: float, settings: Settings
) -> list[Reason]:
    warnings = []
    n_jumps = count_jumps(pose, tracks.leg_length_px)
    if n_jumps:
        warnings.append(Reason(code="person_changes", values={"n": n_jumps}))
    if detected_pct < settings.min_detected_pct:
        values = {"detected_pct": detected_pct, "limit_pct": settings.min_detected_pct}
        warnings.append(Reason(code="person_often_missing", values=values))
    size = {"leg_px": tracks.leg_length_px, "limit_px": settings.min_leg_length_px}
    if tracks.leg_length_px < settings.min_leg_length_px:
        warnings.append(Reason(code="person_too_small", values=size))
    elif tracks.leg_length_px < settings.advised_leg_length_px:
        size["limit_px"] = settings.advised_leg_length_px
        warnings.append(Reason(code="person_small", values=size))
    return warnings


def _motion_warnings(
    tracks: Tracks, detected: Sequence[DetectedRepetition], every: int, settings: Settings
) -> list[Reason]:
    warnings = []
    fps = video_rate(tracks.fps, every)
    rate = {"fps": fps, "limit_fps": settings.min_fps}
    if fps < settings.min_fps:
        warnings.append(Reason(code="too_few_fps", values=rate))
    elif fps < settings.advised_fps:
        rate["limit_fps"] = 30.0
        warnings.append(Reason(code="few_fps", values=rate))
    sides = {repetition.side for repetition in detected if repetition.side}
    shake_pct = max((camera_shake(tracks, side, detected) for side in sides), default=0.0)
    if shake_pct > settings.max_shake_pct:
        warnings.append(Reason(code="camera_moved", values={"shake_pct": shake_pct}))
    steadied_pct = camera_travel(tracks, detected)
    if steadied_pct > settings.max_shake_pct:
        warnings.append(Reason(code="camera_steadied", values={"moved_pct": steadied_pct}))
    return warnings
