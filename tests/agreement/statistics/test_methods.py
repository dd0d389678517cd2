"""Check the statistics of two methods against published examples and numbers worked out by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from kneescan.agreement.statistics.bland_altman import bland_altman
from kneescan.agreement.statistics.methods import (
    clustered_bland_altman,
    icc_3_1,
    mean_absolute_error,
    proportional_bias,
    root_mean_square_error,
)

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=float,
)
"""Six targets, four judges: Shrout & Fleiss 1979, table 2."""


def test_icc_3_1_of_shrout_and_fleiss():
    found = icc_3_1(SHROUT_FLEISS)
    assert round(found.value, 2) == 0.71
    # As the R package psych prints them.
    assert_allclose([found.low, found.high], [0.342, 0.946], atol=5e-4)


def test_a_constant_shift_costs_no_consistency():
    values = np.array([[1.0, 4.0], [2.0, 5.0], [7.0, 10.0]])
    assert icc_3_1(values).value == 1.0


def test_slope_worked_out_by_hand():
    # Means 1, 2, 3 and differences 0.1, 0.2, 0.3.
    first = np.array([0.95, 1.9, 2.85])
    found = proportional_bias(first, first + np.array([0.1, 0.2, 0.3]))
    assert found.value == pytest.approx(0.1)
    assert_allclose([found.low, found.high], 0.1, atol=1e-6)


def test_slope_of_noise_contains_zero_and_its_interval_is_that_of_the_regression():
    rng = np.random.default_rng(3)
    first = rng.normal(10, 5, 40)
    second = first + rng.normal(1, 2, 40)
    found = proportional_bias(first, second)
    assert found.low < 0 < found.high
    line = stats.linregress((first + second) / 2, second - first)
    assert found.high - found.value == pytest.approx(stats.t.ppf(0.975, 38) * line.stderr)


def test_clustered_limits_worked_out_by_hand():
    # Three people, two squats each, means 0, 2 and 4, one above and one below by 1. Between: 16 / 2 = 8,
    # within: 6 / 3 = 2; people: (8 - 2) / 2 = 3; one squat of anyone: 3 + 2 = 5.
    found = clustered_bland_altman([-1, 1, 1, 3, 3, 5], ["a", "a", "b", "b", "c", "c"])
    assert found.agreement.bias.value == 2
    assert found.sd_between == pytest.approx(np.sqrt(3))
    assert found.sd_within == pytest.approx(np.sqrt(2))
    assert found.agreement.upper.value == pytest.approx(2 + 1.96 * np.sqrt(5))
    # The bias is as certain as three people make it: variance 8 / 6, two degrees of freedom.
    half = stats.t.ppf(0.975, 2) * np.sqrt(8 / 6)
    assert found.agreement.bias.high == pytest.approx(2 + half)
    assert found.agreement.n_subjects == 3


def test_with_one_squat_each_the_limits_are_the_ordinary_ones():
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=30), rng.normal(size=30)
    plain, clustered = (
        bland_altman(first, second),
        clustered_bland_altman(second - first, range(30)),
    )
    assert clustered.agreement.bias.low == pytest.approx(plain.bias.low)
    assert clustered.agreement.upper.value == pytest.approx(plain.upper.value)
    assert clustered.agreement.upper.high == pytest.approx(plain.upper.high, rel=0.02)


@pytest.mark.parametrize("n_squats", [2, 5])
def test_intervals_of_clustered_limits_hold_the_truth_as_often_as_they_say(n_squats):
    rng = np.random.default_rng(7)
    people = np.repeat(np.arange(15), n_squats)
    true_upper, hits = 1.5 + 1.96 * np.sqrt(2.0**2 + 1.0**2), 0
    for _ in range(400):
        difference = 1.5 + rng.normal(0, 2, 15)[people] + rng.normal(0, 1, people.size)
        upper = clustered_bland_altman(difference, people).agreement.upper
        hits += upper.low <= true_upper <= upper.high
    assert 0.91 <= hits / 400 <= 0.99


def test_few_people_are_refused():
    with pytest.raises(ValueError, match="3 people or more, got 2"):
        clustered_bland_altman([1, 2, 3, 4], ["a", "a", "b", "b"])


def test_errors_worked_out_by_hand():
    assert mean_absolute_error([3, -4, 0]) == pytest.approx(7 / 3)
    assert root_mean_square_error([3, -4, 0]) == pytest.approx(np.sqrt(25 / 3))
