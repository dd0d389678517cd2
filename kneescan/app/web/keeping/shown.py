"""Shown: what the pages say of what is kept."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kneescan.app.people.video_names import video_names
from kneescan.app.store.settings import KEPT, Retention
from kneescan.app.store.tables import Sitting, Video
from kneescan.app.web.desk import Desk


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


def what_is_left(desk: Desk, video_id: str) -> str:
    """Sentence on what is left of a video; empty if that is everything."""
    with desk.store.reading() as session:
        video = session.get(Video, video_id)
        kept = KEPT[0] if video is None else video.keep_next or video.kept
    if kept == KEPT[0]:
        return ""
    return desk.words("app.keeping.what_is_left", level=desk.words(f"app.keeping.level.{kept}"))
