"""Lock a folder of results, so that only one run writes to it at a time."""

import contextlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP
from pathlib import Path

from kneescan.errors import OutputError
from kneescan.files.writing import Pathlike, cannot_write

LOCK_FILE = ".kneescan.lock"
"""File in a folder while a run is writing to it."""
_UNFINISHED = re.compile(r"\.kneescan-(\d+)-\d+\.part")
CLOCKS_DIFFER_S = 60.0
"""How much the clock of a network disk may be late. [s]"""
_NO_LOCKS_HERE = {ENOSYS, ENOTSUP, EOPNOTSUPP, ENOLCK}


@contextmanager
def only_run_in(
    folder: Pathlike, *, lock: Path | None = None, option: str = "--out"
) -> Iterator[None]:
    """Keep other runs out of a folder until this one ends.

    The folder is created if it is missing, and removed at the end if nothing was written to it.
    Unfinished files of a run that was killed are deleted.

    Parameters
    ----------
    folder : path
        Folder for results.
    lock : Path, optional
        File to lock; a hidden one in the folder when left out.
    option : str
        Option that names the folder, for messages; empty if there is none.

    Raises
    ------
    OutputError
        If another run is using the folder, or it cannot be written to.
    """
    folder, remedy = Path(folder), f"choose {_another(option)}"
    try:
        made = [place for place in (folder, *folder.parents) if not place.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if folder.is_file():
            msg = f"{folder}: is a file, not a folder; {remedy}"
            code = "is_file" if option else "is_file_here"
            raise OutputError(msg, code=code, path=folder, option=option) from error
        raise cannot_write(folder, error, remedy) from error
    try:
        with _locked(lock or folder / LOCK_FILE, folder, option):
            _clear_unfinished(folder)
            yield
    finally:
        # Only empty folders can be removed.
        for place in made:
            with contextlib.suppress(OSError):
                place.rmdir()


@contextmanager
def _locked(path: Path, folder: Path, option: str) -> Iterator[None]:
    # Every import of kneescan loads this module, but few need the lock.
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise _in_use(folder, option) from error
    except (OSError, NotImplementedError) as error:
        # A network disk without locks: continue without one.
        if isinstance(error, OSError) and error.errno not in _NO_LOCKS_HERE:
            raise cannot_write(folder, error, f"choose {_another(option)}") from error
    try:
        yield
    finally:
        # On Windows an open file cannot be deleted. Elsewhere, once it is released, it may already be
        # the lock of another run.
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            lock.release()
        if os.name == "nt":
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _in_use(folder: Path, option: str) -> OutputError:
    # The app, whose option it is, never ends by itself.
    is_app = option == "--data"
    remedy = (
        "press Enter in its window for a new link, end it there with Ctrl-C,"
        if is_app
        else "wait until it ends,"
    )
    msg = f"{folder}: another kneescan is using this folder; {remedy} or give {_another(option)}"
    code = "in_use_by_app" if is_app else "in_use" if option else "in_use_here"
    return OutputError(msg, code=code, path=folder, option=option)


def _another(option: str) -> str:
    return f"another folder with {option}" if option else "another folder"


def _clear_unfinished(folder: Path) -> None:
    """Delete the unfinished files of processes that have ended."""
    rest = [path for path in folder.iterdir() if _UNFINISHED.match(path.name)]
    if not rest:
        return
    for path in rest:
        begun_by = _UNFINISHED.match(path.name)
        with contextlib.suppress(OSError):
            if begun_by and not _may_be_at_work(int(begun_by[1][:9]), path.stat().st_mtime):
                path.unlink()


def _may_be_at_work(pid: int, written_s: float) -> bool:
    """Whether a process may still be writing a file; one that started later has only the same number."""
    import psutil

    try:
        return bool(psutil.Process(pid).create_time() <= written_s + CLOCKS_DIFFER_S)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
