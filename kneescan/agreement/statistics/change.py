"""Decide whether a person's value changed between sessions by more than the measurement error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

CHANGED, WITHIN_ERROR, UNKNOWN = "changed", "within measurement error", "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change of one or many people from one session to a later one, in the unit of the values."""

    value: Array
    """Later minus earlier; NaN where a session is missing."""
    low: Array
    high: Array
    """95% interval of the true change; it excludes 0 exactly where the value counts as changed."""
    changed: NDArray[np.bool_]
    """Whether the change exceeds the MDC95."""


def between_session_change(before: ArrayLike, after: ArrayLike, *, mdc95: float) -> Change:
    """Distinguish a change from a measurement error: only a difference beyond the MDC95 counts as changed.

    Parameters
    ----------
    before, after : array_like, shape (...)
        Values of the two sessions.
    mdc95 : float
        Minimal detectable change, in the unit of the values.

    Raises
    ------
    ValueError
        If ``mdc95`` is negative or missing.
    """
    if not mdc95 >= 0:
        msg = f"expected an mdc95 of 0 or more, got {mdc95}"
        raise ValueError(msg)
    value = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    return Change(value=value, low=value - mdc95, high=value + mdc95, changed=np.abs(value) > mdc95)


def change_in_words(changed: bool, value: float) -> str:
    """Label of one change."""
    if not np.isfinite(value):
        return UNKNOWN
    return CHANGED if changed else WITHIN_ERROR
