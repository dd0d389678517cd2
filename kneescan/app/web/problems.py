"""Problems: what went wrong, answered with one sentence and a fitting status."""

import errno
from collections.abc import Callable

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import kneescan
from kneescan.app.jobs.arriving import Refusal, RefusedError
from kneescan.app.store.database import is_disk_trouble, is_full
from kneescan.app.store.tables import Person, Sitting, Upload, Video
from kneescan.app.web.desk import desk_of
from kneescan.app.web.pages import not_found
from kneescan.faults import expected, report_fault

NAMED = ("video_id", "person_id", "session_id", "one", "other")
"""Names of videos, people and sessions in addresses."""
TABLES = (Video, Person, Sitting, Upload)
"""Tables of what these can be."""
STATUS = {Refusal.DISK_FULL: 507, Refusal.TOO_LARGE: 413, Refusal.TOO_MANY: 429}
"""Status for what is refused; 400 for all else."""


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return _problem(request, error.why, STATUS.get(error.why, 400))


def _not_written(request: Request, error: Exception) -> Response:
    no_room = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if no_room or is_full(error):
        return _problem(request, Refusal.DISK_FULL, 507)
    if _is_gone(request):
        return _gone(request, error)
    if expected(error) is not None or is_disk_trouble(error):
        return _problem(request, "not_written", 507)
    return _fault(request, error)


def _fault(request: Request, error: Exception) -> Response:
    if _is_gone(request):
        return _gone(request, error)
    report_fault(error, version=kneescan.__version__)
    return _problem(request, "fault", 500)


def _is_gone(request: Request) -> bool:
    """Whether a video, person or session of the address has been deleted, perhaps while it was being shown.

    Then its files went as well, at any moment, and there is nothing else to say.
    """
    ids = [request.path_params[name] for name in NAMED if name in request.path_params]
    try:
        with desk_of(request).store.reading() as session:
            return not all(_is_there(session, each) for each in ids)
    except DatabaseError:
        return False


def _gone(request: Request, error: Exception) -> Response:
    is_page = "/api/" not in request.url.path
    return not_found(request, error) if is_page else _problem(request, "gone", 404)


def _is_there(session: Session, name: str) -> bool:
    """Whether there is something of a name; a video that is being deleted may still have its upload."""
    rows = [session.get(table, name) for table in TABLES]
    found = [row for row in rows if row is not None]
    return bool(found) and all(getattr(row, "deleted_s", None) is None for row in found)


def _problem(request: Request, key: str, status: int) -> Response:
    """Answer with one sentence on what went wrong."""
    text = desk_of(request).words(f"app.refused.{key}")
    return JSONResponse({"text": text}, status_code=status)


HANDLERS: dict[type[Exception], Callable[[Request, Exception], Response]] = {
    RefusedError: _refused,
    DatabaseError: _not_written,
    OSError: _not_written,
    Exception: _fault,
}
"""For the applications; the class of an error decides."""
