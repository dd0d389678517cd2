"""The FPPA as a distant camera straight ahead would see it, against hand calculations and geometry."""

import numpy as np
import pytest

from kneescan.kinematics.frontal import (
    SHANK_LEAN_SHARE,
    SHANK_LENGTH_SHARE,
    focal_length_px,
    frontal_plane_angle,
)

FOCAL_PX = 800.0
MIDDLE_PX = np.array([270.0, 480.0])
ANKLE_M = np.array([0.08, 0.08, 0.0])
LEG_M = 0.84


def leg_in_space(flexion_deg, valgus_m):
    """Hip, knee and ankle of a left leg: x to the subject's left, y up, z forward. [m]"""
    lean = np.radians(SHANK_LEAN_SHARE * flexion_deg)
    back = np.radians((1 - SHANK_LEAN_SHARE) * flexion_deg)
    shank, thigh = SHANK_LENGTH_SHARE * LEG_M, (1 - SHANK_LENGTH_SHARE) * LEG_M
    knee = ANKLE_M + np.array([-valgus_m, shank * np.cos(lean), shank * np.sin(lean)])
    hip = knee + np.array([valgus_m, thigh * np.cos(back), -thigh * np.sin(back)])
    return hip, knee, ANKLE_M


def true_angle(hip, knee, ankle):
    thigh = np.arctan2(hip[0] - knee[0], hip[1] - knee[1])
    shank = np.arctan2(knee[0] - ankle[0], knee[1] - ankle[1])
    return np.degrees(thigh - shank)


def picture(points, *, distance_m, yaw_deg, height_m):
    """Pixels of points, seen by a level lens at this distance from the ankle, pointing straight at it."""
    yaw = np.radians(yaw_deg)
    towards = np.array([np.sin(yaw), 0.0, np.cos(yaw)])
    right = np.array([np.cos(yaw), 0.0, -np.sin(yaw)])
    lens = np.array([ANKLE_M[0], height_m, ANKLE_M[2]]) + distance_m * towards
    seen = [point - lens for point in points]
    return [
        MIDDLE_PX + FOCAL_PX * np.array([p @ right, -p[1]]) / (p @ -towards)  #
        for p in seen
    ]


def measured(points_px, *, flexion_deg, yaw_deg, distance_m, medial_sign=-1):
    return frontal_plane_angle(
        *points_px,
        medial_sign=medial_sign,
        knee_flexion_deg=flexion_deg,
        yaw_deg=yaw_deg,
        leg_length_px=FOCAL_PX * LEG_M / distance_m,
        focal_px=FOCAL_PX,
        middle_y_px=MIDDLE_PX[1],
    )


@pytest.mark.parametrize("height_m", [0.4, 0.9, 1.5])
@pytest.mark.parametrize("distance_m", [2.0, 3.0, 6.0])
@pytest.mark.parametrize("yaw_deg", [-20, -5, 0, 10, 25])
@pytest.mark.parametrize("valgus_m", [-0.04, 0.0, 0.07])
def test_it_is_the_angle_in_space_for_any_camera_position(height_m, distance_m, yaw_deg, valgus_m):
    points = leg_in_space(60.0, valgus_m)
    points_px = picture(points, distance_m=distance_m, yaw_deg=yaw_deg, height_m=height_m)
    angle_deg = measured(points_px, flexion_deg=60.0, yaw_deg=yaw_deg, distance_m=distance_m)
    assert angle_deg == pytest.approx(true_angle(*points), abs=0.05)


def test_a_valgus_that_fifteen_degrees_of_yaw_hide_from_the_picture_is_found():
    points = leg_in_space(60.0, 0.05)
    hip, knee, ankle = picture(points, distance_m=3.0, yaw_deg=-15, height_m=0.9)
    thigh, shank = hip - knee, knee - ankle
    seen_deg = np.degrees(np.arctan2(thigh[0], -thigh[1]) - np.arctan2(shank[0], -shank[1]))
    assert true_angle(*points) > 12
    assert seen_deg < 0
    angle_deg = measured([hip, knee, ankle], flexion_deg=60.0, yaw_deg=-15, distance_m=3.0)
    assert angle_deg == pytest.approx(true_angle(*points), abs=0.05)


def test_a_right_leg_is_a_left_leg_in_a_mirror():
    points_px = picture(leg_in_space(50.0, 0.03), distance_m=2.5, yaw_deg=8, height_m=0.8)
    mirrored_px = [point * (-1, 1) + (540, 0) for point in points_px]
    left = measured(points_px, flexion_deg=50.0, yaw_deg=8, distance_m=2.5)
    right = measured(mirrored_px, flexion_deg=50.0, yaw_deg=-8, distance_m=2.5, medial_sign=1)
    assert right == pytest.approx(left, abs=1e-9)


def test_a_video_is_treated_as_its_frames_are():
    flexion_deg = np.array([5.0, 30.0, 60.0])
    frames = [
        picture(leg_in_space(f, 0.02), distance_m=3.0, yaw_deg=5, height_m=0.9) for f in flexion_deg
    ]
    video = [np.array([frame[k] for frame in frames]) for k in range(3)]
    together = measured(video, flexion_deg=flexion_deg, yaw_deg=5, distance_m=3.0)
    one_by_one = [
        measured(frame, flexion_deg=f, yaw_deg=5, distance_m=3.0)
        for frame, f in zip(frames, flexion_deg, strict=True)
    ]
    np.testing.assert_allclose(together, one_by_one)


def test_a_missing_joint_gives_nan():
    hip, knee, ankle = picture(leg_in_space(50.0, 0.0), distance_m=3.0, yaw_deg=0, height_m=0.9)
    assert np.isnan(
        measured([hip, knee * np.nan, ankle], flexion_deg=50.0, yaw_deg=0, distance_m=3.0)
    )


def test_a_field_of_view_of_90_degrees_has_half_the_side_as_focal_length():
    assert focal_length_px((540, 960), 90.0) == pytest.approx(480.0)
    assert focal_length_px((960, 540), 90.0) == pytest.approx(480.0)
