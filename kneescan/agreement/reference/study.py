"""Compare kneescan with a reference: per measure, for the means of legs and for single squats."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.agreement.reference.matching import REFERENCE, Pair, Unmatched, match
from kneescan.agreement.reference.readings import read_readings
from kneescan.agreement.reference.signs import correlation, sign_remark
from kneescan.agreement.reference.squats import column_names, read_squats
from kneescan.agreement.statistics.bland_altman import BlandAltman, bland_altman
from kneescan.agreement.statistics.clusters import clustered_interval
from kneescan.agreement.statistics.methods import (
    ClusteredBlandAltman,
    clustered_bland_altman,
    consistency,
    icc_3_1,
    mean_absolute_error,
    proportional_bias,
    root_mean_square_error,
    slope,
)
from kneescan.agreement.statistics.reliability import (
    MIN_SUBJECTS,
    Interval,
    absolute_agreement,
    icc_2_1,
)
from kneescan.agreement.tables.table_files import AgreementError
from kneescan.plain_text import counted, one_line

Array = NDArray[np.float64]
Statistic = Callable[[Array], Interval]
UNKNOWN = Interval(value=float("nan"), low=float("nan"), high=float("nan"))
ADVISED_PEOPLE = 10
"""With fewer people, limits of agreement are so uncertain that only their intervals mean much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Values of both methods, one for each squat or leg."""

    own: Array
    reference: Array
    people: NDArray[Any]
    """Whose they are."""
    legs: NDArray[Any]

    @property
    def difference(self) -> Array:
        """Difference, kneescan minus reference."""
        return self.own - self.reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How well kneescan agrees with the reference in one measure; differences are kneescan minus it."""

    measure: str
    by_leg: Values
    """Means of each person's legs."""
    by_squat: Values
    """Single squats; none if the reference gives only means."""
    of_legs: BlandAltman | None
    """None with legs of fewer than 3 people."""
    of_squats: ClusteredBlandAltman | None
    """None with squats of fewer than 3 people."""
    slope: Interval
    """Proportional bias of the means of legs."""
    icc_a_1: Interval
    """ICC(A,1) of the means of legs: absolute agreement."""
    icc_c_1: Interval
    """ICC(C,1) of the means of legs: consistency."""
    correlation: float
    remark: str
    """Sentence on a suspected difference in sign; empty without one."""

    @property
    def n_people(self) -> int:
        """Number of people."""
        return len(set(self.by_leg.people))

    @property
    def bias(self) -> float:
        """Mean difference of the legs."""
        return float(np.mean(self.by_leg.difference))

    @property
    def mean_absolute_error(self) -> float:
        """Mean absolute difference of the legs."""
        return mean_absolute_error(self.by_leg.difference)

    @property
    def root_mean_square_error(self) -> float:
        """Root mean square difference of the legs."""
        return root_mean_square_error(self.by_leg.difference)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceStudy:
    """Result of comparing kneescan with a reference."""

    reference: str
    """Name of the reference's table."""
    comparisons: tuple[Comparison, ...]
    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    warnings: tuple[str, ...]


def compare_with_reference(
    results: Sequence[str | os.PathLike[str]],
    reference: str | os.PathLike[str],
    *,
    measures: Sequence[str] | None = None,
    subject: str = "subject",
    session: str = "session",
) -> ReferenceStudy:
    """Find how well kneescan agrees with motion capture, another program or a reader.

    Parameters
    ----------
    results : sequence of path
        Folders that ``kneescan analyze`` or ``batch`` wrote.
    reference : path
        Table with a row per squat or leg: video (or subject), leg, repetition or time_s, and values in
        columns named as in kneescan.
    measures : sequence of str, optional
        Columns to compare; all that both have if omitted.
    subject, session : str
        Columns with the person and the session.

    Raises
    ------
    AgreementError
        If a table cannot be read, or no row of the reference matches a squat.
    """
    readings, shared = read_readings(
        reference, column_names(results), measures=measures, subject=subject, session=session
    )
    squats, _ = read_squats(results, shared, subject=subject, session=session)
    found = match(readings, squats)
    compared = [comparison(name, found.pairs) for name in shared]
    comparisons = tuple(one for one in compared if one is not None)
    if not comparisons:
        raise AgreementError(_nothing_in_common(Path(reference), found.pairs, found.unmatched))
    return ReferenceStudy(
        reference=one_line(Path(reference).name),
        comparisons=comparisons,
        pairs=tuple(found.pairs),
        unmatched=tuple(found.unmatched),
        warnings=tuple(_warnings(comparisons, len(readings), found.unmatched)),
    )


