"""Compute how far two sessions differ, on average and from person to person (Bland-Altman)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kneescan.agreement.statistics.reliability import CONFIDENCE, MIN_SUBJECTS, Interval

Array = NDArray[np.float64]

LIMITS_SD = 1.96
"""Standard deviations on either side that contain 95% of the differences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlandAltman:
    """Differences of two sessions, second minus first, in the unit of the values."""

    bias: Interval
    """Mean of the differences."""
    sd: float
    """Standard deviation of the differences."""
    lower: Interval
    """Lower limit of agreement."""
    upper: Interval
    """Upper limit of agreement; 95% of the differences lie between the two limits."""
    n_subjects: int


def bland_altman(first: Array, second: Array, *, confidence: float = CONFIDENCE) -> BlandAltman:
    """Bias and limits of agreement of two sessions.

    Parameters
    ----------
    first, second : ndarray, shape (n_subjects,)
        The same subjects in the same order; a subject with a missing value (NaN) is left out.
    confidence : float
        Confidence level of the intervals of bias and limits.

    Raises
    ------
    ValueError
        If fewer than 3 complete subjects are left.

    References
    ----------
    Bland & Altman 1986, doi:10.1016/S0140-6736(86)90837-8, with 1.96 standard deviations instead
    of 2, as in their paper of 1999, doi:10.1177/096228029900800204. The variance of a limit is
    3 SD^2 / n, as in 1986.
    """
    difference = np.asarray(second, dtype=np.float64) - np.asarray(first, dtype=np.float64)
    difference = difference[np.isfinite(difference)]
    n = difference.size
    if n < MIN_SUBJECTS:
        msg = f"expected {MIN_SUBJECTS} complete subjects or more, got {n}"
        raise ValueError(msg)
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    t = float(stats.t.ppf((1 + confidence) / 2, n - 1))
    return BlandAltman(
        bias=_around(bias, t * sd / np.sqrt(n)),
        sd=sd,
        lower=_around(bias - LIMITS_SD * sd, t * sd * np.sqrt(3 / n)),
        upper=_around(bias + LIMITS_SD * sd, t * sd * np.sqrt(3 / n)),
        n_subjects=n,
    )


def _around(value: float, half_width: float) -> Interval:
    return Interval(value=value, low=float(value - half_width), high=float(value + half_width))
