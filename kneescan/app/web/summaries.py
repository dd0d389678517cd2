"""Summaries: what the lists show of each video, in words."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from babel.dates import format_datetime
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kneescan.app.jobs.queue import Progress
from kneescan.app.store.tables import Analysis, Job, Person, Sitting, Video
from kneescan.app.web.desk import Desk
from kneescan.app.words import AppWords
from kneescan.output.words.verdict_icons import GLYPHS
from kneescan.squat.results import Verdict

MOST_VIDEOS = 300
"""Videos in the list; the newest come first."""
Row = tuple[Video, str | None]
"""A video and the code name of its person."""


def home_record(desk: Desk) -> dict[str, Any]:
    """Everything that changes on the home page, ready to be shown."""
    shown = select(Video, Person.code).where(Video.deleted_s.is_(None))
    with desk.store.reading() as session:
        rows = session.execute(
            shown.outerjoin(Sitting, Video.session_id == Sitting.id)
            .outerjoin(Person, Sitting.person_id == Person.id)
            .order_by(Video.created_s.desc(), Video.id)
            .limit(MOST_VIDEOS)
        )
        videos = _summaries(desk, session, [(video, code) for video, code in rows])
        n_all = session.scalar(
            select(func.count()).select_from(Video).where(Video.deleted_s.is_(None))
        )
    n_more = (n_all or 0) - len(videos)
    more = desk.words("app.home.more", n=n_more) if n_more > 0 else ""
    return {"videos": videos, "more": more}


def video_summary(desk: Desk, video_id: str) -> dict[str, Any] | None:
    """Summary of one video; None if there is none of this name."""
    with desk.store.reading() as session:
        video = session.get(Video, video_id)
        if video is None or video.deleted_s is not None:
            return None
        sitting = session.get(Sitting, video.session_id) if video.session_id else None
        person = session.get(Person, sitting.person_id) if sitting and sitting.person_id else None
        return _summaries(desk, session, [(video, person.code if person else None)])[0]


def _summaries(desk: Desk, session: Session, rows: Sequence[Row]) -> list[dict[str, Any]]:
    names = [video.id for video, _ in rows]
    jobs, analyses = _latest(session, Job, names), _latest(session, Analysis, names)
    return [
        _summary(desk, video, code, jobs.get(video.id), analyses.get(video.id))
        for video, code in rows
    ]


def _latest(session: Session, table: Any, names: Sequence[str]) -> dict[str, Any]:
    """Newest row of each video."""
    newest = select(func.max(table.id)).where(table.video_id.in_(names)).group_by(table.video_id)
    return {row.video_id: row for row in session.scalars(select(table).where(table.id.in_(newest)))}


def _summary(
    desk: Desk, video: Video, code: str | None, job: Job | None, analysis: Analysis | None
) -> dict[str, Any]:
    words = desk.words
    state = job.state if job is not None else "done"
    progress = desk.queue.progress if state == "running" else None
    is_own = progress is not None and progress.video_id == video.id
    return {
        "id": video.id,
        "title": local_time(video.created_s, words),
        "person": code or "",
        "simulated": words("app.home.simulated") if video.origin == "simulated" else "",
        "state": state,
        "text": _state_text(state, job, progress if is_own else None, words),
        "detail": (job.reason or "") if job is not None and state == "failed" else "",
        "share": _share(progress if is_own else None),
        "verdicts": _verdicts(analysis, words) if state == "done" and analysis else [],
        "actions": list(_actions(state)),
    }


def local_time(at_s: float, words: AppWords) -> str:
    """Date and time of this computer's clock, as usual in the language."""
    at = dt.datetime.fromtimestamp(at_s).astimezone()
    return format_datetime(
        at, "d MMM y, HH:mm" if words.language == "en" else "d. MMM y, HH:mm", locale=words.language
    )


def _state_text(state: str, job: Job | None, progress: Progress | None, words: AppWords) -> str:
    if state == "done":
        return ""
    if state == "failed" and job is not None:
        return words(f"app.failed.{job.reason_kind}")
    if state != "running" or progress is None:
        return words(f"app.states.{'queued' if state == 'running' else state}")
    parts = [words(f"app.stages.{progress.stage}")]
    if progress.n_total:
        parts.append(words("app.stages.frames", n=progress.n_done, of=progress.n_total))
    if progress.left_s is not None:
        parts.append(words("app.stages.left", seconds=progress.left_s))
    return " ".join(parts)


def _share(progress: Progress | None) -> float | None:
    """Share of the stage that is done; None if unknown."""
    if progress is None or not progress.n_total:
        return None
    return min(progress.n_done / progress.n_total, 1.0)


def _verdicts(analysis: Analysis, words: AppWords) -> list[dict[str, str]]:
    squatted = [leg for leg in analysis.legs if leg["n"]]
    return [
        {
            "kind": leg["verdict"],
            "icon": GLYPHS[Verdict(leg["verdict"])],
            "leg": words.initial(words.side(leg["side"])) if squatted else "",
            "text": words(f"report.badges.{leg['verdict']}"),
            "counted": words("notices.counted", n_valid=leg["n_counted"], n=leg["n"])
            if squatted
            else "",
        }
        for leg in squatted or analysis.legs[:1]
    ]


def _actions(state: str) -> Iterable[str]:
    if state in ("queued", "running"):
        yield "cancel"
    if state in ("failed", "cancelled"):
        yield "measure"
    yield "delete"
