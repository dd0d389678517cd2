"""Deleting: remove a person or a session with everything about them; a start after a cut completes it."""

import shutil
import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kneescan.app.jobs.queue import Queue
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store, is_full
from kneescan.app.store.removal import mark, mark_removed_on_full_disk, remove_video
from kneescan.app.store.tables import Person, Sitting, Video

Mark = Callable[[Session], list[str] | None]
"""Marks what goes and gives the names of its videos; None if there is nothing."""
_one_at_a_time = threading.Lock()
"""What is marked may still be in work, which only the one who marked it waits for."""


def delete_person(store: Store, folder: DataFolder, queue: Queue, person_id: str) -> bool:
    """Delete a person: sessions, videos, results, edits, notes and code name; False if there is none.

    Whatever happens after the first step, nothing of the person is shown, and `complete_deletions`
    deletes the rest.
    """
    with _one_at_a_time:
        return _delete_person(store, folder, queue, person_id)


def delete_session(store: Store, folder: DataFolder, queue: Queue, session_id: str) -> bool:
    """Delete a session with its videos; False if there is none."""
    with _one_at_a_time:
        return _delete_session(store, folder, queue, session_id)


def _delete_person(store: Store, folder: DataFolder, queue: Queue, person_id: str) -> bool:
    def mark_all(session: Session) -> list[str] | None:
        person = session.get(Person, person_id)
        if person is None:
            return None
        _blank(person, ("id", "created_s"))
        person.code = f"deleted {person_id}"
        person.deleted_s = time.time()
        of_person = select(Sitting).where(Sitting.person_id == person_id)
        return [
            video_id
            for sitting in session.scalars(of_person)
            for video_id in _mark_session(session, sitting)
        ]

    return _delete(store, folder, queue, mark_all, Sitting.person_id == person_id)


def _delete_session(store: Store, folder: DataFolder, queue: Queue, session_id: str) -> bool:
    def mark_all(session: Session) -> list[str] | None:
        sitting = session.get(Sitting, session_id)
        return None if sitting is None else _mark_session(session, sitting)

    return _delete(store, folder, queue, mark_all, Sitting.id == session_id)


def _delete(
    store: Store, folder: DataFolder, queue: Queue, mark_all: Mark, whose: ColumnElement[bool]
) -> bool:
    """Mark everything at once, then delete it; False if there is nothing.

    If the disk has no room for the marks, the files of the videos make it, the largest first. Otherwise
    nobody could delete anybody just when it is needed most.
    """
    with store.reading() as session:
        own = select(Video.id).join(Sitting).where(whose)
        going = list(session.scalars(own.order_by(Video.size_bytes, Video.id)))
    while True:
        try:
            with store.writing() as session:
                marked = mark_all(session)
            break
        except OperationalError as error:
            if not is_full(error) or not going:
                raise
        # Not by the trash: a full disk has no room for a folder either.
        shutil.rmtree(folder.video(going.pop()), ignore_errors=True)
    if marked is None:
        return False
    _remove_videos(store, folder, marked, queue)
    complete_deletions(store, folder)
    return True


def complete_deletions(store: Store, folder: DataFolder) -> None:
    """Delete the sessions and persons that were marked, and what is left of them."""
    of_marked = (
        select(Video.id)
        .join(Sitting, Video.session_id == Sitting.id)
        .outerjoin(Person, Sitting.person_id == Person.id)
        .where(Sitting.deleted_s.is_not(None) | Person.deleted_s.is_not(None))
    )
    with store.reading() as session:
        videos = session.scalars(of_marked).all()
    _remove_videos(store, folder, videos, None)
    marked = select(Person.id).where(Person.deleted_s.is_not(None))
    with store.writing() as session:
        session.execute(
            delete(Sitting).where(Sitting.deleted_s.is_not(None) | Sitting.person_id.in_(marked))
        )
        session.execute(delete(Person).where(Person.deleted_s.is_not(None)))
    store.forget()


def _mark_session(session: Session, sitting: Sitting) -> list[str]:
    """Mark a session and its videos, and forget what was noted; the names of the videos."""
    _blank(sitting, ("id", "person_id", "held_s"))
    sitting.deleted_s = time.time()
    videos = session.scalars(select(Video).where(Video.session_id == sitting.id)).all()
    for video in videos:
        mark(video)
    return [video.id for video in videos]


def _blank(row: Person | Sitting, staying: Sequence[str]) -> None:
    """Forget everything that was noted in a row, whichever columns there are."""
    for column in row.__table__.columns:
        if column.name in staying or column.foreign_keys:
            continue
        empty: object = None
        if not column.nullable:
            kind = column.type.python_type
            empty = row.id if kind is str and column.unique else kind()
        setattr(row, column.name, empty)


def _remove_videos(
    store: Store, folder: DataFolder, videos: Sequence[str], queue: Queue | None
) -> None:
    for video_id in videos:
        # First, so that nobody can have it measured again meanwhile, and so that there is room for the rest.
        mark_removed_on_full_disk(store, folder, video_id)
        if queue is not None:
            queue.cancel(video_id)
            queue.wait_until_free(video_id)
        remove_video(store, folder, video_id)
