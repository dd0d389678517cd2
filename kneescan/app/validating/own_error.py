"""Own error: the minimal detectable change of people who were filmed twice here, without training between.

An MDC that is estimated too small calls noise a change. From five people, the value alone would often
do so, and comparisons use its upper bound; see `OwnLimit.used`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.agreement.statistics.bland_altman import LIMITS_SD
from kneescan.agreement.statistics.clusters import clustered_sd
from kneescan.agreement.statistics.reliability import MIN_SUBJECTS, Interval
from kneescan.app.review.edits import state_of
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store
from kneescan.app.store.in_place import looking
from kneescan.app.store.tables import Sitting, Video
from kneescan.app.validating.enough import is_enough
from kneescan.app.validating.measured_today import Today, measured_today
from kneescan.app.validating.own_readings import SIMULATED
from kneescan.app.words import AppWords
from kneescan.compare.changes import MEASURES, PUBLISHED_MDC95
from kneescan.landmarks import Side

LegKey = tuple[str, Side]
ONE_SIDED = 0.9
"""Level of the interval whose upper end lies above the truth in 95% of cases."""

NEARLY_NOTHING = 1e-9
"""Rounding alone makes equal sessions differ by less."""
UNKNOWN = Interval(value=math.nan, low=math.nan, high=math.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimit:
    """Minimal detectable change of one measure, in its unit."""

    mdc95: Interval
    """NaN with fewer than 3 people."""
    at_most: float
    """Upper bound of the true one, with 95% confidence (one-sided)."""
    published: float
    """The published one; NaN if there is none."""
    n_legs: int
    n_people: int

    @property
    def is_enough(self) -> bool:
        """Whether there are enough legs and people to use it."""
        return is_enough(self.n_legs, self.n_people)

    @property
    def used(self) -> float:
        """What comparisons use: the upper bound, or the published one while it lies below that.

        Where even the own value is larger than the published one, there is more noise here than in its study.
        """
        is_published_possible = self.mdc95.value <= self.published <= self.at_most
        return self.published if is_published_possible else self.at_most

    @property
    def is_own(self) -> bool:
        """Whether comparisons use an own number; none comes from sessions that do not differ at all."""
        return self.is_enough and self.used != self.published and self.at_most > NEARLY_NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmedTwice:
    """Legs that were filmed twice, and what follows."""

    n_legs: int
    n_people: int
    limits: dict[str, OwnLimit]
    """By measure; none without a leg."""


def own_limits(store: Store, folder: DataFolder) -> dict[str, OwnLimit]:
    """Minimal detectable changes by measure, as far as comparisons use what was filmed twice here.

    Parameters
    ----------
    store : Store
        Database.
    folder : DataFolder
        Where the results are.
    """
    with looking(), store.reading() as session:
        found = filmed_twice(session, folder).limits
    return {measure: limit for measure, limit in found.items() if limit.is_own}


def told_from(limits: Mapping[str, OwnLimit], words: AppWords) -> str:
    """Where own limits come from, in words: the fewest legs and people of any of them."""
    fewest = min(limits.values(), key=lambda limit: (limit.n_legs, limit.n_people))
    return words("app.validation.own_limit", n_legs=fewest.n_legs, n_people=fewest.n_people)


def filmed_twice(session: Session, folder: DataFolder) -> FilmedTwice:
    """Error from session to session, of all sessions that repeat the one before."""
    rows: dict[LegKey, list[tuple[dict[str, float], dict[str, float]]]] = {}
    for person, first, second in _pairs(session):
        before, after = (_values(session, folder, sitting) for sitting in (first, second))
        for leg in before.keys() & after.keys():
            rows.setdefault((person, leg), []).append((before[leg], after[leg]))
    limits = {}
    for measure in MEASURES:
        pairs = [
            (leg, pair[1][measure] - pair[0][measure])
            for leg, own in sorted(rows.items())
            for pair in own
        ]
        known = [(leg, difference) for leg, difference in pairs if math.isfinite(difference)]
        if known:
            limits[measure] = _limit(measure, known)
    return FilmedTwice(
        n_legs=len(rows), n_people=len({person for person, _ in rows}), limits=limits
    )


def _pairs(session: Session) -> list[tuple[str, str, str]]:
    """Person, session and the session that repeats it; each session is in one pair at most."""
    ordered = session.execute(
        select(Sitting.person_id, Sitting.id, Sitting.is_repeat)
        .where(Sitting.person_id.is_not(None), Sitting.deleted_s.is_(None))
        .order_by(Sitting.person_id, Sitting.held_s, Sitting.id)
    ).all()
    found: list[tuple[str, str, str]] = []
    used: set[str] = set()
    for (person, first, _), (who, second, is_repeat) in pairwise(ordered):
        if is_repeat and person == who and first not in used:
            found.append((str(person), first, second))
            used.add(second)
    return found


def _values(session: Session, folder: DataFolder, sitting: str) -> dict[Side, dict[str, float]]:
    """Mean over the videos of a session, corrected as in a comparison, for each leg that squatted."""
    videos = session.scalars(
        select(Video.id).where(
            Video.session_id == sitting, Video.deleted_s.is_(None), Video.origin != SIMULATED
        )
    ).all()
    measured: list[Today] = []
    for video_id in videos:
        corrections = state_of(session, video_id).corrections
        today = measured_today(folder.results(video_id), corrections)
        measured += [today] if today is not None else []
    means: dict[Side, dict[str, float]] = {}
    for side in Side:
        legs = [today.legs[side] for today in measured if side in today.legs]
        values = {name: _mean([leg[name] for leg in legs]) for name in MEASURES}
        if any(map(math.isfinite, values.values())):
            means[side] = values
    return means


def _limit(measure: str, differences: Sequence[tuple[LegKey, float]]) -> OwnLimit:
    legs, values = zip(*differences, strict=True)
    people = [person for person, _ in legs]
    n_people = len(set(people))
    mdc95, at_most = UNKNOWN, math.nan
    if n_people >= MIN_SUBJECTS:
        # 1.96 standard deviations of the difference are 1.96 * sqrt(2) * SEM.
        sd = clustered_sd(values, people)
        value, low, high = (LIMITS_SD * end for end in (sd.value, sd.low, sd.high))
        mdc95 = Interval(value=value, low=low, high=high)
        at_most = LIMITS_SD * clustered_sd(values, people, confidence=ONE_SIDED).high
    return OwnLimit(
        mdc95=mdc95,
        at_most=at_most,
        published=PUBLISHED_MDC95.get(measure, math.nan),
        n_legs=len(set(legs)),
        n_people=n_people,
    )


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if math.isfinite(value)]
    return fmean(known) if known else math.nan
