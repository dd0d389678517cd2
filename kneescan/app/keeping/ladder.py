"""Ladder: which videos are due to be reduced, and to what."""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.app.store.settings import KEPT, Retention, retention_of
from kneescan.app.store.states import IN_WORK, standing
from kneescan.app.store.tables import Job, Person, Sitting, Video

DAY_S = 86400.0
GRACE_DAYS = 7
"""A video that could not be measured has nothing but itself: it is not deleted earlier than this, so that
the cause can be mended. [d]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A video of which something is to be taken away."""

    video_id: str
    keep: str
    """What stays: a value of `KEPT`."""
    is_measured: bool
    """Whether there are results; without them, nothing stays."""


def is_further(keep: str, than: str) -> bool:
    """Whether less is kept in one state than in another."""
    return KEPT.index(keep) > KEPT.index(than)


def due_videos(
    session: Session, now_s: float | None = None, *, with_troubled: bool = True
) -> list[Due]:
    """Videos whose time is over, by the rules of their persons or of everybody; the oldest first.

    A video that is being measured is not among them, and none that was simulated.

    Parameters
    ----------
    session : Session
        Database.
    now_s : float, optional
        The present time, since 1970; that of the clock if not given. [s]
    with_troubled : bool, optional
        Whether videos that could not be reduced are among them.
    """
    now_s = time.time() if now_s is None else now_s
    for_all = retention_of(session, None)
    found = [
        _due(video, sitting, state, retention_of(session, person) if person else for_all, now_s)
        for video, sitting, person, state in _videos(session)
        if with_troubled or video.keep_trouble is None
    ]
    return [due for due in found if due is not None]


def due_if(session: Session, rule: Retention, person_id: str | None) -> list[Due]:
    """Videos that would be due now if a rule held for a person, or for all without a rule of their own."""
    found = [
        _due(video, sitting, state, rule, time.time())
        for video, sitting, person, state in _videos(session)
        if (person is not None and person.id == person_id)
        or (person_id is None and (person is None or person.keep is None))
    ]
    return [due for due in found if due is not None]


def _due(
    video: Video, sitting: Sitting | None, state: str, rule: Retention, now_s: float
) -> Due | None:
    if rule.after_days is None or not is_further(rule.keep, video.kept):
        return None
    # A video of last year that arrives today is not gone tomorrow.
    begun_s = max(video.created_s, sitting.held_s) if sitting else video.created_s
    is_measured = state == "done"
    days = rule.after_days if is_measured else max(rule.after_days, GRACE_DAYS)
    if now_s < begun_s + days * DAY_S:
        return None
    return Due(video_id=video.id, keep=rule.keep, is_measured=is_measured)


def reducible(session: Session, keep: str, person_id: str | None = None) -> list[Due]:
    """Videos of a person, or all, that keep more than is wanted now, whenever they were filmed."""
    return [
        Due(video_id=video.id, keep=keep, is_measured=state == "done")
        for video, _, person, state in _videos(session)
        if is_further(keep, video.kept)
        and (person_id is None or (person is not None and person.id == person_id))
    ]


def unfinished(session: Session) -> list[Due]:
    """Videos whose reduction began and did not end."""
    begun = select(Video).where(Video.keep_next.is_not(None), Video.deleted_s.is_(None))
    return [
        Due(video_id=video.id, keep=video.keep_next or video.kept, is_measured=True)
        for video in session.scalars(begun.order_by(Video.created_s))
    ]


def _videos(session: Session) -> Iterable[tuple[Video, Sitting | None, Person | None, str]]:
    """Videos that were filmed and are not in work, with session, person and state."""
    rows = session.execute(
        select(Video, Sitting, Person)
        .outerjoin(Sitting, Video.session_id == Sitting.id)
        .outerjoin(Person, Sitting.person_id == Person.id)
        .where(Video.deleted_s.is_(None), Video.origin != "simulated")
        .order_by(Video.created_s, Video.id)
    )
    states: defaultdict[str, list[str]] = defaultdict(list)
    for video_id, state in session.execute(select(Job.video_id, Job.state).order_by(Job.id)):
        states[video_id].append(state)
    for video, sitting, person in rows:
        state = standing(states[video.id])
        if state not in IN_WORK:
            yield video, sitting, person, state
