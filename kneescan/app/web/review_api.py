"""Review: the state of a video after a reader's edits, new edits, and the signals for player and plots.

An edit is answered with the panel as it is then. Each edit says after which one it was made, and of which
results: when another window was faster, or the video was measured again, it is not stored, and the answer has
status 409 and shows the present state.
"""

import gzip
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from anyio.to_thread import run_sync
from sqlalchemy import delete
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kneescan.app.jobs.again import is_original_there
from kneescan.app.jobs.analyses import new_analysis
from kneescan.app.review import edits
from kneescan.app.review.blinding import blind_squats
from kneescan.app.review.checking import CHECKED, check_detail
from kneescan.app.review.edits import LASTING, MAX_EDITS, REDO, UNDO, Event, State
from kneescan.app.review.measured_video import MeasuredVideo, measured_video
from kneescan.app.review.ordering import REFUSED, OrderError, detail_of
from kneescan.app.review.panel import panel_content, why_hidden
from kneescan.app.review.signals import signals_record
from kneescan.app.store.in_place import looking
from kneescan.app.store.settings import present_reader
from kneescan.app.store.states import IN_WORK, state_of_video
from kneescan.app.store.tables import Analysis, Video
from kneescan.app.web.desk import Desk, desk_of
from kneescan.app.web.measuring.remarks import filmed_remarks, own_fps_of
from kneescan.app.web.orders import order_of
from kneescan.errors import KneescanError
from kneescan.output.result_set import LANDMARKS
from kneescan.output.tables.files import analysis_json
from kneescan.output.tables.records import analysis_record
from kneescan.output.words.sentences import DEFAULT_LANGUAGE

PACKED_LEVEL = 1
"""A third of the size, in less than a millisecond; more would take longer than it saves."""
ON_PICTURE = ("joint", "reading", CHECKED)
"""Edits about what is seen; without a picture, they would be guesses that count."""


def panel(request: Request) -> Response:
    """Return the panel as it is."""
    return HTMLResponse(panel_text(desk_of(request), request.path_params["video_id"]))


async def edit(request: Request) -> Response:
    """Store an edit and return the panel."""
    order = await order_of(request)
    if not isinstance(order.get("kind"), str) or type(order.get("seq")) is not int:
        raise HTTPException(400)
    return await run_sync(partial(_edit, desk_of(request), request.path_params["video_id"], order))


def signals(request: Request) -> Response:
    """Return times, joints and curves, with the corrections so far."""
    desk = desk_of(request)
    video, state = _opened(desk, request.path_params["video_id"])
    analysis = video.analysis(state.corrections)
    blind = blind_squats(analysis.repetitions, state, present_reader(desk.store))
    record = signals_record(video, analysis, blind=blind)
    content = json.dumps(record, separators=(",", ":"), allow_nan=False).encode()
    headers = {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, PACKED_LEVEL)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type="application/json", headers=headers)


def corrected_json(request: Request) -> Response:
    """Return the corrected results, as `kneescan analyze --corrections` writes them."""
    video, state = _opened(desk_of(request), request.path_params["video_id"])
    return _download(request, "analysis.json", analysis_json(video.analysis(state.corrections)))


def corrections_json(request: Request) -> Response:
    """Return the corrections, for `kneescan analyze --corrections`."""
    _, state = _opened(desk_of(request), request.path_params["video_id"])
    return _download(request, "corrections.json", state.corrections.to_json())


def panel_text(desk: Desk, video_id: str) -> str:
    """Panel of a video as HTML."""
    return _rendered(desk, *_opened(desk, video_id), there=_there(desk, video_id))


def _there(desk: Desk, video_id: str) -> dict[str, bool]:
    """Whether there are pictures of a video, and whether it can be, or is being, measured again."""
    with desk.store.reading() as session:
        found = session.get(Video, video_id)
        if found is None:
            return {"has_picture": False, "can_measure": False, "is_in_work": False}
        return {
            "has_picture": "landmarks" not in (found.kept, found.keep_next),
            "can_measure": is_original_there(desk.folder, found),
            "is_in_work": state_of_video(session, video_id) in IN_WORK,
        }


def is_open(desk: Desk, video_id: str) -> bool:
    """Whether a video can be reviewed: it is there, and measured."""
    # While others take their place, there are no results for a moment.
    with looking(), desk.store.reading() as session:
        found = session.get(Video, video_id)
        is_there = found is not None and found.deleted_s is None
        return is_there and (desk.folder.results(video_id) / LANDMARKS).is_file()


