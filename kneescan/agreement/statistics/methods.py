"""Compute how far two methods measure the same, such as kneescan and motion capture.

Values of a person belong together: squats of one person are more alike than those of several people.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from kneescan.agreement.statistics.bland_altman import LIMITS_SD, BlandAltman
from kneescan.agreement.statistics.clusters import people_of
from kneescan.agreement.statistics.reliability import (
    CONFIDENCE,
    MIN_SUBJECTS,
    Interval,
    mean_squares,
)

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredBlandAltman:
    """Bias and limits of agreement of single squats, several of which belong to each person."""

    agreement: BlandAltman
    """Its ``sd`` is that of one squat of any person, and its ``n_subjects`` counts the people."""
    sd_between: float
    """Standard deviation between people of their mean difference."""
    sd_within: float
    """Standard deviation of the difference from squat to squat of one person; NaN with one squat each."""


def icc_3_1(values: Array, *, confidence: float = CONFIDENCE) -> Interval:
    """How well one method distinguishes people as the other does, ignoring a shift (ICC(C,1), ICC(3,1)).

    Two-way model, consistency, single measurement. The counterpart that counts a shift as
    disagreement, ICC(A,1), is :func:`~kneescan.agreement.statistics.reliability.icc_2_1`.

    Parameters
    ----------
    values : ndarray, shape (n_subjects, n_methods)
        Subjects with a missing value are left out.
    confidence : float
        Confidence level of the interval.

    Returns
    -------
    Interval
        1 for methods that differ by a constant, about 0 if they rank people independently; NaN if all
        subjects have the same mean.

    References
    ----------
    Shrout & Fleiss 1979, doi:10.1037/0033-2909.86.2.420.
    """
    m = mean_squares(values)
    n, k = m.n_subjects, m.n_sessions
    if m.error == 0 or m.subjects == 0:
        value = 1.0 if m.subjects > 0 else float("nan")
        return Interval(value=value, low=value, high=value)
    ratio = m.subjects / m.error
    tail = (1 + confidence) / 2
    ends = (
        ratio / float(stats.f.ppf(tail, n - 1, (n - 1) * (k - 1))),
        ratio * float(stats.f.ppf(tail, (n - 1) * (k - 1), n - 1)),
    )
    value, low, high = ((f - 1) / (f + k - 1) for f in (ratio, *ends))
    return Interval(value=float(value), low=float(low), high=float(high))


def consistency(values: Array) -> float:
    """Value of :func:`icc_3_1` alone; NaN if all values are the same."""
    m = mean_squares(values)
    spread = m.subjects + (m.n_sessions - 1) * m.error
    return (m.subjects - m.error) / spread if spread else float("nan")


def slope(values: Array) -> float:
    """Value of :func:`proportional_bias` alone, of complete values of shape (n, 2); NaN if it has none."""
    mean, difference = values.mean(axis=1), values[:, 1] - values[:, 0]
    away = mean - mean.mean()
    squares = float(away @ away)
    return float(away @ difference) / squares if squares else float("nan")


def proportional_bias(
    first: ArrayLike, second: ArrayLike, *, confidence: float = CONFIDENCE
) -> Interval:
    """How much the difference of two methods grows with the size of the value (slope).

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Complete values of both methods.
    confidence : float
        Confidence level of the interval.

    Returns
    -------
    Interval
        Slope of the difference, second minus first, over the mean of both: 0 for a constant
        difference, 0.1 if it grows by 1 from a value of 20 to one of 30. NaN for fewer than 3
        values, or if all means are the same.

    References
    ----------
    Bland & Altman 1999, doi:10.1177/096228029900800204, section 3.2.
    """
    one, other = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    mean, difference = (one + other) / 2, other - one
    if mean.size < MIN_SUBJECTS or np.ptp(mean) == 0:
        return Interval(value=float("nan"), low=float("nan"), high=float("nan"))
    line = stats.linregress(mean, difference)
    half = float(stats.t.ppf((1 + confidence) / 2, mean.size - 2)) * line.stderr
    return Interval(
        value=float(line.slope), low=float(line.slope - half), high=float(line.slope + half)
    )


def clustered_bland_altman(
    difference: ArrayLike, person: ArrayLike, *, confidence: float = CONFIDENCE
) -> ClusteredBlandAltman:
    """Bias and limits of agreement of single squats, with squats of one person counted as alike.

    A one-way analysis of variance divides the spread of the differences into a part between people
    and a part within them; the limits contain both. Ordinary limits over all squats would claim more
    certainty than the number of people supports.

    Parameters
    ----------
    difference : array_like, shape (n,)
        Difference of the methods in each squat.
    person : array_like, shape (n,)
        Whose squat it is.
    confidence : float
        Confidence level of the intervals.

    Raises
    ------
    ValueError
        If there are fewer than 3 people.

    References
    ----------
    Bland & Altman 2007, doi:10.1080/10543400701329422, for a true value that changes; intervals from
    the variances of the mean squares, as in Zou 2013, doi:10.1177/0962280211402548.
    """
    values = np.asarray(difference, dtype=np.float64)
    row, count = people_of(person)
    n, total = count.size, values.size
    bias = float(values.mean())
    means = np.bincount(row, weights=values) / count
    between = float(np.sum(count * (means - bias) ** 2) / (n - 1))
    freedom = total - n
    within = float(np.sum((values - means[row]) ** 2) / freedom) if freedom else 0.0
    usual = float((total**2 - np.sum(count**2)) / ((n - 1) * total))  # squats of a usual person
    of_people = max(0.0, (between - within) / usual)
    sd = float(np.sqrt(of_people + within))
    bias_variance = of_people * float(np.sum(count**2)) / total**2 + within / total
    sd_variance = _variance_of_sd(between, within, usual, n, freedom)
    t = float(stats.t.ppf((1 + confidence) / 2, n - 1))
    of_limit = t * np.sqrt(bias_variance + LIMITS_SD**2 * sd_variance)
    agreement = BlandAltman(
        bias=_around(bias, t * np.sqrt(bias_variance)),
        sd=sd,
        lower=_around(bias - LIMITS_SD * sd, of_limit),
        upper=_around(bias + LIMITS_SD * sd, of_limit),
        n_subjects=n,
    )
    return ClusteredBlandAltman(
        agreement=agreement,
        sd_between=float(np.sqrt(of_people)),
        sd_within=float(np.sqrt(within)) if freedom else float("nan"),
    )


def mean_absolute_error(difference: ArrayLike) -> float:
    """How far two methods are apart on average, whatever the direction."""
    return float(np.mean(np.abs(np.asarray(difference, dtype=np.float64))))


def root_mean_square_error(difference: ArrayLike) -> float:
    """How far two methods are apart, with large differences weighing more."""
    return float(np.sqrt(np.mean(np.square(np.asarray(difference, dtype=np.float64)))))


def _variance_of_sd(
    between: float, within: float, usual: float, n_people: int, freedom: int
) -> float:
    """Sampling variance of the total standard deviation, from those of the two mean squares."""
    variance = 2 * (between / usual) ** 2 / (n_people - 1)
    if freedom:
        variance += 2 * ((1 - 1 / usual) * within) ** 2 / freedom
    total = max(between / usual + (1 - 1 / usual) * within, 0.0)
    return float(variance / (4 * total)) if total > 0 else 0.0


def _around(value: float, half_width: float) -> Interval:
    return Interval(value=value, low=float(value - half_width), high=float(value + half_width))
