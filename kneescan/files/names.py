"""Names: what a folder for the results of a video is called on any system."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from kneescan.files.writing import Pathlike

LONGEST_NAME = 100
"""Of a folder made after a video, so that what lies in it can be copied anywhere. [bytes]"""
_RESERVED = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in "123456789"
}
"""Names of devices on Windows, whatever follows after a point."""

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control characters, what turns the reading direction, halves of characters, ends of lines."""


def folder_names(files: Sequence[Pathlike]) -> list[str]:
    """Name of a folder for each of several files, after the file, that every system allows.

    No two are the same on a disk that does not tell upper from lower case, or ``é`` in one
    character from ``é`` in two.
    """
    names: list[str] = []
    taken: set[str] = set()
    for file in files:
        stem = _allowed_name(Path(file).stem)
        name, number = stem, 2
        while _as_compared(name) in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(_as_compared(name))
        names.append(name)
    return names


def _allowed_name(stem: str) -> str:
    """Name that is no device, no other folder and no protocol, and not too long."""
    name = "".join(
        "_" if character in '<>:"/\\|?*' or _steers(character) else character
        for character in stem
    )  # fmt: skip
    name = name.encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .") or "video"
    is_device = name.partition(".")[0].strip().casefold() in _RESERVED
    return f"_{name}" if is_device else name


def _steers(character: str) -> bool:
    """Whether it is none to be seen; the joiners that Persian, Hindi and emoji need are kept."""
    return character not in "\u200c\u200d" and unicodedata.category(character) in _UNSEEN


def _as_compared(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
