"""Reading: small files that end, and the name under which FFmpeg finds one."""

import os
import stat
from pathlib import Path

from kneescan.files.writing import Pathlike


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


def ffmpeg_name(path: Pathlike) -> str:
    """Name under which FFmpeg writes to a path: without ``file:`` it takes ``2024:11:28`` for a protocol."""
    return f"file:{os.fspath(path)}"
