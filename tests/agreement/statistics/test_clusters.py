"""Check intervals that count people, not values: by hand, and on simulated clinics with known truth."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from kneescan.agreement.statistics.clusters import clustered_interval, clustered_sd
from kneescan.agreement.statistics.methods import consistency, icc_3_1, proportional_bias, slope
from kneescan.agreement.statistics.reliability import (
    absolute_agreement,
    icc_2_1,
    standard_error_of_measurement,
)

N_CLINICS = 400
# 95% of 400 clinics, less three standard deviations of that share.
NEAR_NOMINAL = 0.95 - 3 * np.sqrt(0.95 * 0.05 / N_CLINICS)


def test_sd_worked_out_by_hand():
    # Three people with two values each, means 0, 2 and 4, one above and one below by 1. Between: 16 / 2 = 8,
    # within: 6 / 3 = 2; a value of anyone: 8 / 2 + (1 - 1 / 2) * 2 = 5.
    values, people = [-1, 1, 1, 3, 3, 5], list("aabbcc")
    found = clustered_sd(values, people)
    assert found.value == pytest.approx(np.sqrt(5))
    # 4 from 2 degrees of freedom, and 1 from 3; chi square for 2 is -2 log(tail), for 3 from tables.
    below, above = -2 * np.log(1 - 0.975), -2 * np.log(1 - 0.025)
    of_3 = {"below": 9.3484, "above": 0.2158}
    low = 5 - np.hypot(4 * (2 / below - 1), 1 * (3 / of_3["below"] - 1))
    high = 5 + np.hypot(4 * (2 / above - 1), 1 * (3 / of_3["above"] - 1))
    assert_allclose([found.low**2, found.high**2], [low, high], rtol=1e-3)


def test_with_one_value_each_it_is_the_ordinary_sd_and_sem():
    rng = np.random.default_rng(1)
    sessions = rng.normal(size=(12, 2))
    difference = sessions[:, 1] - sessions[:, 0]
    found, sem = clustered_sd(difference, range(12)), standard_error_of_measurement(sessions)
    assert found.value == pytest.approx(difference.std(ddof=1))
    for end in ("value", "low", "high"):
        assert getattr(found, end) == pytest.approx(np.sqrt(2) * getattr(sem, end))


def test_the_order_and_the_shift_of_values_do_not_matter():
    rng = np.random.default_rng(2)
    values, people = rng.normal(size=9), np.array(list("abcabcabb"))
    order = rng.permutation(9)
    found, other = clustered_sd(values, people), clustered_sd(values[order] + 7, people[order])
    assert_allclose([other.value, other.low, other.high], [found.value, found.low, found.high])


def test_fewer_than_three_people_are_refused():
    for function in (
        lambda: clustered_sd([1, 2, 3, 4], list("aabb")),
        lambda: clustered_interval(np.mean, np.arange(4.0), list("aabb")),
    ):
        with pytest.raises(ValueError, match="3 people or more, got 2"):
            function()


def clinics(sizes, correlation, *, seed=0):
    """Differences with SD 1 of legs of so many people, in many clinics; those of a person are alike."""
    rng = np.random.default_rng(seed)
    people = np.repeat(np.arange(len(sizes)), sizes)
    shared = rng.normal(size=(N_CLINICS, len(sizes)))[:, people]
    own = rng.normal(size=(N_CLINICS, people.size))
    return np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own, people


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
@pytest.mark.parametrize(
    "sizes", [[2] * 5, [2, 2, 2, 2, 1, 1], [6, 2, 2, 2, 2, 1], [2] * 20], ids=str
)
def test_the_interval_of_the_sd_holds_the_truth_as_often_as_it_says(sizes, correlation):
    values, people = clinics(sizes, correlation)
    found = [clustered_sd(one, people) for one in values]
    assert np.mean([one.low < 1 < one.high for one in found]) > NEAR_NOMINAL
    at_most = [clustered_sd(one, people, confidence=0.9).high for one in values]
    assert np.mean(np.array(at_most) > 1) > NEAR_NOMINAL
    # The value itself lies neither above nor below on average.
    squares = np.array([one.value**2 for one in found])
    assert abs(squares.mean() - 1) < 4 * squares.std() / np.sqrt(N_CLINICS)


def test_legs_taken_as_independent_would_claim_too_much():
    values, people = clinics([2] * 5, 0.9)
    n = people.size
    high = values.std(axis=1, ddof=1) * np.sqrt((n - 1) / stats.chi2.ppf(0.05, n - 1))
    assert np.mean(high > 1) < 0.87


def test_the_jackknife_of_a_mean_is_its_standard_error():
    values = np.array([1.0, 2.0, 4.0, 9.0])
    found = clustered_interval(lambda rows: float(rows.mean()), values, range(4))
    half = stats.t.ppf(0.975, 3) * values.std(ddof=1) / 2
    assert_allclose([found.value, found.low, found.high], [4, 4 - half, 4 + half])


@pytest.mark.parametrize("n_people", [6, 20])
@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_slope_and_icc_of_two_legs_each_hold_the_truth(n_people, correlation):
    rng = np.random.default_rng(4)
    people = np.repeat(np.arange(n_people), 2)
    errors, _ = clinics([2] * n_people, correlation, seed=5)
    held = []
    for error in errors[:200]:
        true = 5 * rng.normal(size=n_people)[people] + 3 * rng.normal(size=people.size)
        both = np.column_stack([true + 0.5 * rng.normal(size=people.size), true + 1 + 2 * error])
        of_slope = clustered_interval(slope, both, people)
        of_icc = clustered_interval(absolute_agreement, both, people, is_correlation=True)
        # Variances: true values 34, errors 0.25 and 4; the shift of 1 adds 1 / 2 to the disagreement.
        true_slope, true_icc = (4 - 0.25) / 2 / (34 + 4.25 / 4), 34 / (34 + 4.25 / 2 + 0.5)
        held.append(
            (
                of_slope.low < true_slope < of_slope.high,
                of_icc.low < true_icc < of_icc.high <= 1,
            )
        )
    # With few people, the ICC's interval holds it in 92 of 100 clinics.
    assert np.mean(held, axis=0).min() > 0.92 - 3 * np.sqrt(0.92 * 0.08 / 200)


def test_short_forms_give_the_values_of_the_long_ones():
    rng = np.random.default_rng(6)
    both = rng.normal(size=(15, 1)) + 0.4 * rng.normal(size=(15, 2))
    assert absolute_agreement(both) == icc_2_1(both).value
    assert consistency(both) == pytest.approx(icc_3_1(both).value)
    assert slope(both) == pytest.approx(proportional_bias(both[:, 0], both[:, 1]).value)
    same = np.ones((4, 2))
    for function in (absolute_agreement, consistency, slope):
        assert np.isnan(function(same))


def test_values_that_cannot_be_computed_without_somebody_have_no_interval():
    both = np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [3.0, 5.0]])
    found = clustered_interval(slope, both, range(4))
    assert found.value == pytest.approx(0.4)
    assert np.isnan(found.low)
    assert np.isnan(found.high)
