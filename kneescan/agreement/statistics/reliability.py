"""Compute how well repeated sessions agree, and how large the measurement error is.

Values are arrays of shape (n_subjects, n_sessions). A subject with a missing session (NaN) is left
out entirely (listwise), so that every session has the same people.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]

CONFIDENCE = 0.95
MIN_SUBJECTS = 3
"""With fewer subjects, the spread between people cannot be estimated."""
ROUNDING = 1e-24
"""A mean square below this share of the largest squared value comes from rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A value and its confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanSquares:
    """Two-way analysis of variance without replication: the sources of spread in the values."""

    subjects: float
    """Between people (BMS of Shrout & Fleiss)."""
    sessions: float
    """Between sessions (JMS): larger if all people shifted in the same direction."""
    error: float
    """Residual (EMS): the measurement error."""
    n_subjects: int
    n_sessions: int


def complete_rows(values: Array) -> Array:
    """Subjects with a value in every session, shape (n_complete, n_sessions)."""
    return values[np.isfinite(values).all(axis=1)]


def mean_squares(values: Array) -> MeanSquares:
    """Divide the spread of repeated measurements into parts for people, sessions and error.

    Parameters
    ----------
    values : ndarray, shape (n_subjects, n_sessions)
        Subjects with a missing session are left out.

    Raises
    ------
    ValueError
        If fewer than 3 complete subjects or 2 sessions are left.
    """
    table = complete_rows(np.asarray(values, dtype=np.float64))
    n, k = table.shape
    if n < MIN_SUBJECTS or k < 2:
        msg = f"expected {MIN_SUBJECTS} complete subjects and 2 sessions or more, got {n} and {k}"
        raise ValueError(msg)
    centred = table - table.mean()
    of_subjects, of_sessions = centred.mean(axis=1), centred.mean(axis=0)
    rest = centred - of_subjects[:, None] - of_sessions
    squares = np.array(
        [
            k * np.sum(of_subjects**2) / (n - 1),
            n * np.sum(of_sessions**2) / (k - 1),
            np.sum(rest**2) / ((n - 1) * (k - 1)),
        ]
    )
    # Equal sessions differ by rounding, which must not count as measurement error.
    squares[squares <= ROUNDING * np.max(table**2)] = 0.0
    subjects, sessions, error = squares.tolist()
    return MeanSquares(
        subjects=subjects, sessions=sessions, error=error, n_subjects=n, n_sessions=k
    )


def icc_2_1(values: Array, *, confidence: float = CONFIDENCE) -> Interval:
    """How well one session distinguishes people, with sessions as a random sample (ICC(2,1)).

    Two-way random effects, absolute agreement, single measurement.

    Parameters
    ----------
    values : ndarray, shape (n_subjects, n_sessions)
        Subjects with a missing session are left out.
    confidence : float
        Confidence level of the interval.

    Returns
    -------
    Interval
        1 for sessions that agree exactly, about 0 for sessions that cannot distinguish people; NaN
        if all values are the same.

    References
    ----------
    Shrout & Fleiss 1979, doi:10.1037/0033-2909.86.2.420; interval of McGraw & Wong 1996,
    doi:10.1037/1082-989X.1.1.30.
    """
    m = mean_squares(values)
    n, k = m.n_subjects, m.n_sessions
    icc = _absolute_agreement(m)
    if (
        not icc < 1
    ):  # nothing differs, or people differ by more than floating-point numbers can hold
        return _without_error(m)
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    parts = (a * m.sessions) ** 2 / (k - 1) + (b * m.error) ** 2 / ((n - 1) * (k - 1))
    freedom = (a * m.sessions + b * m.error) ** 2 / parts if parts > 0 else 1.0
    tail = (1 + confidence) / 2
    f_low, f_high = stats.f.ppf(tail, n - 1, freedom), stats.f.ppf(tail, freedom, n - 1)
    if not (np.isfinite(f_low) and np.isfinite(f_high)):  # no degrees of freedom left
        return Interval(value=float(icc), low=float("nan"), high=float("nan"))
    others = k * m.sessions + (k * n - k - n) * m.error
    low = n * (m.subjects - f_low * m.error) / (f_low * others + n * m.subjects)
    high = n * (f_high * m.subjects - m.error) / (others + n * f_high * m.subjects)
    return Interval(value=float(icc), low=float(low), high=float(high))


