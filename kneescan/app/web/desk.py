"""Desk: what the pages and the data of the app work with."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse

import kneescan
from kneescan.app.exporting.workshop import Workshop
from kneescan.app.filming.camera_sessions import CameraSessions
from kneescan.app.jobs.intake import Intake
from kneescan.app.jobs.queue import Queue
from kneescan.app.keeping.backups import Backups
from kneescan.app.keeping.keeper import Keeper
from kneescan.app.receiving.drop_box import DropBox
from kneescan.app.receiving.looking import Looker
from kneescan.app.receiving.watching import Watcher
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store
from kneescan.app.store.days import day_text
from kneescan.app.web import identifiers  # noqa: F401 (the routes of every page need it)
from kneescan.app.web.starting import Keys
from kneescan.app.words import AppWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Parts of the running app."""

    store: Store
    folder: DataFolder
    intake: Intake
    queue: Queue
    camera_sessions: CameraSessions
    keys: Keys
    words: AppWords
    keeper: Keeper
    backups: Backups
    workshop: Workshop
    templates: jinja2.Environment
    drop_box: DropBox | None = None
    """None if the app was not allowed to open a port for phones."""
    looker: Looker | None = None
    watcher: Watcher | None = None


def desk_of(request: Request) -> Desk:
    """Return the parts of the app that received a request."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def page_of(desk: Desk, template: str, *, here: str = "", **content: Any) -> HTMLResponse:
    """Return a page in the language of the app; `here` names its entry in the navigation."""
    text = desk.templates.get_template(template).render(
        words=desk.words,
        root=desk.keys.root,
        here=here,
        version=kneescan.__version__,
        loaded_on=day_text(dt.date.today(), desk.words.language),
        **content,
    )
    return HTMLResponse(text)


def templates() -> jinja2.Environment:
    """Templates of the pages; whatever is put into them is escaped."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("kneescan.app"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
