"""Read text and JSON files of other tools within limits."""

import contextlib
import gzip
import hashlib
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from kneescan.errors import PoseFileError
from kneescan.plain_text import one_line

MAX_BYTES = 128 * 2**20
"""Largest text, uncompressed: more than ten minutes of landmarks."""
MAX_LINE = 2**20
"""Longest line of a table."""
MAX_CELLS = 8_000_000
"""Most cells of a table, and most values of a JSON file, that fit into memory."""
MAX_SHOWN = 60
"""Longest quotation from a file in a message. [characters]"""

_DAMAGED = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,  # a zip file with a password
)


class UnlikeError(ValueError):
    """A file that does not have the expected format; the text briefly says what was found.

    Parameters
    ----------
    found : str
        What was found.
    remedy : str, optional
        What to do, if not to name another format.
    """

    def __init__(self, found: str, remedy: str = "") -> None:
        super().__init__(found)
        self.remedy = remedy


def shown(text: object) -> str:
    """Text from a file as a message shows it: on one line and shortened."""
    line = one_line(text)
    return line if len(line) <= MAX_SHOWN else f"{line[:MAX_SHOWN]}..."


@contextmanager
def reading(path: Path, kind: str) -> Iterator[None]:
    """Turn errors in a file of another format into a message of one line.

    Raises
    ------
    PoseFileError
        With the name of the file and the expected format.
    """
    try:
        yield
    except UnlikeError as error:
        if error.remedy:
            msg = f"{path}: {error}; {error.remedy}"
            raise PoseFileError(msg) from error
        reason = f" ({error})"
        cause: Exception = error
    except KeyError as error:
        reason = f" (it has no {shown(repr(error.args[0]))})" if error.args else ""
        cause = error
    except MemoryError as error:
        reason, cause = " (more than fits into memory)", error
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        reason, cause = "", error  # the message of a library, which does not help here
    else:
        return
    msg = f"{path}: not valid as {kind}{reason}; name another format with --from"
    raise PoseFileError(msg) from cause


class _Bounded(io.RawIOBase):
    """A file that is read only as far as it fits into memory, whatever its uncompressed size."""

    def __init__(self, file: IO[bytes], path: Path, max_bytes: int) -> None:
        self._file, self._path, self._left = file, path, max_bytes
        self._max_mb = max_bytes >> 20

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._file.read(len(buffer))
        self._left -= len(content)
        if self._left < 0:
            msg = f"{self._path}: more than {self._max_mb} MB; trim the recording to the squats"
            raise PoseFileError(msg)
        buffer[: len(content)] = content
        return len(content)


@contextmanager
def _opened(path: Path, max_bytes: int) -> Iterator[io.BufferedReader]:
    """Open a file for reading; decompress it if it is a .gz or .zip."""
    if path.exists() and not path.is_file():
        msg = f"{path}: a folder or device, not a file; give the file with the landmarks"
        raise PoseFileError(msg)
    try:
        with contextlib.ExitStack() as stack:
            file: IO[bytes] = stack.enter_context(path.open("rb"))
            start = file.read(4)
            file.seek(0)
            if start[:2] == b"\x1f\x8b":
                file = stack.enter_context(cast("IO[bytes]", gzip.GzipFile(fileobj=file)))
            elif start == b"PK\x03\x04":
                file = stack.enter_context(_only_member(path, zipfile.ZipFile(file)))
            yield io.BufferedReader(_Bounded(file, path, max_bytes))
    except FileNotFoundError as error:
        msg = f"{path}: no such file; check the name"
        raise PoseFileError(msg) from error
    except (*_DAMAGED, gzip.BadGzipFile) as error:
        msg = f"{path}: a damaged or encrypted .gz or .zip; unpack it first"
        raise PoseFileError(msg) from error
    except OSError as error:
        reason = error.strerror or "damaged"
        msg = f"{path}: cannot be read ({reason}); check that you have access to it"
        raise PoseFileError(msg) from error


