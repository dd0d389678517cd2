"""Plain text: what comes from a file or a name, made safe for a screen and for a table."""

import re
import unicodedata

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def one_line(text: object) -> str:
    """Text on one line, without the characters that steer a terminal or turn the reading direction."""
    shown = "".join(
        " " if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} else character
        for character in str(text).encode("utf-8", "backslashreplace").decode("utf-8")
    )
    return re.sub(r"\s+", " ", shown).strip()


def csv_text(text: str) -> str:
    """Text for a cell of a CSV file, which no spreadsheet takes for a formula.

    Numbers are not text: give those as they are, since ``-1.5`` begins like a formula.
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
