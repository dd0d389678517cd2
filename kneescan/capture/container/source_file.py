"""Open a video file once, so that the same file is read, measured and named in the result."""

import hashlib
import os
import re
import stat
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from kneescan.errors import NotAVideoError, VideoError, VideoNotFoundError, system_reason

_PLAIN_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}", re.ASCII)


class SourceFile:
    """A video file, open for FFmpeg to read as a PyAV file-like object.

    FFmpeg never learns where the file is. No part of its name can be mistaken for a protocol or a
    pattern, and a list inside the file cannot lead to other files.

    Parameters
    ----------
    path : str or path
        Path as the user gave it.

    Raises
    ------
    VideoError
        As for `find_source_file`.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = find_source_file(path)
        """Absolute path."""
        suffix = self.path.suffix.lower()
        self.name = f"video{suffix if _PLAIN_SUFFIX.fullmatch(suffix) else ''}"
        """Name given to FFmpeg: only the suffix, which helps with videos that have no header."""
        self.failed = False
        """Whether the disk failed before the end of the file."""
        self._given = path
        try:
            self._file = self.path.open("rb", buffering=0)
        except OSError as error:
            msg = f"{path}: cannot be read ({error.strerror}); copy it to this computer's own disk"
            raise VideoError(msg, code="unreadable", path=path, **system_reason(error)) from error
        self._opened = _state(os.fstat(self._file.fileno()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def read(self, n_bytes: int) -> bytes:
        """Read the next bytes; none if the disk fails, because exceptions cannot pass through FFmpeg."""
        try:
            return self._file.read(n_bytes) or b""
        except (OSError, ValueError):
            self.failed = True
            return b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a position; negative if it does not exist."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, OverflowError, ValueError):
            return -1

    def tell(self) -> int:
        """Position in the file."""
        return self._file.tell()

    def beginning(self, n_bytes: int) -> bytes:
        """First bytes of the file."""
        self.seek(0)
        return self.read(n_bytes)

    def sha256(self) -> str:
        """SHA-256 of the file, in hexadecimal; call it when everything to measure has been read.

        Raises
        ------
        VideoError
            If the file has changed since it was opened.
        """
        self.seek(0)
        try:
            digest = hashlib.file_digest(self._file, "sha256").hexdigest()
        except OSError as error:
            msg = f"{self._given}: cannot be read to its end ({error.strerror}); copy it again"
            raise VideoError(
                msg, code="cut_while_read", path=self._given, **system_reason(error)
            ) from error
        if _state(os.fstat(self._file.fileno())) != self._opened:
            msg = (
                f"{self._given}: the file changed while it was measured; wait until it is completely "
                "recorded or copied, then measure it again"
            )
            raise VideoError(msg, code="changed_meanwhile", path=self._given)
        return digest

    def date(self) -> str:
        """Day on which the file was last changed, in the time zone of this computer, as ISO 8601."""
        changed_s = os.fstat(self._file.fileno()).st_mtime
        return datetime.fromtimestamp(changed_s).astimezone().date().isoformat()

    def is_in_place(self) -> bool:
        """Whether the file is still where it was when it was opened, and has not been replaced."""
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), self.path.stat())
        except OSError:
            return False


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def find_source_file(path: str | os.PathLike[str]) -> Path:
    """Absolute path of a video file, after a check that it can be read.

    Parameters
    ----------
    path : str or path
        Path as the user gave it. It always means a file on this computer: ``http:video.mp4`` is a
        file with that odd name, not an address.

    Returns
    -------
    Path
        A readable file that is not empty.

    Raises
    ------
    VideoNotFoundError
        If there is no such file, or it is a folder.
    VideoError
        If it cannot be read.
    NotAVideoError
        If it is empty, or not a regular file (a named pipe, for example).
    """
    try:
        mode = Path(path).stat().st_mode
        if stat.S_ISDIR(mode):
            msg = f"{path}: a folder, not a video; give the video file in it"
            raise VideoNotFoundError(msg, code="is_folder", path=path)
        if not stat.S_ISREG(mode):
            msg = f"{path}: not a regular file; copy the video into a file first"
            raise NotAVideoError(msg, code="not_regular", path=path)
        with Path(path).open("rb") as file:
            is_empty = not file.read(1)
    except PermissionError as error:
        msg = f"{path}: no permission to read it; change its permissions, or copy it to your own folder"
        raise VideoError(msg, code="no_permission", path=path) from error
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        msg = f"{path}: no such file; check the name and the folder"
        raise VideoNotFoundError(msg, code="no_such_file", path=path) from error
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); copy it to this computer's own disk"
        raise VideoError(msg, code="unreadable", path=path, **system_reason(error)) from error
    if is_empty:
        msg = f"{path}: the file is empty; copy the video from the camera again"
        raise NotAVideoError(msg, code="empty_file", path=path)
    return Path(path).absolute()


def file_sha256(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file, in hexadecimal; results use it to identify their video."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
