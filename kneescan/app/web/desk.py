"""Desk: what the pages and the data of the app work with."""

from dataclasses import dataclass

import jinja2
from starlette.requests import Request

from kneescan.app.jobs.intake import Intake
from kneescan.app.jobs.queue import Queue
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store
from kneescan.app.web.starting import Keys
from kneescan.app.words import AppWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Parts of the running app."""

    store: Store
    folder: DataFolder
    intake: Intake
    queue: Queue
    keys: Keys
    words: AppWords
    templates: jinja2.Environment


def desk_of(request: Request) -> Desk:
    """Return the parts of the app that received a request."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def templates() -> jinja2.Environment:
    """Templates of the pages; whatever is put into them is escaped."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("kneescan.app"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
