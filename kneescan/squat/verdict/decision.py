"""Decision: the verdict on one leg, from its values and their intervals."""

from collections.abc import Sequence

from kneescan.squat.measures.reading_spread import ReadingSpread
from kneescan.squat.results import (
    Estimate,
    Finding,
    Quality,
    Reason,
    Repetition,
    Verdict,
)
from kneescan.squat.settings import Settings
from kneescan.squat.verdict.quality import BLOCKING, not_from_front

OVER_CUT_SHARE = 0.6
"""Share of the squats that count that must lie above the cut-off: three of five."""
SEEN_AT_AN_ANGLE = "fppa_view_undecided"
"""The value alone would settle the question, but not without the effect of the view."""


def blocking_reasons(
    quality: Quality,
    repetitions: Sequence[Repetition],
    settings: Settings,
    spread: ReadingSpread | None = None,
) -> list[Reason]:
    """Reasons why a leg cannot be judged, regardless of its values; empty if it can."""
    reasons = [warning for warning in quality.warnings if warning.code in BLOCKING]
    for warning in quality.warnings:
        oblique = warning.code == "view_oblique" and abs(quality.yaw_deg) > settings.yaw_limit_deg
        if oblique or warning.code == "view_unknown":
            reasons.append(warning)
    n_valid = sum(repetition.valid for repetition in repetitions)
    # No squat counts in a video that does not show the leg from the front, whatever else they lack.
    seen = not_from_front(quality, settings) is None
    if seen and repetitions and n_valid < settings.min_repetitions:
        values = {"n_valid": n_valid, "n": len(repetitions), "needed": settings.min_repetitions}
        reasons.append(Reason(code="too_few_repetitions", values=values))
        codes = [reason.code for rep in repetitions for reason in rep.invalid_reasons]
        reasons += [
            Reason(code=f"some_{code}", values={"n": codes.count(code)})
            for code in sorted(set(codes), key=lambda code: (-codes.count(code), code))
        ]
    if spread is not None and spread.fppa_deg > settings.max_reading_spread_deg:
        reasons.append(
            Reason(code="readings_disagree", values={"range_deg": spread.fppa_range_deg})
        )
    return reasons


def decide(
    fppa: Estimate | None,
    offset: Estimate | None,
    wobble: Estimate | None,
    valid: Sequence[Repetition],
    *,
    time_in_doubt: bool = False,
) -> tuple[Verdict, tuple[Finding, ...], tuple[Reason, ...]]:
    """Give the verdict on a leg whose video can be judged.

    Parameters
    ----------
    fppa, offset, wobble : Estimate or None
        Values of the leg; None if they could not be measured.
    valid : sequence of Repetition
        Squats that count.
    time_in_doubt : bool
        Whether the wobble is missing because the video may be in slow motion.

    Returns
    -------
    verdict, findings, reasons
        Suggested if the knee clearly moves inward (interval of FPPA or offset entirely above the cut-off,
        and most squats above it) or clearly wobbles. No sign if all three intervals are entirely below.
        Otherwise can't tell.
    """
    reasons = _described(fppa, offset, wobble, valid)
    if wobble is None and time_in_doubt:
        reasons[-1] = Reason(code="wobble_in_doubt")
    contradiction = (
        fppa is not None
        and offset is not None
        and (
            (fppa.clearly_above and offset.clearly_below)
            or (fppa.clearly_below and offset.clearly_above)
        )
    )
    inward = not contradiction and (
        _clearly_over(fppa, [rep.fppa_deg for rep in valid])
        or _clearly_over(offset, [rep.knee_over_foot_pct for rep in valid])
    )
    shaking = wobble is not None and wobble.clearly_above
    findings = [Finding.INWARD] * inward + [Finding.WOBBLE] * shaking
    if contradiction:
        reasons.append(Reason(code="contradiction"))
        if not shaking:
            return Verdict.CANNOT_TELL, (), tuple(reasons)
    if findings:
        return Verdict.SUGGESTED, tuple(findings), tuple(reasons)
    if all(value is not None and value.clearly_below for value in (fppa, offset, wobble)):
        return Verdict.NO_SIGN, (), tuple(reasons)
    return Verdict.CANNOT_TELL, (), tuple(reasons)


def _clearly_over(value: Estimate | None, of_repetitions: Sequence[float]) -> bool:
    if value is None or not value.clearly_above:
        return False
    over = sum(x > value.cut for x in of_repetitions)
    return over >= OVER_CUT_SHARE * len(of_repetitions)


def _described(
    fppa: Estimate | None,
    offset: Estimate | None,
    wobble: Estimate | None,
    valid: Sequence[Repetition],
) -> list[Reason]:
    """Reason for each value: above, below, undecided, or not measurable."""
    of_repetitions = {
        "fppa": (fppa, [rep.fppa_deg for rep in valid]),
        "knee_over_foot": (offset, [rep.knee_over_foot_pct for rep in valid]),
        "wobble": (wobble, [rep.wobble_pct for rep in valid]),
    }
    reasons = []
    for name, (value, singles) in of_repetitions.items():
        if value is None:
            reasons.append(Reason(code=f"{name}_not_measurable"))
            continue
        place = "above" if value.clearly_above else "below" if value.clearly_below else "undecided"
        figures = {
            "value": value.value,
            "plus_minus": (value.high - value.low) / 2,
            "cut": value.cut,
            "n_over": sum(x > value.cut for x in singles),
            "n": len(singles),
        }
        code = f"{name}_{place}"
        if place == "undecided" and not value.low <= value.cut <= value.high:
            code, figures = SEEN_AT_AN_ANGLE, figures | {"from_view": abs(value.from_view)}
        reasons.append(Reason(code=code, values=figures))
    return reasons
