"""Workshop: makes files that take longer than a page waits, one after the other.

A finished file of a video lies in the folder of its video, so that it goes when the video or its pictures
go. One of several videos goes when any video goes, and at the latest when the app ends.
"""

import errno
import shutil
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

import kneescan
from kneescan.app.store.data_folder import MADE, DataFolder, new_id
from kneescan.app.store.database import Store
from kneescan.app.store.tables import Video
from kneescan.batch.clips import Failure
from kneescan.batch.workers.isolation import Children, join, run_isolated
from kneescan.batch.workers.watching import Limits
from kneescan.faults import expected, report_fault

LIMITS = Limits(timeout_s=600.0)
MOST_FILES = 6
"""Made files of a video that are kept: undo and redo then need no new ones."""
ROOM_BYTES = 100_000_000
"""Room that a file may need, besides the size of the videos that it shows."""
LOOK_S = 0.3
"""Whether a file is still wanted is asked this often. [s]"""

Job = Callable[[Path], None]
"""Writes a file; called in a process of its own, so it can be pickled. One with a method ``telling`` is given
a function too, by which it tells how many parts of how many are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One file that is wanted."""

    name: str
    """Its name, which changes with everything that it shows."""
    job: Job
    kept: Mapping[str, str | None]
    """Videos that it shows, each with how much of it is kept, as `Video.kept`: with less, the file may show
    too much. None where it shows no picture."""
    needs_bytes: int = 0
    """Room that it may need besides `ROOM_BYTES`."""
    limits: Limits = LIMITS
    video_id: str | None = None
    """Video in whose folder it lies; None for that of files of several."""
    is_current: Callable[[Session], bool] = lambda _: True
    """Whether it may still be put in its place, as far as that is not said by `kept`."""


