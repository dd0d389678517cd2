"""Removal: delete a video so that nothing of it is left; a start after a cut completes it."""

import shutil
import time
from contextlib import suppress

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store
from kneescan.app.store.tables import Analysis, Edit, Job, Person, Sitting, Upload, Video


def mark_removed(store: Store, video_id: str) -> bool:
    """Mark a video for deletion; False if there is none of this name.

    Whatever happens then, it is not shown and not measured again, and `complete_removals` deletes it.
    """
    with store.writing() as session:
        video = session.get(Video, video_id)
        if video is None:
            return False
        video.deleted_s = video.deleted_s or time.time()
        # The same video that arrives meanwhile is a new one, not known already.
        video.sha256 = f"deleted {video_id}"
    return True


def remove_video(store: Store, folder: DataFolder, video_id: str) -> bool:
    """Delete a video with its results, edits and jobs; False if there is none of this name."""
    if not mark_removed(store, video_id):
        return False
    remove_folder(folder, video_id)
    with store.writing() as session:
        video = session.get_one(Video, video_id)
        for table in (Job, Analysis, Edit):
            session.execute(delete(table).where(table.video_id == video_id))
        session.execute(delete(Video).where(Video.id == video_id))
        session.execute(
            delete(Upload).where((Upload.id == video_id) | (Upload.same_as == video_id))
        )
        if video.session_id is not None:
            _remove_if_empty(session, video.session_id)
    store.forget()
    return True


def complete_removals(store: Store, folder: DataFolder) -> None:
    """Delete what was marked, or had already been moved to the trash."""
    with store.reading() as session:
        marked = session.scalars(select(Video.id).where(Video.deleted_s.is_not(None))).all()
    for video_id in marked:
        remove_video(store, folder, video_id)
    shutil.rmtree(folder.trash, ignore_errors=True)


def remove_folder(folder: DataFolder, video_id: str) -> None:
    """Delete the folder of a video; at once it is no longer where it was."""
    folder.trash.mkdir(mode=0o700, exist_ok=True)
    place = folder.trash / video_id
    shutil.rmtree(place, ignore_errors=True)
    with suppress(FileNotFoundError):
        folder.video(video_id).rename(place)
    shutil.rmtree(place, ignore_errors=True)


def _remove_if_empty(session: Session, sitting_id: str) -> None:
    """Delete a session without videos, and the person who has no other session."""
    if session.scalars(select(Video).where(Video.session_id == sitting_id)).first() is not None:
        return
    sitting = session.get_one(Sitting, sitting_id)
    person_id = sitting.person_id
    session.delete(sitting)
    session.flush()
    others = select(Sitting).where(Sitting.person_id == person_id)
    if person_id is not None and session.scalars(others).first() is None:
        session.delete(session.get_one(Person, person_id))
