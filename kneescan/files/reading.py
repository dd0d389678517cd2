"""Read small regular files, and name files so that FFmpeg can open them."""

import os
import stat
from pathlib import Path

from kneescan.files.writing import Pathlike


def read_regular(path: Pathlike, *, max_bytes: int) -> bytes:
    """Content of a small regular file: not of a folder, a device, or a pipe, which may never end.

    Raises
    ------
    OSError
        If there is no such file, it is not a regular one, or it is larger than ``max_bytes``.
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
    """Name of an output file for FFmpeg: without ``file:`` it reads ``2024:11:28`` as a protocol."""
    return f"file:{os.fspath(path)}"
