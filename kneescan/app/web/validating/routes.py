"""Routes of the page on own readings, and its tables."""

from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kneescan.app.people.video_names import video_names
from kneescan.app.validating.page.content import page_content, reader_name
from kneescan.app.validating.study import OwnStudy, own_study, today_in
from kneescan.app.validating.tables import PEOPLE, readings_csv, squats_csv
from kneescan.app.web.desk import Desk, desk_of, page_of

MAX_NAME = 200
"""Longest name of a reader in an address. [characters]"""


def validation(request: Request) -> Response:
    """Return the page: how far kneescan is from the readings on this computer."""
    desk = desk_of(request)
    reader, study = _study(request, desk)
    words = desk.words
    return page_of(
        desk,
        "validation.html.j2",
        here="validation",
        reader=reader,
        reader_shown=reader_name(reader or "", words),
        readers=[(name, reader_name(name, words)) for name in study.readers],
        proposals=_proposals(desk, study),
        table_kinds=PEOPLE,
        **page_content(study, words),
    )


def _proposals(desk: Desk, study: OwnStudy) -> list[dict[str, str]]:
    """Videos to read next, without those that were deleted meanwhile."""
    words = desk.words
    with desk.store.reading() as session:
        names = video_names(session, [one.video_id for one in study.proposals], words)
    return [
        {
            "video_id": one.video_id,
            "code": one.code,
            "text": words(
                "app.validation.video_of", date=names[one.video_id], side=words.side(one.side)
            ),
        }
        for one in study.proposals
        if one.video_id in names
    ]


def readings_table(request: Request) -> Response:
    """Return the readings as CSV."""
    _, study = _study(request, desk_of(request))
    return _csv("readings.csv", readings_csv(study.squats, _people(request)))


def squats_table(request: Request) -> Response:
    """Return what kneescan measures today in the videos that were read, as CSV."""
    desk = desk_of(request)
    _, study = _study(request, desk)
    today_of = partial(today_in, desk.folder)
    return _csv("squats.csv", squats_csv(study.squats, _people(request), today_of))


def _study(request: Request, desk: Desk) -> tuple[str | None, OwnStudy]:
    """Reader that the address names, None for all, and the study of those readings."""
    chosen = request.query_params.get("reader", "*")
    if len(chosen) > MAX_NAME:
        raise HTTPException(404)
    reader = None if chosen == "*" else chosen
    study = own_study(desk.store, desk.folder, reader=reader)
    if reader is not None and reader not in study.readers:
        raise HTTPException(404)
    return reader, study


def _people(request: Request) -> str:
    people = request.query_params.get("people", PEOPLE[0])
    if people not in PEOPLE:
        raise HTTPException(404)
    return people


def _csv(name: str, text: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


ROUTES: list[BaseRoute] = [
    Route("/validation", validation),
    Route("/validation/readings.csv", readings_table),
    Route("/validation/squats.csv", squats_table),
]
