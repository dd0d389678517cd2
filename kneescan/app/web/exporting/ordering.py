"""Ordering: which file of a video is wanted, and how far it is."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

import kneescan
from kneescan.app.exporting.corrected_report import Whose, WriteCorrectedReport
from kneescan.app.exporting.package import WritePackage
from kneescan.app.exporting.workshop import Job, Order
from kneescan.app.review import edits
from kneescan.app.store.data_folder import stats_of
from kneescan.app.store.days import day
from kneescan.app.store.in_place import looking
from kneescan.app.store.tables import Person, Sitting, Video
from kneescan.app.web.desk import Desk
from kneescan.output.result_set import LANDMARKS
from kneescan.squat.corrections import Corrections

REVIEW = "review.mp4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file of a video that somebody wants."""

    order: Order
    video_id: str
    corrections: Corrections
    whose: Whose | None
    """Whose name it bears; None for nobody's, and for what is passed on without a name."""


def wanted_file(desk: Desk, video_id: str, kind: str) -> Wanted:
    """Order for a file of a video with its present corrections.

    Parameters
    ----------
    desk : Desk
        Parts of the app.
    video_id : str
        Name of the video.
    kind : str
        One of `KINDS`.

    Raises
    ------
    HTTPException
        404 if there is no such measured video or kind.
    """
    if kind not in KINDS:
        raise HTTPException(404)
    with looking(), desk.store.reading() as session:
        video = session.get(Video, video_id)
        is_measured = (desk.folder.results(video_id) / LANDMARKS).is_file()
        if video is None or video.deleted_s is not None or not is_measured:
            raise HTTPException(404)
        kept = video.kept
        state = edits.state_of(session, video_id)
        corrections = Corrections() if kind == AS_MEASURED else state.corrections
        measured = state.measured
        whose = _whose(session, video_id) if kind in REPORTS else None
    language = desk.words.language
    about = [video_id, corrections.record(), kneescan.__version__, language, kept, measured]
    about += [asdict(whose)] if whose else []
    digest = sha256(json.dumps(about).encode()).hexdigest()[:24]
    job = KINDS[kind](desk, video_id, corrections, kept)
    if isinstance(job, WriteCorrectedReport):
        job = replace(job, whose=whose)
    order = Order(
        video_id=video_id,
        name=f"{kind}-{digest}{SUFFIXES[kind]}",
        job=job,
        kept={video_id: kept},
        needs_bytes=_size_bytes(desk, video_id),
        # Otherwise the code name of before would come back after somebody was renamed, or earlier results
        # after a new measurement.
        is_current=lambda now: (
            edits.state_of(now, video_id).measured == measured
            and (kind not in REPORTS or _whose(now, video_id) == whose)
        ),
    )
    return Wanted(order=order, video_id=video_id, corrections=corrections, whose=whose)


def _whose(session: Session, video_id: str) -> Whose | None:
    """Person and session of a video; None if it is nobody's."""
    owner = select(Person.code, Sitting.held_s).join(Sitting).join(Video)
    found = session.execute(owner.where(Video.id == video_id)).first()
    return found and Whose(code=found.code, session_day=day(found.held_s).isoformat())


def _size_bytes(desk: Desk, video_id: str) -> int:
    """Size of a video: no file that shows it is larger than both copies that are here."""
    paths = (desk.folder.original(video_id), desk.folder.results(video_id) / REVIEW)
    return sum(about.st_size for about in stats_of(paths))


def _original(desk: Desk, video_id: str, kept: str) -> Path | None:
    path = desk.folder.original(video_id)
    return path if kept == "original" and path.is_file() else None


def _report(desk: Desk, video_id: str, corrections: Corrections, kept: str) -> Job:
    return WriteCorrectedReport(
        results=desk.folder.results(video_id),
        video=_original(desk, video_id, kept),
        corrections=corrections.record(),
        language=desk.words.language,
    )


def _package(desk: Desk, video_id: str, corrections: Corrections, kept: str) -> Job:
    review = desk.folder.results(video_id) / REVIEW
    return WritePackage(
        results=desk.folder.results(video_id),
        video=_original(desk, video_id, kept),
        review=review if kept != "landmarks" and review.is_file() else None,
        corrections=corrections.record(),
        language=desk.words.language,
    )


def _package_without_video(desk: Desk, video_id: str, corrections: Corrections, _: str) -> Job:
    return WritePackage(
        results=desk.folder.results(video_id),
        video=None,
        review=None,
        corrections=corrections.record(),
        language=desk.words.language,
    )


AS_MEASURED = "report_as_measured"
"""Kind that has no corrections."""
REPORTS = ("report", AS_MEASURED, "report_pdf")
"""Kinds that bear the code name."""
KINDS: dict[str, Callable[[Desk, str, Corrections, str], Job]] = {
    "report": _report,
    AS_MEASURED: _report,
    "report_pdf": _report,
    "package": _package,
    "package_without_video": _package_without_video,
}
"""What can be made of a video."""
SUFFIXES = {
    "report": ".html",
    AS_MEASURED: ".html",
    "report_pdf": ".pdf",
    "package": ".zip",
    "package_without_video": ".zip",
}
