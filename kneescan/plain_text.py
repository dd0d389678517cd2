"""Plain text: what comes from a file or a name, made safe for a screen and for a table."""

import csv
import re
from collections.abc import Iterable
from typing import IO, Any

LONGEST_REASON = 200
"""Of what a library says, since it may quote the file. [characters]"""
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""With those of double width, which some spreadsheets take for the same."""
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|nan)|-")
"""Begins like a formula, and is none; a lone ``-`` is how many write that something is missing."""
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters, with the one that begins a terminal's commands
    "\u2028\u2029"  # ends of lines and paragraphs
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the reading direction
    "\ufeff\ufff9-\ufffb"  # byte order mark, annotations
    "\U000e0000-\U000e007f]"  # tags: text that nobody sees
)
"""Not among them: the joiners that Persian, Hindi and emoji need (U+200C, U+200D)."""
_SURROGATE = re.compile("[\ud800-\udfff]")

_ADDRESS = re.compile(r"\A(\s*[A-Za-z][\w+.-]+://)(.*)\Z", re.DOTALL)
_IN_TEXT = re.compile(r"([A-Za-z][\w+.-]+://)((?:(?!::[\w+.-]+://)[^\s'\"<>])+)")
_MISTYPED = re.compile(r"((?:[^\W\d_][\w+.-]*:[/\\]{0,3}|[/\\]{2})[^/\\@:\s]+):[^/\\]+@")
"""A password in what was meant for an address: ``ftp:/user:secret@host``, ``//user:secret@host``."""
_CONTAINER_SCHEMES = ("abfs", "abfss", "az", "wasb", "wasbs")
"""Here the name before the @ is that of a container and no secret."""


def encodable(text: object) -> str:
    r"""Text that fits into UTF-8: a byte of a name in another encoding is shown as ``\xe9``."""
    return _SURROGATE.sub(_escaped, str(text))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    # Python's way to hold a byte that is no UTF-8.
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def visible(text: object) -> str:
    """Text without what steers a terminal or turns the reading direction; spaces stand there."""
    return _STEERING.sub(" ", encodable(text))


def one_line(text: object) -> str:
    """Text as `visible`, on one line, with single spaces between its words."""
    return " ".join(visible(text).split())


def library_message(error: BaseException) -> str:
    """What a library says of a bad file: its first sentence, without advice that is not for users."""
    text = one_line(error)
    if "pickle" in text.lower():
        # NumPy goes on to say how to load it all the same, which would run what is in it.
        return "it holds Python objects, which are not loaded"
    sentence = text.split(". ")[0].rstrip(".")
    return sentence if len(sentence) <= LONGEST_REASON else f"{sentence[:LONGEST_REASON]}..."


def without_credentials(text: str) -> str:
    """Text with ``***`` in the place of passwords, tokens and signatures in the addresses in it.

    Examples
    --------
    >>> without_credentials("ftp://user:secret@host/video.mp4")
    'ftp://user:***@host/video.mp4'
    """
    return _MISTYPED.sub(r"\1:***@", _IN_TEXT.sub(_masked, text))


def masked_address(text: str) -> str:
    """An address as `without_credentials` shows it; all of it, as a password may hold spaces."""
    parts = re.split(r"(::(?=[\w+.-]+://))", text)
    return without_credentials("".join(_ADDRESS.sub(_masked, part) for part in parts))


def _masked(match: re.Match[str]) -> str:
    scheme, rest = match[1], match[2]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    # A password may hold a slash; a port never holds anything but digits.
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
    # Elsewhere a question mark stands for any letter in a pattern, and a # is part of a name.
    end = re.search("[?#;]" if is_web else r"\?", rest)
    if not end or not (is_web or "=" in rest[end.start() :]):
        return rest
    place, query = rest[: end.start()], rest[end.start() :]
    return place + (re.sub(r"=[^&#;]*", "=***", query) if "=" in query else f"{query[0]}***")


def csv_text(text: str) -> str:
    """Text for a cell of a CSV file, which no spreadsheet takes for a formula.

    A number stays a number, since ``-1.5`` begins like a formula and is none.
    """
    text = encodable(text)
    if text.lstrip(" ").startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def plain_cell(text: str) -> str:
    """Text that `csv_text` was given, from a cell of a table."""
    rest = text[1:]
    return rest if text.startswith("'") and csv_text(rest) == text else text


class CsvWriter:
    """Writes rows as CSV: commas, lines that end with LF, text quoted and defused where needed.

    Parameters
    ----------
    file : text file
        Opened with ``newline=""``.
    """

    def __init__(self, file: IO[str]) -> None:
        # A lone CR ends a row for most readers. Until Python 3.13 it is quoted only if it is in the
        # terminator, which `write` then makes one LF.
        self._lines = csv.writer(self, lineterminator="\r\n")
        self._file = file

    def row(self, cells: Iterable[Any]) -> None:
        """Write a row; None is an empty cell, true and false are in small letters."""
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
