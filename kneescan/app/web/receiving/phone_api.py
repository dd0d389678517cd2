"""Uploads from a phone: as those of the home page, but few, and only those that began here."""

import json
from typing import Any

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kneescan.app.receiving.drop_box import Arrival, DropBox
from kneescan.app.web import upload_api
from kneescan.app.web.desk import Desk, desk_of
from kneescan.app.web.receiving.sentences import look_record

_TELLS = ("id", "offset", "state", "text")
"""What a phone learns; not which other video has the same content."""


async def announce(request: Request) -> Response:
    """Begin an upload, or continue that of the same file, if there is a place for it."""
    desk, box = _desk_and_box(request)
    if not box.reserve():
        return JSONResponse({"text": desk.words("app.receiving.no_place")}, status_code=410)
    upload_id: str | None = None
    try:
        answer = await upload_api.announce(request)
        upload_id = _content(answer)["id"]
    finally:
        box.release(upload_id)
    return _told(answer)


async def offset(request: Request) -> Response:
    """Tell how many bytes of an upload there are."""
    _arrival(request)
    return await upload_api.offset(request)


async def append(request: Request) -> Response:
    """Take bytes from an offset on."""
    desk, box = _desk_and_box(request)
    arrival = _arrival(request)
    answer = await upload_api.append(request)
    if answer.status_code != 200:
        return answer
    content = _content(answer)
    size_bytes = int(answer.headers["upload-length"])
    box.note(arrival.id, content["state"], content["offset"] / size_bytes)
    if content["state"] != "receiving":
        await run_sync(_look, desk, arrival, content["same_as"] or arrival.id)
    return _told(answer)


def look(request: Request) -> Response:
    """Tell what arrived, once its header was read."""
    desk, arrival = desk_of(request), _arrival(request)
    if arrival.look is None:
        return JSONResponse({"text": "", "warning": "", "is_read": False})
    return JSONResponse({**look_record(arrival.look, desk.words), "is_read": True})


def cancel(request: Request) -> Response:
    """Forget an upload that is not whole."""
    desk, box = _desk_and_box(request)
    arrival = _arrival(request)
    if arrival.state == "receiving":
        desk.intake.abandon(arrival.id)
        box.forget(arrival.id)
    return Response(status_code=204)


def _look(desk: Desk, arrival: Arrival, video_id: str) -> None:
    def tell(found: Any) -> None:
        arrival.look = found

    if arrival.look is None and desk.looker is not None:
        desk.looker.look_at(desk.folder.original(video_id), tell)


def _desk_and_box(request: Request) -> tuple[Desk, DropBox]:
    desk = desk_of(request)
    assert desk.drop_box is not None
    return desk, desk.drop_box


def _arrival(request: Request) -> Arrival:
    """Return the upload of an address; 404 for those that were not begun here."""
    _, box = _desk_and_box(request)
    arrival = box.arrival(request.path_params["video_id"])
    if arrival is None:
        raise HTTPException(404)
    return arrival


def _content(answer: Response) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(bytes(answer.body))
    return content


def _told(answer: Response) -> Response:
    content = _content(answer)
    kept = {key: content[key] for key in _TELLS if key in content}
    headers = {key: answer.headers[key] for key in ("upload-offset", "upload-length")}
    return JSONResponse(kept, status_code=answer.status_code, headers=headers)
