"""Code names: which ones are taken, in which form they are kept, and when two are the same."""

import unicodedata
from enum import StrEnum

from kneescan.errors import KneescanError

MAX_LENGTH = 40
"""Longest code name. [characters]"""
_MAX_RAW = 400
"""Longer texts are not even looked at. [characters]"""
_JOINERS = "\u200c\u200d"
"""They shape letters and emoji, and are invisible by themselves."""
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that look like nothing."""


class Why(StrEnum):
    """Why a text is not taken as a code name."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_VISIBLE = "not_visible"


class CodeNameError(KneescanError):
    """The text cannot be a code name."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def checked(text: str) -> str:
    """Code name in the form in which it is kept: NFC, without spaces around, single spaces inside.

    Raises
    ------
    CodeNameError
        If nothing or too much is left, or there are characters that nobody can see, such as those that turn
        the direction of writing: two names could then look alike.
    """
    if len(text) > _MAX_RAW:
        raise CodeNameError(Why.TOO_LONG)
    code = " ".join(unicodedata.normalize("NFC", text).split())
    if not code:
        raise CodeNameError(Why.EMPTY)
    if len(code) > MAX_LENGTH:
        raise CodeNameError(Why.TOO_LONG)
    # The first must be one to which others, such as accents, can be added.
    if not all(map(_is_allowed, code)) or not _is_seen(code[0]):
        raise CodeNameError(Why.NOT_VISIBLE)
    return code


def key(code: str) -> str:
    """Form in which two code names are compared: regardless of case, width and invisible joiners."""
    plain = unicodedata.normalize("NFKC", "".join(c for c in code if c not in _JOINERS))
    return unicodedata.normalize("NFKC", plain.casefold())


def _is_allowed(character: str) -> bool:
    # C: control characters, turns of direction, halves of characters, private and unknown ones.
    is_hidden = unicodedata.category(character)[0] == "C" or character in _BLANK
    return character in _JOINERS or not is_hidden


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS"
