"""Changes: the difference of one measure between two sessions, and whether it is called a change."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kneescan.squat.results import Estimate, LegAnalysis

FPPA, FRONTAL, OFFSET, WOBBLE = "fppa_deg", "fppa_frontal_deg", "knee_over_foot_pct", "wobble_pct"
MEASURES = (FPPA, FRONTAL, OFFSET, WOBBLE)
"""Measures that can be called changed, in the order of the tables."""
DEPTH = "depth_pct"
"""Shown beside them, because the others depend on it; never called."""
PUBLISHED_MDC95 = {FPPA: 8.0}
"""Minimal detectable change of the FPPA in single-leg squats: 7.5 to 8.9 deg (Munro 2012). None is
published for the other measures. [deg]"""
PUBLISHED_FROM = "Munro 2012"


class Call(StrEnum):
    """What is said about a difference."""

    CHANGED = "changed"
    """Larger than error and filming explain."""
    WITHIN_ERROR = "within_error"
    """Not larger than what two videos of the same person differ by."""
    UNCERTAIN = "uncertain"
    """Larger than that, but the interval or the way of filming leaves it open."""
    NO_LIMIT = "no_limit"
    """No minimal detectable change is known for the measure."""
    NOT_COMPARABLE = "not_comparable"
    """The videos differ too much in how they were filmed."""
    MISSING = "missing"
    """A session has no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Difference of one measure of a leg, in the unit of the measure."""

    measure: str
    before: Estimate | None
    after: Estimate | None
    value: float
    """Later minus earlier; NaN if one is missing."""
    low: float
    """Lower end of the 80% interval of the difference."""
    high: float
    mdc95: float
    """Minimal detectable change; NaN if none is known."""
    mdc95_from: str
    """Where it comes from."""
    allowance: float
    """What the differences in view, depth and distance may explain at most."""
    called: Call


def difference(before: Estimate, after: Estimate) -> tuple[float, float, float]:
    """How much a value changed, with the 80% interval from those of both values.

    The distances of both ends from their values add as independent errors do (their squares add). Errors
    of the method that are alike in both videos cancel, so this interval is rather too wide.

    Returns
    -------
    value, low, high : float
        Later minus earlier, and the ends of the interval. [unit of the values]
    """
    value = after.value - before.value
    down = math.hypot(after.value - after.low, before.high - before.value)
    up = math.hypot(after.high - after.value, before.value - before.low)
    return value, value - down, value + up


def call(value: float, low: float, high: float, *, mdc95: float, allowance: float) -> Call:
    """Decide whether a difference is a change; the strictest of three conditions decides.

    Parameters
    ----------
    value, low, high : float
        Difference and its 80% interval.
    mdc95 : float
        Minimal detectable change; NaN if none is known.
    allowance : float
        What the way of filming may explain; it is taken off the difference first.

    Returns
    -------
    Call
        CHANGED if the difference exceeds ``mdc95 + allowance`` and the interval, moved towards 0 by the
        allowance, still excludes 0.
    """
    if not math.isfinite(value):
        return Call.MISSING
    if math.isnan(mdc95):
        return Call.NO_LIMIT
    if abs(value) <= mdc95:
        return Call.WITHIN_ERROR
    nearest = low if value > 0 else -high
    is_beyond = abs(value) > mdc95 + allowance and nearest > allowance
    return Call.CHANGED if is_beyond else Call.UNCERTAIN


def change(
    measure: str,
    before: LegAnalysis,
    after: LegAnalysis,
    *,
    mdc95: float = float("nan"),
    mdc95_from: str = "",
    allowance: float = 0.0,
    is_comparable: bool = True,
) -> Change:
    """Difference of one measure of a leg between two sessions."""
    first, later = value_of(before, measure), value_of(after, measure)
    value = low = high = float("nan")
    called = Call.MISSING
    if first is not None and later is not None:
        value, low, high = difference(first, later)
        called = call(value, low, high, mdc95=mdc95, allowance=allowance)
        if not is_comparable and called is not Call.NO_LIMIT:
            called = Call.NOT_COMPARABLE
    return Change(
        measure=measure,
        before=first,
        after=later,
        value=value,
        low=low,
        high=high,
        mdc95=mdc95,
        mdc95_from=mdc95_from,
        allowance=allowance,
        called=called,
    )


def value_of(leg: LegAnalysis, measure: str) -> Estimate | None:
    """Value of a measure of a leg; None if it was not measured. The depth has no interval."""
    if measure != DEPTH:
        estimate: Estimate | None = getattr(leg, measure)
        return estimate
    depth_pct = mean_depth(leg)
    missing = float("nan")
    if math.isnan(depth_pct):
        return None
    return Estimate(value=depth_pct, low=missing, high=missing, cut=missing)


def mean_depth(leg: LegAnalysis) -> float:
    """Mean depth of the squats that count; NaN if none does. [% of leg length]"""
    depths_pct = [repetition.depth_pct for repetition in leg.valid_repetitions]
    return float(np.mean(depths_pct)) if depths_pct else float("nan")
