"""Compute how certain a value is if several measurements belong to each person.

Two legs of a person, or two squats of a leg, tell less than those of two people: whatever the clothes or the
camera do to one, they often do to the other.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from kneescan.agreement.statistics.reliability import CONFIDENCE, MIN_SUBJECTS, Interval

Array = NDArray[np.float64]
NEARLY_ONE = 1 - 1e-12
"""Largest correlation whose transform is finite."""


def clustered_sd(
    values: ArrayLike, person: ArrayLike, *, confidence: float = CONFIDENCE
) -> Interval:
    """Standard deviation of single values of any person, several of which may belong to each.

    A one-way analysis of variance divides their spread into a part between people and a part within
    them. Unlike the ordinary standard deviation, it is not too small if values of a person are alike, and
    its interval is as wide as the number of people demands.

    Parameters
    ----------
    values : array_like, shape (n,)
        Values, such as differences of two sessions.
    person : array_like, shape (n,)
        Whose value it is.
    confidence : float
        Confidence level of the interval, which assumes normal values.

    Raises
    ------
    ValueError
        If there are fewer than 3 people.

    References
    ----------
    Graybill & Wang 1980, doi:10.1080/01621459.1980.10477565, for the interval of a sum of mean squares, as
    Zou 2013, doi:10.1177/0962280211402548, uses it. With one value each, it is the ordinary one (chi square).
    """
    found = np.asarray(values, dtype=np.float64)
    row, count = people_of(person)
    n, total = count.size, found.size
    means = np.bincount(row, weights=found) / count
    usual = float((total**2 - np.sum(count**2)) / ((n - 1) * total))  # values of a usual person
    squares = np.array(
        [np.sum(count * (means - found.mean()) ** 2), np.sum((found - means[row]) ** 2)]
    )
    freedom = np.array([n - 1, total - n])
    present = freedom > 0
    weight = np.array([1 / usual, 1 - 1 / usual])[present]
    parts = weight * squares[present] / freedom[present]
    variance = float(parts.sum())
    ends = []
    for tail, sign in (((1 + confidence) / 2, -1), ((1 - confidence) / 2, 1)):
        ratio = freedom[present] / stats.chi2.ppf(tail, freedom[present])
        reach = float(np.sqrt(np.sum((parts * (ratio - 1)) ** 2)))
        ends.append(float(np.sqrt(max(variance + sign * reach, 0.0))))
    return Interval(value=float(np.sqrt(variance)), low=ends[0], high=ends[1])


def clustered_interval(
    statistic: Callable[[Array], float],
    values: Array,
    person: ArrayLike,
    *,
    is_correlation: bool = False,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Interval of any statistic, from how much it changes if one person at a time is left out (jackknife).

    Parameters
    ----------
    statistic : callable
        Gives a number from some of the rows.
    values : ndarray, shape (n, ...)
        Rows, several of which may belong to each person.
    person : array_like, shape (n,)
        Whose row it is.
    is_correlation : bool
        Whether the statistic is a correlation or an ICC of two columns, whose interval is computed after
        Fisher's transform, since it cannot exceed 1.
    confidence : float
        Confidence level of the interval.

    Returns
    -------
    Interval
        Ends are NaN if the statistic is, without some person.

    Raises
    ------
    ValueError
        If there are fewer than 3 people.

    References
    ----------
    Miller 1974, doi:10.1093/biomet/61.1.1.
    """
    row, count = people_of(person)
    n, value = count.size, statistic(values)
    without = np.array([statistic(values[row != one]) for one in range(n)])
    scale, back = (_fisher, np.tanh) if is_correlation else (np.asarray, np.asarray)
    centre, moved = scale(np.array([value])), scale(without)
    error = float(np.sqrt((n - 1) / n * np.sum((moved - moved.mean()) ** 2)))
    middle = float(n * centre[0] - (n - 1) * moved.mean())
    half = float(stats.t.ppf((1 + confidence) / 2, n - 1)) * error
    low, high = back(np.array([middle - half, middle + half])).tolist()
    return Interval(value=value, low=low, high=high)


def people_of(person: ArrayLike) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number of the person of each value, and how many values each person has.

    Raises
    ------
    ValueError
        If there are fewer than 3 people.
    """
    _, row, count = np.unique(np.asarray(person), return_inverse=True, return_counts=True)
    if count.size < MIN_SUBJECTS:
        msg = f"expected {MIN_SUBJECTS} people or more, got {count.size}"
        raise ValueError(msg)
    return row, count


def _fisher(correlation: Array) -> Array:
    return np.asarray(np.arctanh(np.clip(correlation, -NEARLY_ONE, NEARLY_ONE)))
