"""Files of a video that are made when somebody wants them: report with corrections, PDF, package."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kneescan.app.web.desk import Desk, desk_of
from kneescan.app.web.exporting.making import not_yet, state_of
from kneescan.app.web.exporting.ordering import AS_MEASURED, SUFFIXES, Wanted, wanted_file
from kneescan.app.web.exporting.sending import StoredFile
from kneescan.app.web.pages import REPORT_POLICY

REPORT = "report.html"
PAGE_HEADERS = {"Content-Security-Policy": REPORT_POLICY, "Cache-Control": "no-store"}

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
}
_LANGUAGE = re.compile(rb'<html[^>]*\blang="([a-z]+)"')
_START_BYTES = 4096


def report(request: Request) -> Response:
    """Return the report with code name and corrections so far; the stored one if it says the same."""
    return _report(request, "report")


def report_as_measured(request: Request) -> Response:
    """Return the report with code name and without corrections."""
    return _report(request, AS_MEASURED)


def report_pdf(request: Request) -> Response:
    """Return the report with the corrections so far as PDF."""
    return _wanted(request, "report_pdf")


def package(request: Request) -> Response:
    """Return everything without face, name and date."""
    return _wanted(request, "package")


def package_without_video(request: Request) -> Response:
    """Return everything but the video without face, name and date."""
    return _wanted(request, "package_without_video")


def make(request: Request) -> Response:
    """Have a file made, or tell how far it is."""
    desk, kind = desk_of(request), request.path_params["kind"]
    wanted = wanted_file(desk, request.path_params["video_id"], kind)
    if SUFFIXES[kind] == ".html" and _is_stored(desk, wanted):
        return JSONResponse({"state": "made"})
    state = state_of(desk, wanted.order)
    if state in ("made", "waiting"):
        return JSONResponse({"state": state})
    return JSONResponse({"text": desk.words(f"app.exporting.failed.{state}")}, status_code=507)


def _report(request: Request, kind: str) -> Response:
    desk, video_id = desk_of(request), request.path_params["video_id"]
    wanted = wanted_file(desk, video_id, kind)
    if not _is_stored(desk, wanted):
        return _made(desk, wanted, kind)
    path = desk.folder.results(video_id) / REPORT
    return StoredFile(path, media_type=TYPES[".html"], headers=PAGE_HEADERS)


def _is_stored(desk: Desk, wanted: Wanted) -> bool:
    """Whether the report that was stored says the same: of nobody, not corrected, in the app's language."""
    if wanted.whose is not None or wanted.corrections:
        return False
    try:
        with (desk.folder.results(wanted.video_id) / REPORT).open("rb") as file:
            found = _LANGUAGE.search(file.read(_START_BYTES))
    except FileNotFoundError:
        return False
    return found is None or found[1].decode() == desk.words.language


def _wanted(request: Request, kind: str) -> Response:
    desk = desk_of(request)
    return _made(desk, wanted_file(desk, request.path_params["video_id"], kind), kind)


def _made(desk: Desk, wanted: Wanted, kind: str) -> Response:
    """File, or a page that asks for it again until it is made."""
    state = state_of(desk, wanted.order)
    path = desk.workshop.made(wanted.order)
    if path is None:
        return not_yet(desk, wanted.order, state)
    suffix = SUFFIXES[kind]
    how: dict[str, Any] = {"media_type": TYPES[suffix], "headers": PAGE_HEADERS}
    if suffix != ".html":
        name = f"kneescan_{kind.partition('_')[0]}{suffix}"
        how |= {"filename": name, "headers": {"Cache-Control": "no-store"}}
    # Until it is sent, it may go with the code name of before, or with the video.
    return StoredFile(path, otherwise=lambda: not_yet(desk, wanted.order, "made"), **how)
