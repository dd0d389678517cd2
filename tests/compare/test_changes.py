"""Changes: the interval of a difference by hand, and what is called a change."""

import math

import pytest

from kneescan.compare.changes import Call, call, difference
from tests.compare.people import estimate

NAN = float("nan")


def test_the_interval_of_a_difference_is_that_of_a_right_triangle():
    assert difference(estimate(16, 3), estimate(9, 4)) == pytest.approx((-7, -12, -2))


def test_unequal_ends_add_crosswise():
    """The difference is largest where the later value is high and the earlier one low."""
    value, low, high = difference(estimate(2, 0.3, 0.8), estimate(3, 0.4, 0.6))
    assert value == pytest.approx(1)
    assert value - low == pytest.approx(math.hypot(0.4, 0.8))
    assert high - value == pytest.approx(math.hypot(0.6, 0.3))


@pytest.mark.parametrize(
    ("value", "half", "allowance", "expected"),
    [
        (8.1, 3, 0, Call.CHANGED),
        (-8.1, 3, 0, Call.CHANGED),
        (8.0, 3, 0, Call.WITHIN_ERROR),
        (-7.9, 1, 0, Call.WITHIN_ERROR),
        (9, 3, 1.1, Call.UNCERTAIN),
        (-9, 3, 1.1, Call.UNCERTAIN),
        (9, 9.2, 0, Call.UNCERTAIN),
        (12, 9, 3, Call.UNCERTAIN),
        (12, 8, 3, Call.CHANGED),
        (NAN, 3, 0, Call.MISSING),
    ],
)
def test_a_change_is_beyond_the_mdc_the_allowance_and_the_interval(
    value, half, allowance, expected
):
    assert call(value, value - half, value + half, mdc95=8, allowance=allowance) is expected


def test_without_a_minimal_detectable_change_nothing_is_called():
    assert call(50, 49, 51, mdc95=NAN, allowance=0) is Call.NO_LIMIT