def _only_member(path: Path, archive: zipfile.ZipFile) -> IO[bytes]:
    names = [
        name
        for name in archive.namelist()
        if not name.endswith("/")
        and not any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
    ]
    if len(names) != 1 or "xl/workbook.xml" in archive.namelist():
        msg = (
            f"{path}: an archive or spreadsheet with {len(names)} files; give the file with the "
            "landmarks, or save the spreadsheet as CSV"
        )
        raise PoseFileError(msg)
    return archive.open(names[0])


@contextmanager
def _opened_text(path: Path, max_bytes: int) -> Iterator[io.TextIOWrapper]:
    """Open a text file in any encoding.

    Characters of an older encoding occur only in names that are not needed, so they are accepted.
    """
    with _opened(path, max_bytes) as file:
        start = file.peek(64)[:64]
        encoding = _encoding(start)
        if encoding == "utf-8-sig" and b"\0" in start:
            msg = f"{path}: not a text file; name its format with --from"
            raise PoseFileError(msg)
        try:
            yield io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline=None)
        except UnicodeDecodeError as error:
            msg = f"{path}: not a text file; name its format with --from"
            raise PoseFileError(msg) from error


def _encoding(start: bytes) -> str:
    if start[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if len(start) > 3 and not any(start[1:4:2]) and all(start[0:4:2]):
        return "utf-16-le"
    return "utf-8-sig"


def read_lines(path: Path) -> Iterator[str]:
    """Lines of a text file without line ends, read one at a time.

    Raises
    ------
    PoseFileError
        If there is no such file, it is not text, or it does not fit into memory.
    """
    with _opened_text(path, MAX_BYTES) as text:
        number = 0
        while line := text.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE or number > MAX_CELLS:
                msg = f"{path}: line {number} is too long for a table; give a table as text"
                raise PoseFileError(msg)
            if "\0" in line or (number == 1 and not line.isspace() and not _has_words(line)):
                msg = f"{path}: not a text file; name its format with --from"
                raise PoseFileError(msg)
            yield line.rstrip("\r\n")


def _has_words(line: str) -> bool:
    return any(letter.isascii() and (letter.isalnum() or letter in ",;\t") for letter in line)


def read_json(path: Path) -> Any:
    """Content of a JSON file.

    Raises
    ------
    PoseFileError
        If it is not valid JSON, or does not fit into memory.
    """
    with _opened_text(path, MAX_BYTES) as file:
        text = file.read()
    if sum(map(text.count, "[{,:")) > MAX_CELLS:
        msg = f"{path}: more than {MAX_CELLS} values; trim the recording to the squats"
        raise PoseFileError(msg)
    if text and not _has_words(text[:4096]) and not set(text[:4096]) & set("[]{}"):
        msg = f"{path}: not a text file; name its format with --from"
        raise PoseFileError(msg)
    return parse_json(text, f"{path}")


def parse_json(text: str, whose: str) -> Any:
    """Content of a JSON text.

    Raises
    ------
    PoseFileError
        If it is not valid JSON.
    """
    try:
        return json.loads(text, object_pairs_hook=_each_key_once)
    except json.JSONDecodeError as error:
        reason = str(error)
    except UnlikeError as error:
        reason = str(error)
    except RecursionError:
        reason = "too deeply nested"
    except ValueError:
        reason = "a number has thousands of digits"
    msg = f"{whose}: not a complete JSON file ({reason}); write it again with the tool that made it"
    raise PoseFileError(msg)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [key for key, _ in pairs]
        msg = f"twice {shown(next(key for key in names if names.count(key) > 1))}"
        raise UnlikeError(msg)
    return content


def digest(files: Iterable[Path]) -> str:
    """SHA-256 of the contents of the files, one after the other."""
    total = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while block := file.read(2**20):
                total.update(block)
    return total.hexdigest()