def _opened(desk: Desk, video_id: str) -> tuple[MeasuredVideo, State]:
    if not is_open(desk, video_id):
        raise HTTPException(404)
    with looking(), desk.store.reading() as session:
        state = edits.state_of(session, video_id)
        return measured_video(desk.folder.results(video_id)), state


def _rendered(
    desk: Desk, video: MeasuredVideo, state: State, *, there: Mapping[str, bool], **said: Any
) -> str:
    """Panel, perhaps with what went wrong."""
    reader = present_reader(desk.store)
    analysis = video.analysis(state.corrections)
    content = panel_content(state, analysis, desk.words, reader=reader)
    own_fps = own_fps_of(video.pose)
    remarks = filmed_remarks(analysis, desk.words, own_fps) if there["can_measure"] else []
    template = desk.templates.get_template("panel.html.j2")
    return template.render(
        {
            "words": desk.words,
            "has_picture": there["has_picture"],
            "remarks": remarks,
            "problem": "",
            "detail": ("", ""),
            **content,
            **said,
        }
    )


def _edit(desk: Desk, video_id: str, order: Mapping[str, Any]) -> Response:
    video, state = _opened(desk, video_id)
    there = _there(desk, video_id)

    def page(state: State, *, status: int = 200, **said: Any) -> Response:
        text = _rendered(desk, video, state, there=there, **said)
        return HTMLResponse(text, status_code=status)

    kind, is_earlier = order["kind"], order.get("measured", state.measured) != state.measured
    conflict = desk.words(f"app.{'filmed.earlier' if is_earlier else 'review.other_window'}")
    reader = present_reader(desk.store)
    if order.get("who", reader) != reader:
        return page(state, status=409, problem=desk.words("app.reader.changed"))
    if order["seq"] != state.seq or (is_earlier and kind not in LASTING):
        return page(state, status=409, problem=conflict)
    unseen = _unseen(desk, video, state, kind, reader, there=there)
    if unseen:
        return page(state, status=422, problem=unseen)
    refused = desk.words(f"app.refusals.{kind if kind in REFUSED else 'edit'}")
    try:
        detail = _detail(order, state, video, reader)
    except OrderError as error:
        return page(state, status=422, problem=refused, detail=(str(error), DEFAULT_LANGUAGE))
    except KneescanError as error:
        return page(state, status=422, problem=refused, detail=desk.words.explained(error))
    event = edits.next_event(state, kind, detail, who=reader)
    if event is None or event.seq > MAX_EDITS:
        return page(state, status=422, problem=refused)
    after = edits.fold([*state.events, event])
    analysis = video.analysis(after.corrections)
    row = new_analysis(video_id, analysis_record(analysis), up_to_edit=event.seq)
    with desk.store.writing() as session:
        present = edits.state_of(session, video_id)
        is_next = present.seq == state.seq and session.get(Video, video_id) is not None
        if is_next:
            _store(session, video_id, event, row if after.corrections else None)
    return page(after) if is_next else page(present, status=409, problem=conflict)


def _unseen(
    desk: Desk,
    video: MeasuredVideo,
    state: State,
    kind: str,
    reader: str,
    *,
    there: Mapping[str, bool],
) -> str:
    """Why the reader cannot have seen what an edit is about; empty if nothing is hidden."""
    if there["is_in_work"] and kind not in LASTING:
        return desk.words("app.filmed.busy_edit")
    if kind in ON_PICTURE and not there["has_picture"]:
        return desk.words("app.review.no_picture")
    if kind == CHECKED:
        squats = video.analysis(state.corrections).repetitions
        return why_hidden(blind_squats(squats, state, reader), desk.words)
    return ""


def _detail(
    order: Mapping[str, Any], state: State, video: MeasuredVideo, reader: str
) -> Mapping[str, Any]:
    """What is stored of an edit besides its kind; errors are those of `detail_of`."""
    kind = order["kind"]
    if kind in (UNDO, REDO):
        return {}
    if kind == CHECKED:
        return check_detail(state, reader)
    return detail_of(kind, order, state, video)


def _store(session: Session, video_id: str, event: Event, row: Analysis | None) -> None:
    """Store an edit, and the verdicts that it leads to, for the lists."""
    edits.add(session, video_id, event)
    session.execute(delete(Analysis).where(Analysis.video_id == video_id, Analysis.up_to_edit > 0))
    if row is not None:
        session.add(row)


def _download(request: Request, name: str, text: str) -> Response:
    file = f"{request.path_params['video_id']}_{name}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(text, media_type="application/json", headers=headers)
