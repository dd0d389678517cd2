"""Files: written whole or not at all, never over what was read, by one run at a time."""

import contextlib
import itertools
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from errno import ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP
from pathlib import Path

from kneescan.errors import OutputError

Pathlike = str | os.PathLike[str]

LOCK_FILE = ".kneescan.lock"
"""In a folder while something is at work in it."""
LONGEST_NAME = 100
"""Of a folder made after a video, so that what lies in it can be copied anywhere. [bytes]"""
REMEDY = "choose another name or folder"
OUT_REMEDY = "choose another folder with --out"

_UNFINISHED = re.compile(r"\.kneescan-(\d+)-\d+\.part")
_RESERVED = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in "123456789"
}
"""Names of devices on Windows, whatever follows after a point."""
_NO_LOCKS_HERE = {ENOSYS, ENOTSUP, EOPNOTSUPP, ENOLCK}
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


def read_regular(path: Pathlike, *, max_bytes: int) -> bytes:
    """Content of a small file; a pipe, which may never end, a device or a folder is none.

    Raises
    ------
    OSError
        If there is no such file, it is not a regular one, or larger than ``max_bytes``.
    """
    status = Path(path).stat()
    if not stat.S_ISREG(status.st_mode):
        msg = "not a file"
        raise OSError(msg)
    if status.st_size > max_bytes:
        msg = f"{status.st_size} bytes are more than {max_bytes}"
        raise OSError(msg)
    return Path(path).read_bytes()


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


def ffmpeg_name(path: Pathlike) -> str:
    """Name under which FFmpeg writes to a path: without ``file:`` it takes ``2024:11:28`` for a protocol."""
    return f"file:{os.fspath(path)}"


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
    import psutil

    for path in rest:
        begun_by = _UNFINISHED.match(path.name)
        if begun_by and not psutil.pid_exists(int(begun_by[1][:9])):
            with contextlib.suppress(OSError):
                path.unlink()


def folder_names(files: Sequence[Pathlike]) -> list[str]:
    """Name of a folder for each of several files, after the file, that every system allows.

    No two are the same on a disk that does not tell upper from lower case, or ``é`` in one
    character from ``é`` in two.
    """
    names: list[str] = []
    taken: set[str] = set()
    for file in files:
        stem = _allowed_name(Path(file).stem)
        name, number = stem, 2
        while _as_compared(name) in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(_as_compared(name))
        names.append(name)
    return names


def _allowed_name(stem: str) -> str:
    """Name that is no device, no other folder and no protocol, and not too long."""
    name = "".join(
        "_" if character in '<>:"/\\|?*' or unicodedata.category(character) in {"Cc", "Cs"}
        else character
        for character in stem
    )  # fmt: skip
    name = name.encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .") or "video"
    is_device = name.partition(".")[0].strip().casefold() in _RESERVED
    return f"_{name}" if is_device else name


def _as_compared(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


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
