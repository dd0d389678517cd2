"""Numerals: how a language writes numbers, and which form of a text goes with one."""

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
"""Stands where a value could not be measured."""

_SPEC = re.compile(r"(?P<sign>\+?)(?:\.(?P<digits>\d+)(?:f|(?=%))|g)(?P<percent>%?)")
"""As Python's, but that what stands before ``%`` is in percent already: ``.1f``, ``+.0f``, ``g``, ``.1%``."""
_GENERAL_DIGITS = 6
"""Digits behind the point that ``g`` writes at most."""
_DIGITS = re.compile(r"[#0,.]+")
"""Where the digits stand in a pattern of CLDR."""
_PRECISION = 400
"""Digits that hold every float, up to 1.8e308."""


def number(value: float, spec: str, language: str) -> str:
    """Write a number as a language does; a dash where it is missing.

    Parameters
    ----------
    value : float
        The number; in percent where the specification ends in ``%``.
    spec : str
        How to write it: ``.1f`` with one digit behind the point, ``g`` with as many as it has, ``.0%``
        as a percentage; with ``+`` in front, positive numbers bear their sign.
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
        # The exact value, not its shortest decimals, so that it is rounded as everywhere in Python.
        rounded = round(Decimal(float(value)), digits)
        text = _formatted(abs(rounded), shown, language, is_percent=bool(found["percent"]))
    if rounded < 0:
        # CLDR has the hyphen of the keyboard; print has a sign of its own.
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
    """Form of a text that goes with the number that it counts.

    Parameters
    ----------
    text : str or mapping
        A text of one form is returned as it is. One with several names the counted number under
        ``by``, and has a form for each plural category of the language (CLDR: ``one``, ``other``) and
        perhaps for a number itself (``0``). A form may have forms of its own, by another number.
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
    """Puts values into a text, numbers as its language writes them."""

    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write one value; digits of a clock (``02d``) are the same in every language."""
        if isinstance(value, Real) and format_spec and not format_spec.endswith("d"):
            return number(float(value), format_spec, self._language)
        return str(super().format_field(value, format_spec))


@cache
def _locale(language: str) -> "Locale":
    # Loaded with the first text that needs it: `kneescan --help` shall not wait for it.
    from babel import Locale

    return Locale.parse(language)
