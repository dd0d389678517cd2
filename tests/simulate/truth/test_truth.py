"""Check the true angle against values computed by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.simulate.truth.truth import projection_angle


@pytest.mark.parametrize(
    ("knee", "expected_deg"),
    [((0.0, 1.0), 0.0), ((1.0, 1.0), 90.0), ((-1.0, 1.0), -90.0)],
    ids=["straight", "valgus", "varus"],
)
def test_projection_angle_of_hand_drawn_legs(knee, expected_deg):
    hip, ankle = np.array([0.0, 0.0]), np.array([0.0, 2.0])
    angle_deg = projection_angle(hip, np.array(knee), ankle, np.array(1.0))
    assert_allclose(angle_deg, expected_deg)
    assert_allclose(projection_angle(hip, np.array(knee), ankle, np.array(-1.0)), -angle_deg)


def test_there_is_no_angle_without_a_stance_leg():
    points = np.array([[0.0, 0.0], [0.1, 1.0], [0.0, 2.0]])
    assert np.isnan(projection_angle(*points, np.array(np.nan)))
