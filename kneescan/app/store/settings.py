"""Settings: choices that outlast the program, such as language, reader and how long videos are kept."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from kneescan.app.store.database import Store
from kneescan.app.store.tables import Person, Setting
from kneescan.plain_text import one_line

KEPT = ("original", "review", "blurred", "landmarks")
"""How much of a video is kept, from everything to nothing that shows the person: see `Video.kept`."""
LONGEST_READER = 40
"""Longest name of a reader. [characters]"""
MOST_READERS = 50
MOST_DAYS = 36_500
"""Latest time after which something is deleted. [d]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How much of a video is kept, and from when on."""

    keep: str = KEPT[0]
    """A value of `KEPT`; ``original`` deletes nothing."""
    after_days: int | None = None
    """Days from the session until the rest is deleted; None for never. [d]"""

    @property
    def deletes(self) -> bool:
        """Whether anything is ever deleted."""
        return self.keep != KEPT[0] and self.after_days is not None


def get_setting(store: Store, name: str, default: Any = None) -> Any:
    """Value of a setting; the default if nobody chose one."""
    with store.reading() as session:
        setting = session.get(Setting, name)
        return default if setting is None else setting.value


def put_setting(store: Store, name: str, value: Any) -> None:
    """Store the value of a setting."""
    with store.writing() as session:
        session.merge(Setting(name=name, value=value))


def choose_language(store: Store, language: str) -> None:
    """Remember the language of pages and reports."""
    put_setting(store, "language", language)


def readers(store: Store) -> list[str]:
    """Names or initials of those who read videos here, in alphabetical order."""
    return sorted(_readers(get_setting(store, "readers")), key=str.casefold)


def present_reader(store: Store) -> str:
    """Who is reading now; empty if nobody said so."""
    name = get_setting(store, "reader", "")
    return name if isinstance(name, str) else ""


def choose_reader(store: Store, name: str) -> str:
    """Remember who is reading now; a new name is added to the list. An empty name is nobody.

    Raises
    ------
    ValueError
        If the name is too long, or there are too many.
    """
    plain = one_line(name).strip()
    if len(plain) > LONGEST_READER:
        msg = f"expected at most {LONGEST_READER} characters, got {len(plain)}"
        raise ValueError(msg)
    with store.writing() as session:
        names = _readers(_value(session, "readers"))
        plain = next((each for each in names if each.casefold() == plain.casefold()), plain)
        if plain and plain not in names:
            if len(names) >= MOST_READERS:
                msg = f"expected at most {MOST_READERS} readers"
                raise ValueError(msg)
            session.merge(Setting(name="readers", value=[*names, plain]))
        session.merge(Setting(name="reader", value=plain))
    return plain


def forget_reader(store: Store, name: str) -> None:
    """Take a name off the list; what this reader did keeps it."""
    with store.writing() as session:
        names = [each for each in _readers(_value(session, "readers")) if each != name]
        session.merge(Setting(name="readers", value=names))
        if _value(session, "reader") == name:
            session.merge(Setting(name="reader", value=""))


def retention(store: Store) -> Retention:
    """How much is kept of every video whose person has no rule of their own."""
    with store.reading() as session:
        return retention_of(session, None)


def choose_retention(store: Store, chosen: Retention) -> None:
    """Remember how much is kept of every video."""
    put_setting(store, "retention", {"keep": chosen.keep, "after_days": chosen.after_days})


def retention_of(session: Session, person: Person | None) -> Retention:
    """How much is kept of the videos of a person, or of one without a person."""
    if person is not None and person.keep is not None:
        return Retention(keep=person.keep, after_days=person.keep_after_days)
    stored = _value(session, "retention")
    # What cannot be understood deletes nothing.
    if not isinstance(stored, dict) or stored.get("keep") not in KEPT:
        return Retention()
    days = stored.get("after_days")
    return Retention(keep=stored["keep"], after_days=days if type(days) is int else None)


def _value(session: Session, name: str) -> Any:
    setting = session.get(Setting, name)
    return None if setting is None else setting.value


def _readers(stored: Any) -> list[str]:
    return [name for name in stored if isinstance(name, str)] if isinstance(stored, list) else []
