"""Reducing: take away of a video what is no longer to be kept; a start after a cut completes it.

What is to stay is written beside what is there. Then one file after the other takes its place, and all
else is deleted: only files that are known to show no more than is wanted are left.
"""

import shutil
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from kneescan.app.keeping.ladder import Due, is_further
from kneescan.app.keeping.staying import REPORT, STAYING, Write, write_staying
from kneescan.app.store.data_folder import RESULTS, DataFolder
from kneescan.app.store.database import Store
from kneescan.app.store.removal import mark, remove_folder, remove_video
from kneescan.app.store.states import state_of_video
from kneescan.app.store.tables import Video
from kneescan.batch.clips import Failure
from kneescan.files.writing import flush

WaitUntilFree = Callable[[str], None]
STAGED = ".reducing"
"""Folder beside the results for those that are to take their place."""
OPTIONAL = ("repetitions.parquet", "frames.zip")
"""Results that not every video has."""
FAILED = "failed"
"""Why a video could not be reduced: see `Video.keep_trouble`."""


def reduce_video(
    store: Store,
    folder: DataFolder,
    due: Due,
    *,
    language: str,
    cancel: threading.Event,
    write: Write = write_staying,
    wait_until_free: WaitUntilFree = lambda _: None,
) -> bool:
    """Reduce a video to what is to stay.

    Parameters
    ----------
    store : Store
        Database.
    folder : DataFolder
        Where the videos are.
    due : Due
        The video, and what stays of it. If it was never measured, nothing does.
    language : str
        Language of its report.
    cancel : Event
        Set by another thread to stop; the next call begins anew.
    write : callable, optional
        Writes the results that stay.
    wait_until_free : callable, optional
        Returns when no process uses the files of a video of the given name any more: the measurement of one
        that was cancelled takes a moment to end.

    Returns
    -------
    bool
        False if it stays as it is: it is gone, in work, or could not be written; then `Video.keep_trouble`
        says so.
    """
    if not due.is_measured:
        return _remove_unmeasured(store, folder, due.video_id, wait_until_free)
    if not _begin(store, due):
        return False
    try:
        is_done = _take_away(folder, due, language, cancel, write)
    finally:
        _remove_if_deleted(store, folder, due.video_id)
    if is_done or not cancel.is_set():
        _end(store, due, is_done=is_done)
    return is_done


def remove_what_outlasted(store: Store, folder: DataFolder) -> None:
    """Delete what was being written of videos that were deleted meanwhile, if the app was cut off then."""
    for staged in folder.videos.glob(f"*/{STAGED}"):
        _remove_if_deleted(store, folder, staged.parent.name)


def _begin(store: Store, due: Due) -> bool:
    """Mark a video as being reduced, unless it is being measured or deleted."""
    with store.writing() as session:
        video = session.get(Video, due.video_id)
        if video is None or video.deleted_s is not None:
            return False
        if state_of_video(session, video.id) != "done" or not is_further(due.keep, video.kept):
            return False
        # A further step that was begun already may have taken away what this one needs.
        if video.keep_next is not None and is_further(video.keep_next, due.keep):
            return False
        video.keep_next = due.keep
    return True


def _end(store: Store, due: Due, *, is_done: bool) -> None:
    with store.writing() as session:
        video = session.get(Video, due.video_id)
        if video is None:
            return
        video.keep_trouble = None if is_done else FAILED
        video.kept = due.keep if is_done else video.kept
        # Somebody may have ordered meanwhile that still less is to stay.
        if video.keep_next == due.keep:
            video.keep_next = None


def _remove_if_deleted(store: Store, folder: DataFolder, video_id: str) -> None:
    """Delete what was written after somebody deleted the video, which nobody would find again."""
    with store.reading() as session:
        video = session.get(Video, video_id)
        is_deleted = video is None or video.deleted_s is not None
    if is_deleted:
        remove_folder(folder, video_id)


def _take_away(
    folder: DataFolder, due: Due, language: str, cancel: threading.Event, write: Write
) -> bool:
    """Leave only the files that are to stay; False if everything is as before."""
    place, results = folder.video(due.video_id), folder.results(due.video_id)
    if due.keep in STAYING:
        staged = place / STAGED
        if _stage(results, staged, due, language, cancel, write) is not None:
            shutil.rmtree(staged, ignore_errors=True)
            return False
        _put_in_place(results, staged, STAYING[due.keep])
        _clear(results, STAYING[due.keep])
        _clear(place, (RESULTS,))
    else:
        try:
            folder.original(due.video_id).unlink(missing_ok=True)
        except OSError:
            return False
    flush(place)
    return True


def _remove_unmeasured(
    store: Store, folder: DataFolder, video_id: str, wait_until_free: WaitUntilFree
) -> bool:
    # At once, so that nobody can have it measured again between the question and the mark.
    with store.writing() as session:
        video = session.get(Video, video_id)
        if video is None or state_of_video(session, video_id) not in ("failed", "cancelled"):
            return False
        mark(video)
    wait_until_free(video_id)
    return remove_video(store, folder, video_id)


def _stage(
    results: Path, staged: Path, due: Due, language: str, cancel: threading.Event, write: Write
) -> Failure | None:
    """Write what stays beside the results; a failure if it is not complete."""
    shutil.rmtree(staged, ignore_errors=True)
    try:
        staged.mkdir(mode=0o700)
        failure = write(results, staged, due.keep, language, cancel)
    except OSError as error:
        return Failure(kind="worker", reason=error.strerror or "")
    needed = [name for name in STAYING[due.keep] if name not in OPTIONAL]
    if failure is None and not all((staged / name).is_file() for name in needed):
        return Failure(kind="unexpected", reason="not complete")
    if failure is None and due.keep == "landmarks" and _shows_pictures(staged / REPORT):
        return Failure(kind="unexpected", reason="there are pictures in the report")
    return failure


def _shows_pictures(report: Path) -> bool:
    return b"data:image/jpeg" in report.read_bytes()


def _put_in_place(results: Path, staged: Path, names: Iterable[str]) -> None:
    for name in names:
        if (staged / name).exists():
            flush(staged / name)
            (staged / name).replace(results / name)
        else:
            (results / name).unlink(missing_ok=True)
    flush(results)


def _clear(place: Path, staying: Iterable[str]) -> None:
    """Delete everything in a folder but what stays."""
    for path in place.iterdir():
        if path.name in staying:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
