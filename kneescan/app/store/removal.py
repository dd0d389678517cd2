"""Removal: delete a video so that nothing of it is left; a start after a cut completes it."""

import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kneescan.app.store.data_folder import MADE, DataFolder, is_id, new_id
from kneescan.app.store.database import Store, is_full
from kneescan.app.store.days import day
from kneescan.app.store.tables import Analysis, Edit, Job, Sitting, Upload, Video

_HELD = "held-"
"""Beginning of the names of notes in the trash, each of something that was open when it was to be deleted."""
_REPORT = "report"
"""Beginning of the names of made files that bear the code name."""
_memories: list[Callable[[], None]] = []


def forgets_on_removal(clear: Callable[[], None]) -> None:
    """Have a memory of what was read from the disk cleared whenever something is deleted."""
    _memories.append(clear)


def mark_removed(store: Store, video_id: str) -> bool:
    """Mark a video for deletion; False if there is none of this name.

    Whatever happens then, it is not shown and not measured again, and `complete_removals` deletes it.
    """
    with store.writing() as session:
        video = session.get(Video, video_id)
        if video is None:
            return False
        mark(video)
    return True


def mark(video: Video) -> None:
    """Mark a video for deletion."""
    video.deleted_s = video.deleted_s or time.time()
    # The same video that arrives meanwhile is a new one, not known already.
    video.sha256 = f"deleted {video.id}"


def mark_removed_on_full_disk(store: Store, folder: DataFolder, video_id: str) -> bool:
    """Mark a video for deletion; if the disk has no room for that note, its own files make room.

    Otherwise nobody could delete anything just when it is needed most.
    """
    try:
        return mark_removed(store, video_id)
    except OperationalError as error:
        if not is_full(error):
            raise
    # Not by the trash: a full disk has no room for a folder either.
    shutil.rmtree(folder.video(video_id), ignore_errors=True)
    return mark_removed(store, video_id)


def remove_video(store: Store, folder: DataFolder, video_id: str) -> bool:
    """Delete a video with its results, edits and jobs; False if there is none of this name."""
    if not mark_removed(store, video_id):
        return False
    remove_folder(folder, video_id)
    shutil.rmtree(folder.of_several, ignore_errors=True)
    with store.writing() as session:
        video = session.get(Video, video_id)
        if video is None:
            # Somebody else deleted it at the same time, and was faster.
            return False
        for table in (Job, Analysis, Edit):
            session.execute(delete(table).where(table.video_id == video_id))
        session.execute(delete(Video).where(Video.id == video_id))
        session.execute(
            delete(Upload).where((Upload.id == video_id) | (Upload.same_as == video_id))
        )
        if video.session_id is not None:
            hand_date_on(session, session.get_one(Sitting, video.session_id), video)
            _remove_if_empty(session, video.session_id)
    store.forget()
    for clear in _memories:
        clear()
    return True


def complete_removals(store: Store, folder: DataFolder) -> None:
    """Delete what was marked, or had already been moved to the trash."""
    with store.reading() as session:
        marked = session.scalars(select(Video.id).where(Video.deleted_s.is_not(None))).all()
    for video_id in marked:
        remove_video(store, folder, video_id)
    empty_trash(store, folder)
    with suppress(OSError):
        folder.trash.rmdir()


def remove_folder(folder: DataFolder, video_id: str) -> None:
    """Delete the folder of a video; at once it is no longer where it was, unless something in it is open."""
    folder.check_is_there()
    _remove(folder, video_id)


def empty_trash(store: Store, folder: DataFolder) -> None:
    """Delete what is in the trash, and what could not be deleted before because it was open."""
    if not folder.trash.is_dir():
        return
    for place in folder.trash.iterdir():
        if place.name.startswith(_HELD) and not _is_back(store, place):
            _remove_held(folder, place)
        else:
            _delete(place)


def _is_back(store: Store, note: Path) -> bool:
    """Whether a note is about the whole folder of a video that is there: the sample person can come again."""
    video_id, _, report = note.name.removeprefix(_HELD).partition("+")
    with store.reading() as session:
        video = session.get(Video, video_id)
        return not report and video is not None and video.deleted_s is None


def _remove(folder: DataFolder, video_id: str, report: str = "") -> None:
    """Delete the folder of a video, or a report in it.

    On Windows, nothing can be moved or deleted while it is open, for example because a page is being sent.
    Then only the rest goes at once, and a note in the trash says what `empty_trash` has still to delete.
    """
    folder.trash.mkdir(mode=0o700, exist_ok=True)
    aside = folder.trash / new_id()
    try:
        _place(folder, video_id, report).rename(aside)
    except FileNotFoundError:
        return
    except PermissionError:
        # An empty file, whose name is the note: it is there as a whole, or not at all.
        note = folder.trash / f"{_HELD}{video_id}+{report}"
        note.touch(mode=0o600)
        _remove_held(folder, note)
    else:
        _delete(aside)


def _place(folder: DataFolder, video_id: str, report: str) -> Path:
    return folder.video(video_id) / MADE / report if report else folder.video(video_id)


def _remove_held(folder: DataFolder, note: Path) -> None:
    """Delete what a note names; the note goes with it."""
    video_id, _, report = note.name.removeprefix(_HELD).partition("+")
    is_ours = is_id(video_id) and (not report or report.startswith(_REPORT))
    if is_ours:
        place = _place(folder, video_id, report)
        _delete(place)
        if place.exists():
            return
    _delete(note)


def _delete(place: Path) -> None:
    """Delete a file or a folder, as far as nothing of it is open."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    else:
        with suppress(OSError):
            place.unlink()


def remove_reports(folder: DataFolder, video_ids: Iterable[str]) -> None:
    """Delete the reports that were made of videos, and the tables: they bear the code name of before.

    Called within the transaction that changes whose the videos are. Until that is over, no other report can
    take its place; if it fails, reports can be made again.
    """
    for video_id in video_ids:
        for path in (folder.video(video_id) / MADE).glob(f"{_REPORT}*"):
            _remove(folder, video_id, path.name)
    shutil.rmtree(folder.of_several, ignore_errors=True)


def is_worth_keeping(sitting: Sitting) -> bool:
    """Whether somebody noted something in a session, which must not go with its last video."""
    texts = (sitting.shoes, sitting.brace, sitting.clothing, sitting.plan, sitting.notes)
    return sitting.pain is not None or any(texts)


def hand_date_on(session: Session, sitting: Sitting, gone: Video) -> None:
    """Date a session by another of its videos of the same day, if a video that has left it gave it its date.

    Otherwise the date would look as if a reader had entered it, and stay when it becomes known that the
    others were filmed on other days.
    """
    if sitting.held_s != gone.created_s:
        return
    received = select(Video.created_s).where(
        Video.session_id == sitting.id, Video.id != gone.id, Video.deleted_s.is_(None)
    )
    same_day = [at_s for at_s in session.scalars(received) if day(at_s) == day(gone.created_s)]
    sitting.held_s = min(same_day, default=sitting.held_s)


def _remove_if_empty(session: Session, sitting_id: str) -> None:
    """Delete a session without videos and notes.

    Its person stays: a code name goes only when somebody deletes the person.
    """
    sitting = session.get_one(Sitting, sitting_id)
    others_in_it = select(Video).where(Video.session_id == sitting_id)
    if not is_worth_keeping(sitting) and session.scalars(others_in_it).first() is None:
        session.delete(sitting)
