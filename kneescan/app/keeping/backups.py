"""Backups: one at a time in a thread of its own, for the page."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs
from sqlalchemy.exc import DatabaseError

import kneescan
from kneescan.app.keeping.copies.backup import back_up
from kneescan.app.keeping.copies.file_list import BackupError
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store
from kneescan.app.store.settings import get_setting, put_setting
from kneescan.errors import OutputError
from kneescan.faults import report_fault

LAST = "last_backup"
LONGEST_PATH = 1000


class _CancelledError(Exception):
    """Somebody cancelled it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupState:
    """How far a backup is."""

    state: str = "none"
    """``none``, ``running``, ``done``, ``failed`` or ``cancelled``."""
    why: str = ""
    """Why it failed, as a key of the texts."""
    folder: str = ""
    """Where it is."""
    n_done: int = 0
    n_total: int | None = None


class Backups:
    """Copies everything into a folder, and remembers when.

    Parameters
    ----------
    store : Store
        Database, for the time of the last backup.
    folder : DataFolder
        What is copied.
    at_work : Lock
        Held meanwhile, so that nothing is taken away of the videos.
    """

    def __init__(self, store: Store, folder: DataFolder, at_work: threading.Lock) -> None:
        self._store, self._folder, self._at_work = store, folder, at_work
        self._lock, self._cancel = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None
        self.state = BackupState()

    def start(self, place: Path) -> bool:
        """Begin a backup into a folder; False if one is going on."""
        with self._lock:
            if self.state.state == "running":
                return False
            self._cancel.clear()
            self.state = BackupState(state="running")
            self._thread = threading.Thread(
                target=self._run, args=(place,), name="kneescan-backup", daemon=True
            )
            self._thread.start()
        return True

    def cancel(self) -> None:
        """Stop the backup; nothing is left of it."""
        self._cancel.set()

    def stop(self) -> None:
        """Stop, and return when it has."""
        self.cancel()
        if self._thread is not None:
            self._thread.join()

    def last(self) -> tuple[float, str] | None:
        """Time and folder of the last backup; None if there was none."""
        stored = get_setting(self._store, LAST)
        if not isinstance(stored, dict):
            return None
        at_s, folder = stored.get("at_s"), stored.get("folder")
        if not isinstance(at_s, int | float) or not isinstance(folder, str):
            return None
        return float(at_s), folder

    def _run(self, place: Path) -> None:
        try:
            with self._at_work:
                self._tell(0, None)
                target = back_up(self._folder.root, place, self._tell)
            # Remembered first: the page asks for it as soon as the backup is done.
            with suppress(DatabaseError):
                put_setting(self._store, LAST, {"at_s": time.time(), "folder": str(target)})
            self.state = BackupState(state="done", folder=str(target))
        except _CancelledError:
            self.state = BackupState(state="cancelled")
        except BackupError as error:
            self.state = BackupState(state="failed", why=error.why)
        except (OutputError, OSError, DatabaseError):
            self.state = BackupState(state="failed", why="not_written")
        except Exception as error:  # noqa: BLE001 (nobody waits for this thread)
            report_fault(error, version=kneescan.__version__)
            self.state = BackupState(state="failed", why="not_written")

    def _tell(self, n_done: int, n_total: int | None) -> None:
        if self._cancel.is_set():
            raise _CancelledError
        self.state = replace(self.state, n_done=n_done, n_total=n_total)


def usual_place() -> Path:
    """Folder that is proposed for backups."""
    return platformdirs.user_documents_path() / "kneescan"


def place_of(text: str) -> Path | None:
    """Folder that somebody typed; None if it is none, or lies in a folder that does not exist."""
    text = text.strip()
    if not text or len(text) > LONGEST_PATH or not text.isprintable():
        return None
    try:
        place = Path(text).expanduser()
        exists = place.is_dir() or (place.parent.is_dir() and not place.exists())
    except (OSError, RuntimeError, ValueError):
        return None
    # The usual folder is made, if need be.
    return place if place.is_absolute() and (exists or place == usual_place()) else None
