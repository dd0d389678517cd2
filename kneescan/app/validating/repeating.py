"""Repeating: how well a reader repeats a reading, and how well two readers agree."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kneescan.agreement.statistics.bland_altman import BlandAltman
from kneescan.agreement.statistics.clusters import clustered_interval, clustered_sd
from kneescan.agreement.statistics.methods import clustered_bland_altman
from kneescan.agreement.statistics.reliability import (
    MIN_SUBJECTS,
    Interval,
    absolute_agreement,
    minimal_detectable_change,
    repeatability_coefficient,
)
from kneescan.app.validating.comparing_readings import ReadSquat
from kneescan.app.validating.enough import are_enough_repeats
from kneescan.app.validating.measured_today import MEASURES
from kneescan.app.validating.own_readings import OwnReading

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeatability:
    """How well one reader repeats one measure, from the first two readings of each squat."""

    reader: str
    measure: str
    n_squats: int
    """Squats read twice by this reader."""
    n_people: int
    """People they belong to."""
    typical_error: Interval | None
    """Error of one reading, one standard deviation; None with squats of fewer than 3 people."""
    smallest_detectable: float
    """Difference of two readings that the reader's error alone exceeds in 5% of squats."""
    coefficient: float
    """Repeatability coefficient, which counts a shift from the first to the second reading too."""

    @property
    def is_enough(self) -> bool:
        """Whether there are enough squats and people to state it."""
        return self.typical_error is not None and are_enough_repeats(self.n_squats, self.n_people)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoReaders:
    """How far two readers are apart in the same squats; differences are second minus first."""

    first: str
    second: str
    measure: str
    n_squats: int
    n_people: int
    agreement: BlandAltman | None
    """None with fewer than 3 people."""
    icc: Interval | None
    """ICC(2,1) of single squats; None with fewer than 3 people."""

    @property
    def is_enough(self) -> bool:
        """Whether there are enough squats and people to state it."""
        return self.agreement is not None and are_enough_repeats(self.n_squats, self.n_people)


def repeatability(squats: Sequence[ReadSquat]) -> list[Repeatability]:
    """Repeatability of every reader who read a squat twice, by measure."""
    pairs: dict[str, list[tuple[OwnReading, OwnReading]]] = {}
    for squat in squats:
        for reader, own in squat.by_reader.items():
            if len(own) > 1:
                pairs.setdefault(reader, []).append((own[0], own[1]))
    return [
        _of_reader(reader, measure, own)
        for reader, own in sorted(pairs.items())
        for measure in MEASURES
    ]


def two_readers(squats: Sequence[ReadSquat]) -> list[TwoReaders]:
    """Agreement of every two readers who read the same squats, by measure."""
    names = sorted({reader for squat in squats for reader in squat.by_reader})
    found = []
    for first, second in combinations(names, 2):
        both = [squat for squat in squats if {first, second} <= squat.by_reader.keys()]
        if both:
            found += [_of_two(first, second, measure, both) for measure in MEASURES]
    return found


def _of_reader(
    reader: str, measure: str, pairs: Sequence[tuple[OwnReading, OwnReading]]
) -> Repeatability:
    values, people = _whole(
        [[one.values[measure] for one in pair] for pair in pairs], [one.person for one, _ in pairs]
    )
    error = None
    if len(set(people)) >= MIN_SUBJECTS:
        sd = clustered_sd(values[:, 1] - values[:, 0], people)
        # Both readings err alike, so one has half the variance of their difference.
        value, low, high = (end / math.sqrt(2) for end in (sd.value, sd.low, sd.high))
        error = Interval(value=value, low=low, high=high)
    return Repeatability(
        reader=reader,
        measure=measure,
        n_squats=len(values),
        n_people=len(set(people)),
        typical_error=error,
        smallest_detectable=minimal_detectable_change(error.value) if error else math.nan,
        coefficient=repeatability_coefficient(values) if error else math.nan,
    )


def _of_two(first: str, second: str, measure: str, squats: Sequence[ReadSquat]) -> TwoReaders:
    values, people = _whole(
        [
            [
                float(np.mean([one.values[measure] for one in squat.by_reader[reader]]))
                for reader in (first, second)
            ]
            for squat in squats
        ],
        [squat.readings[0].person for squat in squats],
    )
    enough = len(set(people)) >= MIN_SUBJECTS
    difference = values[:, 1] - values[:, 0]
    return TwoReaders(
        first=first,
        second=second,
        measure=measure,
        n_squats=len(values),
        n_people=len(set(people)),
        agreement=clustered_bland_altman(difference, people).agreement if enough else None,
        icc=(
            clustered_interval(absolute_agreement, values, people, is_correlation=True)
            if enough
            else None
        ),
    )


def _whole(values: Sequence[Sequence[float]], people: Sequence[str]) -> tuple[Array, list[str]]:
    """Squats with both values, and whose they are."""
    both = np.array(values, dtype=np.float64)
    whole = np.flatnonzero(np.isfinite(both).all(axis=1)).tolist()
    return both[whole], [people[row] for row in whole]
