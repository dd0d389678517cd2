"""People: add, rename, merge and list them; say whose a video is; change a session."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kneescan.app.people import persons, sittings
from kneescan.app.people.code_names import CodeNameError, checked
from kneescan.app.people.persons import ChangedError, RulesDifferError, TakenError
from kneescan.app.people.search import has_all, terms
from kneescan.app.people.sitting_names import sitting_names
from kneescan.app.store.days import day
from kneescan.app.store.removal import remove_reports
from kneescan.app.store.tables import Person, Sitting, Video
from kneescan.app.web.desk import Desk, desk_of
from kneescan.app.web.orders import order_of
from kneescan.app.web.people.orders import (
    EntryError,
    Why,
    date_in,
    id_in,
    ids_in,
    problem,
    session_fields,
    text_in,
)
from kneescan.app.web.people.records import newest_people, people_records

FIRST_PEOPLE, MOST_PEOPLE = 50, 1000
PLACES = {"code", "person", "session"}
"""Where a video can be put; an order names one of them."""
Act = Callable[[Desk, Session, Mapping[str, Any]], dict[str, Any]]
"""Does what was asked in one transaction, and returns the answer."""


def listed(request: Request) -> Response:
    """Return people whose code name contains all words of a query, with their small curves."""
    desk = desk_of(request)
    wanted = terms(request.query_params.get("q", ""))
    n = number_in(request, "n", least=FIRST_PEOPLE, most=MOST_PEOPLE)
    with desk.store.reading() as session:
        codes = persons.codes(session)
        found = newest_people(session, codes=[code for code in codes if has_all(wanted, code)])
        people = people_records(session, found[:n], desk.words)
    n_more = len(found) - len(people)
    content = {
        "people": people,
        "found": desk.words("app.people.found", n=len(found)),
        "more": desk.words("app.people.more", n=n_more) if n_more else "",
        "is_none": not codes,
    }
    return JSONResponse(content)


async def add(request: Request) -> Response:
    """Add a person."""

    def act(_: Desk, session: Session, order: Mapping[str, Any]) -> dict[str, Any]:
        person = persons.create(session, text_in(order, "code"))
        return {"id": person.id, "code": person.code}

    return await _answer(request, act, status=201)


async def rename(request: Request) -> Response:
    """Give a person another code name."""
    person_id = request.path_params["person_id"]

    def act(desk: Desk, session: Session, order: Mapping[str, Any]) -> dict[str, Any]:
        code, was = text_in(order, "code"), text_in(order, "was")
        person = persons.rename(session, person_id, code, was=was)
        remove_reports(desk.folder, sittings.videos_of(session, person_id))
        return {"id": person.id, "code": person.code}

    return await _answer(request, act, is_forgetting=True)


async def merge(request: Request) -> Response:
    """Move all sessions of a person to another one, and forget the first code name."""
    person_id = request.path_params["person_id"]

    def act(desk: Desk, session: Session, order: Mapping[str, Any]) -> dict[str, Any]:
        other = persons.find(session, checked(text_in(order, "into")))
        if other is None or other.id == person_id:
            raise EntryError(Why.NO_OTHER)
        moved = sittings.videos_of(session, person_id)
        merged = persons.merge(session, person_id, other.id)
        remove_reports(desk.folder, moved)
        return {"id": merged.id}

    return await _answer(request, act, is_forgetting=True)


async def assign(request: Request) -> Response:
    """Say whose videos are: a person's, by id or code name; a session's; or nobody's, by the code null."""

    def act(desk: Desk, session: Session, order: Mapping[str, Any]) -> dict[str, Any]:
        video_ids = ids_in(order, "videos")
        if len(order.keys() & PLACES) != 1:
            raise HTTPException(400)
        answer = _put(desk, session, order, video_ids)
        remove_reports(desk.folder, video_ids)
        return answer

    return await _answer(request, act)


