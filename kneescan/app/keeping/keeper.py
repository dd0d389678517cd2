"""Keeper: takes away what is no longer to be kept, soon after it is due or somebody asks."""

import threading
import time
from contextlib import suppress

from sqlalchemy.exc import DatabaseError

import kneescan
from kneescan.app.keeping.clock import is_in_doubt, note_run
from kneescan.app.keeping.in_use import InUse
from kneescan.app.keeping.ladder import Due, due_videos, is_further, reducible, unfinished
from kneescan.app.keeping.reducing import WaitUntilFree, reduce_video, remove_what_outlasted
from kneescan.app.keeping.staying import Write, write_staying
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store
from kneescan.app.store.removal import empty_trash, mark, remove_video
from kneescan.app.store.tables import Video
from kneescan.app.words import AppWords
from kneescan.batch.workers.isolation import Children, join
from kneescan.faults import report_fault

DAY_S = 86400.0
_LOOK_S = 3600.0
"""How often it is looked whether anything is due, even if nothing happens. [s]"""


class Keeper:
    """Reduces videos in a thread of its own.

    Parameters
    ----------
    store : Store
        Database.
    folder : DataFolder
        Where the videos are.
    words : AppWords
        Say in which language reports are written.
    write : callable, optional
        Writes the results that stay.
    wait_until_free : callable, optional
        See `reduce_video`.
    """

    def __init__(
        self,
        store: Store,
        folder: DataFolder,
        words: AppWords,
        *,
        write: Write = write_staying,
        wait_until_free: WaitUntilFree = lambda _: None,
    ) -> None:
        self._store, self._folder, self._words, self._write = store, folder, words, write
        self._wait_until_free = wait_until_free
        self.in_use = InUse()
        self.at_work = threading.Lock()
        """Held while files are taken away; who copies all files holds it too."""
        self._children = Children()
        self._news, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="kneescan-keeper", daemon=True)
        self._tried_s = -DAY_S
        """When videos that could not be reduced were last tried again."""
        self._pause_s = _LOOK_S
        self._n_waiting = 0

    def start(self) -> None:
        """Begin; what was cut off is completed first."""
        self._thread.start()

    def stop(self) -> None:
        """Stop at once; the next start goes on."""
        self._stop.set()
        self._news.set()
        self._children.stop()
        if self._thread.is_alive():
            self._thread.join()

    def order(self, keep: str, person_id: str | None = None) -> int:
        """Reduce the videos of a person, or all, now; returns their number.

        They are marked at once, so that it is done even if the app ends now.
        """
        with self._store.writing() as session:
            found = reducible(session, keep, person_id)
            for due in found:
                video = session.get_one(Video, due.video_id)
                if not due.is_measured:
                    mark(video)
                elif video.keep_next is None or is_further(keep, video.keep_next):
                    video.keep_next = keep
        for due in found:
            if not due.is_measured:
                self._wait_until_free(due.video_id)
                remove_video(self._store, self._folder, due.video_id)
        self._news.set()
        return len(found)

    def look(self) -> None:
        """Look soon whether anything is due, for example after a rule was changed."""
        self._tried_s = -DAY_S
        self._news.set()

    def wake(self) -> None:
        """Tell that something may be due, for example because a video was measured."""
        self._news.set()

    def confirm_clock(self) -> None:
        """Take the present date as right, as somebody said."""
        note_run(self._store)
        self.look()

    def n_left(self) -> int:
        """Number of videos that are being reduced or wait for it."""
        with self._store.reading() as session:
            return len(unfinished(session)) + self._n_waiting

    def _work(self) -> None:
        join(self._children)
        while not self._stop.is_set():
            self._news.clear()
            try:
                with self.at_work:
                    self.run_once()
            except (DatabaseError, OSError):
                # A full disk, or a file that another program holds: the next time.
                pass
            except Exception as error:  # noqa: BLE001 (nobody waits for this thread)
                report_fault(error, version=kneescan.__version__)
            self._news.wait(self._pause_s)

    def run_once(self) -> None:
        """Complete what was begun, and begin what is due."""
        self._pause_s = _LOOK_S
        empty_trash(self._store, self._folder)
        self._store.forget_rest()
        remove_what_outlasted(self._store, self._folder)
        with self._store.reading() as session:
            begun = unfinished(session)
        for due in begun:
            self._reduce(due)
        if is_in_doubt(self._store):
            return
        note_run(self._store)
        is_tried = abs(time.time() - self._tried_s) >= DAY_S
        if is_tried:
            self._tried_s = time.time()
        try:
            self._reduce_all_due(with_troubled=is_tried)
        finally:
            # What was cut off is not said to be going on.
            self._n_waiting = 0

    def _reduce_all_due(self, *, with_troubled: bool) -> None:
        with self._store.reading() as session:
            found = due_videos(session, with_troubled=with_troubled)
        for number, due in enumerate(found, start=1):
            self._n_waiting = len(found) - number
            used_s = self.in_use.left_s(due.video_id)
            if used_s > 0:
                # Somebody looks at it: as soon as nobody does.
                self._pause_s = min(self._pause_s, used_s)
                continue
            with self._store.reading() as session:
                # Those before it took long, and somebody may have changed the rule.
                is_due = due in due_videos(session, with_troubled=with_troubled)
            if is_due:
                self._reduce(due)

    def _reduce(self, due: Due) -> None:
        if self._stop.is_set():
            return
        # One video that cannot be written must not stop the others.
        with suppress(OSError):
            reduce_video(
                self._store,
                self._folder,
                due,
                language=self._words.language,
                cancel=self._stop,
                write=self._write,
                wait_until_free=self._wait_until_free,
            )
