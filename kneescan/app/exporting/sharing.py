"""Sharing: what tables say about person, session and date, as somebody chose."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kneescan.app.people.sittings import day, filmed_s
from kneescan.app.store.tables import Person, Sitting, Video


class Names(StrEnum):
    """How people are called in the tables."""

    CODES = "codes"
    """By their code names."""
    NUMBERS = "numbers"
    """By numbers, in an order that has nothing to do with the names."""


class Dates(StrEnum):
    """How sessions are dated in the tables."""

    DATES = "dates"
    DAYS = "days"
    """By the days since the first session of the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What is exported, and how people and dates are named."""

    names: Names = Names.NUMBERS
    dates: Dates = Dates.DAYS
    person_id: str | None = None
    """Only the videos of this person."""


Row = tuple[Video, Sitting | None, Person | None]
"""A video with its session and person."""


def carried_of(rows: Sequence[Row], shared: Shared) -> list[dict[str, Any]]:
    """Columns on person and session of each video.

    Parameters
    ----------
    rows : sequence of Row
        All videos of the tables, with sessions and persons.
    shared : Shared
        How they are named.
    """
    sittings = {sitting.id: sitting for _, sitting, _ in rows if sitting is not None}
    firsts = _firsts(list(sittings.values()))
    numbers = _numbers(rows)
    order = _order(list(sittings.values()))
    return [
        {
            "person": _person(person, shared, numbers),
            "session": None if sitting is None else order[sitting.id],
            **_when(video, sitting, firsts, shared),
            "pain": None if sitting is None else sitting.pain,
            "shoes": None if sitting is None else sitting.shoes or None,
            "brace": None if sitting is None else sitting.brace or None,
            "clothing": None if sitting is None else sitting.clothing or None,
            "is_repeat": None if sitting is None else sitting.is_repeat,
            "is_simulated": video.origin == "simulated",
        }
        for video, sitting, person in rows
    ]


def _person(person: Person | None, shared: Shared, numbers: dict[str, str]) -> str | None:
    if person is None:
        return None
    return person.code if shared.names is Names.CODES else numbers[person.id]


def _numbers(rows: Sequence[Row]) -> dict[str, str]:
    """Numbers of persons by their ids, which were drawn at random."""
    ids = sorted({person.id for _, _, person in rows if person is not None})
    width = max(len(str(len(ids))), 3)
    return {person_id: f"P{number:0{width}}" for number, person_id in enumerate(ids, start=1)}


def _firsts(sittings: Sequence[Sitting]) -> dict[str | None, dt.date]:
    """Day of the first session of each person."""
    firsts: dict[str | None, dt.date] = {}
    for sitting in sorted(sittings, key=lambda each: each.held_s):
        firsts.setdefault(sitting.person_id, day(sitting.held_s))
    return firsts


def _order(sittings: Sequence[Sitting]) -> dict[str, int]:
    """Number of each session among those of its person, from 1."""
    counts: dict[str | None, int] = {}
    order = {}
    for sitting in sorted(sittings, key=lambda each: (each.held_s, each.id)):
        counts[sitting.person_id] = counts.get(sitting.person_id, 0) + 1
        order[sitting.id] = counts[sitting.person_id]
    return order


def _when(
    video: Video, sitting: Sitting | None, firsts: dict[str | None, dt.date], shared: Shared
) -> dict[str, Any]:
    if shared.dates is Dates.DATES:
        return {"date": day(filmed_s(video) if sitting is None else sitting.held_s)}
    if sitting is None:
        return {"days_since_first": None}
    return {"days_since_first": (day(sitting.held_s) - firsts[sitting.person_id]).days}
