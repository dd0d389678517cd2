"""Name the folder for the results of a video so that any system allows it."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from kneescan.files.writing import Pathlike

LONGEST_NAME = 100
"""Longest name of a folder, so that its contents can be copied anywhere. [bytes]"""
_RESERVED = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in "123456789"
}
"""Names of devices on Windows, with any suffix."""

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control characters, marks that change the reading direction, surrogates and line separators."""


def folder_names(files: Sequence[Pathlike]) -> list[str]:
    """Folder name for each of several files, based on the file, that every system allows.

    All names differ, even on a disk that ignores upper and lower case, or that stores ``é`` as one
    character or as two.
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
    """Name that is not a device, another folder or a protocol, and not too long."""
    name = "".join(
        "_" if character in '<>:"/\\|?*' or _steers(character) else character
        for character in stem
    )  # fmt: skip
    name = name.encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .") or "video"
    is_device = name.partition(".")[0].strip().casefold() in _RESERVED
    return f"_{name}" if is_device else name


def _steers(character: str) -> bool:
    """Whether a character is invisible, except the joiners that Persian, Hindi and emoji need."""
    return character not in "\u200c\u200d" and unicodedata.category(character) in _UNSEEN


def _as_compared(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
