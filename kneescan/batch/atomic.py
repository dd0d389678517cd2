"""Files that are there whole or not at all, also after a loss of power; one run at a time."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kneescan.batch.clips import BatchError
from kneescan.errors import OutputError


@contextmanager
def replacing(target: Path, temporary_folder: Path) -> Iterator[IO[bytes]]:
    """Write a file under another name, and move it into its place once it is safe on the disk.

    Parameters
    ----------
    target : Path
        The file; its folder is there.
    temporary_folder : Path
        Folder on the same disk, for the file until it is complete.

    Raises
    ------
    OutputError
        If the file cannot be written; what was there before is as it was.
    """
    temporary = temporary_folder / f"{target.name}.{os.getpid()}"
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise cannot_write(target, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def cannot_write(target: Path, error: OSError) -> OutputError:
    """One line on a file that could not be written."""
    return OutputError(
        f"{target}: cannot be written ({error.strerror}); free some space or choose another folder "
        "with --out, then give the same command again: finished clips are kept"
    )


def _sync_folder(folder: Path) -> None:
    """Make the new name of a file safe; Windows does so by itself and opens no folders."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            # Some network disks know nothing of this.
            with contextlib.suppress(OSError):
                os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Keep a second run out for as long as this one lasts, however it ends.

    Raises
    ------
    BatchError
        If another run is at work.
    OutputError
        If the file cannot be written.
    """
    try:
        file = lock.open("ab")
    except OSError as error:
        raise cannot_write(lock, error) from error
    with file:
        if not _lock(file):
            msg = (
                f"{lock.parent.parent}: another kneescan is at work in this folder; wait for its "
                "end, or give another folder with --out"
            )
            raise BatchError(msg)
        yield


if os.name == "nt":

    def _lock(file: IO[bytes]) -> bool:
        import msvcrt

        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

else:

    def _lock(file: IO[bytes]) -> bool:
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            # A network disk without locks: go on without.
            return True
        return True
