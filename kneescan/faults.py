"""Record the details of bugs in kneescan, for those who fix them."""

import errno
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import platformdirs

from kneescan.errors import KneescanError, system_reason
from kneescan.plain_text import one_line, without_credentials

LIBRARIES = (
    *("av", "matplotlib", "mediapipe", "numpy", "opencv-python", "pyarrow", "rich", "scipy"),
    "typer",
)
MAX_DETAILS = 200_000
"""Longest record; a message may contain a whole file. [characters]"""
_HEADING = """\
This is a bug in kneescan. Please report it together with this text.
It contains no pictures and no measurements, but may contain names of files and folders: check it
before you pass it on.
"""


def report_fault(error: BaseException, *, version: str) -> KneescanError:
    """Write the details of a bug to a file, and return one line that says where they are.

    Parameters
    ----------
    error : BaseException
        Exception that a user cannot fix.
    version : str
        Of kneescan.

    Returns
    -------
    KneescanError
        The line, for every language; it is not to be raised.
    """
    file = _written(_details(error, version))
    where = f"details are in {file}" if file else "its details could not be written anywhere"
    kind = type(error).__name__
    msg = f"this is a bug in kneescan, please report it (version {version}, {kind}); {where}"
    code = "fault" if file else "fault_unwritten"
    return KneescanError(msg, code=code, version=version, kind=kind, path=file)


def log_folder() -> Path:
    """Folder in which the details of bugs are usually written."""
    return platformdirs.user_log_path("kneescan", appauthor=False)


def _details(error: BaseException, version: str) -> str:
    lines = [_HEADING, f"kneescan {version}", f"Python {sys.version}", platform.platform()]
    lines += [f"{name} {_version(name)}" for name in LIBRARIES]
    text = "\n".join([*lines, "", "".join(traceback.format_exception(error))])
    if len(text) > MAX_DETAILS:
        # The exception itself is at the end.
        text = f"{text[: MAX_DETAILS // 2]}\n[...]\n{text[-MAX_DETAILS // 2 :]}"
    return without_credentials(_without_home(text))


def _version(library: str) -> str:
    with suppress(metadata.PackageNotFoundError):
        return metadata.version(library)
    return "missing"


def _without_home(text: str) -> str:
    """Replace the home folder in paths by ``~``, which hides the user's name."""
    with suppress(RuntimeError):
        home = str(Path.home())
        if len(home) > 1:
            # Messages quote paths as Python writes them, with doubled backslashes.
            return text.replace(home, "~").replace(repr(home)[1:-1], "~")
    return text


def _written(text: str) -> Path | None:
    """Write the text into a new file with an unpredictable name; None if that is not possible."""
    for folder in _folders():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            prefix = f"fault-{time.strftime('%Y-%m-%d')}-"
            descriptor, name = tempfile.mkstemp(suffix=".txt", prefix=prefix, dir=folder)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            return Path(name)
    return None


def _folders() -> Iterator[Path]:
    with suppress(OSError, RuntimeError):
        yield log_folder()
    with suppress(OSError):
        yield Path(tempfile.gettempdir())


_REMEDIES = {
    "system_permission": (
        ("EACCES", "EPERM", "EROFS"),
        "see who may read and write there, or choose another place",
    ),
    "system_room": (("ENOSPC", "EDQUOT", "EFBIG"), "make room, or choose another place"),
    "system_missing": (
        ("ENOENT", "ENOTDIR", "EISDIR", "EEXIST", "ENOTEMPTY"),
        "check the name and the folder",
    ),
    "system_name": (("ENAMETOOLONG", "ELOOP", "EILSEQ", "EINVAL"), "choose another name"),
    "system_limits": (
        ("EMFILE", "ENFILE", "ENOMEM", "EAGAIN"),
        "close other programs, or give a smaller --workers",
    ),
    "system_disk": (
        ("EIO", "ENODEV", "ENXIO", "ESTALE", "EBUSY", "ETXTBSY", "EXDEV"),
        "check the disk or network",
    ),
}
"""Errors of the operating system that a user can fix, with what to do."""


def expected(error: BaseException) -> str | None:
    """One line on an error that a user can fix; see `fixable`."""
    found = fixable(error)
    return None if found is None else str(found)


def fixable(error: BaseException) -> KneescanError | None:
    """Error that a user can fix, although kneescan did not foresee it; None if nobody but its makers can.

    Full disks, missing permissions, too little memory and missing system libraries can occur anywhere.
    """
    if isinstance(error, ImportError) and "cannot open shared object file" in str(error):
        # OpenCV's windows link against these, and a computer without a screen may lack them.
        remedy = "on Debian or Ubuntu: apt-get install libgl1 libglib2.0-0"
        return KneescanError(one_line(f"a library of the system is missing ({error}); {remedy}"))
    if isinstance(error, MemoryError):
        msg = "not enough memory; close other programs, or give a smaller --workers"
        return KneescanError(msg, code="memory")
    if isinstance(error, OSError):
        code = errno.errorcode.get(error.errno or 0, "")
        for key, (codes, remedy) in _REMEDIES.items():
            # The same call with an invalid argument is not about names.
            if code in codes and not (code == "EINVAL" and error.filename is None):
                name = f"{one_line(error.filename)}: " if error.filename is not None else ""
                why = system_reason(error)
                said = one_line(f"{name}{why['reason']}")
                return KneescanError(f"{said}; {remedy}", code=key, where=name, **why)
    return None
