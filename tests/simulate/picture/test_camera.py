"""Check pictures of points in space against values computed by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.simulate import Camera


def camera(**changes):
    settings = {"distance_m": 4, "height_m": 1, "pitch_deg": 0, "fov_deg": 90}
    return Camera(size_px=(600, 1000), **settings | changes)


def picture(point, **changes):
    return camera(**changes).project(np.array(point, dtype=float), aim_height_m=0.5)


@pytest.mark.parametrize(
    ("point", "expected_px"),
    [
        ((0, 1, 0), (300, 500)),
        ((1, 1, 0), (425, 500)),
        ((0, 0, 0), (300, 625)),
        ((1, 2, 2), (550, 250)),
        ((9, 1, 0), (1425, 500)),
    ],
    ids=["straight ahead", "subject's left", "floor", "nearer", "outside the picture"],
)
def test_points_seen_by_a_level_camera(point, expected_px):
    assert_allclose(picture(point), expected_px)


def test_a_camera_without_pitch_aims_at_half_the_body():
    assert_allclose(picture((0, 0.5, 0), pitch_deg=None), (300, 500), atol=1e-9)


def test_a_camera_tilted_up_sees_the_subject_lower_down():
    # Straight ahead is 45 degrees below the line of sight, so at the lower edge.
    assert_allclose(picture((0, 1, 0), pitch_deg=45), (300, 1000))


def test_roll_turns_the_content_clockwise():
    assert_allclose(picture((1, 1, 0), roll_deg=90), (300, 625))


def test_yaw_moves_the_camera_towards_the_subjects_left():
    # From the subject's left, what is in front of the subject is on the left of the picture.
    assert_allclose(picture((0, 1, 1), yaw_deg=89.999), (300 - 125, 500), atol=0.01)
    assert_allclose(picture((1, 1, 0), yaw_deg=89.999), (300, 500), atol=0.01)


def test_subjects_behind_the_lens_are_an_error():
    with pytest.raises(ValueError, match="raise distance_m"):
        picture((0, 1, 4.5))


@pytest.mark.parametrize("wrong", [{"distance_m": 0}, {"fov_deg": 180}, {"yaw_deg": 90}])
def test_impossible_cameras_are_refused(wrong):
    with pytest.raises(ValueError, match="expected distance_m above 0"):
        camera(**wrong)


def test_shake_has_the_rms_asked_for_and_is_smooth():
    time_s = np.arange(0, 200, 0.01)
    drift_px = Camera(shake_px=3).shake(time_s, seed=1)
    assert_allclose(np.sqrt(np.mean(drift_px**2, axis=0)), [3, 3], rtol=0.05)
    assert np.abs(np.diff(drift_px, axis=0)).max() < 1


def test_a_steady_camera_does_not_shake():
    assert_allclose(Camera().shake(np.arange(3.0), seed=1), np.zeros((3, 2)))
