"""Depth of a squat against the corresponding knee flexion."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.kinematics.depth import depth_from_knee_flexion, knee_flexion_from_depth

# Measured on a simulated leg; the two stiff segments of equal length come to within 0.2 %.
CALIBRATION = [(0.0, 0.0), (30.0, 3.6), (45.0, 8.3), (60.0, 14.7), (70.0, 19.8), (80.0, 25.6)]


@pytest.mark.parametrize(("flexion_deg", "depth_pct"), CALIBRATION)
def test_depth_follows_the_calibration(flexion_deg, depth_pct):
    assert_allclose(depth_from_knee_flexion(flexion_deg), depth_pct, atol=0.2)


@pytest.mark.parametrize(("flexion_deg", "depth_pct"), CALIBRATION[1:])
def test_flexion_follows_the_calibration(flexion_deg, depth_pct):
    assert_allclose(knee_flexion_from_depth(depth_pct), flexion_deg, atol=0.8)


def test_depth_of_a_right_angle_by_hand():
    # Shank 30 degrees forward, thigh 60 degrees back: heights cos 30 and cos 60 of two halves.
    assert_allclose(depth_from_knee_flexion(90.0), 100 - 50 * (np.sqrt(3) / 2 + 1 / 2))


def test_flexion_from_depth_undoes_depth_from_flexion():
    flexion_deg = np.linspace(5, 150, 59)
    found_deg = knee_flexion_from_depth(depth_from_knee_flexion(flexion_deg))
    assert_allclose(found_deg, flexion_deg, atol=0.02)


def test_a_deeper_squat_has_more_flexion():
    assert np.all(np.diff(knee_flexion_from_depth(np.linspace(0, 60, 200))) > 0)


def test_someone_taller_than_standing_has_no_flexion():
    assert knee_flexion_from_depth(-3.0) == 0


def test_a_missing_depth_has_no_flexion():
    assert_array_equal(np.isnan(knee_flexion_from_depth([8.0, np.nan, 3.0])), [0, 1, 0])
    assert_array_equal(np.isnan(depth_from_knee_flexion([8.0, np.nan, 3.0])), [0, 1, 0])


@pytest.mark.parametrize("measure", [depth_from_knee_flexion, knee_flexion_from_depth])
def test_inputs_are_left_alone(measure):
    values = np.array([3.0, 8.0, np.nan])
    before = values.copy()
    measure(values)[...] = 0.0
    assert_array_equal(values, before)
