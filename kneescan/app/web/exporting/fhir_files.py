"""FHIR: bundles of a video and of a session as downloads."""

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kneescan.app.exporting.fhir import fhir_of_sitting, fhir_of_video
from kneescan.app.store.in_place import looking
from kneescan.app.store.tables import Sitting, Video
from kneescan.app.web.desk import desk_of


def of_video(request: Request) -> Response:
    """Return the results of a video as FHIR."""
    desk = desk_of(request)
    with looking(), desk.store.reading() as session:
        video = session.get(Video, request.path_params["video_id"])
        if video is None or video.deleted_s is not None:
            raise HTTPException(404)
        return _download(fhir_of_video(session, desk.folder, video), "kneescan_video.fhir.json")


def of_session(request: Request) -> Response:
    """Return the results of all videos of a session as FHIR."""
    desk = desk_of(request)
    with looking(), desk.store.reading() as session:
        sitting = session.get(Sitting, request.path_params["session_id"])
        if sitting is None or sitting.deleted_s is not None:
            raise HTTPException(404)
        bundle = fhir_of_sitting(session, desk.folder, sitting)
        return _download(bundle, "kneescan_session.fhir.json")


def _download(bundle: dict[str, Any] | None, name: str) -> Response:
    if bundle is None:
        raise HTTPException(404)
    text = json.dumps(bundle, ensure_ascii=False, indent=1, allow_nan=False)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(text, media_type="application/fhir+json", headers=headers)
