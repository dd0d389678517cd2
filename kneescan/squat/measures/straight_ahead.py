"""Straight ahead: the FPPA without the effect of the camera's place and direction."""

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.depth import knee_flexion_from_depth
from kneescan.kinematics.frontal import focal_length_px, frontal_plane_angle
from kneescan.landmarks import Side
from kneescan.squat.repetitions.tracks import Tracks
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]


STANCE_ANKLE_ASIDE = 0.10
"""How far the stance ankle is to the side of where the subject stood on both feet. [leg lengths]"""


def aside_angle(tracks: Tracks, side: Side, settings: Settings) -> float:
    """Angle between the lines of sight to the stance ankle and to the subject's middle. [deg]

    Positive to the subject's right. The yaw of the view minus this angle is how far the subject is turned
    away from the line of sight to the ankle.
    """
    focal_px = focal_length_px(tracks.size_px, settings.field_of_view_deg)
    aside_deg = float(np.degrees(STANCE_ANKLE_ASIDE * tracks.leg_length_px / focal_px))
    return aside_deg if side is Side.LEFT else -aside_deg


def knee_flexion(tracks: Tracks, side: Side, depth_pct: Array) -> Array:
    """Flexion of the knee over the video, from the close-ups or, without them, from the depth. [deg]"""
    close_ups = tracks.close_ups.get(side)
    if close_ups is None:
        return knee_flexion_from_depth(np.maximum(depth_pct, 0.0))
    return np.interp(tracks.time_s, close_ups.time_s, close_ups.knee_flexion_deg)


def fppa_straight_ahead(
    tracks: Tracks,
    side: Side,
    medial_sign: int,
    depth_pct: Array,
    view_yaw_deg: float,
    settings: Settings,
) -> Array:
    """Frontal-plane angle of a leg over the video, shape (n_samples,); NaN where unknown. [deg]"""
    focal_px = focal_length_px(tracks.size_px, settings.field_of_view_deg)
    hip, knee, ankle = (tracks.measured[f"{side}_{part}"] for part in ("hip", "knee", "ankle"))
    return frontal_plane_angle(
        hip,
        knee,
        ankle,
        medial_sign=medial_sign,
        knee_flexion_deg=knee_flexion(tracks, side, depth_pct),
        yaw_deg=view_yaw_deg - aside_angle(tracks, side, settings),
        leg_length_px=tracks.leg_length_px,
        focal_px=focal_px,
        middle_y_px=tracks.size_px[1] / 2,
    )
