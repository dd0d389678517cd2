"""Locks: one run at a time in a folder of results."""

import contextlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP
from pathlib import Path

from kneescan.errors import OutputError
from kneescan.files.writing import OUT_REMEDY, Pathlike, cannot_write

LOCK_FILE = ".kneescan.lock"
"""In a folder while something is at work in it."""
_UNFINISHED = re.compile(r"\.kneescan-(\d+)-\d+\.part")
CLOCKS_DIFFER_S = 60.0
"""So much may the clock of a network disk be behind. [s]"""
_NO_LOCKS_HERE = {ENOSYS, ENOTSUP, EOPNOTSUPP, ENOLCK}


@contextmanager
def only_run_in(folder: Pathlike, *, lock: Path | None = None) -> Iterator[None]:
    """Keep other runs out of a folder for as long as this one lasts, however it ends.

    The folder is made where it is missing, and goes again if nothing was written into it. What a
    run that was killed left unfinished is cleared away.

    Parameters
    ----------
    folder : path
        Folder for results.
    lock : Path, optional
        File that is locked; a hidden one in the folder when left out.

    Raises
    ------
    OutputError
        If another run is at work, or nothing can be written.
    """
    folder = Path(folder)
    try:
        made = [place for place in (folder, *folder.parents) if not place.exists()]
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error, OUT_REMEDY) from error
    try:
        with _locked(lock or folder / LOCK_FILE, folder):
            _clear_unfinished(folder)
            yield
    finally:
        # Only folders with nothing in them can be removed.
        for place in made:
            with contextlib.suppress(OSError):
                place.rmdir()


@contextmanager
def _locked(path: Path, folder: Path) -> Iterator[None]:
    # Every import of kneescan comes by here, few need it.
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        msg = (
            f"{folder}: another kneescan is at work in this folder; wait for its end, or give "
            "another folder with --out"
        )
        raise OutputError(msg) from error
    except (OSError, NotImplementedError) as error:
        # A network disk without locks: go on without.
        if isinstance(error, OSError) and error.errno not in _NO_LOCKS_HERE:
            raise cannot_write(folder, error, OUT_REMEDY) from error
    try:
        yield
    finally:
        # On Windows a file that is open stays, and elsewhere one may be another run's once it is
        # released.
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            lock.release()
        if os.name == "nt":
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _clear_unfinished(folder: Path) -> None:
    """Remove what processes that are no more began to write."""
    rest = [path for path in folder.iterdir() if _UNFINISHED.match(path.name)]
    if not rest:
        return
    for path in rest:
        begun_by = _UNFINISHED.match(path.name)
        with contextlib.suppress(OSError):
            if begun_by and not _may_be_at_work(int(begun_by[1][:9]), path.stat().st_mtime):
                path.unlink()


def _may_be_at_work(pid: int, written_s: float) -> bool:
    """Whether a process may still write a file; one that began later has a number used before."""
    import psutil

    try:
        return bool(psutil.Process(pid).create_time() <= written_s + CLOCKS_DIFFER_S)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
