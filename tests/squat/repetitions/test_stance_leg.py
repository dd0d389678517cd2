"""Evidence for the stance leg, weighed by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.simulate import Camera
from kneescan.squat.repetitions.stance_leg import settle_evidence
from tests.squat.videos import LEFT, RIGHT, analysed, sides, squats


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([3.0, -3.0, 3.0], [3.0, -3.0, 3.0]),
        ([3.0, -0.5, 3.0], [3.0, 5.5, 3.0]),
        ([-3.0, 0.5, 0.2], [-3.0, -2.3, -2.3]),
        ([0.5], [0.5]),
        ([], []),
    ],
    ids=["clear", "doubtful between two left", "doubtful after a right", "alone", "none"],
)
def test_clear_squats_speak_for_doubtful_ones(evidence, expected):
    deepest_s = 3.0 * np.arange(len(evidence))
    assert_allclose(settle_evidence(np.array(evidence), deepest_s), expected)


def test_squats_far_apart_do_not_speak_for_one_another():
    evidence = np.array([3.0, -0.5])
    assert_allclose(settle_evidence(evidence, np.array([0.0, 7.9]))[1], 2.5)
    assert_allclose(settle_evidence(evidence, np.array([0.0, 8.1]))[1], -0.5)


def test_settling_leaves_the_evidence_alone():
    evidence = np.array([3.0, -0.5])
    settle_evidence(evidence, np.array([0.0, 1.0]))[...] = 0
    assert_array_equal(evidence, [3.0, -0.5])


@pytest.mark.parametrize("side", [LEFT, RIGHT])
@pytest.mark.parametrize("free_leg", ["behind", "front"])
@pytest.mark.parametrize("peak_deg", [50, 60, 90])
@pytest.mark.parametrize("yaw_deg", [-6, 6])
def test_the_lower_foot_is_not_always_the_one_that_stands(side, free_leg, peak_deg, yaw_deg):
    # A foot that reaches towards the lens looks lower than the one on the floor.
    script = squats(1, side, free_leg=free_leg, peak_knee_flexion_deg=peak_deg)
    assert sides(analysed(script, camera=Camera(yaw_deg=yaw_deg))) == [side]


@pytest.mark.parametrize("order", [(LEFT, RIGHT, LEFT), (RIGHT, LEFT, None), (None, RIGHT, None)])
def test_every_squat_gets_its_own_leg(order):
    parts = [squats(1, side) for side in order]
    assert sides(analysed(*parts)) == list(order)
