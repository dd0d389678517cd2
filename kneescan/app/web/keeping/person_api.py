"""Person: what is kept of somebody's videos, and how a person or a session is deleted."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from kneescan.app.keeping.clock import is_in_doubt
from kneescan.app.keeping.deleting import delete_person, delete_session
from kneescan.app.keeping.ladder import due_if
from kneescan.app.store.settings import Retention, retention_of
from kneescan.app.store.tables import Person, Sitting
from kneescan.app.web.desk import Desk
from kneescan.app.web.keeping.orders import Order, level_of, rule_of
from kneescan.app.web.keeping.questions import (
    about_deleting_person,
    about_deleting_session,
    about_rule,
)
from kneescan.app.web.keeping.settings_api import reduce_now
from kneescan.app.web.keeping.shown import kept_counts, n_being_reduced, rule_text, used_text

Parts = Mapping[str, Any]


def person_keeping(desk: Desk, person_id: str) -> dict[str, Any]:
    """Content of the fragment ``person_keeping.html.j2`` for the page of a person."""
    # Before the count: what is finished in between is a change that the page still notices.
    n_left = desk.keeper.n_left()
    with desk.store.reading() as session:
        person = _person(session.get(Person, person_id))
        own = retention_of(session, person) if person.keep is not None else None
        for_all = retention_of(session, None)
        counts = kept_counts(desk, session, person_id)
        n_reduced = n_being_reduced(session, person_id)
        rule = own or for_all
        due = due_if(session, rule, person_id) if rule.deletes else []
    return {
        "person_id": person_id,
        "own": own,
        "for_all": rule_text(desk, for_all),
        "rule": own or Retention(),
        "counts": counts,
        "n_left": n_left,
        "n_reduced": n_reduced,
        "used": "" if is_in_doubt(desk.store) else used_text(desk, due),
    }


def choose_rule(desk: Desk, parts: Parts, order: Order) -> Response:
    """Set what is kept of the videos of a person; ``keep`` null means as for all."""
    person_id = parts["person_id"]
    rule = None if order.get("keep") is None else rule_of(order)
    with desk.store.reading() as session:
        _person(session.get(Person, person_id))
        present = rule or retention_of(session, None)
    asked = about_rule(desk, present, order, person_id)
    if asked is not None:
        return asked
    with desk.store.writing() as session:
        person = _person(session.get(Person, person_id))
        person.keep = None if rule is None else rule.keep
        person.keep_after_days = None if rule is None else rule.after_days
    desk.keeper.look()
    return JSONResponse({"text": desk.words("app.keeping.said.set")})


def reduce_person(desk: Desk, parts: Parts, order: Order) -> Response:
    """Reduce the videos of a person now."""
    with desk.store.reading() as session:
        _person(session.get(Person, parts["person_id"]))
    return reduce_now(desk, level_of(order), order, parts["person_id"])


def delete_a_person(desk: Desk, parts: Parts, order: Order) -> Response:
    """Delete a person with everything about them."""
    asked = about_deleting_person(desk, parts["person_id"], order)
    if asked is not None:
        return asked
    delete_person(desk.store, desk.folder, desk.queue, parts["person_id"])
    return Response(status_code=204)


def delete_a_session(desk: Desk, parts: Parts, order: Order) -> Response:
    """Delete a session with its videos."""
    with desk.store.reading() as session:
        is_there = session.get(Sitting, parts["session_id"]) is not None
    asked = about_deleting_session(desk, parts["session_id"], order) if is_there else None
    if asked is not None:
        return asked
    delete_session(desk.store, desk.folder, desk.queue, parts["session_id"])
    return Response(status_code=204)


def _person(person: Person | None) -> Person:
    if person is None or person.deleted_s is not None:
        raise HTTPException(404)
    return person
