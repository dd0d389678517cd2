"""Compare the text that a page or a notebook shows with the present output of its code.

Libraries and processors differ in the last digits, so a decimal may be off a little; words, whole numbers
and everything else must be the same.
"""

import re

NUMBER = re.compile(r"(?<![\w.])[-\N{MINUS SIGN}]?\d+\.\d+(?:e[-+]?\d+)?")
RELATIVE, ABSOLUTE = 0.03, 0.25


def difference(
    stored: str, shown: str, *, relative: float = RELATIVE, absolute: float = ABSOLUTE
) -> str | None:
    """First significant difference, or None."""
    words, now = (_words(text) for text in (stored, shown))
    if words != now:
        [pair, *_] = [*_unlike(words, now), (words[-1], "(more or fewer words)")]
        return f"{pair[0]!r} is now {pair[1]!r}"
    for old, new in zip(_numbers(stored), _numbers(shown), strict=True):
        if abs(old - new) > max(absolute, relative * abs(old)):
            return f"{old} is now {new}"
    return None


def _unlike(words: list[str], now: list[str]) -> list[tuple[str, str]]:
    return [(a, b) for a, b in zip(words, now, strict=False) if a != b]


def _words(text: str) -> list[str]:
    return NUMBER.sub("#", text).split()


def _numbers(text: str) -> list[float]:
    return [float(number.replace("\N{MINUS SIGN}", "-")) for number in NUMBER.findall(text)]