def _put(
    desk: Desk, session: Session, order: Mapping[str, Any], video_ids: list[str]
) -> dict[str, Any]:
    """Put videos where an order says, and return the answer."""
    if "session" in order:
        sittings.assign_to_sitting(session, video_ids, id_in(order, "session"))
        return {"text": desk.words("app.people.moved"), "session": order["session"]}
    if "code" in order and order["code"] is None:
        sittings.take_out(session, video_ids)
        return {"text": desk.words("app.people.taken_out")}
    person, key = _owner(session, order)
    is_new = order.get("is_new") is True
    sittings.assign(session, video_ids, person.id, is_new=is_new)
    sitting = session.get_one(Video, video_ids[0]).session_id
    text = desk.words(f"app.people.{key}", code=person.code)
    return {"text": text, "person": person.id, "session": sitting}


def _owner(session: Session, order: Mapping[str, Any]) -> tuple[Person, str]:
    """Person that an order names, and the key of what is said then; a new code name adds somebody."""
    if "person" in order:
        return persons.the_person(session, id_in(order, "person")), "kept"
    code = checked(text_in(order, "code"))
    key = "kept" if persons.find(session, code) else "kept_new"
    return persons.person_for(session, code), key


async def change_session(request: Request) -> Response:
    """Store the fields of a session, unless another window changed them since they were read."""
    session_id = request.path_params["session_id"]

    def act(desk: Desk, session: Session, order: Mapping[str, Any]) -> dict[str, Any]:
        sitting = sittings.the_sitting(session, session_id)
        fields, date = session_fields(order), date_in(order, "date")
        if text_in(order, "tag") != tag_of(sitting):
            raise ChangedError
        for name, value in fields.items():
            setattr(sitting, name, value)
        if date != day(sitting.held_s):
            # No hour was entered. Noon is on this day, whatever the clock is changed to.
            noon = dt.datetime.combine(date, dt.time(12)).astimezone()
            sitting.held_s = noon.timestamp()
        session.flush()
        own = sittings.sittings_of(session, str(sitting.person_id))
        date_text = sitting_names(session, own, desk.words)[session_id]
        return {
            "tag": tag_of(sitting),
            "text": desk.words("app.people.session.saved"),
            "title": desk.words("app.people.session.title", date=date_text),
        }

    return await _answer(request, act, is_forgetting=True)


def tag_of(sitting: Sitting) -> str:
    """Sum of what can be changed in a session, by which a change in another window is noticed."""
    names = ("held_s", "pain", "shoes", "brace", "clothing", "plan", "notes", "is_repeat")
    fields = json.dumps([getattr(sitting, name) for name in names])
    return sha256(fields.encode()).hexdigest()[:16]


def number_in(request: Request, name: str, *, least: int, most: int) -> int:
    """Return a number of an address, between two bounds."""
    given = request.query_params.get(name, "")
    is_number = given.isascii() and given.isdecimal() and len(given) < 8
    return min(max(int(given), least), most) if is_number else least


async def _answer(
    request: Request, act: Act, *, status: int = 200, is_forgetting: bool = False
) -> Response:
    """Do what was asked; everything of it is stored, or nothing and the answer says why."""
    desk, order = desk_of(request), await order_of(request)
    answer = await run_sync(_acted, desk, order, act, status)
    if is_forgetting:
        # What was replaced may name somebody, and must not stay in the log of the database.
        await run_sync(desk.store.forget)
    return answer


def _acted(desk: Desk, order: Mapping[str, Any], act: Act, status: int) -> Response:
    try:
        with desk.store.writing() as session:
            content = act(desk, session, order)
    except CodeNameError as error:
        return problem(desk, f"code.{error.why}", status=422)
    except EntryError as error:
        return problem(desk, error.why, status=422, **error.values)
    except TakenError as error:
        return problem(desk, "taken", status=409, code=error.code_name)
    except ChangedError:
        return problem(desk, "other_window", status=409)
    except RulesDifferError:
        return problem(desk, "rules_differ", status=409)
    except LookupError:
        return problem(desk, "gone", status=404)
    return JSONResponse(content, status_code=status)
