"""Medians and quantiles of few numbers, several times as fast as NumPy's."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def quantile(values: Array, share: float) -> Array:
    """Quantile along the first axis, with linear interpolation.

    Parameters
    ----------
    values : ndarray, shape (n, ...)
        None missing; at least one along the first axis.
    share : float
        0 to 1.

    Returns
    -------
    ndarray, shape (...)
    """
    last = values.shape[0] - 1
    place = share * last
    below = int(place)
    above = min(below + 1, last)
    ordered = np.partition(values, (below, above), axis=0)
    return np.asarray(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def median(values: Array) -> Array:
    """Median along the first axis, without missing numbers, as in `quantile`."""
    return quantile(values, 0.5)


def middle_range(values: Array, share: float) -> Array:
    """Range of the numbers without this share at either end, as in `quantile`."""
    return np.asarray(quantile(values, 1 - share) - quantile(values, share))


def median_of_known(values: Array) -> Array:
    """Median along the last axis of the numbers that are not missing; NaN if all are.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        At least one along the last axis.

    Returns
    -------
    ndarray, shape (...)
    """
    # Sorting puts NaN last, so the middle of the rest is picked.
    ordered = np.sort(values.reshape(-1, values.shape[-1]), axis=-1)
    n_known = np.count_nonzero(np.isfinite(ordered), axis=-1)
    row = np.arange(n_known.size)
    middle = ordered[row, np.maximum(n_known - 1, 0) // 2] + ordered[row, n_known // 2]
    return np.asarray(middle / 2).reshape(values.shape[:-1])
