"""QASLS: ten things to look for in a single-leg squat, each scored 0 or 1 (Herrington & Munro 2014).

Two of them have a cut-off in kneescan and are suggested where the leg is clearly beyond it. For others,
the measured value stands beside the question; the rest can only be seen.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from kneescan.squat.results import ESTIMATES, Estimate, LegAnalysis

ITEMS = (
    "arms",
    "trunk",
    "pelvis_level",
    "pelvis_turn",
    "thigh_inward",
    "free_thigh",
    "knee_noticeable",
    "knee_significant",
    "touches_down",
    "wobbles",
)
"""In the order of the published form."""
VALUES = {
    "trunk": ("trunk_lean_deg", "deg"),
    "pelvis_level": ("pelvic_drop_deg", "deg"),
    "thigh_inward": ("thigh_deg", "deg"),
    "knee_noticeable": ("fppa_deg", "deg"),
    "knee_significant": ("knee_over_foot_pct", "pct"),
    "wobbles": ("wobble_pct", "pct"),
}
"""What kneescan measures about an item, and its unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What kneescan has to say about one item."""

    item: str
    value: float | None
    """Of the leg, or else the mean over the squats that count; None if not measured."""
    unit: str
    is_suggested: bool


def suggestions(leg: LegAnalysis) -> list[Suggestion]:
    """What kneescan measured for each item of a leg."""
    suggested = set(_beyond(leg))
    found = []
    for item in ITEMS:
        field, unit = VALUES.get(item, ("", ""))
        value = _value(leg, field) if field else None
        found.append(Suggestion(item=item, value=value, unit=unit, is_suggested=item in suggested))
    return found


def _beyond(leg: LegAnalysis) -> Iterable[str]:
    if _is_above(leg.fppa_deg) or _is_above(leg.knee_over_foot_pct):
        yield "knee_noticeable"
    if _is_above(leg.wobble_pct):
        yield "wobbles"


def _is_above(estimate: Estimate | None) -> bool:
    return estimate is not None and estimate.clearly_above


def _value(leg: LegAnalysis, field: str) -> float | None:
    if field not in ESTIMATES:
        return _mean(getattr(each, field) for each in leg.valid_repetitions)
    estimate: Estimate | None = getattr(leg, field)
    return None if estimate is None else estimate.value


def _mean(values: Iterable[float]) -> float | None:
    known = [value for value in values if math.isfinite(value)]
    return sum(known) / len(known) if known else None
