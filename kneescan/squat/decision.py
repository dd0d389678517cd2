"""Decision: what may be concluded about one leg, with an interval on every number."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.squat.quality import BLOCKING
from kneescan.squat.results import (
    Estimate,
    Finding,
    Quality,
    Reason,
    Repetition,
    Verdict,
)
from kneescan.squat.settings import Settings

Array = NDArray[np.float64]

OVER_CUT_SHARE = 0.6
"""Part of the valid squats that must lie over the cut: three of five."""


def estimate(
    values: Sequence[float], *, cut: float, method_error: float, fixed_error: float, z: float
) -> Estimate | None:
    """Mean over the squats with its 80 % interval; None where no squat has a value.

    Parameters
    ----------
    values : sequence of float
        One per valid squat; NaN is left out.
    cut : float
        What the value is held against.
    method_error : float
        Error of the method, one standard deviation; does not shrink with more squats.
    fixed_error : float
        Further half width that is not random, such as what an oblique view adds.
    z : float
        Standard deviations in half of the interval.
    """
    known = np.array([value for value in values if np.isfinite(value)])
    if not known.size:
        return None
    # One squat says nothing of the spread between squats: the method's error stands in for it.
    spread = known.std(ddof=1) if known.size > 1 else method_error
    random_error = z * np.hypot(spread / np.sqrt(known.size), method_error)
    half_width = float(np.hypot(random_error, fixed_error))
    mean = float(known.mean())
    return Estimate(value=mean, low=mean - half_width, high=mean + half_width, cut=cut)


def estimate_fppa(
    valid: Sequence[Repetition], side: Side, yaw_deg: float, settings: Settings, *, close_up: bool
) -> Estimate | None:
    """FPPA in the picture of one leg.

    The interval is that of the angle in the picture, which an oblique view does not make any less exact.
    The cut comes from cameras straight ahead, so what a view more oblique than can be told from a
    straight one has added counts against a verdict. A lens on the side of the leg adds valgus.
    """
    result = estimate(
        [repetition.fppa_deg for repetition in valid],
        cut=settings.fppa_cut_deg,
        method_error=(settings.close_up_fppa_error_deg if close_up else settings.fppa_error_deg),
        fixed_error=0.0,
        z=settings.interval_z,
    )
    if result is None or not abs(yaw_deg) > settings.yaw_warn_deg:
        return result
    towards_leg_deg = yaw_deg if side is Side.LEFT else -yaw_deg
    return replace(result, from_view=settings.yaw_fppa_per_deg * towards_leg_deg)


def estimate_frontal_fppa(
    valid: Sequence[Repetition], settings: Settings, *, close_up: bool
) -> Estimate | None:
    """FPPA of one leg as a distant camera straight ahead would see it; no cut is published for it."""
    return estimate(
        [repetition.fppa_frontal_deg for repetition in valid],
        cut=float("nan"),
        method_error=(
            settings.close_up_fppa_frontal_error_deg
            if close_up
            else settings.fppa_frontal_error_deg
        ),
        fixed_error=0.0,
        z=settings.interval_z,
    )


def estimate_offset(
    valid: Sequence[Repetition], settings: Settings, *, close_up: bool
) -> Estimate | None:
    """Knee-over-foot offset of one leg."""
    return estimate(
        [repetition.knee_over_foot_pct for repetition in valid],
        cut=settings.knee_over_foot_cut_pct,
        method_error=(
            settings.close_up_knee_over_foot_error_pct
            if close_up
            else settings.knee_over_foot_error_pct
        ),
        fixed_error=0.0,
        z=settings.interval_z,
    )


def shows_wobble(fps: float, settings: Settings) -> bool:
    """Whether a film has frames enough to show wobble."""
    return fps >= settings.wobble_min_fps - 0.5


def estimate_wobble(
    valid: Sequence[Repetition], floor_pct: float, settings: Settings
) -> Estimate | None:
    """Wobble of one leg beyond its noise floor, the interval widened by half of that."""
    values = [repetition.wobble_pct for repetition in valid]
    known = [value for value in values if np.isfinite(value)]
    if len(known) < settings.min_repetitions:
        return None
    result = estimate(
        known,
        cut=settings.wobble_cut_pct,
        method_error=float(
            np.hypot(settings.wobble_error_share * np.mean(known), settings.wobble_error_pct)
        ),
        fixed_error=floor_pct / 2,
        z=settings.interval_z,
    )
    if result is None:
        return None
    return replace(result, low=max(0.0, result.low))


def estimate_agreed_wobble(
    valid: Sequence[Repetition], agreed: Sequence[Array], settings: Settings
) -> Estimate | None:
    """Wobble of one leg that track and close-ups agree on; no noise floor is left in it.

    Parameters
    ----------
    valid : sequence of Repetition
        Squats that count.
    agreed : sequence of ndarray, each of shape (n_looks_within,)
        Squared wobble at each close-up within each of them; see `kneescan.kinematics.wobble.agreed_wobble`.

    Returns
    -------
    Estimate or None
        Root of the mean square over all looks. Its interval comes from the scatter of the looks or that
        of the squats, whichever says less, and from the method's error.
    """
    if sum(np.isfinite(rep.wobble_pct) for rep in valid) < settings.min_repetitions:
        return None
    looks = np.concatenate(agreed)
    power = max(0.0, float(looks.mean()))
    # Of a square, the share counts twice; what is small anyway adds its own square.
    of_method = np.hypot(
        2 * settings.close_up_wobble_error_share * power, settings.close_up_wobble_error_pct**2
    )
    by_chance = looks.std() / np.sqrt(looks.size)
    if len(agreed) > 1:
        of_squats = np.array([products.mean() for products in agreed])
        by_chance = max(by_chance, of_squats.std(ddof=1) / np.sqrt(of_squats.size))
    half_width = settings.interval_z * float(np.hypot(of_method, by_chance))
    low, high = np.sqrt([max(0.0, power - half_width), power + half_width])
    return Estimate(
        value=float(np.sqrt(power)), low=float(low), high=float(high), cut=settings.wobble_cut_pct
    )


def blocking_reasons(
    quality: Quality, repetitions: Sequence[Repetition], settings: Settings
) -> list[Reason]:
    """Why nothing may be concluded about a leg, whatever its values; empty when something may."""
    reasons = [warning for warning in quality.warnings if warning.code in BLOCKING]
    for warning in quality.warnings:
        oblique = warning.code == "view_oblique" and abs(quality.yaw_deg) > settings.yaw_limit_deg
        if oblique or warning.code == "view_unknown":
            reasons.append(warning)
    n_valid = sum(repetition.valid for repetition in repetitions)
    if repetitions and n_valid < settings.min_repetitions:
        values = {"n_valid": n_valid, "n": len(repetitions), "needed": settings.min_repetitions}
        reasons.append(Reason(code="too_few_repetitions", values=values))
        codes = [reason.code for rep in repetitions for reason in rep.invalid_reasons]
        reasons += [
            Reason(code=f"some_{code}", values={"n": codes.count(code)})
            for code in sorted(set(codes))
        ]
    return reasons


def decide(
    fppa: Estimate | None,
    offset: Estimate | None,
    wobble: Estimate | None,
    valid: Sequence[Repetition],
) -> tuple[Verdict, tuple[Finding, ...], tuple[Reason, ...]]:
    """Conclude from the intervals of a leg whose film can be judged.

    Returns
    -------
    verdict, findings, reasons
        Suggested when the knee clearly moves inward (FPPA or offset wholly above the cut, in most of
        the squats too) or clearly wobbles; no sign when all three are wholly below; else can't tell.
    """
    reasons = _described(fppa, offset, wobble, valid)
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
    """A sentence on each value: above, below, undecided, or not measurable."""
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
        reasons.append(Reason(code=f"{name}_{place}", values=figures))
    return reasons
