"""Orders: what the pages of people ask for, checked where it enters."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from kneescan.app.store.data_folder import is_id
from kneescan.app.store.tables import CLOTHING
from kneescan.app.web.desk import Desk

MAX_VIDEOS = 200
"""Videos that are moved at once."""
MAX_LINE, MAX_TEXT = 200, 10_000
"""Longest entry of one line, and longest text. [characters]"""
MAX_PAIN = 10
FIRST_YEAR = 2000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_KEPT = "\n\t"


class Why(StrEnum):
    """Why an entry is not possible, as keys of the texts."""

    PAIN = "pain_wrong"
    DATE = "date_wrong"
    TOO_LONG = "entry_too_long"
    NO_OTHER = "no_other"


class EntryError(Exception):
    """What was entered is not possible; `values` fill the sentence that says so."""

    def __init__(self, why: Why, **values: Any) -> None:
        super().__init__(why)
        self.why, self.values = why, values


def problem(desk: Desk, key: str, *, status: int, **values: Any) -> Response:
    """Answer with one sentence on what went wrong."""
    text = desk.words(f"app.people.{key}", **values)
    return JSONResponse({"text": text}, status_code=status)


def text_in(order: Mapping[str, Any], name: str) -> str:
    """Entry that must be a text."""
    found = order.get(name)
    if not isinstance(found, str):
        raise HTTPException(400)
    return found


def ids_in(order: Mapping[str, Any], name: str) -> list[str]:
    """Entry that must be a list of ids."""
    found = order.get(name)
    if not isinstance(found, list) or not 0 < len(found) <= MAX_VIDEOS:
        raise HTTPException(400)
    return [_id(each) for each in found]


def id_in(order: Mapping[str, Any], name: str) -> str:
    """Entry that must be an id."""
    return _id(order.get(name))


def session_fields(order: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a session as they are stored, but for its date.

    Raises
    ------
    EntryError
        If one of them is not possible.
    """
    pain = order.get("pain")
    if pain is not None and (type(pain) is not int or not 0 <= pain <= MAX_PAIN):
        raise EntryError(Why.PAIN)
    if not isinstance(order.get("is_repeat"), bool):
        raise HTTPException(400)
    if order.get("clothing") not in CLOTHING:
        raise HTTPException(400)
    lines = {
        name: _written(order, name, MAX_LINE).replace("\n", " ") for name in ("shoes", "brace")
    }
    texts = {name: _written(order, name, MAX_TEXT) for name in ("plan", "notes")}
    choices = {name: order[name] for name in ("clothing", "is_repeat")}
    return {"pain": pain, **choices, **lines, **texts}


def date_in(order: Mapping[str, Any], name: str) -> dt.date:
    """Entry that must be a date of the past.

    Raises
    ------
    EntryError
        If it is not.
    """
    found = text_in(order, name)
    # Other ways of writing a date are none that a page sends.
    if not _DATE.fullmatch(found):
        raise EntryError(Why.DATE)
    try:
        date = dt.date.fromisoformat(found)
    except ValueError:
        raise EntryError(Why.DATE) from None
    # The page may be open in another time zone than the app; tomorrow may be today there.
    if not date.year >= FIRST_YEAR or date > dt.date.today() + dt.timedelta(days=1):
        raise EntryError(Why.DATE)
    return date


def _written(order: Mapping[str, Any], name: str, longest: int) -> str:
    """Text without what nobody can see; SQLite and other programs trip over that."""
    found = unicodedata.normalize("NFC", text_in(order, name)).replace("\r\n", "\n")
    kept = "".join(c for c in found if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cs"))
    if len(kept.strip()) > longest:
        raise EntryError(Why.TOO_LONG, n=longest)
    return kept.strip()


def _id(found: object) -> str:
    if not isinstance(found, str) or not is_id(found):
        raise HTTPException(400)
    return found
