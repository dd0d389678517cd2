"""Shown: what the pages say of what is kept."""

import time
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kneescan.app.keeping.ladder import Due
from kneescan.app.people.video_names import video_names
from kneescan.app.store.settings import KEPT, Retention
from kneescan.app.store.tables import Sitting, Video
from kneescan.app.web.desk import Desk, desk_of


def kept_counts(desk: Desk, session: Session, person_id: str | None = None) -> list[dict[str, Any]]:
    """Number of videos for each amount that is kept, of a person or of all; simulated ones do not count."""
    counted = (
        select(Video.kept, func.count())
        .where(Video.deleted_s.is_(None), Video.origin != "simulated")
        .group_by(Video.kept)
    )
    if person_id is not None:
        counted = counted.join(Sitting).where(Sitting.person_id == person_id)
    numbers: dict[str, int] = {kept: n for kept, n in session.execute(counted)}  # noqa: C416
    return [
        {"keep": keep, "text": desk.words(f"app.keeping.level.{keep}"), "n": numbers.get(keep, 0)}
        for keep in KEPT
    ]


def rule_text(desk: Desk, rule: Retention) -> str:
    """Rule in a sentence."""
    if not rule.deletes:
        return desk.words("app.keeping.rule_never")
    level = desk.words(f"app.keeping.level.{rule.keep}")
    return desk.words("app.keeping.rule_after", level=level, days=rule.after_days)


def troubled(desk: Desk, session: Session) -> dict[str, str]:
    """Names of videos that could not be reduced, by their ids."""
    found = select(Video.id).where(Video.keep_trouble.is_not(None), Video.deleted_s.is_(None))
    newest = session.scalars(found.order_by(Video.created_s.desc()).limit(20)).all()
    return video_names(session, newest, desk.words)


def what_is_left(desk: Desk, video_id: str) -> dict[str, Any]:
    """Sentence on what is left of a video, empty if that is everything, and whether it will be less soon."""
    with desk.store.reading() as session:
        video = session.get(Video, video_id)
        kept, following = (KEPT[0], None) if video is None else (video.kept, video.keep_next)
    # Until it is done, nothing that is to go may be said to be gone.
    key = "what_will_be_left" if following else "what_is_left"
    level = desk.words(f"app.keeping.level.{following or kept}")
    is_less = following is not None or kept != KEPT[0]
    text = desk.words(f"app.keeping.{key}", level=level) if is_less else ""
    return {"text": text, "is_changing": following is not None}


def kept_of_video(request: Request) -> Response:
    """Tell what is left of a video, for a page that is open while it is reduced."""
    desk, video_id = desk_of(request), request.path_params["video_id"]
    with desk.store.reading() as session:
        video = session.get(Video, video_id)
        if video is None or video.deleted_s is not None:
            raise HTTPException(404)
    return JSONResponse(what_is_left(desk, video_id))


def n_being_reduced(session: Session, person_id: str) -> int:
    """Number of videos of a person that are being reduced or wait for it."""
    begun = select(func.count()).select_from(Video).join(Sitting)
    ours = (Sitting.person_id == person_id, Video.deleted_s.is_(None))
    return session.scalar(begun.where(*ours, Video.keep_next.is_not(None))) or 0


def used_text(desk: Desk, due: Iterable[Due]) -> str:
    """Sentence on those of the videos that are due but whose pages are in use; empty if there are none."""
    waiting_s = [left_s for each in due if (left_s := desk.keeper.in_use.left_s(each.video_id)) > 0]
    if not waiting_s:
        return ""
    # Never too early: the last minute counts in full.
    at = desk.words.moment(time.time() + max(waiting_s) + 60.0)
    return desk.words("app.keeping.used", n=len(waiting_s), at=at)
