"""Medians and quantiles of few numbers, for which NumPy's own take ten times as long."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def median(values: Array) -> Array:
    """Median along the first axis of numbers none of which is missing.

    Parameters
    ----------
    values : ndarray, shape (n, ...)
        At least one along the first axis.

    Returns
    -------
    ndarray, shape (...)
    """
    ordered = np.sort(values, axis=0)
    n = ordered.shape[0]
    return np.asarray((ordered[(n - 1) // 2] + ordered[n // 2]) / 2)


def quantile(values: Array, share: float) -> Array:
    """Number that this share of the numbers lies below, along the first axis, between them linearly.

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
    ordered = np.sort(values, axis=0)
    place = share * (ordered.shape[0] - 1)
    below = int(place)
    above = min(below + 1, ordered.shape[0] - 1)
    return np.asarray(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def median_of_known(values: Array) -> Array:
    """Median along the last axis of what is not missing; NaN where all is.

    Parameters
    ----------
    values : ndarray, shape (..., n)

    Returns
    -------
    ndarray, shape (...)
    """
    # Sorting puts NaN last, so the middle of the rest is picked.
    ordered = np.sort(values, axis=-1)
    n_known = np.count_nonzero(np.isfinite(values), axis=-1)[..., None]
    low = np.take_along_axis(ordered, np.maximum(n_known - 1, 0) // 2, axis=-1)
    high = np.take_along_axis(ordered, np.minimum(n_known, values.shape[-1] - 1) // 2, axis=-1)
    return np.asarray((low + np.where(n_known % 2 == 1, low, high))[..., 0] / 2)
