"""Review: the state of a video after a reader's edits, new edits, and the signals for player and plots.

An edit is answered with the panel as it is then. Each edit says after which one it was made: when another
window was faster, it is not stored, and the answer has status 409 and shows the present state.
"""

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

from kneescan.app.jobs.queue import new_analysis
from kneescan.app.review import edits
from kneescan.app.review.edits import MAX_EDITS, REDO, UNDO, Event, State
from kneescan.app.review.measured_video import MeasuredVideo, measured_video
from kneescan.app.review.ordering import OrderError, detail_of
from kneescan.app.review.panel import panel_content
from kneescan.app.review.signals import signals_record
from kneescan.app.store.tables import Analysis, Video
from kneescan.app.web.desk import Desk, desk_of
from kneescan.errors import KneescanError
from kneescan.output.result_set import LANDMARKS
from kneescan.output.tables.files import analysis_json
from kneescan.output.tables.records import analysis_record

MAX_ORDER_BYTES = 1 << 16


def panel(request: Request) -> Response:
    """Return the panel as it is."""
    return HTMLResponse(panel_text(desk_of(request), request.path_params["video_id"]))


async def edit(request: Request) -> Response:
    """Store an edit and return the panel."""
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > MAX_ORDER_BYTES:
            raise HTTPException(413)
    order = _order(content)
    return await run_sync(partial(_edit, desk_of(request), request.path_params["video_id"], order))


def signals(request: Request) -> Response:
    """Return times, joints and curves, with the corrections so far."""
    video, state = _opened(desk_of(request), request.path_params["video_id"])
    record = signals_record(video, video.analysis(state.corrections))
    content = json.dumps(record, separators=(",", ":"), allow_nan=False)
    return Response(content, media_type="application/json")


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
    return _rendered(desk, *_opened(desk, video_id))


def is_open(desk: Desk, video_id: str) -> bool:
    """Whether a video can be reviewed: it is there, and measured."""
    with desk.store.reading() as session:
        found = session.get(Video, video_id)
        if found is None or found.deleted_s is not None:
            return False
    return (desk.folder.results(video_id) / LANDMARKS).is_file()


def _opened(desk: Desk, video_id: str) -> tuple[MeasuredVideo, State]:
    if not is_open(desk, video_id):
        raise HTTPException(404)
    with desk.store.reading() as session:
        state = edits.state_of(session, video_id)
    return measured_video(desk.folder.results(video_id)), state


def _rendered(desk: Desk, video: MeasuredVideo, state: State, **said: str) -> str:
    """Panel, perhaps with what went wrong."""
    content = panel_content(state, video.analysis(state.corrections), desk.words)
    template = desk.templates.get_template("panel.html.j2")
    return template.render({"words": desk.words, "problem": "", "detail": "", **content, **said})


def _edit(desk: Desk, video_id: str, order: Mapping[str, Any]) -> Response:
    video, state = _opened(desk, video_id)

    def page(state: State, *, status: int = 200, **said: str) -> Response:
        return HTMLResponse(_rendered(desk, video, state, **said), status_code=status)

    conflict = desk.words("app.review.other_window")
    if order["seq"] != state.seq:
        return page(state, status=409, problem=conflict)
    try:
        kind = order["kind"]
        detail = {} if kind in (UNDO, REDO) else detail_of(kind, order, state, video)
    except (KneescanError, OrderError) as error:
        return page(state, status=422, problem=desk.words("app.review.refused"), detail=str(error))
    event = edits.next_event(state, kind, detail)
    if event is None or event.seq > MAX_EDITS:
        return page(state, status=422, problem=desk.words("app.review.refused"))
    after = edits.fold([*state.events, event])
    analysis = video.analysis(after.corrections)
    row = new_analysis(video_id, analysis_record(analysis), up_to_edit=event.seq)
    with desk.store.writing() as session:
        present = edits.state_of(session, video_id)
        is_next = present.seq == state.seq and session.get(Video, video_id) is not None
        if is_next:
            _store(session, video_id, event, row if after.corrections else None)
    return page(after) if is_next else page(present, status=409, problem=conflict)


def _store(session: Session, video_id: str, event: Event, row: Analysis | None) -> None:
    """Store an edit, and the verdicts that it leads to, for the lists."""
    edits.add(session, video_id, event)
    session.execute(delete(Analysis).where(Analysis.video_id == video_id, Analysis.up_to_edit > 0))
    if row is not None:
        session.add(row)


def _order(content: bytes) -> Mapping[str, Any]:
    """What a page asks for."""
    try:
        order: Any = json.loads(content)
        is_whole = isinstance(order["kind"], str) and type(order["seq"]) is int
    except (ValueError, LookupError, TypeError, RecursionError):
        raise HTTPException(400) from None
    if not is_whole:
        raise HTTPException(400)
    return dict(order)


def _download(request: Request, name: str, text: str) -> Response:
    file = f"{request.path_params['video_id']}_{name}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(text, media_type="application/json", headers=headers)
