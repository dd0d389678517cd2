"""Data of the videos: the list, and what can be done with a video."""

import hashlib
import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kneescan.app.jobs.sample_person import add_sample_person
from kneescan.app.store.removal import mark_removed_on_full_disk, remove_video
from kneescan.app.web.desk import desk_of
from kneescan.app.web.people.home_list import FIRST_VIDEOS, MOST_VIDEOS, home_record
from kneescan.app.web.people.people_api import number_in


def home_data(request: Request) -> Response:
    """Return the lists of the home page; 304 if they are still those that the page has."""
    n = number_in(request, "n", least=FIRST_VIDEOS, most=MOST_VIDEOS)
    record = home_record(desk_of(request), query=request.query_params.get("q", ""), n=n)
    content = json.dumps(record, ensure_ascii=False).encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


def cancel(request: Request) -> Response:
    """Cancel the measurement of a video."""
    return _done(desk_of(request).queue.cancel(request.path_params["video_id"]))


def delete(request: Request) -> Response:
    """Delete a video with everything about it, or an upload that is not wanted any more."""
    desk, video_id = desk_of(request), request.path_params["video_id"]
    desk.intake.abandon(video_id)
    # First, so that nobody can have it measured again while it is being deleted.
    mark_removed_on_full_disk(desk.store, desk.folder, video_id)
    desk.queue.cancel(video_id)
    desk.queue.wait_until_free(video_id)
    remove_video(desk.store, desk.folder, video_id)
    return Response(status_code=204)


def add_sample(request: Request) -> Response:
    """Add the sample person."""
    desk = desk_of(request)
    was_added = add_sample_person(desk.store, code=desk.words("app.home.sample_code"))
    desk.queue.wake()
    return _done(was_added)


def _done(was_done: Any) -> Response:
    if not was_done:
        raise HTTPException(409)
    return JSONResponse({})
