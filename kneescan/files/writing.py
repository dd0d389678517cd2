"""Write files completely or not at all, and never over an input."""

import contextlib
import itertools
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kneescan.errors import OutputError, system_reason

Pathlike = str | os.PathLike[str]

REMEDY = "choose another name or folder"
OUT_REMEDY = "choose another folder with --out"
_CODES = {
    REMEDY: "not_written",
    OUT_REMEDY: "not_written_out",
    "choose another folder with --data": "not_written_data",
    "make room, or give another folder with --data": "not_written_restoring",
    "choose another folder, or make room": "not_written_backup",
    "choose another folder": "not_written_folder",
}
"""Keys of the texts by remedy."""
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
    """Temporary name for a file, which moves to its place when it is complete.

    Parameters
    ----------
    target : path
        The file; its folder must exist.
    inputs : iterable of path
        Files that were read and must not change.
    by_way_of : Path, optional
        Folder on the same disk for the incomplete file; that of the target when left out.
    is_flushed : bool
        Whether the file must be safely on the disk before it takes its place.
    remedy : str
        What to do if it cannot be written; ends the message.

    Yields
    ------
    Path
        Hidden file with the target's suffix; deleted if anything is raised.

    Raises
    ------
    OutputError
        If the file cannot be written, or the target is one of the inputs; an older file then
        stays unchanged.
    """
    target = Path(target)
    refuse_overwriting(target, inputs)
    try:
        with unfinished(target, by_way_of) as temporary:
            yield temporary
            if is_flushed:
                flush(temporary)
            temporary.replace(target)
            if is_flushed:
                flush(target.parent)
    except OSError as error:
        raise cannot_write(target, error, remedy) from error


@contextmanager
def unfinished(target: Path, folder: Path | None = None) -> Iterator[Path]:
    """Hidden name for an incomplete file, next to its target or in a folder; deleted at the end."""
    # Not based on the target's name, which may already have the maximum length.
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
    """Write a file completely or not at all; create its folder if it is missing.

    Raises
    ------
    OutputError
        As for :func:`replacing`.
    """
    target = Path(target)
    make_folder_of(target, remedy)
    with replacing(target, inputs=inputs, remedy=remedy) as temporary:
        temporary.write_bytes(content)
    return target


def make_folder_of(target: Path, remedy: str = REMEDY) -> None:
    """Create the folder of a file if it is missing.

    Raises
    ------
    OutputError
        If it cannot be created.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(target, error, remedy) from error


def cannot_write(target: Path, error: OSError, remedy: str = REMEDY) -> OutputError:
    """Error of one line for a file that could not be written."""
    why = system_reason(error)
    msg = f"{target}: cannot be written ({why['reason']}); {remedy}"
    return OutputError(msg, code=_CODES.get(remedy, ""), path=target, **why)


def refuse_overwriting(target: Pathlike, inputs: Iterable[Pathlike]) -> None:
    """Refuse to write over a file that was read, under any name.

    Raises
    ------
    OutputError
        If target and input are the same file, including links and different case.
    """
    for path in inputs:
        if is_same_file(target, path):
            msg = f"{target}: would overwrite the input {path}; {REMEDY}"
            raise OutputError(msg, code="overwrites_input", path=target, input=path)


def is_same_file(first: Pathlike, second: Pathlike) -> bool:
    """Whether two names lead to the same file; False if there is none."""
    with contextlib.suppress(OSError, ValueError):
        return Path(first).samefile(second)
    return False


def flush(path: Path) -> None:
    """Make a file or the new names in a folder permanent; Windows does the latter itself, and opens none."""
    if path.is_file():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    elif os.name != "nt":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            # Some network disks do not support this.
            with contextlib.suppress(OSError):
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