def _nothing_in_common(path: Path, pairs: Sequence[Pair], unmatched: Sequence[Unmatched]) -> str:
    if pairs:
        return f"{one_line(path)}: no row has a value of a squat that kneescan measured too; fill in values"
    first = next((one for one in unmatched if one.source == REFERENCE), None)
    why = f" (row {first.row}: {first.reason})" if first else ""
    return (
        f"{one_line(path)}: no row is about a squat in these results{why}; name video, leg and "
        "repetition as in repetitions.csv"
    )


def comparison(measure: str, pairs: Sequence[Pair]) -> Comparison | None:
    """Comparison in one measure; None if no pair has both values.

    Parameters
    ----------
    measure : str
        Name of the values in the pairs.
    pairs : sequence of Pair
        Squats or means of legs, measured by both.
    """
    complete = [
        pair for pair in pairs if np.isfinite([pair.own[measure], pair.reference[measure]]).all()
    ]
    if not complete:
        return None
    squats = _values(
        [
            (pair.subject, pair.leg, pair.own[measure], pair.reference[measure])
            for pair in complete
            if not pair.is_mean
        ]
    )
    legs = _leg_means(complete, measure)
    enough = len(set(legs.people)) >= MIN_SUBJECTS
    both = np.column_stack([legs.reference, legs.own])
    signs = squats if squats.own.size else legs
    return Comparison(
        measure=measure,
        by_leg=legs,
        by_squat=squats,
        of_legs=_of_legs(legs) if enough else None,
        of_squats=(
            clustered_bland_altman(squats.difference, squats.people)
            if len(set(squats.people)) >= MIN_SUBJECTS
            else None
        ),
        slope=_over_people(_slope, slope, both, legs.people) if enough else UNKNOWN,
        icc_a_1=_over_people(icc_2_1, absolute_agreement, both, legs.people) if enough else UNKNOWN,
        icc_c_1=_over_people(icc_3_1, consistency, both, legs.people) if enough else UNKNOWN,
        correlation=correlation(signs.own, signs.reference),
        remark=sign_remark(measure, signs.own, signs.reference, signs.legs),
    )


def _of_legs(legs: Values) -> BlandAltman:
    """Bias and limits of the means of legs; two legs of one person count as alike."""
    if len(set(legs.people)) == legs.own.size:
        return bland_altman(legs.reference, legs.own)
    return clustered_bland_altman(legs.difference, legs.people).agreement


def _over_people(
    statistic: Statistic, value_of: Callable[[Array], float], both: Array, people: NDArray[Any]
) -> Interval:
    """A statistic of legs; its interval counts people if there are two legs of one."""
    found = statistic(both)
    if len(set(people)) == len(people) or not np.isfinite(found.value):
        return found
    return clustered_interval(
        value_of, both, people.astype(str), is_correlation=statistic is not _slope
    )


def _slope(both: Array) -> Interval:
    return proportional_bias(both[:, 0], both[:, 1])


def _values(rows: Sequence[tuple[str, str, float, float]]) -> Values:
    people, legs, own, reference = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Values(
        own=np.array(own, dtype=np.float64),
        reference=np.array(reference, dtype=np.float64),
        people=np.array(people, dtype=object),
        legs=np.array(legs, dtype=object),
    )


def _leg_means(pairs: Sequence[Pair], measure: str) -> Values:
    """Mean of every leg of a person, by both methods, over the squats that both measured."""
    of_leg: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        of_leg.setdefault((pair.subject, pair.leg), []).append(pair)
    return _values(
        [
            (
                subject,
                leg,
                float(np.mean([pair.own[measure] for pair in of_one])),
                float(np.mean([pair.reference[measure] for pair in of_one])),
            )
            for (subject, leg), of_one in of_leg.items()
        ]
    )


def _warnings(
    comparisons: Sequence[Comparison], n_rows: int, unmatched: Sequence[Unmatched]
) -> list[str]:
    said = [_of_size(comparisons)]
    lost = [one for one in unmatched if one.source == REFERENCE]
    if lost:
        said.append(f"{len(lost)} of {counted(n_rows, 'row')} of the reference found no squat")
    return [sentence for sentence in said if sentence]


def _of_size(comparisons: Sequence[Comparison]) -> str:
    """What the number of people allows to conclude."""
    n = max(one.n_people for one in comparisons)
    if n < MIN_SUBJECTS:
        who = "one person was" if n == 1 else f"{n} people were"
        return (
            f"only {who} compared: that shows how far apart kneescan and the reference were here, not how "
            "far they are in other people; limits of agreement and ICC need "
            f"{MIN_SUBJECTS} people, and {ADVISED_PEOPLE} or more to be of use"
        )
    if n < ADVISED_PEOPLE:
        return (
            f"{n} people are few: rely on the intervals, not the values, "
            f"and compare {ADVISED_PEOPLE} or more"
        )
    return ""
