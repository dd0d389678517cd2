"""Readings: joints that a reader clicked at the deepest point, and the angle that they give.

kneescan's lines are hidden meanwhile, so that a reading does not lean on them.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kneescan.app.review.measured_video import MeasuredVideo
from kneescan.kinematics.angles import frontal_plane_projection_angle
from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.results import Repetition

POINTS = ("hip", "knee", "ankle", "second_toe")
"""What is clicked; of the toe its base joint, which kneescan measures, and not its tip."""
Places = dict[str, list[float]]


def reading_of(
    places: object, repetition: Repetition, video: MeasuredVideo
) -> dict[str, Any] | None:
    """Reading as it is stored, with its FPPA; None if the places are not in the picture.

    Parameters
    ----------
    places : object
        x and y of each of `POINTS`, in the picture of the landmarks. [px]
    repetition : Repetition
        Squat on one leg.
    video : MeasuredVideo
        The video.
    """
    checked = _checked(places, video.pose)
    if checked is None or repetition.side is None:
        return None
    hip, knee, ankle = (np.array(checked[name]) for name in POINTS[:3])
    sign = medial_sign(video.pose, repetition.side, [repetition])
    fppa_deg = float(frontal_plane_projection_angle(hip, knee, ankle, medial_sign=sign))
    if not math.isfinite(fppa_deg):
        return None
    return {
        "at_s": repetition.deepest_s,
        "leg": str(repetition.side),
        "places": checked,
        "fppa_deg": fppa_deg,
        "kneescan_fppa_deg": (repetition.fppa_deg if math.isfinite(repetition.fppa_deg) else None),
    }


def medial_sign(pose: PoseSequence, side: Side, squats: Iterable[Repetition]) -> int:
    """1 where the middle of the body lies towards larger x, seen from this leg in its squats, else -1.

    Somebody who walks away from the camera between them shows the back there.
    """
    time_s = pose.time_s - pose.time_s[:1]
    inside = np.zeros(len(time_s), dtype=bool)
    for squat in squats:  # squats, not frames
        inside |= (time_s >= squat.start_s) & (time_s <= squat.stop_s)
    inside |= not inside.any()
    own, other = (pose.xy_px[inside, each.landmark("hip"), 0] for each in (side, side.other))
    apart = (other - own)[np.isfinite(other - own)]
    return 1 if apart.size and float(np.median(apart)) > 0 else -1


def _checked(places: object, pose: PoseSequence) -> Places | None:
    """Places as two numbers each, inside the picture."""
    if not isinstance(places, Mapping) or set(places) != set(POINTS):
        return None
    checked: Places = {}
    for name in POINTS:
        place = places[name]
        if not isinstance(place, list) or len(place) != 2:
            return None
        for value, size in zip(place, pose.size_px, strict=True):
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if not is_number or not 0 <= value <= size:
                return None
        checked[name] = [float(value) for value in place]
    return checked
