"""Snapshot: a copy of the database at one moment, without what is deleted or has not arrived."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from kneescan.app.store.database import WAIT_S

OF_VIDEO = ("job", "analysis", "edit")
"""Tables with rows of a video."""

State = tuple[tuple[object, ...], ...]
"""What of the videos decides which files there are."""


def take_snapshot(database: Path, target: Path) -> None:
    """Copy a database that may be in use; the copy is complete, and has no free pages.

    Raises
    ------
    sqlite3.Error
        If it cannot be read, or the copy not be written.
    """
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(database, timeout=WAIT_S)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    with closing(sqlite3.connect(target)) as connection, connection:
        connection.execute("PRAGMA secure_delete = ON")
        _leave_out_deleted(connection)


def state_of_videos(database: Path) -> State:
    """State of all videos that are not deleted."""
    with closing(sqlite3.connect(database, timeout=WAIT_S)) as connection:
        # With each job that is done, there are other files.
        done = "SELECT count(*) FROM job WHERE video_id = video.id AND state = 'done'"
        rows = connection.execute(
            f"SELECT id, kept, keep_next, ({done}) FROM video WHERE deleted_s IS NULL ORDER BY id"
        )
        return tuple(rows)


def are_done(database: Path, jobs: Iterable[int]) -> bool:
    """Whether a database knows the results of all these jobs."""
    with closing(sqlite3.connect(database, timeout=WAIT_S)) as connection:
        done = {
            number for (number,) in connection.execute("SELECT id FROM job WHERE state = 'done'")
        }
    return done.issuperset(jobs)


def is_whole(database: Path) -> bool:
    """Whether a database is undamaged."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            [(said,)] = connection.execute("PRAGMA integrity_check(1)").fetchall()
            return bool(said == "ok")
    except (sqlite3.Error, ValueError):
        return False


def _leave_out_deleted(connection: sqlite3.Connection) -> None:
    """Leave out uploads on their way, whose bytes are not copied, and what is being deleted."""
    connection.execute("DELETE FROM upload WHERE state = 'receiving'")
    gone = "SELECT id FROM video WHERE deleted_s IS NOT NULL"
    for table in OF_VIDEO:
        connection.execute(f"DELETE FROM {table} WHERE video_id IN ({gone})")
    connection.execute("DELETE FROM video WHERE deleted_s IS NOT NULL")
    connection.execute("DELETE FROM session WHERE deleted_s IS NOT NULL")
    connection.execute("DELETE FROM person WHERE deleted_s IS NOT NULL")