class Workshop:
    """Makes files in a thread of its own, each in a child process with limits.

    Parameters
    ----------
    store : Store
        Database.
    folder : DataFolder
        Where the videos are.
    """

    def __init__(self, store: Store, folder: DataFolder) -> None:
        self._store, self._folder = store, folder
        self._children = Children(is_polite=True)
        self._waiting: deque[Order] = deque()
        self._failed: dict[str, str] = {}
        self._at_work: Order | None = None
        self._progress: tuple[int, int] | None = None
        self._lock = threading.Lock()
        self._news, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="kneescan-workshop", daemon=True)

    def start(self) -> None:
        """Begin; what an earlier run left unfinished is removed."""
        shutil.rmtree(self._bench, ignore_errors=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop at once; what is in work is not kept."""
        self._stop.set()
        self._news.set()
        self._children.stop()
        if self._thread.is_alive():
            self._thread.join()
        shutil.rmtree(self._bench, ignore_errors=True)

    def made(self, order: Order) -> Path | None:
        """Finished file; None if it is not there."""
        path = self._place(order) / order.name
        return path if path.is_file() else None

    def take(self, order: Order) -> Path | None:
        """Finished file for one who then removes it with its folder; None if it is gone or in use."""
        place = self._bench / new_id()
        place.mkdir(mode=0o700, parents=True)
        try:
            return (self._place(order) / order.name).replace(place / order.name)
        except (FileNotFoundError, PermissionError):
            place.rmdir()
            return None

    def progress(self, order: Order) -> tuple[int, int] | None:
        """How many parts of how many are done of what is in work; None if it has not told."""
        with self._lock:
            is_at_work = self._at_work is not None and self._at_work.name == order.name
            return self._progress if is_at_work else None

    def order(self, order: Order) -> str:
        """Have a file made, unless it is there, waits, or is in work; ``made``, ``waiting`` or why it failed.

        A failure is told once; asking again then makes another attempt.
        """
        if self.made(order) is not None:
            return "made"
        with self._lock:
            if order.name in self._failed:
                return self._failed.pop(order.name)
            open_orders = [*self._waiting, *([self._at_work] if self._at_work else [])]
            if order.name not in [each.name for each in open_orders]:
                self._waiting.append(order)
                self._news.set()
        return "waiting"

    def _place(self, order: Order) -> Path:
        if order.video_id is None:
            return self._folder.of_several
        return self._folder.video(order.video_id) / MADE

    @property
    def _bench(self) -> Path:
        return self._folder.made

    def _work(self) -> None:
        join(self._children)
        while not self._stop.is_set():
            with self._lock:
                self._news.clear()
                self._at_work = self._waiting.popleft() if self._waiting else None
                self._progress = None
            if self._at_work is None:
                self._news.wait()
                continue
            failure = self._outcome(self._at_work)
            with self._lock:
                if failure:
                    self._failed[self._at_work.name] = failure
                self._at_work = None

    def _outcome(self, order: Order) -> str:
        """Make a file; a key of the texts if it failed."""
        place = self._bench / new_id()
        try:
            if not self._folder.has_room_for(ROOM_BYTES + order.needs_bytes):
                return "disk_full"
            place.mkdir(mode=0o700, parents=True)
            failure = self._make(order, place / order.name)
            if failure is None:
                self._put_in_place(order, place / order.name)
        except Exception as error:  # noqa: BLE001 (one file must not stop the others)
            if expected(error) is None and not isinstance(error, OSError | DatabaseError):
                report_fault(error, version=kneescan.__version__)
                return "fault"
            return "disk_full" if not self._folder.has_room_for(0) else "not_written"
        finally:
            shutil.rmtree(place, ignore_errors=True)
        return "" if failure is None else key_of(failure)

    def _note(self, n_done: int, n_total: int) -> None:
        with self._lock:
            self._progress = n_done, n_total

    def _make(self, order: Order, target: Path) -> Failure | None:
        ended, cancel = threading.Event(), threading.Event()

        def watch() -> None:
            while not ended.wait(LOOK_S):
                with suppress(DatabaseError):
                    if not self._is_wanted(order):
                        cancel.set()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            making = _Making(order.job, target)
            outcome = run_isolated(making, order.limits, tell=self._note, cancel=cancel)
        finally:
            ended.set()
            watcher.join()
        return outcome if isinstance(outcome, Failure) else None

    def _is_wanted(self, order: Order) -> bool:
        with self._store.reading() as session:
            return is_as_ordered(session, order)

    def _put_in_place(self, order: Order, made: Path) -> None:
        """Put a file in its place, unless a video of it is gone or shows less by now."""
        # While this writes, nobody can mark a video, or rename whose it is and delete what lies here.
        with self._store.writing() as session:
            if not is_as_ordered(session, order):
                return
            place = self._place(order)
            place.mkdir(mode=0o700, exist_ok=True)
            made.replace(place / order.name)
            newest = sorted(place.iterdir(), key=_made_s, reverse=True)
            for old in newest[1 if order.video_id is None else MOST_FILES :]:
                # Windows deletes none that is being sent; it goes with the next one.
                with suppress(PermissionError):
                    old.unlink(missing_ok=True)


def _made_s(path: Path) -> float:
    """When a file was made; 0 for one that was fetched or deleted meanwhile. [s since 1970]"""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def is_as_ordered(session: Session, order: Order) -> bool:
    """Whether all videos are there, and show as much as when a file of them was ordered."""
    query = select(Video.id, Video.kept, Video.keep_next).where(Video.deleted_s.is_(None))
    if order.video_id is not None:
        query = query.where(Video.id == order.video_id)
    there = {video_id: (kept, next_one) for video_id, kept, next_one in session.execute(query)}
    return order.is_current(session) and all(
        there.get(video_id) == (kept, None) if kept else video_id in there
        for video_id, kept in order.kept.items()
    )


BY_KIND = {"timeout": "too_long", "memory": "too_long", "cancelled": "changing"}
"""Keys of the texts by the kind of the failure."""


def key_of(failure: Failure) -> str:
    """Key of the text for a failure."""
    return failure.cause or BY_KIND.get(failure.kind, "fault")


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes a file in a child process."""

    job: Job
    target: Path

    def telling(self, tell: Callable[[int, int], None]) -> Failure | None:
        from kneescan.errors import KneescanError, MissingLibraryError

        try:
            if hasattr(self.job, "telling"):
                self.job.telling(self.target, tell)
            else:
                self.job(self.target)
        except MissingLibraryError as error:
            return Failure(kind="worker", reason=str(error), cause="no_pdf")
        except (KneescanError, OSError) as error:
            why = error if isinstance(error, OSError) else error.__cause__
            is_full = isinstance(why, OSError) and why.errno in (errno.ENOSPC, errno.EDQUOT)
            cause = "disk_full" if is_full else "not_written"
            return Failure(kind="worker", reason=str(error), cause=cause)
        return None
