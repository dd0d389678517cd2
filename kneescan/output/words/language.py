"""Language: sentences in a language, with numbers written as usual in it."""

import re
from typing import Any

from kneescan.errors import OutputError
from kneescan.output.words.numerals import MISSING, number
from kneescan.output.words.sentences import (
    DEFAULT_LANGUAGE,
    catalogue,
    filled,
    languages,
    remedy,
    sentence,
)
from kneescan.squat.results import Estimate, Reason

_LOOSE = re.compile(r"(?<=\d) (?=(?:[%±s]|cm)(?:$|\W))|(?<=±) (?=\d)")
"""Spaces between a number and its unit or its interval."""


class Words:
    """All sentences in a language.

    Parameters
    ----------
    language : str
        Name of a file in ``texts``, e.g. "en".

    Raises
    ------
    OutputError
        If there are no sentences in this language.
    """

    def __init__(self, language: str = DEFAULT_LANGUAGE) -> None:
        if language not in languages():
            msg = f"no sentences in the language {language!r}; choose one of: {', '.join(languages())}"
            raise OutputError(msg)
        self.language = language
        self._texts = catalogue(language)

    def __call__(self, key: str, **values: Any) -> str:
        """Sentence of a dotted key, e.g. ``words("report.title")``, with its figures."""
        return _bound(filled(self.entry(key), values, self.language))

    def entry(self, key: str) -> Any:
        """Entry of a dotted key: a sentence, its forms, a list or a section."""
        found: Any = self._texts
        for part in key.split("."):
            found = found[part]
        return found

    def side(self, side: str) -> str:
        """Name of a leg inside a sentence."""
        return self(f"sides.{side}")

    def initial(self, text: str) -> str:
        """Return the text with a capital first letter; other letters stay (German nouns have capitals)."""
        return text[:1].upper() + text[1:]

    def figure(self, value: float | None, digits: int | None = 0) -> str:
        """Write a number; with ``digits=None``, as many digits as it has. A missing number is a dash."""
        if value is None:
            return MISSING
        return number(value, "g" if digits is None else f".{digits}f", self.language)

    def estimate(self, key: str, estimate: Estimate) -> str:
        """Sentence on a value and its interval."""
        return self(
            key,
            value=estimate.value,
            plus_minus=(estimate.high - estimate.low) / 2,
            cut=estimate.cut,
        )

    def reason(self, reason: Reason) -> str:
        """Sentence for a reason."""
        return _bound(sentence(reason, self.language))

    def remedy(self, reason: Reason) -> str | None:
        """Remedy for a reason, or None."""
        return remedy(reason, self.language)


def _bound(text: str) -> str:
    """Keep a number and its unit on one line."""
    return _LOOSE.sub("\N{NO-BREAK SPACE}", text)
