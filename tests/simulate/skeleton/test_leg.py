"""Check a leg of two rigid segments against values computed by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.simulate.skeleton.leg import (
    hip_ankle_distance,
    hip_behind_ankle,
    knee_position,
    within_reach,
)


@pytest.mark.parametrize(
    ("flexion_deg", "expected_m"),
    [(0, 7.0), (90, 5.0), (180, 1.0)],
    ids=["straight", "3-4-5 triangle", "folded"],
)
def test_hip_ankle_distance_follows_the_law_of_cosines(flexion_deg, expected_m):
    distance_m = hip_ankle_distance(np.array([flexion_deg]), thigh_m=4, shank_m=3)
    assert_allclose(distance_m, [expected_m])


def test_an_upright_shank_leaves_all_flexion_to_the_thigh():
    behind_m = hip_behind_ankle(np.array([90.0]), thigh_m=0.4, shank_m=0.3, shank_share=0.0)
    assert_allclose(behind_m, [0.4])


def test_a_third_of_the_flexion_leans_the_shank():
    # Thigh 60 degrees back from the vertical, shank 30 degrees forward.
    behind_m = hip_behind_ankle(np.array([90.0]), thigh_m=0.4, shank_m=0.4, shank_share=1 / 3)
    assert_allclose(behind_m, [0.4 * np.sqrt(3) / 2 - 0.4 / 2])


def test_within_reach_pulls_only_ankles_that_are_too_far():
    hip = np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    ankle = np.array([[0.0, 0.5, 0.0], [0.0, -1.0, 0.0]])
    reached = within_reach(hip, ankle, reach_m=0.8)
    assert_allclose(reached, [[0.0, 0.5, 0.0], [0.0, 0.2, 0.0]])


def knee_of_upright_leg(valgus_deg=0.0, wobble_m=0.0, medial_sign=1, hip=(0.0, 0.8, 0.0)):
    return knee_position(
        np.array([hip]),
        np.zeros((1, 3)),
        np.array([valgus_deg]),
        np.array([wobble_m]),
        thigh_m=0.5,
        shank_m=0.5,
        medial_sign=medial_sign,
    )[0]


def test_a_knee_without_valgus_is_straight_in_front():
    assert_allclose(knee_of_upright_leg(), [0.0, 0.4, 0.3], atol=1e-15)


def test_a_wobble_moves_the_knee_sideways_on_its_circle():
    # Radius 0.3 m: 0.18 m sideways leaves 0.24 m forward.
    assert_allclose(knee_of_upright_leg(wobble_m=0.18), [0.18, 0.4, 0.24])


def test_valgus_is_the_angle_between_the_segments_seen_from_the_front():
    # From the front, two equal segments each lean by half the angle over 0.4 m.
    expected_m = 0.4 * np.tan(np.radians(10.0))
    knee = knee_of_upright_leg(valgus_deg=20.0)
    assert_allclose(knee, [expected_m, 0.4, np.sqrt(0.3**2 - expected_m**2)])


@pytest.mark.parametrize("valgus_deg", [-30.0, -5.0, 0.0, 1e-9, 12.0, 40.0])
@pytest.mark.parametrize("hip", [(0.1, 0.75, -0.25), (-0.05, 0.7, 0.3)])
def test_leaning_legs_get_exactly_the_valgus_and_the_lengths(valgus_deg, hip):
    knee = knee_of_upright_leg(valgus_deg=valgus_deg, hip=hip)
    thigh, shank = np.array(hip)[:2] - knee[:2], knee[:2]
    angle_deg = np.degrees(np.arctan2(*shank) - np.arctan2(*thigh))
    assert_allclose(angle_deg, valgus_deg, atol=1e-6)
    assert_allclose(np.linalg.norm(knee), 0.5, atol=1e-12)
    assert_allclose(np.linalg.norm(knee - hip), 0.5, atol=1e-12)


def test_left_and_right_legs_are_mirror_images():
    right = knee_of_upright_leg(valgus_deg=15, wobble_m=0.01, hip=(-0.1, 0.75, -0.2))
    left = knee_of_upright_leg(valgus_deg=15, wobble_m=0.01, hip=(0.1, 0.75, -0.2), medial_sign=-1)
    assert_allclose(left, right * [-1, 1, 1], atol=1e-12)


def test_a_straight_leg_cannot_have_valgus():
    with pytest.raises(ValueError, match=r"cannot have 10\.0 deg of valgus"):
        knee_of_upright_leg(valgus_deg=10.0, hip=(0.0, 1.0, 0.0))


def test_a_straight_leg_cannot_wobble():
    with pytest.raises(ValueError, match="lower wobble_pct"):
        knee_of_upright_leg(wobble_m=0.01, hip=(0.0, 1.0, 0.0))
