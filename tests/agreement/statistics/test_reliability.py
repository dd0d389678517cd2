"""Check reliability against published examples, to the last digit, and its properties for any values."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.agreement.statistics.reliability import (
    icc_2_1,
    icc_3_k,
    mean_squares,
    minimal_detectable_change,
    repeatability_coefficient,
    standard_error_of_measurement,
)

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=float,
)
"""Six targets, four judges: Shrout & Fleiss 1979, table 2."""
WEIR_A = np.array(
    [[146, 140], [148, 152], [170, 152], [90, 99], [157, 145], [156, 153], [176, 167], [205, 218]],
    dtype=float,
)
"""Eight subjects, two trials: Weir 2005, data set A."""


def ends(interval):
    return interval.value, interval.low, interval.high


def test_mean_squares_of_shrout_and_fleiss():
    found = mean_squares(SHROUT_FLEISS)
    assert (round(found.subjects, 2), round(found.sessions, 2), round(found.error, 2)) == (
        11.24,
        32.49,
        1.02,
    )


def test_iccs_of_shrout_and_fleiss():
    assert round(icc_2_1(SHROUT_FLEISS).value, 2) == 0.29
    assert round(icc_3_k(SHROUT_FLEISS).value, 2) == 0.91


def test_intervals_of_the_same_table_as_the_r_package_psych_prints_them():
    assert_allclose(ends(icc_2_1(SHROUT_FLEISS))[1:], [0.019, 0.761], atol=5e-4)
    assert_allclose(ends(icc_3_k(SHROUT_FLEISS))[1:], [0.676, 0.986], atol=5e-4)


def test_standard_error_of_weirs_subjects():
    assert_array_equal(WEIR_A.mean(axis=0), [156.0, 153.25])
    assert round(icc_2_1(WEIR_A).value, 2) == 0.95
    sem = standard_error_of_measurement(WEIR_A)
    assert sem.value == pytest.approx(np.sqrt(57.1), abs=0.01)
    assert minimal_detectable_change(sem.value) == pytest.approx(1.96 * np.sqrt(2 * 57.1), abs=0.02)


def test_two_sessions_worked_out_by_hand():
    # Means of subjects 1, 3, 5 around 3; half differences 1, 0, 1; sessions 3 - 1/3, 3 + 1/3 ... :
    values = np.array([[0.0, 2.0], [3.0, 3.0], [6.0, 4.0]])
    found = mean_squares(values)
    assert found.subjects == pytest.approx(2 * (4 + 0 + 4) / 2)
    assert found.sessions == pytest.approx(0)
    assert found.error == pytest.approx((1 + 1 + 0 + 0 + 1 + 1) / 2)
    assert icc_3_k(values).value == pytest.approx((8 - 2) / 8)
    assert icc_2_1(values).value == pytest.approx((8 - 2) / (8 + 2 + 2 * (0 - 2) / 3))
    assert standard_error_of_measurement(values).value == pytest.approx(np.sqrt(2))


def test_interval_of_the_standard_error_holds_it():
    # 2 degrees of freedom: chi-square is 0.0506 at 2.5 % and 7.378 at 97.5 %.
    sem = standard_error_of_measurement(np.array([[0.0, 2.0], [3.0, 3.0], [6.0, 4.0]]))
    assert_allclose(ends(sem)[1:], np.sqrt([2 * 2 / 7.378, 2 * 2 / 0.0506]), rtol=1e-3)


def test_a_known_error_is_found():
    rng = np.random.default_rng(1)
    values = rng.normal(10, 6, size=(4000, 1)) + rng.normal(0, 2, size=(4000, 2))
    sem = standard_error_of_measurement(values)
    assert sem.low < 2 < sem.high
    assert icc_2_1(values).value == pytest.approx(36 / 40, abs=0.01)


def test_a_change_without_cause_is_beyond_the_mdc95_in_one_of_twenty():
    rng = np.random.default_rng(2)
    change = np.diff(rng.normal(0, 2, size=(20_000, 2)), axis=1)
    assert np.mean(np.abs(change) > minimal_detectable_change(2.0)) == pytest.approx(
        0.05, abs=0.005
    )


def test_repeatability_coefficient_counts_a_shift():
    # Half of the squared differences 4, 0 and 16 on average: 10 / 3.
    values = np.array([[10.0, 12.0], [5.0, 5.0], [8.0, 4.0], [7.0, np.nan]])
    assert repeatability_coefficient(values) == pytest.approx(1.96 * np.sqrt(2 * 10 / 3))
    shifted = values + np.array([0.0, 6.0])
    assert repeatability_coefficient(shifted) == pytest.approx(1.96 * np.sqrt(104 / 3))
    assert np.isnan(repeatability_coefficient(values[3:]))


@pytest.mark.parametrize("icc", [icc_2_1, icc_3_k])
def test_equal_sessions_agree_perfectly(icc):
    values = np.tile(np.random.default_rng(3).normal(10, 3, size=(12, 1)), (1, 3))
    assert ends(icc(values)) == (1, 1, 1)
    assert ends(standard_error_of_measurement(values)) == (0, 0, 0)


@pytest.mark.parametrize("icc", [icc_2_1, icc_3_k])
def test_people_with_equal_values_cannot_be_distinguished(icc):
    assert np.isnan(icc(np.ones((5, 2))).value)


def test_a_shift_of_everybody_lowers_the_one_icc_only():
    shifted = np.column_stack([WEIR_A[:, 0], WEIR_A[:, 1] + 40])
    assert icc_2_1(shifted).value < icc_2_1(WEIR_A).value - 0.2
    assert icc_3_k(shifted).value == pytest.approx(icc_3_k(WEIR_A).value)
    sems = [standard_error_of_measurement(values).value for values in (shifted, WEIR_A)]
    assert sems[0] == pytest.approx(sems[1])


@pytest.mark.parametrize("icc", [icc_2_1, icc_3_k])
def test_unit_and_order_do_not_matter(icc):
    expected = ends(icc(SHROUT_FLEISS))
    assert_allclose(ends(icc(0.01 * SHROUT_FLEISS[::-1] + 7)), expected)
    assert_allclose(ends(icc(SHROUT_FLEISS[:, ::-1])), expected)


def test_a_subject_with_a_missing_session_is_left_out_and_the_input_untouched():
    values = np.vstack([SHROUT_FLEISS, [1.0, np.nan, 5.0, 100.0]])
    before = values.copy()
    assert ends(icc_2_1(values)) == ends(icc_2_1(SHROUT_FLEISS))
    assert mean_squares(values).n_subjects == 6
    assert_array_equal(values, before)


@pytest.mark.parametrize("values", [np.ones((2, 2)), np.ones((5, 1)), np.full((5, 2), np.nan)])
def test_too_few_values_are_a_mistake_of_the_caller(values):
    with pytest.raises(ValueError, match="3 complete subjects and 2 sessions"):
        icc_2_1(values)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("values", [SHROUT_FLEISS, WEIR_A], ids=["Shrout & Fleiss", "Weir"])
def test_pingouin_finds_the_same(values):
    pingouin = pytest.importorskip("pingouin")
    import pandas as pd

    n, k = values.shape
    table = pd.DataFrame(
        {
            "who": np.repeat(np.arange(n), k),
            "when": np.tile(np.arange(k), n),
            "value": values.ravel(),
        }
    )
    found = pingouin.intraclass_corr(table, "who", "when", "value").set_index("Type")
    for names, own in ((("ICC2", "ICC(A,1)"), icc_2_1), (("ICC3k", "ICC(C,k)"), icc_3_k)):
        row = found.loc[next(name for name in names if name in found.index)]
        interval = row["CI95" if "CI95" in found.columns else "CI95%"]
        assert row["ICC"] == pytest.approx(own(values).value)
        assert_allclose(interval, ends(own(values))[1:], atol=0.005)
