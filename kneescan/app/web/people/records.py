"""Records of people: what the lists show of each, in words and as small curves."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kneescan.app.people.course import Point, courses
from kneescan.app.store.tables import Person, Sitting
from kneescan.app.web.people.charts import sparkline
from kneescan.app.web.summaries import local_day
from kneescan.app.words import AppWords
from kneescan.landmarks import Side

SPARK_MEASURE = "fppa_deg"


def newest_people(session: Session, *, codes: Collection[str] | None = None) -> list[str]:
    """Persons, those with the newest session first and those without sessions last.

    Parameters
    ----------
    session : Session
        Of the database.
    codes : collection of str, optional
        Only persons with these code names.
    """
    last = func.max(Sitting.held_s)
    present = Person.deleted_s.is_(None)
    chosen = select(Person.id).where(present).outerjoin(Sitting).group_by(Person.id)
    if codes is not None:
        chosen = chosen.where(Person.code.in_(codes))
    return list(session.scalars(chosen.order_by(last.is_(None), last.desc(), Person.code)))


def people_records(
    session: Session, person_ids: Sequence[str], words: AppWords
) -> list[dict[str, Any]]:
    """What the lists show of persons, in the order of their ids.

    Parameters
    ----------
    session : Session
        Of the database.
    person_ids : sequence of str
        Persons.
    words : AppWords
        Language.
    """
    found = select(Person).where(Person.id.in_(person_ids))
    persons = {person.id: person for person in session.scalars(found)}
    points = courses(session, person_ids)
    return [_record(persons[each], points[each], words) for each in person_ids if each in persons]


def _record(person: Person, points: Sequence[Point], words: AppWords) -> dict[str, Any]:
    n = words("app.people.sessions", n=len(points))
    last = (
        [words("app.people.last", date=local_day(points[-1].sitting.held_s, words))]
        if points
        else []
    )
    return {
        "id": person.id,
        "code": person.code,
        "note": ", ".join([n, *last]),
        "legs": [_leg(side, points, words) for side in Side]
        if any(point.is_measured for point in points)
        else [],
    }


def _leg(side: str, points: Sequence[Point], words: AppWords) -> Mapping[str, Any]:
    """Small curve of a leg, with the value of the newest session in which it was filmed."""
    filmed = [point for point in points if point.is_filmed(side)]
    values = [_value(point.estimate(side, SPARK_MEASURE), words) for point in filmed]
    newest = filmed[-1].estimate(side, SPARK_MEASURE) if filmed else None
    missing = "?" if filmed else words.figure(None)
    spoken = ", ".join(values) or words("app.people.not_filmed")
    return {
        "leg": words.initial(words.side(side)),
        "text": missing if newest is None else _value(newest, words),
        "alt": words("app.people.spark_alt", leg=words.side(side), values=spoken),
        **sparkline(points, side, SPARK_MEASURE),
    }


def _value(estimate: Mapping[str, float] | None, words: AppWords) -> str:
    if estimate is None:
        return words("app.people.cannot_tell")
    return words("app.people.spark_value", value=estimate["value"])
