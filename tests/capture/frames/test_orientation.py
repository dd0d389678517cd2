"""Check display matrices and their effect on a picture."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.capture.frames.orientation import (
    Orientation,
    display_matrix,
    orientation_from_matrix,
    turn_upright,
)

STORED = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)


def matrix(*, turn_deg, flipped=False):
    """Matrix that mirrors left to right first, then rotates clockwise (y is down)."""
    cos, sin = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    return np.array([[cos, -sin], [sin, cos]]) @ np.diag([-1 if flipped else 1, 1])


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_right_angles(turn_deg, flipped):
    orientation = orientation_from_matrix(matrix(turn_deg=turn_deg, flipped=flipped))
    assert (orientation.rotation_deg, orientation.flipped) == (turn_deg, flipped)
    assert not orientation.was_rounded


@pytest.mark.parametrize(
    ("turn_deg", "expected_deg"), [(10, 0), (350, 0), (60, 90), (200, 180), (-80, 270)]
)
def test_other_angles_are_rounded(turn_deg, expected_deg):
    orientation = orientation_from_matrix(matrix(turn_deg=turn_deg))
    assert orientation.rotation_deg == expected_deg
    assert orientation.was_rounded


def test_scale_does_not_matter():
    assert orientation_from_matrix(matrix(turn_deg=90) * 0.3).rotation_deg == 90


def test_a_matrix_of_zeros_asks_for_nothing():
    orientation = orientation_from_matrix(np.zeros((2, 2)))
    assert (orientation.rotation_deg, orientation.flipped) == (0, False)


@pytest.mark.parametrize(
    ("rotation_deg", "flipped", "expected"),
    [
        (0, False, STORED),
        (90, False, np.rot90(STORED, -1)),
        (180, False, STORED[::-1, ::-1]),
        (270, False, np.rot90(STORED)),
        (0, True, STORED[:, ::-1]),
        (180, True, STORED[::-1]),
        (90, True, np.rot90(STORED[:, ::-1], -1)),
    ],
)
def test_pictures_are_turned_exactly(rotation_deg, flipped, expected):
    before = STORED.copy()
    orientation = Orientation(
        rotation_deg=rotation_deg, flipped=flipped, requested_rotation_deg=rotation_deg
    )
    upright = turn_upright(STORED, orientation)
    assert_array_equal(upright, expected)
    assert upright.flags.c_contiguous
    assert_array_equal(STORED, before)


class UnknownSideData:
    """What PyAV returns for a picture with a kind of side data that it does not know."""

    def __init__(self, counterclockwise_deg):
        self.rotation = counterclockwise_deg

    @property
    def side_data(self):
        msg = "99 is not a valid Type"
        raise ValueError(msg)


def test_unknown_side_data_still_leave_the_angle():
    assert_allclose(display_matrix(UnknownSideData(-90)), matrix(turn_deg=90), atol=1e-12)


def test_no_display_matrix_asks_for_nothing():
    assert_array_equal(display_matrix(SimpleNamespace(side_data={})), np.eye(2))
