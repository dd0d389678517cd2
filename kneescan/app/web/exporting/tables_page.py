"""Page and download of the tables of all videos."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import kneescan
from kneescan.app.exporting.sharing import Dates, Names, Shared
from kneescan.app.exporting.tables import FOLDER, Source, WriteTables, rows_of, sources_of
from kneescan.app.exporting.workshop import LIMITS, Order
from kneescan.app.review import edits
from kneescan.app.store.data_folder import is_id, stats_of
from kneescan.app.store.in_place import looking
from kneescan.app.store.tables import Person
from kneescan.app.web.desk import Desk, desk_of, page_of
from kneescan.app.web.exporting.making import not_yet, state_of
from kneescan.app.web.exporting.sending import PassingFile
from kneescan.extras import has_parquet
from kneescan.output.result_set import LANDMARKS

SLOWEST_S = 1.0
"""A slow and busy computer needs less than this for each video. [s]"""


def tables_page(request: Request) -> Response:
    """Return the page on which tables are chosen."""
    desk = desk_of(request)
    person_id = _person_id(request)
    with desk.store.reading() as session:
        person = session.get(Person, person_id) if person_id else None
        if person_id and (person is None or person.deleted_s is not None):
            raise HTTPException(404)
        n_videos = len(rows_of(session, desk.folder, Shared(person_id=person_id)))
    return page_of(
        desk,
        "export.html.j2",
        here="people",
        person=person,
        n_videos=n_videos,
        can_write=has_parquet(),
        names=list(Names),
        dates=list(Dates),
    )


def tables_zip(request: Request) -> Response:
    """Return the tables as an archive, which is removed as soon as it is sent, or a page until it is made."""
    desk = desk_of(request)
    if not has_parquet():
        text = desk.words("app.exporting.failed.needs_extra")
        return JSONResponse({"text": text}, status_code=501)
    try:
        shared = Shared(
            names=Names(request.query_params.get("names", Names.NUMBERS)),
            dates=Dates(request.query_params.get("dates", Dates.DAYS)),
            person_id=_person_id(request),
        )
    except ValueError:
        raise HTTPException(400) from None
    order = _order(desk, shared)
    state = state_of(desk, order)
    archive = desk.workshop.take(order) if state == "made" else None
    if archive is None:
        return not_yet(desk, order, state)
    return PassingFile(
        archive,
        media_type="application/zip",
        filename=f"{FOLDER}.zip",
        headers={"Cache-Control": "no-store"},
    )


def _order(desk: Desk, shared: Shared) -> Order:
    """Order for the tables of everything as it is now."""
    with looking(), desk.store.reading() as session:
        sources = tuple(sources_of(session, desk.folder, shared))
        named = _code_names(session) if shared.names == Names.CODES else {}
    if not sources:
        raise HTTPException(404)
    language = desk.words.language
    files = [desk.folder.results(source.video_id) / LANDMARKS for source in sources]
    sizes = [(about.st_size, about.st_mtime_ns) for about in stats_of(files)]
    about = repr([sources, shared, sizes, kneescan.__version__, language])
    return Order(
        name=f"{FOLDER}-{sha256(about.encode()).hexdigest()[:24]}.zip",
        job=WriteTables(folder=desk.folder, sources=sources, dates=shared.dates, language=language),
        kept=dict.fromkeys((source.video_id for source in sources), None),
        # As files in a folder, and again in the archive.
        needs_bytes=2 * sum(size for size, _ in sizes),
        limits=replace(LIMITS, timeout_s=LIMITS.timeout_s + SLOWEST_S * len(sources)),
        # Otherwise the code name of before would come back after somebody was renamed, or earlier results
        # after a new measurement.
        is_current=lambda now: (
            named.items() <= _code_names(now).items() and _are_measured_so(now, sources)
        ),
    )


def _code_names(session: Session) -> dict[str, str]:
    """Code names by person."""
    return {person.id: person.code for person in session.execute(select(Person.id, Person.code))}


def _are_measured_so(session: Session, sources: Iterable[Source]) -> bool:
    """Whether no video was measured again since the tables were ordered."""
    states, untouched = edits.states_of_all(session), edits.State()
    return all(
        states.get(source.video_id, untouched).measured == source.measured for source in sources
    )


def _person_id(request: Request) -> str | None:
    person_id = request.query_params.get("person", "")
    if person_id and not is_id(person_id):
        raise HTTPException(404)
    return person_id or None
