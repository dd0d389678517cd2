"""Check Bland-Altman against the published example, and which differences count as a change."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.agreement.statistics.bland_altman import bland_altman
from kneescan.agreement.statistics.change import between_session_change

LARGE_METER = np.array(
    [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427],
    dtype=float,
)
MINI_METER = np.array(
    [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451],
    dtype=float,
)
"""Peak expiratory flow with either meter, first measurements: Bland & Altman 1986, table. [l/min]"""


def test_peak_flow_of_bland_and_altman():
    found = bland_altman(MINI_METER, LARGE_METER)
    assert found.n_subjects == 17
    assert round(found.bias.value, 1) == -2.1
    assert round(found.sd, 1) == 38.8
    # The limits in the paper, with 2 instead of 1.96 standard deviations, are -79.7 and 75.5.
    assert found.lower.value == pytest.approx(-79.7 + 0.04 * 38.8, abs=0.1)
    assert found.upper.value == pytest.approx(75.5 - 0.04 * 38.8, abs=0.1)


def test_intervals_of_bland_and_altman():
    found = bland_altman(MINI_METER, LARGE_METER)
    assert_allclose([found.bias.low, found.bias.high], [-22.0, 17.8], atol=0.1)
    # -114.3 to -45.1 and 40.9 to 110.1 in the paper; half of each is 34.6.
    for limit in (found.lower, found.upper):
        assert limit.high - limit.value == pytest.approx(34.6, abs=0.1)
        assert limit.value - limit.low == pytest.approx(34.6, abs=0.1)


def test_exchanged_sessions_turn_the_difference_round():
    one, other = bland_altman(MINI_METER, LARGE_METER), bland_altman(LARGE_METER, MINI_METER)
    assert other.bias.value == -one.bias.value
    assert other.lower.value == pytest.approx(-one.upper.value)


def test_a_missing_session_leaves_its_subject_out():
    first = np.append(MINI_METER, [np.nan, 400])
    second = np.append(LARGE_METER, [400, np.nan])
    assert bland_altman(first, second) == bland_altman(MINI_METER, LARGE_METER)


def test_too_few_subjects_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="3 complete subjects or more, got 2"):
        bland_altman(np.array([1.0, 2.0, np.nan]), np.array([1.0, 2.0, 3.0]))


def test_only_a_change_beyond_the_mdc95_is_called_one():
    before = np.array([10.0, 10.0, 10.0, 10.0, np.nan])
    after = np.array([18.0, 18.1, 2.0, 1.9, 5.0])
    change = between_session_change(before, after, mdc95=8.0)
    assert_allclose(change.value, [8.0, 8.1, -8.0, -8.1, np.nan])
    assert_array_equal(change.changed, [False, True, False, True, False])


def test_the_interval_of_a_change_excludes_0_if_it_counts_as_a_change():
    before, after = np.zeros(200), np.linspace(-20, 20, 200)
    change = between_session_change(before, after, mdc95=7.5)
    assert_array_equal((change.low > 0) | (change.high < 0), change.changed)
    assert_allclose(change.high - change.low, 15.0)


def test_an_mdc_that_is_none_is_a_mistake_of_the_caller():
    for mdc95 in (-1.0, float("nan")):
        with pytest.raises(ValueError, match="mdc95"):
            between_session_change(1.0, 2.0, mdc95=mdc95)