def absolute_agreement(values: Array) -> float:
    """Value of :func:`icc_2_1` alone; NaN if all values are the same."""
    return _absolute_agreement(mean_squares(values))


def icc_3_k(values: Array, *, confidence: float = CONFIDENCE) -> Interval:
    """How well the mean of all sessions distinguishes people, ignoring shifts (ICC(3,k)).

    Two-way mixed effects, consistency, mean of k measurements. Parameters, result and references
    are those of :func:`icc_2_1`.
    """
    m = mean_squares(values)
    if m.error == 0 or m.subjects == 0:
        return _without_error(m)
    degrees = (m.n_subjects - 1, (m.n_subjects - 1) * (m.n_sessions - 1))
    ratio = m.subjects / m.error
    tail = (1 + confidence) / 2
    low = 1 - stats.f.ppf(tail, *degrees) / ratio
    high = 1 - 1 / (ratio * stats.f.ppf(tail, *degrees[::-1]))
    return Interval(value=1 - 1 / ratio, low=float(low), high=float(high))


def _absolute_agreement(m: MeanSquares) -> float:
    n, k = m.n_subjects, m.n_sessions
    spread = m.subjects + (k - 1) * m.error + k * (m.sessions - m.error) / n
    return (m.subjects - m.error) / spread if spread else float("nan")


def _without_error(m: MeanSquares) -> Interval:
    value = 1.0 if m.subjects > 0 else float("nan")
    return Interval(value=value, low=value, high=value)


def standard_error_of_measurement(values: Array, *, confidence: float = CONFIDENCE) -> Interval:
    """Typical error of one session around a person's usual value, as one standard deviation (SEM).

    This is the square root of the error mean square. Unlike SD * sqrt(1 - ICC), it does not depend on
    how much people differ. A shift of all people from one session to the next is not included.

    Parameters
    ----------
    values : ndarray, shape (n_subjects, n_sessions)
        Subjects with a missing session are left out.
    confidence : float
        Confidence level of the interval, which assumes normal errors.

    Returns
    -------
    Interval
        In the unit of the values.

    References
    ----------
    Weir 2005, doi:10.1519/15184.1.
    """
    m = mean_squares(values)
    freedom = (m.n_subjects - 1) * (m.n_sessions - 1)
    sem = float(np.sqrt(m.error))
    low, high = (
        sem * float(np.sqrt(freedom / stats.chi2.ppf(tail, freedom)))
        for tail in ((1 + confidence) / 2, (1 - confidence) / 2)
    )
    return Interval(value=sem, low=low, high=high)


def minimal_detectable_change(sem: float) -> float:
    """Change between two sessions that measurement error alone exceeds in 5% of people (MDC95).

    Parameters
    ----------
    sem : float
        Standard error of measurement.

    Returns
    -------
    float
        1.96 * sqrt(2) * SEM, in its unit.

    References
    ----------
    Weir 2005, doi:10.1519/15184.1.
    """
    return float(1.96 * np.sqrt(2) * sem)


def repeatability_coefficient(values: Array) -> float:
    """Difference that two measurements of the same thing stay below in 95% of cases.

    Unlike the MDC95, it counts a shift from the first measurement to the later ones as error.

    Parameters
    ----------
    values : ndarray, shape (n_subjects, n_measurements)
        Subjects with a missing measurement are left out.

    Returns
    -------
    float
        1.96 * sqrt(2) times the standard deviation within subjects, in the unit of the values; NaN
        without a complete subject.

    References
    ----------
    Bland & Altman 1999, doi:10.1177/096228029900800204, section 2.
    """
    table = complete_rows(np.asarray(values, dtype=np.float64))
    if not len(table) or table.shape[1] < 2:
        return float("nan")
    within = float(np.mean(np.var(table, axis=1, ddof=1)))
    return minimal_detectable_change(float(np.sqrt(within)))
