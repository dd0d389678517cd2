"""Check how a camera shows the squats, and how a mirror changes this."""

import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.landmarks import Side
from kneescan.simulate import Camera, Noise, simulate
from tests.simulate.clips import fppa_at_the_bottom, one_squat

FAR_AWAY = Camera(distance_m=1000, height_m=0.9, fov_deg=0.2)
"""So far away that the picture shows the frontal plane."""


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("valgus_deg", [-10, 0, 7])
def test_from_far_away_the_picture_shows_the_frontal_plane(side, valgus_deg):
    truth = simulate(one_squat(side, valgus_deg=valgus_deg), camera=FAR_AWAY).truth
    assert_allclose(truth.repetitions[0].fppa_deg, valgus_deg, atol=0.02)


@pytest.mark.parametrize(
    ("distance_m", "expected_deg"), [(2, -5.9), (2.5, -4.7), (3, -3.8), (8, -1.4)]
)
def test_a_near_camera_sees_varus_where_there_is_none(distance_m, expected_deg):
    fppa_deg = fppa_at_the_bottom(one_squat(), distance_m=distance_m, height_m=1)
    assert_allclose(fppa_deg, expected_deg, atol=1)


@pytest.mark.parametrize("yaw_deg", [-10, -5, 5, 10])
def test_a_degree_of_yaw_shifts_fppa_by_1_2_degrees(yaw_deg):
    ahead_deg = fppa_at_the_bottom(one_squat(valgus_deg=5))
    right_deg = fppa_at_the_bottom(one_squat(valgus_deg=5), yaw_deg=yaw_deg)
    left_deg = fppa_at_the_bottom(one_squat(Side.LEFT, valgus_deg=5), yaw_deg=yaw_deg)
    assert_allclose(right_deg - ahead_deg, -1.2 * yaw_deg, atol=0.2 * abs(yaw_deg))
    assert_allclose(left_deg - ahead_deg, 1.2 * yaw_deg, atol=0.2 * abs(yaw_deg))


def test_valgus_in_space_does_not_depend_on_the_camera():
    ahead, aside = (
        simulate(one_squat(valgus_deg=6), camera=Camera(yaw_deg=yaw_deg, roll_deg=yaw_deg)).truth
        for yaw_deg in (0, 20)
    )
    assert_array_equal(ahead.valgus_frontal_deg, aside.valgus_frontal_deg)
    assert_array_equal(ahead.depth_pct, aside.depth_pct)


def test_a_rolled_camera_does_not_change_fppa():
    level, rolled = (fppa_at_the_bottom(one_squat(), roll_deg=roll_deg) for roll_deg in (0, 7))
    assert_allclose(rolled, level)


def test_a_mirrored_video_is_the_mirror_image_under_other_names():
    noise = Noise(jitter_px=1, drift_px=1, gap_fraction=0.1)
    plain, mirror = (
        simulate(
            one_squat(Side.LEFT, valgus_deg=8),
            camera=Camera(mirrored=mirrored, shake_px=2),
            noise=noise,
        )
        for mirrored in (False, True)
    )
    assert_array_equal(mirror.pose.xy_px, plain.pose.mirrored().xy_px)
    assert_array_equal(mirror.truth.fppa_deg, plain.truth.fppa_deg)
    assert_array_equal(mirror.truth.apparent_side, -plain.truth.stance_side)
    repetition = mirror.truth.repetitions[0]
    assert (repetition.side, repetition.apparent_side) == (Side.LEFT, Side.RIGHT)


@pytest.mark.parametrize("mirrored", [True, False])
def test_without_noise_the_pose_is_the_truth(mirrored):
    simulation = simulate(one_squat(), camera=Camera(mirrored=mirrored))
    assert_allclose(simulation.pose.xy_px, simulation.truth.xy_px, atol=1e-4)


def test_a_shaking_camera_moves_all_landmarks_equally():
    steady, shaken = (
        simulate(one_squat(), camera=Camera(shake_px=shake_px)).truth for shake_px in (0, 5)
    )
    drift_px = shaken.xy_px - steady.xy_px
    assert_allclose(drift_px, drift_px[:, :1].repeat(33, axis=1), atol=1e-9)
    assert 2 < drift_px.std() < 10
    assert_allclose(shaken.fppa_deg, steady.fppa_deg, atol=1e-9)
