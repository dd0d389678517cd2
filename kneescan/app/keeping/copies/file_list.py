"""File list: the files of a backup with size and hash, by which it is checked."""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import kneescan
from kneescan.app.store.data_folder import is_id
from kneescan.app.store.database import DATABASE
from kneescan.errors import KneescanError
from kneescan.files import read_regular

LIST = "backup.json"
FORMAT = "kneescan backup 1"
MAX_LIST_BYTES = 1 << 28
BLOCK_BYTES = 1 << 20
REMEDY = "give the folder of a backup that kneescan wrote"
_SHA256 = re.compile(r"[0-9a-f]{64}")

Tell = Callable[[int], None]
"""Called with the number of bytes that were done since the last call; what it raises stops the work."""


class BackupError(KneescanError):
    """A backup is missing, damaged, or cannot be used here.

    Parameters
    ----------
    text : str
        What happened, with the remedy.
    why : str
        The same as a key of the app's texts.
    code, **values
        As for `KneescanError`.
    """

    def __init__(
        self, text: str, why: str = "damaged", *, code: str = "", **values: object
    ) -> None:
        super().__init__(text, code=code, **values)
        self.why = why


@dataclass(frozen=True, slots=True)
class FileRecord:
    """Size and hash of a file."""

    size_bytes: int
    sha256: str


Files = Mapping[str, FileRecord]
"""Records by path within the folder, with ``/`` between its parts."""


def copy_file(source: Path, target: Path, tell: Tell) -> FileRecord:
    """Copy a file, make it safe on the disk, and return its record.

    Raises
    ------
    OSError
        If it cannot be read or written.
    """
    digest, size_bytes = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
    with source.open("rb") as stream, os.fdopen(descriptor, "wb") as copy:
        while block := stream.read(BLOCK_BYTES):
            copy.write(block)
            digest.update(block)
            size_bytes += len(block)
            tell(len(block))
        copy.flush()
        os.fsync(copy.fileno())
    return FileRecord(size_bytes, digest.hexdigest())


_BINARY = getattr(os, "O_BINARY", 0)


def record_of(file: Path, tell: Tell) -> FileRecord:
    """Record of a file as it is on the disk."""
    digest, size_bytes = hashlib.sha256(), 0
    with file.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
            size_bytes += len(block)
            tell(len(block))
    return FileRecord(size_bytes, digest.hexdigest())


def write_list(folder: Path, files: Files) -> None:
    """Write the list of a backup; it comes last."""
    record = {
        "format": FORMAT,
        "kneescan": kneescan.__version__,
        "created_s": time.time(),
        "files": {
            name: {"size_bytes": file.size_bytes, "sha256": file.sha256}
            for name, file in sorted(files.items())
        },
    }
    with (folder / LIST).open("w", encoding="utf-8") as stream:
        json.dump(record, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())


def read_list(folder: Path) -> Files:
    """Files of a backup, as its list says.

    Raises
    ------
    BackupError
        If there is no list, or it is damaged or of a later version.
    """
    try:
        record: Any = json.loads(read_regular(folder / LIST, max_bytes=MAX_LIST_BYTES))
        if record["format"] != FORMAT:
            msg = f"{folder}: is a backup of another version of kneescan; update kneescan"
            raise BackupError(msg, code="backup_of_another_version", path=folder)
        files = dict(_records(record["files"]))
    except OSError as error:
        msg = f"{folder}: is not a complete backup ({LIST} cannot be read); {REMEDY}"
        raise BackupError(msg, code="backup_without_list", path=folder, name=LIST) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        msg = f"{folder / LIST}: is damaged; {REMEDY}"
        raise BackupError(msg, code="backup_list_damaged", path=folder / LIST) from error
    if DATABASE not in files:
        msg = f"{folder}: is not a complete backup (no {DATABASE}); {REMEDY}"
        raise BackupError(msg, code="backup_without_database", path=folder, name=DATABASE)
    return files


def check_files(folder: Path, files: Files, tell: Tell) -> None:
    """Read all files of a backup, and compare them with its list.

    Raises
    ------
    BackupError
        If one is missing or differs.
    """
    for name, expected in files.items():
        try:
            found: FileRecord | None = record_of(folder / name, tell)
        except OSError:
            found = None
        if found != expected:
            raise damaged(folder, name)


def damaged(folder: Path, name: str) -> BackupError:
    """Error for a file that is not as the list says."""
    msg = f"{folder}: is damaged ({name} is missing or was changed); use another backup"
    return BackupError(msg, code="backup_damaged", path=folder, name=name)


def _records(entries: Mapping[str, Any]) -> Iterator[tuple[str, FileRecord]]:
    for name, entry in entries.items():
        size_bytes, sha256 = entry["size_bytes"], entry["sha256"]
        is_whole = type(size_bytes) is int and size_bytes >= 0 and _SHA256.fullmatch(sha256)
        if not _is_inside(name) or not is_whole:
            msg = f"not a file of a backup: {name!r}"
            raise ValueError(msg)
        yield name, FileRecord(size_bytes, sha256)


def _is_inside(name: str) -> bool:
    """Whether a path is that of the database or of a file in the folder of a video."""
    path = PurePosixPath(name)
    if name == DATABASE:
        return True
    parts = path.parts
    is_plain = (
        str(path) == name and not {"..", "."} & set(parts) and not re.search(r"[\\:\0]", name)
    )
    return is_plain and len(parts) >= 3 and parts[0] == "videos" and is_id(parts[1])
