"""Make text from files and names safe for a screen and for a table."""

import csv
import re
from collections.abc import Iterable
from typing import IO, Any

LONGEST_REASON = 200
"""Longest part of a library's message, which may quote the file. [characters]"""
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""First characters of a formula, including full-width ones that some spreadsheets accept."""
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|nan)|-")
"""Texts that begin like a formula but are none; many people write ``-`` for a missing value."""
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters, including the one that starts terminal commands
    "\u2028\u2029"  # ends of lines and paragraphs
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the reading direction
    "\ufeff\ufff9-\ufffb"  # byte order mark, annotations
    "\U000e0000-\U000e007f]"  # tags: invisible text
)
"""Not among them: the joiners that Persian, Hindi and emoji need (U+200C, U+200D)."""
_SURROGATE = re.compile("[\ud800-\udfff]")

_ADDRESS = re.compile(r"\A(\s*[A-Za-z][\w+.-]+://)(.*)\Z", re.DOTALL)
_IN_TEXT = re.compile(r"([A-Za-z][\w+.-]+://)((?:(?!::[\w+.-]+://)[^\s'\"<>])+)")
_MISTYPED = re.compile(r"((?:[^\W\d_][\w+.-]*:[/\\]{0,3}|[/\\]{2})[^/\\@:\s]+):[^/\\]+@")
"""A password in something meant as an address: ``ftp:/user:secret@host``, ``//user:secret@host``."""
_CONTAINER_SCHEMES = ("abfs", "abfss", "az", "wasb", "wasbs")
"""Schemes where the part before the @ is the name of a container, not a secret."""


def encodable(text: object) -> str:
    r"""Text that can be encoded as UTF-8: a byte in another encoding is shown as ``\xe9``."""
    return _SURROGATE.sub(_escaped, str(text))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    # Python's representation of a byte that is not UTF-8.
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def visible(text: object) -> str:
    """Text with spaces for characters that control a terminal or change the reading direction."""
    return _STEERING.sub(" ", encodable(text))


def one_line(text: object) -> str:
    """Text as `visible`, on one line, with single spaces between its words."""
    return " ".join(visible(text).split())


def library_message(error: BaseException) -> str:
    """What a library says about a bad file: its first sentence, without advice for programmers."""
    text = one_line(error)
    if "pickle" in text.lower():
        # NumPy then says how to load them anyway, which would run code from the file.
        return "it holds Python objects, which are not loaded"
    sentence = text.split(". ")[0].rstrip(".")
    return sentence if len(sentence) <= LONGEST_REASON else f"{sentence[:LONGEST_REASON]}..."


def without_credentials(text: str) -> str:
    """Text with ``***`` instead of the passwords, tokens and signatures in its addresses.

    Examples
    --------
    >>> without_credentials("ftp://user:secret@host/video.mp4")
    'ftp://user:***@host/video.mp4'
    """
    return _MISTYPED.sub(r"\1:***@", _IN_TEXT.sub(_masked, text))


def masked_address(text: str) -> str:
    """An address as `without_credentials` shows it; the whole text, as a password may contain spaces."""
    parts = re.split(r"(::(?=[\w+.-]+://))", text)
    return without_credentials("".join(_ADDRESS.sub(_masked, part) for part in parts))


def _masked(match: re.Match[str]) -> str:
    scheme, rest = match[1], match[2]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    # A password may contain a slash; a port has only digits.
    is_cut_off = "@" not in authority and re.search(r":(?!\d*$)", authority) and "@" in rest
    end = rest.rfind("@") if is_cut_off else authority.rfind("@")
    shown = _masked_user(scheme, rest[:end]) + rest[end:] if end >= 0 else rest
    return scheme + _masked_query(scheme, shown)


def _masked_user(scheme: str, user: str) -> str:
    name, colon, _ = user.partition(":")
    if colon:
        return f"{name}:***"
    return name if scheme[:-3].lower() in _CONTAINER_SCHEMES else "***"


def _masked_query(scheme: str, rest: str) -> str:
    is_web = scheme.lower().startswith("http")
    # Elsewhere a question mark is a wildcard, and a # is part of a name.
    end = re.search("[?#;]" if is_web else r"\?", rest)
    if not end or not (is_web or "=" in rest[end.start() :]):
        return rest
    place, query = rest[: end.start()], rest[end.start() :]
    return place + (re.sub(r"=[^&#;]*", "=***", query) if "=" in query else f"{query[0]}***")


def csv_text(text: str) -> str:
    """Text for a cell of a CSV file, safe from being run as a formula by a spreadsheet.

    Numbers are not changed, although ``-1.5`` begins like a formula.
    """
    text = encodable(text)
    if text.lstrip(" ").startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def plain_cell(text: str) -> str:
    """Undo `csv_text`: the original text of a cell."""
    rest = text[1:]
    return rest if text.startswith("'") and csv_text(rest) == text else text


class CsvWriter:
    """Writes rows as CSV: commas, lines that end with LF, text quoted and made safe where needed.

    Parameters
    ----------
    file : text file
        Opened with ``newline=""``.
    """

    def __init__(self, file: IO[str]) -> None:
        # A lone CR ends a row for most readers. Before Python 3.13 it is quoted only if it is part of
        # the terminator, which `write` then reduces to one LF.
        self._lines = csv.writer(self, lineterminator="\r\n")
        self._file = file

    def row(self, cells: Iterable[Any]) -> None:
        """Write a row; None becomes an empty cell, booleans are in lower case."""
        self._lines.writerow([_cell(value) for value in cells])

    def write(self, line: str) -> None:
        """Take a finished row from `csv.writer`."""
        self._file.write(line.removesuffix("\r\n") + "\n")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return csv_text(value) if isinstance(value, str) else str(value)


def counted(n: object, noun: str) -> str:
    """Number and noun, with an s where there is not one."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
