"""Numerals: write numbers in a language, and choose the form of a text that fits a number."""

import math
import re
import string
from collections.abc import Mapping
from decimal import Decimal, localcontext
from functools import cache
from numbers import Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel import Locale

MISSING = "\N{EN DASH}"
"""Text for a value that could not be measured."""

_SPEC = re.compile(r"(?P<sign>\+?)(?:\.(?P<digits>\d+)(?:f|(?=%))|g)(?P<percent>%?)")
"""As in Python, except that ``%`` expects a value in percent: ``.1f``, ``+.0f``, ``g``, ``.1%``."""
_GENERAL_DIGITS = 6
"""Largest number of digits after the point for ``g``."""
_DIGITS = re.compile(r"[#0,.]+")
"""Placeholder of the digits in a CLDR pattern."""
_PRECISION = 400
"""Enough digits for every float, up to 1.8e308."""


def number(value: float, spec: str, language: str) -> str:
    """Write a number in a language; a missing number is a dash.

    Parameters
    ----------
    value : float
        The number; in percent if the format ends in ``%``.
    spec : str
        Format: ``.1f`` for one digit after the point, ``g`` for as many as needed, ``.0%`` for a
        percentage; with ``+`` in front, positive numbers have a sign.
    language : str
        Language, e.g. "de".
    """
    found = _SPEC.fullmatch(spec)
    if found is None:
        msg = f"expected a number format such as .1f, +.0f, g or .0%, got {spec!r}"
        raise ValueError(msg)
    if not math.isfinite(value):
        return MISSING
    digits = int(found["digits"]) if found["digits"] else _GENERAL_DIGITS
    shown = f"0.{('0' if found['digits'] else '#') * digits}".rstrip(".")
    with localcontext(prec=_PRECISION):
        # The exact value, not its shortest decimal form, so that rounding agrees with the rest of Python.
        rounded = round(Decimal(float(value)), digits)
        text = _formatted(abs(rounded), shown, language, is_percent=bool(found["percent"]))
    if rounded < 0:
        # CLDR uses the hyphen; in print, the minus is a character of its own.
        return f"\N{MINUS SIGN}{text}"
    return f"+{text}" if found["sign"] and rounded else text


def _formatted(value: Decimal, shown: str, language: str, *, is_percent: bool) -> str:
    from babel.numbers import format_decimal, format_percent

    locale = _locale(language)
    if not is_percent:
        return format_decimal(value, shown, locale=locale)
    pattern = _DIGITS.sub(shown, locale.percent_formats[None].pattern)
    return format_percent(value.scaleb(-2), pattern, locale=locale)


def with_unit(text: str, unit: str) -> str:
    """Join a number and its unit as English writes them: ``5 px``, but ``5%`` and ``5°``."""
    return (
        f"{text}{unit}" if unit.startswith(("%", "\N{DEGREE SIGN}")) else f"{text} {unit}".rstrip()
    )


def form(text: str | Mapping[str, Any], values: Mapping[str, Any], language: str) -> str:
    """Form of a text that fits the number in it.

    Parameters
    ----------
    text : str or mapping
        A text with only one form is returned as it is. A text with several forms has the name of the
        counted number under ``by``, a form for each plural category of the language (CLDR: ``one``,
        ``other``), and perhaps for a certain number (``0``). A form may again have forms, for another
        number.
    values : mapping
        Numbers by name.
    language : str
        Language whose rules for plurals apply.
    """
    while not isinstance(text, str):
        value = values[text["by"]]
        count = round(value) if math.isfinite(value) else None
        category = "other" if count is None else _locale(language).plural_form(abs(count))
        text = text.get(str(count)) or text.get(category) or text["other"]
    return text


class Filling(string.Formatter):
    """Fills values into a text, with numbers written in its language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write one value; digits of a clock (``02d``) are the same in every language."""
        if isinstance(value, Real) and format_spec and not format_spec.endswith("d"):
            return number(float(value), format_spec, self._language)
        return str(super().format_field(value, format_spec))


@cache
def _locale(language: str) -> "Locale":
    # Imported here so that `kneescan --help` does not have to wait for it.
    from babel import Locale

    return Locale.parse(language)
