"""Persons: create, find, rename and merge people who are known by a code name."""

import time
from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kneescan.app.people.code_names import checked, key
from kneescan.app.store.data_folder import new_id
from kneescan.app.store.tables import Person, Sitting
from kneescan.errors import KneescanError


class TakenError(KneescanError):
    """Another person has this code name."""

    def __init__(self, person_id: str, code_name: str) -> None:
        super().__init__("taken")
        self.person_id, self.code_name = person_id, code_name


class ChangedError(KneescanError):
    """Another window was faster: what is stored is no longer what the reader saw."""


class RulesDifferError(KneescanError):
    """Of the videos of two people, not the same is kept, so they cannot become one."""


def find(session: Session, code: str) -> Person | None:
    """Person with a code name, regardless of case; None if there is none."""
    found = _by_key(session).get(key(code))
    return None if found is None else session.get(Person, found)


def create(session: Session, code: str) -> Person:
    """Add a person.

    Raises
    ------
    CodeNameError
        If the text cannot be a code name.
    TakenError
        If somebody has it already.
    """
    code = checked(code)
    _refuse_taken(session, code)
    person = Person(id=new_id(), code=code, created_s=time.time())
    session.add(person)
    session.flush()
    return person


def person_for(session: Session, code: str) -> Person:
    """Person with a code name; added if there is none.

    Raises
    ------
    CodeNameError
        If the text cannot be a code name.
    """
    code = checked(code)
    return find(session, code) or create(session, code)


def rename(session: Session, person_id: str, code: str, *, was: str) -> Person:
    """Give a person another code name.

    Parameters
    ----------
    session : Session
        Of the database, writing.
    person_id : str
        Whom to rename.
    code : str
        New code name.
    was : str
        Code name that the reader saw.

    Raises
    ------
    CodeNameError
        If the text cannot be a code name.
    TakenError
        If somebody else has it.
    ChangedError
        If the person has another code name by now.
    LookupError
        If there is no such person.
    """
    person = the_person(session, person_id)
    code = checked(code)
    if person.code != was:
        raise ChangedError
    _refuse_taken(session, code, but=person_id)
    person.code = code
    session.flush()
    return person


def merge(session: Session, person_id: str, into: str) -> Person:
    """Two code names turned out to be the same person: move all sessions, and forget the first name.

    Sessions of the same day stay two; what is noted in them may differ.

    Raises
    ------
    LookupError
        If one of them does not exist, or both are the same.
    RulesDifferError
        If not the same is kept of their videos. Whichever rule held then, it would delete what was to stay,
        or keep what was not to.
    """
    person, other = the_person(session, person_id), the_person(session, into)
    if person is other:
        raise LookupError(into)
    if (person.keep, person.keep_after_days) != (other.keep, other.keep_after_days):
        raise RulesDifferError
    session.execute(update(Sitting).where(Sitting.person_id == person_id).values(person_id=into))
    session.delete(person)
    session.flush()
    return other


def codes(session: Session) -> list[str]:
    """Code names in alphabetical order."""
    found = session.scalars(select(Person.code).where(Person.deleted_s.is_(None)))
    return sorted(found, key=str.casefold)


def the_person(session: Session, person_id: str) -> Person:
    """Person of an id.

    Raises
    ------
    LookupError
        If there is none, or they are being deleted.
    """
    person = session.get(Person, person_id)
    if person is None or person.deleted_s is not None:
        raise LookupError(person_id)
    return person


def _by_key(session: Session) -> Mapping[str, str]:
    return {
        key(code): person_id for person_id, code in session.execute(select(Person.id, Person.code))
    }


def _refuse_taken(session: Session, code: str, *, but: str = "") -> None:
    found = find(session, code)
    if found is not None and found.id != but:
        raise TakenError(found.id, found.code)
