"""One place from several readings: the mean of those that agree, hardly moved by a wrong one."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.kinematics.fusion import trust_in_readings, weighted_mean

WEIGHTS = np.array([0.15, 0.7, 0.15])
USUAL = np.array([1.0, 1.0])


def fused(readings, weights=WEIGHTS, usual=USUAL):
    readings = np.asarray(readings, float)
    weights = weights.reshape(-1, *[1] * (readings.ndim - 2))
    return weighted_mean(
        readings, weights * trust_in_readings(readings, weights, usual_distance=usual)
    )


def test_readings_in_one_place_are_that_place():
    assert_allclose(fused([[3, 4], [3, 4], [3, 4]]), [3, 4])


def test_readings_that_nearly_agree_count_by_their_weights():
    place = fused([[0.2, 0], [0, 0], [0, 0.2]])
    assert_allclose(place, [0.15 * 0.2, 0.15 * 0.2], atol=2e-4)


@pytest.mark.parametrize("wrong", [0, 1, 2])
@pytest.mark.parametrize("distance", [10, 30, 1000])
def test_a_reading_far_from_two_that_agree_does_not_count(wrong, distance):
    readings = np.zeros((3, 2))
    readings[wrong] = [distance, 0]
    # The two others are at 0, so this is how far the wrong one moves the result.
    assert abs(fused(readings)[0]) < 0.6


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_a_wrong_reading_moves_the_result_by_a_few_usual_distances_at_most(wrong):
    """The largest influence of a reading is limited, wherever it is."""
    readings = np.zeros((3, 2000, 2))
    readings[wrong, :, 0] = np.linspace(0, 200, 2000)
    assert np.abs(fused(readings)[:, 0]).max() < 2.5


def test_others_that_are_far_apart_cannot_outvote_a_reading():
    apart = np.array([[-9.0, 0], [0, 0], [9.0, 0]])
    trust = trust_in_readings(apart, WEIGHTS, usual_distance=USUAL)
    assert trust[1] > 0.9


def test_of_two_readings_far_apart_the_reference_is_believed():
    readings = np.array([[0.0, 0], [100, 0], [np.nan, np.nan]])
    assert_allclose(fused(readings), [0, 0], atol=0.1)
    trust = trust_in_readings(readings, WEIGHTS, usual_distance=USUAL, reference=1)
    assert_allclose(trust, [0, 1, 0], atol=1e-3)


def test_a_single_reading_is_the_place_and_none_is_nan():
    nan = [np.nan, np.nan]
    assert_allclose(fused([nan, nan, [5, 6]]), [5, 6])
    assert np.isnan(fused([nan, nan, nan])).all()


def test_each_axis_has_its_own_usual_distance():
    readings = np.array([[8.0, 0], [0, 0], [8.0, 0]])
    along = trust_in_readings(readings, WEIGHTS, usual_distance=np.array([8.0, 1.0]))
    across = trust_in_readings(readings[:, ::-1], WEIGHTS, usual_distance=np.array([8.0, 1.0]))
    assert along[1] > 0.9 > 0.1 > across[1]


def test_one_joint_a_leg_and_a_video_give_the_same():
    rng = np.random.default_rng(3)
    readings = rng.normal(0, 2, (3, 5, 4, 2))
    one_by_one = [[fused(readings[:, i, j]) for j in range(4)] for i in range(5)]
    assert_allclose(fused(readings), one_by_one)


def test_scale_place_and_mirror_change_nothing():
    rng = np.random.default_rng(4)
    readings = rng.normal(0, 3, (3, 50, 2))
    place = fused(readings)
    assert_allclose(fused(7 * readings, usual=7 * USUAL), 7 * place)
    moved = np.array([100.0, -50.0])
    assert_allclose(fused(readings + moved), place + moved)
    assert_allclose(fused(readings * [-1, 1]), place * [-1, 1])


def test_the_readings_are_left_as_they_are():
    readings = np.array([[1.0, 2], [3, 4], [np.nan, np.nan]])
    before = readings.copy()
    fused(readings)
    assert_array_equal(readings, before)
