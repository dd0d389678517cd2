"""Sentences: limits of agreement in plain words."""

import math
from collections.abc import Iterator, Sequence
from statistics import fmean

from kneescan.agreement.reference.study import Comparison
from kneescan.agreement.statistics.bland_altman import BlandAltman
from kneescan.app.validating.comparing_readings import ReadSquat
from kneescan.app.validating.enough import LEGS, PEOPLE, REPEATS, is_enough
from kneescan.app.validating.page.progress import counted
from kneescan.app.validating.repeating import Repeatability
from kneescan.app.words import AppWords


def amount(measure: str, value: float, words: AppWords) -> str:
    """Value with its unit."""
    return words(f"app.validation.amounts.{measure}", value=value)


def sentences(
    found: Comparison,
    squats: Sequence[ReadSquat],
    repeated: Sequence[Repeatability],
    words: AppWords,
) -> list[str]:
    """What follows from a comparison; before there is enough, only how much there is.

    Parameters
    ----------
    found : Comparison
        One measure.
    squats : sequence of ReadSquat
        Squats that were read.
    repeated : sequence of Repeatability
        How well readers repeat themselves.
    words : AppWords
        Language.
    """
    limits = limits_of_squats(found)
    if limits is None:
        early = words("app.validation.says.early", legs=LEGS, people=PEOPLE)
        return [counted(found, words), early]
    return [
        *_of_limits(found.measure, limits, words),
        counted(found, words),
        _slope(found, words),
        explained(found.measure, limits.sd, squats, repeated, words),
    ]


def limits_of_squats(found: Comparison) -> BlandAltman | None:
    """Limits of single squats; None before there is enough."""
    enough = is_enough(found.by_leg.own.size, found.n_people)
    return found.of_squats.agreement if enough and found.of_squats else None


def limits_of_legs(found: Comparison) -> BlandAltman | None:
    """Limits of the means of legs; None before there is enough."""
    return found.of_legs if is_enough(found.by_leg.own.size, found.n_people) else None


def explained(
    measure: str,
    sd: float,
    squats: Sequence[ReadSquat],
    repeated: Sequence[Repeatability],
    words: AppWords,
) -> str:
    """Which share of the spread of the differences the readers' own error explains."""
    share = share_explained(measure, sd, squats, repeated)
    if math.isnan(share):
        return words("app.validation.says.explained_unknown", squats=REPEATS, people=PEOPLE)
    return words("app.validation.says.explained", percent=100 * share)


def share_explained(
    measure: str, sd: float, squats: Sequence[ReadSquat], repeated: Sequence[Repeatability]
) -> float:
    """Variance of a squat's mean reading, of the variance of the differences; NaN if unknown.

    The error of a mean of n readings is that of one, divided by the square root of n.
    """
    known = [
        (one.n_squats, one.typical_error.value)
        for one in repeated
        if one.measure == measure and one.typical_error is not None and one.is_enough
    ]
    if not known or not sd > 0:
        return math.nan
    n_all = sum(n for n, _ in known)
    variance = sum(n * error**2 for n, error in known) / n_all
    return min(variance * fmean(1 / len(squat.readings) for squat in squats) / sd**2, 1.0)


def _of_limits(measure: str, limits: BlandAltman, words: AppWords) -> Iterator[str]:
    low, high = limits.lower.value, limits.upper.value
    most = max(abs(low), abs(high))
    yield words("app.validation.says.most", most=amount(measure, most, words))
    kind = "both" if low <= 0 <= high else "above" if low > 0 else "below"
    ends = sorted((abs(low), abs(high))) if kind != "both" else (-low, high)
    yield words(
        f"app.validation.says.{kind}",
        low=amount(measure, ends[0], words),
        high=amount(measure, ends[1], words),
    )
    bias = limits.bias
    yield words(
        f"app.validation.says.{'more' if bias.value >= 0 else 'less'}",
        bias=amount(measure, abs(bias.value), words),
        low=amount(measure, bias.low, words),
        high=amount(measure, bias.high, words),
    )
    yield words(
        "app.validation.says.ends",
        low=amount(measure, limits.lower.low, words),
        high=amount(measure, limits.upper.high, words),
    )


def _slope(found: Comparison, words: AppWords) -> str:
    slope = found.slope
    if not (slope.low > 0 or slope.high < 0):
        return words("app.validation.says.grows_unknown")
    ends = (("per_ten", slope.value), ("low", slope.low), ("high", slope.high))
    shown = {name: amount(found.measure, 10 * value, words) for name, value in ends}
    return words("app.validation.says.grows", **shown)
