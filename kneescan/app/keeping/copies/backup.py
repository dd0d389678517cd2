"""Backup: copy everything into a new folder, while the app may be running; complete, or not there at all.

The database is copied first, then the videos that it names. What has changed meanwhile is copied again,
until both agree.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from kneescan.app.jobs.replacing import earlier_results, job_of
from kneescan.app.keeping.copies.file_list import (
    BackupError,
    FileRecord,
    Files,
    Tell,
    check_files,
    copy_file,
    record_of,
    write_list,
)
from kneescan.app.keeping.copies.snapshot import are_done, state_of_videos, take_snapshot
from kneescan.app.store.data_folder import RESERVE_BYTES, DataFolder
from kneescan.app.store.database import DATABASE
from kneescan.files import cannot_write, only_run_in
from kneescan.files.writing import flush
from kneescan.plain_text import library_message

UNFINISHED = ".kneescan-backup-unfinished"
"""Folder of a backup that is not complete; the next one at the same place deletes it."""
_LOCK = ".kneescan-backup.lock"
_ROUNDS = 8
"""How often videos that change are copied again."""

Progress = Callable[[int, int | None], None]
"""Called with the bytes done and those of everything; what it raises stops the backup."""
Fingerprint = tuple[tuple[str, int, int], ...]


def back_up(root: Path, place: Path, progress: Progress | None = None) -> Path:
    """Copy everything that the app keeps into a new folder.

    Parameters
    ----------
    root : Path
        The data folder.
    place : Path
        Folder in which the new one is made; created if missing.
    progress : callable, optional
        Called with the bytes done and those of everything. What it raises stops the backup, and nothing is
        left of it.

    Returns
    -------
    Path
        The new folder, named after date and time.

    Raises
    ------
    BackupError
        If there is nothing to copy or no room, or the place cannot be used.
    OutputError
        If it cannot be written, or another backup is being written there.
    """
    folder, place = DataFolder(root.absolute()), place.absolute()
    if not (folder.root / DATABASE).is_file():
        msg = f"{root}: holds nothing of the app; give its folder with --data"
        raise BackupError(msg, "nothing", code="backup_nothing", path=root)
    if place.is_relative_to(folder.root) or place.resolve().is_relative_to(folder.root.resolve()):
        msg = f"{place}: is inside of what is to be copied; choose another folder"
        raise BackupError(msg, "inside", code="backup_inside", path=place)
    with only_run_in(place, lock=place / _LOCK, option=""):
        unfinished = place / UNFINISHED
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            _check_room(folder, place)
            unfinished.mkdir(mode=0o700)
            _write(folder, unfinished, progress or (lambda _done, _of: None))
            target = _free_name(place)
            unfinished.rename(target)
            flush(place)
        except OSError as error:
            raise cannot_write(place, error, "choose another folder, or make room") from error
        except sqlite3.Error as error:
            reason = library_message(error)
            msg = f"{folder.root}: cannot be copied ({reason}); try again"
            values = {"path": folder.root, "reason": reason}
            raise BackupError(msg, "not_written", code="not_copied", **values) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return target


def _write(folder: DataFolder, target: Path, progress: Progress) -> None:
    n_done, n_total = 0, 2 * total_bytes(folder)

    def tell(n_bytes: int) -> None:
        nonlocal n_done
        n_done += n_bytes
        progress(n_done, max(n_total, n_done))

    files = dict(_copied(folder, target, tell))
    files[DATABASE] = record_of(target / DATABASE, tell)
    # As they are on the disk now.
    check_files(target, files, tell)
    write_list(target, files)


def _are_noted(folder: DataFolder, database: Path) -> bool:
    """Whether a database knows all results that took the place of earlier ones; for a moment, it does not."""
    return are_done(database, [job_of(before) for before in earlier_results(folder)])


def total_bytes(folder: DataFolder) -> int:
    """Size of everything that a backup holds. [bytes]"""
    n_bytes = (folder.root / DATABASE).stat().st_size
    for video in _folders(folder):
        n_bytes += sum(size for _, size, _ in _fingerprint(video))
    return n_bytes


def _check_room(folder: DataFolder, place: Path) -> None:
    needed, free = total_bytes(folder), shutil.disk_usage(place).free
    if free < needed + RESERVE_BYTES:
        msg = (
            f"{place}: has not enough room ({free / 1e9:.1f} GB free, "
            f"{(needed + RESERVE_BYTES) / 1e9:.1f} GB needed); choose another disk"
        )
        values = {"free_gb": free / 1e9, "needed_gb": (needed + RESERVE_BYTES) / 1e9}
        raise BackupError(msg, "no_room", code="backup_no_room", path=place, **values)


def _copied(folder: DataFolder, target: Path, tell: Tell) -> Files:
    """Copy database and videos until they agree; the records of the files of all videos."""
    done: dict[str, tuple[Fingerprint, dict[str, FileRecord]]] = {}
    for _ in range(_ROUNDS):
        take_snapshot(folder.root / DATABASE, target / DATABASE)
        state = state_of_videos(target / DATABASE)
        names = {str(video_id) for video_id, *_ in state}
        for gone in done.keys() - names:
            shutil.rmtree(target / "videos" / gone, ignore_errors=True)
            del done[gone]
        for name in sorted(names):
            source, copy = folder.video(name), target / "videos" / name
            before = _fingerprint(source)
            if name in done and done[name][0] == before:
                continue
            done.pop(name, None)
            shutil.rmtree(copy, ignore_errors=True)
            try:
                records = {
                    f"videos/{name}/{path}": copy_file(source / path, copy / path, tell)
                    for path, *_ in before
                }
            except FileNotFoundError:
                # Deleted or replaced meanwhile: the next round. Nothing may be left if it was deleted.
                shutil.rmtree(copy, ignore_errors=True)
                continue
            done[name] = before, records
        is_same = all(_fingerprint(folder.video(name)) == done[name][0] for name in done)
        is_same &= _are_noted(folder, target / DATABASE)
        if names == done.keys() and is_same and state == state_of_videos(folder.root / DATABASE):
            return {
                path: record for _, records in done.values() for path, record in records.items()
            }
    msg = f"{folder.root}: changes too fast; try again when nothing is measured or received"
    raise BackupError(msg, "changing", code="backup_changing", path=folder.root)


def _fingerprint(place: Path) -> Fingerprint:
    """Path, size and time of change of every finished file in a folder."""
    return tuple(sorted(_files(place, "")))


def _files(place: Path, before: str) -> Iterator[tuple[str, int, int]]:
    try:
        entries = list(os.scandir(place))
    except FileNotFoundError:
        return
    for entry in entries:
        # Hidden ones are unfinished; links are never made here.
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _files(Path(entry.path), f"{before}{entry.name}/")
            continue
        try:
            about = entry.stat()
        except FileNotFoundError:
            continue
        yield f"{before}{entry.name}", about.st_size, about.st_mtime_ns


def _folders(folder: DataFolder) -> list[Path]:
    return list(folder.videos.iterdir()) if folder.videos.is_dir() else []


def _free_name(place: Path) -> Path:
    name = f"kneescan-backup-{time.strftime('%Y-%m-%d_%H-%M-%S')}"
    names = (place / (name if number == 1 else f"{name}_{number}") for number in count(1))
    return next(path for path in names if not os.path.lexists(path))
