"""Record page: film yourself, and read the verdict; and how far the measurement is."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kneescan.app.store.data_folder import is_id
from kneescan.app.store.tables import Person
from kneescan.app.web.desk import Desk, desk_of, page_of
from kneescan.app.web.summaries import video_summary
from kneescan.landmarks import Side
from kneescan.output.words.verdict_icons import GLYPHS


def record(request: Request) -> Response:
    """Return the page; `person` in its address names who is filmed."""
    desk = desk_of(request)
    return page_of(
        desk,
        "record.html.j2",
        here="record",
        person=_person(desk, request.query_params),
        script_texts=desk.words.entry("app.record.script"),
    )


def progress(request: Request) -> Response:
    """Return how far the measurement of a video is."""
    summary = video_summary(desk_of(request), request.path_params["video_id"])
    if summary is None:
        raise HTTPException(404)
    told = ("state", "text", "detail", "detail_language", "share")
    return JSONResponse({name: summary[name] for name in told})


def verdict(request: Request) -> Response:
    """Return the verdict of a measured video, in the words of its report."""
    from kneescan.output.report.leg_section import cards
    from kneescan.stored_results import open_results

    desk, video_id = desk_of(request), request.path_params["video_id"]
    summary = video_summary(desk, video_id)
    if summary is None or summary["state"] != "done":
        raise HTTPException(404)
    analysis = open_results(desk.folder.results(video_id)).analysis
    assert analysis is not None
    asked = request.query_params.get("legs", "both")
    has_squats = any(leg.repetitions for leg in analysis.legs)
    shown = [
        card
        for card in cards(analysis.legs, desk.words)
        # Of a leg that was not asked for, nothing is missing.
        if not has_squats
        or asked not in tuple(Side)
        or card.leg.repetitions
        or card.leg.side == asked
    ]
    return page_of(desk, "record_verdict.html.j2", cards=shown, icons=GLYPHS, video_id=video_id)


def _person(desk: Desk, query: Mapping[str, str]) -> dict[str, Any] | None:
    """Person who is filmed, if the address names one."""
    person_id = query.get("person", "")
    if not is_id(person_id):
        return None
    with desk.store.reading() as session:
        person = session.get(Person, person_id)
        return None if person is None else {"id": person.id, "code": person.code}
