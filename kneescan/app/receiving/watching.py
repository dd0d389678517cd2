"""Watching: whatever video appears in a folder is taken in, once it is whole; the folder stays as it is."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError

from kneescan.app.jobs.arriving import Refusal, RefusedError
from kneescan.app.jobs.intake import Intake
from kneescan.app.jobs.taking_files import take_file
from kneescan.app.receiving.folder_files import FolderFile, can_be_read, is_cut_off, video_files
from kneescan.app.receiving.looking import Look, Looker
from kneescan.app.store.database import Store
from kneescan.app.store.tables import Setting, WatchedFile

EVERY_S = 3.0
SETTLED_S = 4.0
"""A file that did not change for so long may be whole. [s]"""
PATIENCE_S = 120.0
"""One that does not look like a whole video is taken in after so long without a change. [s]"""
HANGS_S = 15.0
"""A folder that does not answer for so long cannot be reached: the network is away. [s]"""
STOP_S = 5.0
"""Longest wait for a look in work when the app ends. [s]"""
_SETTING = "watched_folder"


class State(StrEnum):
    """How the watching goes."""

    OFF = "off"
    WATCHING = "watching"
    GONE = "gone"
    DISK_FULL = "disk_full"


class WhyNot(StrEnum):
    """Why a folder cannot be watched."""

    NO_FOLDER = "no_folder"
    NOT_READABLE = "not_readable"
    OWN_FOLDER = "own_folder"


class FolderError(ValueError):
    """A folder cannot be watched; the message is a `WhyNot`."""


@dataclass(slots=True)
class _Waiting:
    """A file that is perhaps still being written."""

    file: FolderFile
    since_s: float
    look: Look | None = None
    is_readable: bool = False
    is_asked: bool = False
    """Whether its header was read, or will be."""

    @property
    def is_whole(self) -> bool:
        """Whether it has settled and reads as a video, or has not changed for long."""
        passed_s = time.monotonic() - self.since_s
        if passed_s < SETTLED_S or not self.is_readable:
            return False
        return (self.look is not None and self.look.is_video) or passed_s >= PATIENCE_S


class Watcher:
    """Looks into one folder every few seconds.

    Parameters
    ----------
    store : Store
        Remembers the folder, and what was taken in.
    intake : Intake
        Takes the files in.
    looker : Looker
        Tells whether a file is a whole video.
    own : Path
        The app's own folder, which cannot be watched.
    wake : callable
        Called when a video was taken in.
    """

    def __init__(
        self, store: Store, intake: Intake, looker: Looker, *, own: Path, wake: Callable[[], None]
    ) -> None:
        self._store, self._intake, self._looker = store, intake, looker
        self._own, self._wake = own, wake
        self._lock = threading.Lock()
        self._news, self._is_stopped = threading.Event(), threading.Event()
        self._waiting: dict[Path, _Waiting] = {}
        self._folder = self._remembered()
        self._state = State.WATCHING if self._folder else State.OFF
        # Changes with every order, so that a look from before has no effect any more.
        self._order = object()
        self._asked_s: float | None = None
        self.n_taken = 0
        """Videos taken in since the app was started."""
        self.old: list[FolderFile] = []
        """Videos that were in the folder before it was watched, and still are."""
        self._thread = self._worker()

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End; a copy in work continues with the next start, and a folder that hangs is not waited for."""
        self._is_stopped.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    @property
    def folder(self) -> Path | None:
        """The folder that is watched."""
        return self._folder

    @property
    def state(self) -> State:
        """How it goes; a folder that does not answer is as good as gone."""
        asked_s = self._asked_s
        hangs = asked_s is not None and time.monotonic() - asked_s > HANGS_S
        return State.GONE if hangs else self._state

    def watch(self, text: str) -> None:
        """Watch a folder from now on; what lies in it already is left alone.

        Raises
        ------
        FolderError
            If it is none, cannot be read, or is the app's own.
        """
        folder = self._checked(text)
        if folder == self._folder:
            return
        try:
            present = video_files(folder)
        except OSError:
            raise FolderError(WhyNot.NOT_READABLE) from None
        with self._lock:
            with self._store.writing() as session:
                session.execute(delete(WatchedFile).where(WatchedFile.is_old))
                taken = set(session.scalars(select(WatchedFile.mark)))
                old = [file for file in present if file.mark not in taken]
                session.add_all(_row(file, is_old=True) for file in old)
                session.merge(Setting(name=_SETTING, value=str(folder)))
            self._folder, self._state, self.old = folder, State.WATCHING, old
            self._begin_anew()
            if self._thread.is_alive():
                # It may be stuck in another folder, for nobody knows how long.
                self._thread = self._worker()
                self._thread.start()
        self._news.set()

    def watch_nothing(self) -> None:
        """Watch no folder any more."""
        with self._lock:
            with self._store.writing() as session:
                session.execute(delete(WatchedFile).where(WatchedFile.is_old))
                session.execute(delete(Setting).where(Setting.name == _SETTING))
            self._folder, self._state, self.old = None, State.OFF, []
            self._begin_anew()

    def take_old(self) -> None:
        """Take in what lay in the folder before, too."""
        with self._lock, self._store.writing() as session:
            session.execute(delete(WatchedFile).where(WatchedFile.is_old))
            self.old = []
        self._news.set()

    def look(self) -> None:
        """Look into the folder once; nobody is kept waiting while it, or a file in it, is read."""
        with self._lock:
            folder, order = self._folder, self._order
        if folder is None:
            return
        waiting = self._found(folder, order)
        for each in waiting:
            self._ask_about(each)
        with self._lock:
            self._asked_s = None if order is self._order else self._asked_s
        whole = [each.file for each in waiting if each.is_whole]
        # One, so that what was ordered meanwhile is seen soon.
        if whole and order is self._order and self._take(whole[0], order) and len(whole) > 1:
            self._news.set()

    def _found(self, folder: Path, order: object) -> list[_Waiting]:
        """Files that may be taken in; none if the folder is not there, or not wanted any more."""
        self._asked_s = time.monotonic()
        try:
            present = video_files(folder)
        except OSError:
            # A stick was pulled out, or a network is away. It may come back.
            present = None
        with self._lock:
            if order is not self._order:
                return []
            if present is None:
                self._asked_s, self._state, self._waiting = None, State.GONE, {}
                return []
            self._state = State.WATCHING
            self._waiting = {file.path: self._waited(file) for file in self._new(present)}
            return list(self._waiting.values())

    def _begin_anew(self) -> None:
        self._waiting, self._order, self._asked_s = {}, object(), None

    def _ask_about(self, waiting: _Waiting) -> None:
        if waiting.is_asked or time.monotonic() - waiting.since_s < SETTLED_S:
            return
        waiting.is_readable = can_be_read(waiting.file)
        if waiting.is_readable and not is_cut_off(waiting.file):
            waiting.is_asked = True
            self._looker.look_at(waiting.file.path, lambda look: self._told(waiting, look))

    def _told(self, waiting: _Waiting, look: Look) -> None:
        waiting.look = look
        self._news.set()

    def _take(self, file: FolderFile, order: object) -> bool:
        """Take a file in; False if that must be tried again."""
        try:
            taken = take_file(self._intake, file.path)
        except RefusedError as error:
            if error.why in (Refusal.DISK_FULL, Refusal.TOO_MANY) and order is self._order:
                self._state = State.DISK_FULL
            if error.why != Refusal.TOO_LARGE:
                return False
        except OSError:
            return False
        else:
            if taken.state == "taken":
                self.n_taken += 1
                self._wake()
        with self._store.writing() as session:
            session.merge(_row(file, is_old=False))
        return True

    def _new(self, present: list[FolderFile]) -> list[FolderFile]:
        """Files that are not known; those that were there before are noted."""
        with self._store.reading() as session:
            rows = session.execute(select(WatchedFile.mark, WatchedFile.is_old))
            known = {row.mark: row.is_old for row in rows}
        self.old = [file for file in present if known.get(file.mark)]
        return [file for file in present if file.mark not in known]

    def _waited(self, file: FolderFile) -> _Waiting:
        before = self._waiting.get(file.path)
        return (
            before
            if before is not None and before.file == file
            else _Waiting(file, time.monotonic())
        )

    def _checked(self, text: str) -> Path:
        """Folder of a text that somebody typed."""
        typed = text.strip()
        if not typed or "\0" in typed or len(typed) > 4000:
            raise FolderError(WhyNot.NO_FOLDER)
        try:
            folder = Path(typed).expanduser().resolve()
            is_folder = folder.is_dir()
        except (OSError, RuntimeError, ValueError):
            raise FolderError(WhyNot.NO_FOLDER) from None
        if not is_folder:
            raise FolderError(WhyNot.NO_FOLDER)
        if folder.is_relative_to(self._own.resolve()):
            raise FolderError(WhyNot.OWN_FOLDER)
        return folder

    def _remembered(self) -> Path | None:
        with self._store.reading() as session:
            setting = session.get(Setting, _SETTING)
            return Path(setting.value) if setting else None

    def _worker(self) -> threading.Thread:
        return threading.Thread(target=self._work, name="kneescan-watcher", daemon=True)

    def _work(self) -> None:
        while not self._is_stopped.is_set() and threading.current_thread() is self._thread:
            self._news.clear()
            # A full disk; the next look tries again.
            with suppress(DatabaseError):
                self.look()
            self._news.wait(EVERY_S)


def _row(file: FolderFile, *, is_old: bool) -> WatchedFile:
    return WatchedFile(mark=file.mark, is_old=is_old, seen_s=time.time())
