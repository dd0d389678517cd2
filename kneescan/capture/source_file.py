"""The file that a film is in: that it is there and may be read, and what identifies it."""

import hashlib
import os
import stat
from pathlib import Path

from kneescan.errors import NotAVideoError, VideoError, VideoNotFoundError


def find_source_file(path: str | os.PathLike[str]) -> Path:
    """Absolute path of a film file, after a check that it can be read.

    Parameters
    ----------
    path : str or path
        Name as the user gave it. It always means a file on this computer: ``http:film.mp4`` is a
        file of that odd name and not an address.

    Returns
    -------
    Path
        A readable file that is not empty.

    Raises
    ------
    VideoNotFoundError
        If there is no such file, or it is a folder.
    VideoError
        If it may not be read.
    NotAVideoError
        If it is empty, or something like a named pipe.
    """
    try:
        mode = Path(path).stat().st_mode
        if stat.S_ISDIR(mode):
            msg = f"{path}: a folder, not a film; give the film file in it"
            raise VideoNotFoundError(msg)
        if not stat.S_ISREG(mode):
            msg = f"{path}: not an ordinary file; copy the film into a file first"
            raise NotAVideoError(msg)
        with Path(path).open("rb") as file:
            is_empty = not file.read(1)
    except PermissionError as error:
        msg = f"{path}: you may not read it; change its permissions, or copy it to your own folder"
        raise VideoError(msg) from error
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        msg = f"{path}: no such file; check the name and the folder"
        raise VideoNotFoundError(msg) from error
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); copy it to this computer's own disk"
        raise VideoError(msg) from error
    if is_empty:
        msg = f"{path}: the file is empty; copy the film from the camera again"
        raise NotAVideoError(msg)
    return Path(path).absolute()


def file_sha256(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file, in hexadecimal, by which a result names the film that it came from."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
