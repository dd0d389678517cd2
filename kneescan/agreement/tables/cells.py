"""Read cells that people and spreadsheets write for yes and no, left and right, numbers and names."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from kneescan.landmarks import Side
from kneescan.plain_text import one_line

MAX_NAME = 200
"""Longest name. [characters]"""
MAX_NUMBER = 1e12
"""Larger numbers lose precision when they are squared; no measure reaches this."""

TRUTHS = {
    "numbers": ("1", "0"),
    "English": ("true t yes y", "false f no n"),
    "German": ("wahr w ja j", "falsch nein"),
    "French": ("vrai v oui o", "faux non"),
    "Spanish": ("verdadero sí si s", "falso"),
    "Italian": ("vero", "falso"),
    "Portuguese": ("verdadeiro sim", "falso não nao"),
    "Dutch": ("waar", "onwaar nee"),
    "Danish": ("sand", "falsk nej"),
    "Swedish": ("sant", "falskt"),
    "Norwegian": ("sann", "usann nei"),
    "Finnish": ("tosi kyllä", "epätosi ei"),
    "Polish": ("prawda tak", "fałsz nie"),
    "Czech and Slovak": ("pravda ano áno", "nepravda ne"),
    "Hungarian": ("igaz igen", "hamis nem"),
    "Turkish": ("doğru evet", "yanl\N{LATIN SMALL LETTER DOTLESS I}ş yanliş"),
    "Romanian": ("adevărat", "fals nu"),
    "Russian": ("истина да", "ложь нет"),
}
"""Words for yes and no, as spreadsheets and people write them."""
LEGS = {
    "English": ("left l", "right r"),
    "German": ("links lks li", "rechts rts re"),
    "Dutch": ("link", "recht"),
    "French": ("gauche g", "droite droit d"),
    "Italian": ("sinistra sinistro sx", "destra destro dx"),
    "Spanish": ("izquierda izquierdo izq", "derecha derecho der"),
    "Portuguese": ("esquerda esquerdo esq", "direita direito dir"),
    "Swedish": ("vänster", "höger"),
    "Danish and Norwegian": ("venstre", "højre høyre"),
    "Finnish": ("vasen", "oikea"),
    "Polish": ("lewa lewy", "prawa prawy"),
}
"""Words for the left and right leg."""
YES, NO = ({word for words in TRUTHS.values() for word in words[k].split()} for k in (0, 1))
LEFT, RIGHT = ({word for words in LEGS.values() for word in words[k].split()} for k in (0, 1))
NO_ONE_LEG = frozenset({"", "both", "auto", "beide"})
"""Words for a squat on both feet, or for no leg."""
MISSING = frozenset({"", "nan", "na", "n/a", "#n/a", "#nv", "null", "none"})
"""How programs write a missing number."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?")


def is_yes(cell: Any) -> bool:
    """Whether a cell means yes.

    Raises
    ------
    ValueError
        If it means neither yes nor no.
    """
    word = _word(cell)
    if word in YES:
        return True
    if word in NO:
        return False
    msg = (
        "means neither yes nor no; write true or false, yes or no, 1 or 0; words that "
        "spreadsheets write in other languages (WAHR, FALSCH) are accepted too"
    )
    raise ValueError(msg)


def leg_of(cell: Any) -> Side | None:
    """Leg that a cell names; None if it names both or none.

    Raises
    ------
    ValueError
        If it contains anything else.
    """
    word = _word(cell).removesuffix("leg").rstrip(".")
    if word in LEFT:
        return Side.LEFT
    if word in RIGHT:
        return Side.RIGHT
    if word in NO_ONE_LEG:
        return None
    msg = "is not a leg; accepted are left and right, l and r, links and rechts, gauche and droite"
    raise ValueError(msg)


def label(cell: Any) -> str:
    """Name in a cell on one line; whole numbers lose the decimal point that Parquet added.

    Raises
    ------
    ValueError
        If it does not contain a name, or the name is very long.
    """
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float | Decimal | date):
        msg = "is not a name"
        raise ValueError(msg)  # noqa: TRY004 - of a file, not of a caller
    if isinstance(cell, datetime) and cell.time() == time():
        cell = cell.date()
    elif isinstance(cell, float | Decimal) and math.isfinite(cell) and cell == int(cell):
        cell = int(cell)
    text = str(cell)
    if len(text) > MAX_NAME:
        msg = f"is a name of {len(text)} characters; at most {MAX_NAME} are allowed"
        raise ValueError(msg)
    return _on_one_line(text)


@dataclass(slots=True, kw_only=True)
class Numbers:
    """Numbers of one table, all written with the same decimal mark."""

    decimal_comma: bool
    """Whether a comma in a number can be a decimal mark."""
    _mark: str = ""

    def read(self, cell: Any) -> float:
        """Number in a cell; NaN if it is empty.

        Raises
        ------
        ValueError
            If it contains anything else, a number that is far too large, or one that can be read in
            two ways.
        """
        if isinstance(cell, str):
            value = self._of_text(cell)
        elif cell is None:
            value = math.nan
        elif isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
            value = float(cell)
        else:
            msg = "is not a number"
            raise ValueError(msg)
        if not (math.isnan(value) or abs(value) <= MAX_NUMBER):
            msg = f"is beyond {MAX_NUMBER:.0e}, which no measure reaches"
            raise ValueError(msg)
        return value

    def _of_text(self, cell: str) -> float:
        text = cell.strip().replace("\N{MINUS SIGN}", "-")
        if text.casefold() in MISSING:
            return math.nan
        if text.lstrip("+-").casefold() in ("inf", "infinity", "∞"):
            return math.inf
        if not _NUMBER.fullmatch(text):
            msg = "is not a number; write it with digits and one decimal mark"
            raise ValueError(msg)
        self._check_mark("," if "," in text else "." if "." in text else "")
        return float(text.replace(",", "."))

    def _check_mark(self, mark: str) -> None:
        if mark == "," and not self.decimal_comma:
            msg = "has a comma in a table separated by commas; write a decimal point"
            raise ValueError(msg)
        if mark and self._mark and mark != self._mark:
            msg = "has a different decimal mark than earlier numbers; use the same one everywhere"
            raise ValueError(msg)
        self._mark = self._mark or mark


def _word(cell: Any) -> str:
    """Cell as a word to look up, ignoring case and spaces; 1.0 becomes 1."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        cell = label(int(cell) if isinstance(cell, bool) else cell)
    return _folded(cell) if len(cell) <= MAX_NAME else cell


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    word = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return re.sub(r"^([01])[.,]0+$", r"\1", word)


@lru_cache(maxsize=4096)
def _on_one_line(text: str) -> str:
    return one_line(text)
