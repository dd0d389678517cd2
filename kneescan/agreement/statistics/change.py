"""Change: whether somebody's value differs between two sessions by more than the error of measurement."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

CHANGED, WITHIN_ERROR, UNKNOWN = "changed", "within measurement error", "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change of one or many people from one session to a later one, in the unit of the values."""

    value: Array
    """Later less earlier; NaN where a session is missing."""
    low: Array
    high: Array
    """95 % interval of the true change; it leaves out 0 where, and only where, it is called one."""
    changed: NDArray[np.bool_]
    """Whether the change exceeds the MDC95."""


def between_session_change(before: ArrayLike, after: ArrayLike, *, mdc95: float) -> Change:
    """Tell a change from an error of measurement: only one beyond the MDC95 is called one.

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
    """Word for one change."""
    if not np.isfinite(value):
        return UNKNOWN
    return CHANGED if changed else WITHIN_ERROR
