"""Medians and quantiles against NumPy's."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.kinematics.quantiles import median, median_of_known, middle_range, quantile

NAN = np.nan


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("shape", [(1,), (2,), (9,), (10,), (9, 2), (10, 3, 2)])
def test_quantiles_are_numpys(share, shape):
    values = np.random.default_rng(1).normal(size=shape)
    assert_allclose(quantile(values, share), np.quantile(values, share, axis=0), atol=1e-12)


@pytest.mark.parametrize(("values", "expected"), [([3.0], 3), ([3, 1], 2), ([9, 1, 2], 2)])
def test_the_median_is_the_middle_or_half_way_between_two(values, expected):
    assert median(np.array(values, dtype=float)) == expected


def test_the_middle_range_leaves_out_a_share_at_either_end():
    assert_allclose(middle_range(np.arange(101.0), 0.1), 80.0)
    assert_allclose(middle_range(np.array([[0.0, 5.0], [1.0, 5.0]]), 0.0), [1.0, 0.0])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3, 1, 2], 2),
        ([3, 1, 2, 4], 2.5),
        ([3, NAN, 1], 2),
        ([NAN, 7, NAN], 7),
        ([NAN, NAN], NAN),
        ([5], 5),
    ],
)
def test_the_median_of_what_is_known(values, expected):
    assert_array_equal(median_of_known(np.array(values, dtype=float)), expected)
    assert_array_equal(median_of_known(np.array([values, values], dtype=float)), [expected] * 2)


def test_the_median_of_what_is_known_is_numpys():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(50, 4, 8))
    values[rng.random(values.shape) < 0.3] = NAN
    values[..., 0] = 0.0  # NumPy warns where all is missing
    assert_allclose(median_of_known(values), np.nanmedian(values, axis=-1))


def test_the_values_are_left_as_they_are():
    values = np.random.default_rng(3).normal(size=(5, 6))
    before = values.copy()
    for measure in (median, median_of_known):
        measure(values)
    quantile(values, 0.3)
    middle_range(values, 0.1)
    assert_array_equal(values, before)
