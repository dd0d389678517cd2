"""Find out whether a reference counts in the opposite direction, or from another zero."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.agreement.statistics.methods import root_mean_square_error
from kneescan.landmarks import Side

Array = NDArray[np.float64]

FLIPPED_SHARE = 0.5
"""With the sign turned, the difference must shrink to this share before a flip is suspected."""
MIN_APART = 4.0
"""Smaller differences (root mean square) come from the measurement itself. [unit of the measure]"""
MIN_CORRELATED = 4
"""Squats from which a negative correlation is worth a remark."""
STRAIGHT_DEG = 135.0
"""A reference with angles about 180 and kneescan with angles about 0 count from opposite ends. [deg]"""

POSITIVE = {
    "fppa": "knee inward (valgus)",
    "thigh": "knee medial of the hip",
    "shank": "knee medial of the ankle",
    "knee_over_foot": "knee inside the front of the foot",
    "pelvic_drop": "free side lower",
    "trunk_lean": "towards the stance leg",
}
"""Meaning of a positive value, by the beginning of the measure's name."""


def correlation(own: Array, reference: Array) -> float:
    """Correlation of kneescan and the reference; NaN for fewer than 3 squats or equal values."""
    if own.size < 3 or np.ptp(own) == 0 or np.ptp(reference) == 0:
        return float("nan")
    return float(np.corrcoef(own, reference)[0, 1])


def sign_remark(measure: str, own: Array, reference: Array, legs: NDArray[Any]) -> str:
    """Sentence on a suspected difference in sign or zero, on both legs or one; empty without one.

    Parameters
    ----------
    measure : str
        Name of the column.
    own, reference : ndarray, shape (n,)
        Complete values.
    legs : ndarray, shape (n,)
        Leg of each value.
    """
    if own.size == 0:
        return ""
    if measure.endswith("_deg") and _counts_from_180(own, reference):
        return (
            "the reference gives angles about 180°, kneescan about 0°: subtract the reference's "
            "values from 180 (and mind the direction)"
        )
    flipped = [side for side in Side if _is_flipped(own[legs == side], reference[legs == side])]
    present = [side for side in Side if np.any(legs == side)]
    meaning = next((text for name, text in POSITIVE.items() if measure.startswith(name)), "")
    convention = f" (in kneescan, + is {meaning})" if meaning else ""
    if flipped:
        where = "" if flipped == present else f" on the {flipped[0]} leg"
        return (
            f"the reference seems to count in the opposite direction{where}{convention}: turn the sign "
            "of its values and compare again"
        )
    r = correlation(own, reference)
    if own.size >= MIN_CORRELATED and r < 0:
        return (
            f"kneescan and the reference run against each other (correlation {r:.2f}): check the "
            f"direction of the reference's values{convention}, and whether its rows are about the same squats"
        )
    return ""


def _is_flipped(own: Array, reference: Array) -> bool:
    if own.size == 0:
        return False
    apart = root_mean_square_error(own - reference)
    return apart >= MIN_APART and root_mean_square_error(own + reference) < FLIPPED_SHARE * apart


def _counts_from_180(own: Array, reference: Array) -> bool:
    return bool(
        np.median(np.abs(reference)) > STRAIGHT_DEG and np.median(np.abs(own)) < 180 - STRAIGHT_DEG
    )
