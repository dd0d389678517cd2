"""Writing: files that are there whole or not at all, and never over what was read."""

import contextlib
import itertools
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kneescan.errors import OutputError

Pathlike = str | os.PathLike[str]

REMEDY = "choose another name or folder"
OUT_REMEDY = "choose another folder with --out"
_numbers = itertools.count()


@contextmanager
def replacing(
    target: Pathlike,
    *,
    inputs: Iterable[Pathlike] = (),
    by_way_of: Path | None = None,
    is_flushed: bool = False,
    remedy: str = REMEDY,
) -> Iterator[Path]:
    """Name to write a file under, which is moved to its place once it is whole.

    Parameters
    ----------
    target : path
        The file; its folder is there.
    inputs : iterable of path
        Files that were read and must stay as they are.
    by_way_of : Path, optional
        Folder on the same disk for the file until it is whole; that of the target when left out.
    is_flushed : bool
        Whether the file must be safe on the disk, whatever happens, before it takes its place.
    remedy : str
        What to do where it cannot be written.

    Yields
    ------
    Path
        Hidden, with the target's suffix; gone again if anything is raised.

    Raises
    ------
    OutputError
        If the file cannot be written, or the target is one of the inputs; what was there before is
        as it was.
    """
    target = Path(target)
    refuse_overwriting(target, inputs)
    try:
        with unfinished(target, by_way_of) as temporary:
            yield temporary
            if is_flushed:
                _flush(temporary)
            temporary.replace(target)
            if is_flushed:
                _flush_folder(target.parent)
    except OSError as error:
        raise cannot_write(target, error, remedy) from error


@contextmanager
def unfinished(target: Path, folder: Path | None = None) -> Iterator[Path]:
    """Hidden name for a file until it is whole, beside its place or in a folder; gone at the end."""
    # Not made of the target's name, which may be as long as the disk allows.
    name = f".kneescan-{os.getpid()}-{next(_numbers)}.part{target.suffix[:16]}"
    temporary = (folder or target.parent) / name
    try:
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_whole(
    target: Pathlike, content: bytes, *, inputs: Iterable[Pathlike] = (), remedy: str = REMEDY
) -> Path:
    """Write a file, whole or not at all; its folder is made where it is missing.

    Raises
    ------
    OutputError
        As of :func:`replacing`.
    """
    target = Path(target)
    make_folder_of(target, remedy)
    with replacing(target, inputs=inputs, remedy=remedy) as temporary:
        temporary.write_bytes(content)
    return target


def make_folder_of(target: Path, remedy: str = REMEDY) -> None:
    """Make the folder of a file where it is missing.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(target, error, remedy) from error


def cannot_write(target: Path, error: OSError, remedy: str = REMEDY) -> OutputError:
    """One line on a file that could not be written."""
    return OutputError(f"{target}: cannot be written ({error.strerror or error}); {remedy}")


def refuse_overwriting(target: Pathlike, inputs: Iterable[Pathlike]) -> None:
    """Refuse to write over a file that was read, by whatever name it goes.

    Raises
    ------
    OutputError
        If target and an input are the same file, links and upper and lower case included.
    """
    for path in inputs:
        if is_same_file(target, path):
            msg = f"{target}: would be written over {path}, which is read; {REMEDY}"
            raise OutputError(msg)


def is_same_file(first: Pathlike, second: Pathlike) -> bool:
    """Whether two names lead to one file; False where there is none."""
    with contextlib.suppress(OSError, ValueError):
        return Path(first).samefile(second)
    return False


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the new name of a file safe; Windows does so by itself and opens no folders."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            # Some network disks know nothing of this.
            with contextlib.suppress(OSError):
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
