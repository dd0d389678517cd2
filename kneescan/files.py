"""Files: written whole or not at all, and never over what was read."""

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kneescan.errors import OutputError

Pathlike = str | os.PathLike[str]


@contextmanager
def replacing(target: Pathlike, *, inputs: Iterable[Pathlike] = ()) -> Iterator[Path]:
    """Name to write a file under, which is moved to its place once it is whole.

    Parameters
    ----------
    target : path
        The file; its folder is there.
    inputs : iterable of path
        Files that were read and must stay as they are.

    Yields
    ------
    Path
        Beside the target, with its suffix; gone again if anything is raised.

    Raises
    ------
    OutputError
        If the file cannot be written, or the target is one of the inputs; what was there before is
        as it was.
    """
    target = Path(target)
    refuse_overwriting(target, inputs)
    temporary = target.with_name(f".{os.getpid()}.part.{target.name}")
    try:
        yield temporary
        temporary.replace(target)
    except OSError as error:
        msg = f"{target}: cannot be written ({error.strerror or error}); choose another with --out"
        raise OutputError(msg) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


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
        if _is_same_file(Path(target), Path(path)):
            msg = (
                f"{target}: would be written over {path}, which was read; choose another with --out"
            )
            raise OutputError(msg)


def _is_same_file(first: Path, second: Path) -> bool:
    with contextlib.suppress(OSError):
        return first.samefile(second)
    return False
