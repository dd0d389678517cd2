"""Application: all addresses of the app, behind the gate."""

import errno

from sqlalchemy.exc import DatabaseError
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import kneescan
from kneescan.app.jobs.intake import Refusal, RefusedError
from kneescan.app.store.database import is_disk_trouble, is_full
from kneescan.app.web import pages, review_api, upload_api, video_api
from kneescan.app.web.desk import Desk, desk_of
from kneescan.app.web.gate import START, Gate
from kneescan.faults import expected, report_fault

STATUS = {Refusal.DISK_FULL: 507, Refusal.TOO_LARGE: 413, Refusal.TOO_MANY: 429}
"""Status for what is refused; 400 for all else."""


class _IdConvertor(Convertor[str]):
    """Part of an address that names a video; nothing else gets into a path on the disk."""

    regex = "[a-z2-7]{10}"

    def convert(self, value: str) -> str:
        """Return the name as it is."""
        return value

    def to_string(self, value: str) -> str:
        """Return the name as it is."""
        return value


register_url_convertor("id", _IdConvertor())

ROUTES = [
    Route("/", pages.home),
    Route(START, pages.start),
    Route("/videos/{video_id:id}", pages.video),
    Route("/videos/{video_id:id}/signals", review_api.signals),
    Route("/videos/{video_id:id}/corrected.json", review_api.corrected_json),
    Route("/videos/{video_id:id}/corrections.json", review_api.corrections_json),
    Route("/videos/{video_id:id}/{name}", pages.file),
    Route("/api/home", video_api.home_data),
    Route("/api/sample", video_api.add_sample, methods=["POST"]),
    Route("/api/videos", upload_api.announce, methods=["POST"]),
    Route("/api/videos/{video_id:id}/bytes", upload_api.offset, methods=["HEAD"]),
    Route("/api/videos/{video_id:id}/bytes", upload_api.append, methods=["PATCH"]),
    Route("/api/videos/{video_id:id}/edits", review_api.panel, methods=["GET"]),
    Route("/api/videos/{video_id:id}/edits", review_api.edit, methods=["POST"]),
    Route("/api/videos/{video_id:id}/cancel", video_api.cancel, methods=["POST"]),
    Route("/api/videos/{video_id:id}/measure", video_api.measure_again, methods=["POST"]),
    Route("/api/videos/{video_id:id}", video_api.delete, methods=["DELETE"]),
    Mount("/static", StaticFiles(packages=[("kneescan.app", "static")])),
]


def application(desk: Desk, *, port: int) -> Gate:
    """Put the app together.

    Parameters
    ----------
    desk : Desk
        Its parts.
    port : int
        Port that the browser uses.
    """
    app = Starlette(
        routes=ROUTES,
        exception_handlers={
            404: pages.not_found,
            RefusedError: _refused,
            DatabaseError: _not_written,
            OSError: _not_written,
            Exception: _fault,
        },
    )
    app.state.desk = desk
    # Outside of everything, so that errors leave through it too.
    return Gate(app, keys=desk.keys, port=port, words=desk.words)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return _problem(request, error.why, STATUS.get(error.why, 400))


def _not_written(request: Request, error: Exception) -> Response:
    no_room = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if no_room or is_full(error):
        return _problem(request, Refusal.DISK_FULL, 507)
    if expected(error) is not None or is_disk_trouble(error):
        return _problem(request, "not_written", 507)
    return _fault(request, error)


def _fault(request: Request, error: Exception) -> Response:
    report_fault(error, version=kneescan.__version__)
    return _problem(request, "fault", 500)


def _problem(request: Request, key: str, status: int) -> Response:
    """Answer with one sentence on what went wrong."""
    text = desk_of(request).words(f"app.refused.{key}")
    return JSONResponse({"text": text}, status_code=status)
