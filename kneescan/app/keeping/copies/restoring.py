"""Restoring: bring a backup back into a data folder; what is there now is moved aside, never deleted."""

import os
import shutil
import sqlite3
import time
from itertools import count
from pathlib import Path

from kneescan.app.keeping.copies.backup import Progress
from kneescan.app.keeping.copies.file_list import (
    BackupError,
    Files,
    check_files,
    copy_file,
    damaged,
    read_list,
)
from kneescan.app.keeping.copies.snapshot import is_whole
from kneescan.app.store.data_folder import RESERVE_BYTES
from kneescan.app.store.database import DATABASE, is_newer
from kneescan.files import LOCK_FILE, cannot_write, only_run_in

_COMING, _READY = "restoring", "restored"
"""Ends of the names of folders beside the data folder: not complete, and complete but not in its place."""


def restore(
    backup: Path, root: Path, *, replaces: bool = False, progress: Progress | None = None
) -> Path | None:
    """Bring a backup back.

    Parameters
    ----------
    backup : Path
        Folder that `back_up` wrote; it is only read.
    root : Path
        The data folder. The app must not be running in it.
    replaces : bool
        Whether there may be something in it, which is moved aside.
    progress : callable, optional
        Called with the bytes done and those of everything. What it raises stops, and nothing was changed.

    Returns
    -------
    Path or None
        Where that what was there is now; None if nothing was.

    Raises
    ------
    BackupError
        If the backup is damaged or newer, one of the folders lies in the other, the data folder is not empty,
        or there is no room.
    OutputError
        If the app is running in the folder, or it cannot be written.
    """
    backup, root = backup.absolute(), root.absolute()
    files = read_list(backup)
    _refuse_overlap(backup.resolve(), root.resolve())
    if not replaces and _is_used(root):
        msg = f"{root}: is not empty; --replace moves what is there aside, or give another folder with --data"
        raise BackupError(msg, code="restore_not_empty", path=root)
    coming, ready = _beside(root, _COMING), _beside(root, _READY)
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        # The lock lies beside the folder as well, because that is moved.
        with only_run_in(root.parent, lock=_beside(root, "lock"), option="--data"):
            _refuse_running(root)
            for rest in (coming, ready):
                shutil.rmtree(rest, ignore_errors=True)
            _check_room(files, root.parent)
            try:
                _copy(backup, coming, files, progress or (lambda _done, _of: None))
                coming.rename(ready)
            finally:
                shutil.rmtree(coming, ignore_errors=True)
            # It may have been started meanwhile.
            _refuse_running(root)
            return _change_places(ready, root)
    except OSError as error:
        raise cannot_write(root, error, "make room, or give another folder with --data") from error


def complete_restore(root: Path) -> None:
    """Complete or undo a restore that was cut off; call it before the data folder is opened.

    Raises
    ------
    OutputError
        If one is going on.
    """
    root = root.absolute()
    coming, ready = _beside(root, _COMING), _beside(root, _READY)
    if not coming.is_dir() and not ready.is_dir():
        return
    with only_run_in(root.parent, lock=_beside(root, "lock"), option="--data"):
        if ready.is_dir() and not root.exists():
            ready.rename(root)
        for rest in (coming, ready):
            shutil.rmtree(rest, ignore_errors=True)


def _copy(backup: Path, coming: Path, files: Files, progress: Progress) -> None:
    n_done, n_total = 0, 2 * sum(file.size_bytes for file in files.values())

    def tell(n_bytes: int) -> None:
        nonlocal n_done
        n_done += n_bytes
        progress(n_done, max(n_total, n_done))

    coming.mkdir(mode=0o700)
    (coming / "videos").mkdir(mode=0o700)
    for name, expected in files.items():
        # A link would bring in a file from elsewhere, and a pipe would never end.
        source = backup / name
        is_link = any((backup / part).is_symlink() for part in _parts(name))
        if is_link or not source.is_file() or source.stat().st_size != expected.size_bytes:
            raise damaged(backup, name)
        try:
            found = copy_file(source, coming / name, tell)
        except FileNotFoundError:
            raise damaged(backup, name) from None
        if found != expected:
            raise damaged(backup, name)
        if name == DATABASE:
            _check_database(backup, coming / name)
    check_files(coming, files, tell)


def _parts(name: str) -> list[str]:
    pieces = name.split("/")
    return ["/".join(pieces[: number + 1]) for number in range(len(pieces))]


def _check_database(backup: Path, copy: Path) -> None:
    try:
        newer = is_newer(copy)
    except sqlite3.Error:
        raise damaged(backup, DATABASE) from None
    if newer:
        msg = f"{backup}: was written by a newer version of kneescan; update kneescan"
        raise BackupError(msg, code="backup_newer", path=backup)
    if not is_whole(copy):
        raise damaged(backup, DATABASE)


def _check_room(files: Files, place: Path) -> None:
    needed = sum(file.size_bytes for file in files.values()) + RESERVE_BYTES
    free = shutil.disk_usage(place).free
    if free < needed:
        msg = (
            f"{place}: has not enough room ({free / 1e9:.1f} GB free, {needed / 1e9:.1f} GB needed); "
            "make room, or give another folder with --data"
        )
        raise BackupError(
            msg,
            code="restore_no_room",
            path=place,
            free_gb=free / 1e9,
            needed_gb=needed / 1e9,
        )


def _change_places(ready: Path, root: Path) -> Path | None:
    """Move what is there aside, and what is complete to its place."""
    aside = None
    if _is_used(root):
        aside = _free_name(root)
        root.rename(aside)
    elif root.exists():
        (root / LOCK_FILE).unlink(missing_ok=True)
        root.rmdir()
    ready.rename(root)
    return aside


def _refuse_overlap(backup: Path, root: Path) -> None:
    """Refuse to move the backup itself aside, where it would look like something to be deleted."""
    if backup.is_relative_to(root) or root.is_relative_to(backup):
        msg = f"{root}: must not hold the backup, nor lie in it; give another folder with --data"
        raise BackupError(msg, code="restore_inside", path=root)


def _refuse_running(root: Path) -> None:
    if root.is_dir():
        with only_run_in(root, option="--data"):
            pass


def _is_used(root: Path) -> bool:
    return os.path.lexists(root) and (
        not root.is_dir() or any(entry.name != LOCK_FILE for entry in root.iterdir())
    )


def _beside(root: Path, end: str) -> Path:
    return root.with_name(f".{root.name}-{end}")


def _free_name(root: Path) -> Path:
    name = f"{root.name}-before-{time.strftime('%Y-%m-%d_%H-%M-%S')}"
    names = (root.with_name(name if n == 1 else f"{name}_{n}") for n in count(1))
    return next(path for path in names if not os.path.lexists(path))
