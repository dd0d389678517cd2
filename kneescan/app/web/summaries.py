"""Summaries: what the lists show of each video, in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kneescan.app.filming.camera_sessions import CUT_SHORT
from kneescan.app.jobs.again import is_original_there
from kneescan.app.jobs.failing import told, without_options
from kneescan.app.jobs.queue import Progress
from kneescan.app.people.sittings import filmed_s
from kneescan.app.people.video_names import video_names
from kneescan.app.review.checking import check_marks
from kneescan.app.store.days import day, day_text
from kneescan.app.store.states import jobs_of, standing
from kneescan.app.store.tables import CLOTHING, Analysis, Job, Person, Sitting, Video
from kneescan.app.web.desk import Desk
from kneescan.app.words import AppWords
from kneescan.output.words.verdict_icons import GLYPHS
from kneescan.squat.results import Verdict

FROM_MINUTES_S = 100.0
"""From here on, what is left is told in minutes. [s]"""
Row = tuple[Video, Person | None]
"""A video and its person."""


def video_summary(desk: Desk, video_id: str) -> dict[str, Any] | None:
    """Summary of one video; None if there is none of this name."""
    with desk.store.reading() as session:
        video = session.get(Video, video_id)
        if video is None or video.deleted_s is not None:
            return None
        sitting = session.get(Sitting, video.session_id) if video.session_id else None
        person = session.get(Person, sitting.person_id) if sitting and sitting.person_id else None
        return summaries(desk, session, [(video, person)])[0]


def clothing_text(value: str, words: AppWords) -> str:
    """What was worn on the legs, in words; of anything else in the database, that itself."""
    return words(f"app.validation.clothing.{value}") if value and value in CLOTHING else value


def summaries(desk: Desk, session: Session, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What the lists show of videos.

    Parameters
    ----------
    desk : Desk
        Parts of the app.
    session : Session
        Of the database.
    rows : sequence of Row
        Videos with their persons.
    """
    names = [video.id for video, _ in rows]
    jobs, analyses = jobs_of(session, names), _latest_analyses(session, names)
    marks = check_marks(session, names, desk.words)
    titles = video_names(session, names, desk.words)
    held_s = _held_s(session, rows)
    return [
        {
            "title": titles[video.id],
            **_summary(desk, video, person, jobs[video.id], analyses.get(video.id)),
            "checked": marks.get(video.id, ""),
            "held": _held_text(video, held_s.get(video.session_id), desk.words),
        }
        for video, person in rows
    ]


def _held_s(session: Session, rows: Sequence[Row]) -> dict[str | None, float]:
    """When the sessions of videos were. [s since 1970]"""
    own = Sitting.id.in_({video.session_id for video, _ in rows if video.session_id})
    found = session.execute(select(Sitting.id, Sitting.held_s).where(own))
    return {row.id: row.held_s for row in found}


def _held_text(video: Video, held_s: float | None, words: AppWords) -> str:
    """Date of the session of a video, where it is another day than that by which the video is called."""
    if held_s is None or day(held_s) == day(filmed_s(video)):
        return ""
    return words("app.people.session.title", date=local_day(held_s, words))


def _latest_analyses(session: Session, names: Sequence[str]) -> dict[str, Analysis]:
    """Newest result of each video."""
    own = select(func.max(Analysis.id)).where(Analysis.video_id.in_(names))
    newest = own.group_by(Analysis.video_id)
    rows = session.scalars(select(Analysis).where(Analysis.id.in_(newest)))
    return {row.video_id: row for row in rows}


def _summary(
    desk: Desk, video: Video, person: Person | None, jobs: list[Job], analysis: Analysis | None
) -> dict[str, Any]:
    words = desk.words
    job = jobs[-1] if jobs else None
    state = standing(each.state for each in jobs)
    progress = desk.queue.progress if state == "running" else None
    is_own = progress is not None and progress.video_id == video.id
    is_failed = job is not None and job.state == "failed"
    if is_failed and state == "done":
        # What to do about it is said only as long as it can be done.
        is_failed = is_original_there(desk.folder, video)
    detail, spoken = told(job, words) if job is not None and is_failed else ("", "")
    return {
        "id": video.id,
        "person": "" if person is None else person.code,
        "person_id": "" if person is None else person.id,
        "session_id": video.session_id or "",
        "simulated": _origin_text(video.origin, words),
        "state": state,
        "outcome": job.state if job is not None else "done",
        "text": _state_text(state, job if is_failed else None, progress if is_own else None, words),
        "detail": without_options(detail),
        "detail_language": spoken or words.language,
        "share": _share(progress if is_own else None),
        "verdicts": leg_verdicts(analysis.legs, words) if state == "done" and analysis else [],
        "actions": list(_actions(state)),
    }


def _origin_text(origin: str, words: AppWords) -> str:
    """What to say of a video that was not simply received."""
    if origin == "simulated":
        return words("app.home.simulated")
    return words("app.record.cut_short") if origin == CUT_SHORT else ""


def local_day(at_s: float, words: AppWords) -> str:
    """Date on this computer's calendar, as usual in the language."""
    return day_text(day(at_s), words.language)


def _state_text(state: str, job: Job | None, progress: Progress | None, words: AppWords) -> str:
    if job is not None and job.state == "failed":
        why = words(f"app.failed.{job.reason_kind}")
        return why if state == "failed" else words("app.filmed.trouble", why=why)
    if state == "done":
        return ""
    if state != "running" or progress is None:
        return words(f"app.states.{'queued' if state == 'running' else state}")
    parts = [words(f"app.stages.{progress.stage}")]
    if progress.n_total:
        parts.append(words("app.stages.frames", n=progress.n_done, of=progress.n_total))
    if progress.left_s is not None and progress.left_s >= FROM_MINUTES_S:
        parts.append(words("app.stages.left_minutes", minutes=progress.left_s / 60))
    elif progress.left_s is not None:
        parts.append(words("app.stages.left", seconds=max(round(progress.left_s), 1)))
    return " ".join(parts)


def _share(progress: Progress | None) -> float | None:
    """Share of the stage that is done; None if unknown."""
    if progress is None or not progress.n_total:
        return None
    return min(progress.n_done / progress.n_total, 1.0)


def leg_verdicts(legs: Sequence[Mapping[str, Any]], words: AppWords) -> list[dict[str, str]]:
    """Verdict on each leg that squatted; that nothing can be told, if none did."""
    squatted = [leg for leg in legs if leg["n"]]
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
        for leg in squatted or [{"verdict": Verdict.CANNOT_TELL}]
    ]


def _actions(state: str) -> Iterable[str]:
    if state in ("queued", "running"):
        yield "cancel"
    if state in ("failed", "cancelled"):
        yield "measure"
    yield "delete"
