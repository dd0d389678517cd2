"""Sittings: the sessions of a person, and which video belongs to which of them.

In the database and the code a session of a person is a *sitting*, since a *session* is one of the database.
"""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kneescan.app.people.persons import the_person
from kneescan.app.store.data_folder import new_id
from kneescan.app.store.days import day
from kneescan.app.store.removal import hand_date_on, is_worth_keeping
from kneescan.app.store.tables import Sitting, Video

__all__ = [
    "assign",
    "assign_to_sitting",
    "day",
    "filmed_s",
    "settle",
    "sitting_for",
    "sittings_of",
    "take_out",
    "the_sitting",
    "videos_of",
]


def sittings_of(session: Session, person_id: str) -> list[Sitting]:
    """Sessions of a person, the newest first."""
    own = select(Sitting).where(Sitting.person_id == person_id, Sitting.deleted_s.is_(None))
    return list(session.scalars(own.order_by(Sitting.held_s.desc(), Sitting.id)))


def videos_of(session: Session, person_id: str) -> list[str]:
    """Videos of a person, also those that are being deleted."""
    own = select(Video.id).join(Sitting).where(Sitting.person_id == person_id)
    return list(session.scalars(own))


def sitting_for(
    session: Session, person_id: str, held_s: float, *, is_new: bool = False
) -> Sitting:
    """Session of a person on a day; a new one if there is none, or if it is wanted.

    Raises
    ------
    LookupError
        If there is no such person.
    """
    the_person(session, person_id)
    if not is_new:
        same = [each for each in sittings_of(session, person_id) if day(each.held_s) == day(held_s)]
        if same:
            return same[0]
    sitting = Sitting(id=new_id(), person_id=person_id, held_s=held_s)
    session.add(sitting)
    session.flush()
    return sitting


def assign(
    session: Session, video_ids: Iterable[str], person_id: str, *, is_new: bool = False
) -> None:
    """Put each video into the session of its person on the day it was filmed, or received if that is unknown.

    A date that a reader entered for the session in which the video is so far goes with it.

    Parameters
    ----------
    session : Session
        Of the database, writing.
    video_ids : iterable of str
        Videos.
    person_id : str
        Whose they are.
    is_new : bool
        Whether they get sessions of their own, although there is one of that day.

    Raises
    ------
    LookupError
        If a video or the person does not exist.
    """
    fresh: dict[dt.date, Sitting] = {}
    videos = _videos(session, video_ids)
    # Before any of them leaves: then their session would look as if its date were not that of a video.
    moments_s = [_held_s(session, video) for video in videos]
    for video, at_s in zip(videos, moments_s, strict=True):
        sitting = fresh.get(day(at_s)) or sitting_for(session, person_id, at_s, is_new=is_new)
        fresh[day(at_s)] = sitting
        _move(session, video, sitting.id)


def assign_to_sitting(session: Session, video_ids: Iterable[str], sitting_id: str) -> None:
    """Put videos into a session.

    Raises
    ------
    LookupError
        If a video or the session does not exist.
    """
    the_sitting(session, sitting_id)
    for video in _videos(session, video_ids):
        _move(session, video, sitting_id)


def take_out(session: Session, video_ids: Iterable[str]) -> None:
    """Take videos out of their sessions; nobody's again.

    Raises
    ------
    LookupError
        If a video does not exist.
    """
    for video in _videos(session, video_ids):
        _move(session, video, None)


def the_sitting(session: Session, sitting_id: str) -> Sitting:
    """Session of an id.

    Raises
    ------
    LookupError
        If there is none, or it is being deleted.
    """
    sitting = session.get(Sitting, sitting_id)
    if sitting is None or sitting.deleted_s is not None:
        raise LookupError(sitting_id)
    return sitting


def settle(session: Session, video_id: str) -> None:
    """Correct the day of a session as soon as it is known when its video was filmed.

    The video was put into the session of the day on which it was received. A date that a reader entered is
    left alone.
    """
    video = session.get(Video, video_id)
    if video is None or video.session_id is None or video.recorded_s is None:
        return
    sitting = session.get_one(Sitting, video.session_id)
    if sitting.person_id is None or _is_dated_by_hand(session, sitting):
        return
    if day(sitting.held_s) == day(video.recorded_s):
        return
    others = [each for each in sittings_of(session, sitting.person_id) if each is not sitting]
    own = session.scalars(select(Video.id).where(Video.session_id == sitting.id)).all()
    if len(own) == 1 and day(video.recorded_s) not in {day(each.held_s) for each in others}:
        sitting.held_s = video.recorded_s
    else:
        _move(session, video, sitting_for(session, sitting.person_id, video.recorded_s).id)


def filmed_s(video: Video) -> float:
    """When a video was filmed; when it was received, if that is unknown. [s since 1970]"""
    return video.created_s if video.recorded_s is None else video.recorded_s


def _held_s(session: Session, video: Video) -> float:
    """When the session of a video was, as a reader entered it; else when it was filmed. [s since 1970]"""
    sitting = session.get(Sitting, video.session_id) if video.session_id else None
    if sitting is not None and _is_dated_by_hand(session, sitting):
        return sitting.held_s
    return filmed_s(video)


def _is_dated_by_hand(session: Session, sitting: Sitting) -> bool:
    """Whether a reader entered the date: it is no moment at which a video was received or filmed."""
    own = select(Video.created_s, Video.recorded_s).where(Video.session_id == sitting.id)
    return all(sitting.held_s not in moments_s for moments_s in session.execute(own))


def _videos(session: Session, video_ids: Iterable[str]) -> list[Video]:
    videos = [session.get(Video, video_id) for video_id in video_ids]
    present = [video for video in videos if video is not None and video.deleted_s is None]
    if len(present) < len(videos):
        msg = "a video"
        raise LookupError(msg)
    return present


def _move(session: Session, video: Video, sitting_id: str | None) -> None:
    before = video.session_id
    if before == sitting_id:
        return
    video.session_id = sitting_id
    session.flush()
    if before is None:
        return
    left = session.get_one(Sitting, before)
    hand_date_on(session, left, video)
    others = select(Video.id).where(Video.session_id == before)
    if session.scalars(others).first() is None and not is_worth_keeping(left):
        session.delete(left)
        session.flush()
