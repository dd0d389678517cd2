"""Settings: language, reader, what is kept how long, and backup, as the page changes them."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kneescan.app.keeping.backups import place_of
from kneescan.app.store import settings
from kneescan.app.web.desk import Desk, desk_of
from kneescan.app.web.keeping.orders import Order, level_of, refused, rule_of, text_of
from kneescan.app.web.keeping.questions import about_reducing, about_rule
from kneescan.output.words.sentences import languages

Parts = Mapping[str, Any]


def choose_language(desk: Desk, _: Parts, order: Order) -> Response:
    """Use another language from now on, in pages and later reports."""
    language = text_of(order, "language")
    if language not in languages():
        raise HTTPException(400)
    settings.choose_language(desk.store, language)
    desk.words.speak(language)
    desk.queue.speak(language)
    return JSONResponse({})


def choose_reader(desk: Desk, _: Parts, order: Order) -> Response:
    """Remember who is reading now; a new name is added to the list."""
    try:
        settings.choose_reader(desk.store, text_of(order, "name"))
    except ValueError:
        return refused(desk, "app.settings.bad_reader")
    return JSONResponse(
        {"present": settings.present_reader(desk.store), "all": settings.readers(desk.store)}
    )


def forget_reader(desk: Desk, _: Parts, order: Order) -> Response:
    """Take a reader off the list."""
    settings.forget_reader(desk.store, text_of(order, "name"))
    return JSONResponse({})


def choose_rule(desk: Desk, _: Parts, order: Order) -> Response:
    """Set what is kept of all videos, and how long."""
    rule = rule_of(order)
    asked = about_rule(desk, rule, order, None)
    if asked is not None:
        return asked
    settings.choose_retention(desk.store, rule)
    desk.keeper.look()
    return JSONResponse({"text": desk.words("app.keeping.said.set")})


def reduce_all(desk: Desk, _: Parts, order: Order) -> Response:
    """Reduce all videos now."""
    return reduce_now(desk, level_of(order), order, None)


def reduce_now(desk: Desk, keep: str, order: Order, person_id: str | None) -> Response:
    """Reduce the videos of a person, or all, after they were asked about."""
    asked = about_reducing(desk, keep, order, person_id)
    if asked is not None:
        return asked
    n = desk.keeper.order(keep, person_id)
    return JSONResponse({"text": desk.words("app.keeping.said.begun", n=n)})


def confirm_clock(desk: Desk, _: Parts, _order: Order) -> Response:
    """Take the date of this computer as right."""
    desk.keeper.confirm_clock()
    return JSONResponse({"text": desk.words("app.keeping.said.clock")})


def start_backup(desk: Desk, _: Parts, order: Order) -> Response:
    """Begin a backup into a folder of this computer."""
    place = place_of(text_of(order, "folder"))
    if place is None:
        return refused(desk, "app.backup.failed.no_folder")
    if not desk.backups.start(place):
        return refused(desk, "app.backup.failed.busy")
    return backup_record(desk)


def backup_state(request: Request) -> Response:
    """Tell how far the backup is, and how many videos are still being reduced."""
    return backup_record(desk_of(request))


def cancel_backup(desk: Desk, _: Parts, _order: Order) -> Response:
    """Stop the backup; nothing is left of it."""
    desk.backups.cancel()
    return backup_record(desk)


def backup_record(desk: Desk) -> Response:
    """What the page shows of the backup."""
    now = desk.backups.state
    key = f"app.backup.failed.{now.why}" if now.state == "failed" else f"app.backup.{now.state}"
    text = "" if now.state == "none" else desk.words(key)
    share = min(now.n_done / now.n_total, 1.0) if now.n_total else None
    return JSONResponse(
        {
            "state": now.state,
            "text": f"{text} {now.folder}".strip(),
            "share": share,
            "n_left": desk.keeper.n_left(),
        }
    )
