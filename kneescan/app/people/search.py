"""Search: which videos contain all words of a query, in whatever is known or noted of them."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.app.people.course import newest_legs
from kneescan.app.store.tables import Edit, Person, Sitting, Video

_DAY = re.compile("[0-9]{1,2}")
MAX_QUERY = 200
"""The rest of a longer query is ignored. [characters]"""
_PLAIN_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u2032\u02bc\u00b4`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u2033\u00ab\u00bb", '"')
)
"""Apostrophes and quotation marks of print and of phones, as they are on a keyboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is searched of one video."""

    video_id: str
    filmed_s: float
    held_s: float | None
    """Date of its session."""
    texts: Sequence[str]
    """Code name, and what is noted in the session and to the video."""
    legs: Sequence[Mapping[str, Any]]


def terms(query: str) -> list[str]:
    """Words of a query, in the form of `folded`."""
    words = (word.rstrip(".,") for word in folded(query[:MAX_QUERY]).split())
    return [word for word in words if word]


def folded(text: str) -> str:
    """Text in the form in which it is searched: regardless of case, and of the kind of accents and quotes."""
    return unicodedata.normalize("NFC", text).casefold().translate(_PLAIN_QUOTES)


def has_all(wanted: Sequence[str], text: str) -> bool:
    """Whether a text contains all words of `terms`; every sign stands for itself.

    The day of a date that was typed is no part of a longer word: "2 Mar" is not the 22nd.
    """
    searched = folded(text)
    is_alone = len(wanted) == 1
    return all(
        term in searched
        and (is_alone or not _DAY.fullmatch(term) or _whole_word(term).search(searched))
        for term in wanted
    )


@lru_cache(maxsize=256)
def _whole_word(digits: str) -> re.Pattern[str]:
    return re.compile(rf"\b{digits}\b")


def found_videos(session: Session, query: str, said: Callable[[Entry], Iterable[str]]) -> list[str]:
    """Videos in which all words of a query are found, the newest first.

    Parameters
    ----------
    session : Session
        Of the database.
    query : str
        As it was typed.
    said : callable
        What the lists say of a video besides its texts, such as dates and verdicts.
    """
    wanted = terms(query)
    return [
        entry.video_id
        for entry in _entries(session)
        if wanted == [entry.video_id] or has_all(wanted, "\n".join((*entry.texts, *said(entry))))
    ]


def _entries(session: Session) -> Iterator[Entry]:
    legs, notes = newest_legs(session), _notes(session)
    rows = session.execute(
        select(
            Video.id, Video.created_s, Video.recorded_s, Sitting.held_s, Person.code,
            Sitting.plan, Sitting.notes, Sitting.shoes, Sitting.brace,
        )
        .outerjoin(Sitting, Video.session_id == Sitting.id)
        .outerjoin(Person, Sitting.person_id == Person.id)
        .where(Video.deleted_s.is_(None))
        .order_by(Video.created_s.desc(), Video.id)
    )  # fmt: skip
    for video_id, created_s, recorded_s, held_s, *texts in rows:
        yield Entry(
            video_id=video_id,
            filmed_s=created_s if recorded_s is None else recorded_s,
            held_s=held_s,
            texts=[*(text for text in texts if text), *notes.get(video_id, ())],
            legs=legs.get(video_id, ()),
        )


def _notes(session: Session) -> Mapping[str, Sequence[str]]:
    """Every note ever made to a video; like the log, this includes those that were taken back."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    notes = select(Edit.video_id, Edit.detail).where(Edit.kind == "note")
    for video_id, detail in session.execute(notes):
        found[video_id].append(str(detail.get("text", "")))
    return found
