"""Language: sentences of a language, with numbers written as in that language."""

import math
import re
from typing import Any

from kneescan.errors import OutputError
from kneescan.output.words.sentences import DEFAULT_LANGUAGE, catalogue, languages, remedy, sentence
from kneescan.squat.results import Estimate, Reason

MISSING = "\N{EN DASH}"
"""Shown if a value could not be measured."""

_LOOSE = re.compile(r"(?<=\d) (?=[%±s]($|\W))|(?<=±) (?=\d)")
"""Spaces between a number and its unit or its interval."""


class Figure(float):
    """A number that formats itself with the decimal mark of a language and a true minus sign."""

    __slots__ = ("_mark",)
    _mark: str

    def __new__(cls, value: float, mark: str) -> "Figure":
        """Store a number and its decimal mark."""
        figure = super().__new__(cls, value)
        figure._mark = mark
        return figure

    def __format__(self, spec: str) -> str:
        """Write the number; a missing number becomes a dash, and zero has no sign."""
        if not math.isfinite(self):
            return MISSING
        text = super().__format__(spec)
        if not text.strip("-+0."):
            text = text.lstrip("-+")
        return text.replace("-", "\N{MINUS SIGN}").replace(".", self._mark)


class Words:
    """All sentences of a language.

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
        self._mark: str = self._texts["format"]["decimal_mark"]

    def __call__(self, key: str, **values: Any) -> str:
        """Sentence of a dotted key, e.g. ``words("report.title")``, with its figures."""
        text: str = self.entry(key)
        return _bound(text.format(**self._localized(values)))

    def entry(self, key: str) -> Any:
        """Entry under a dotted key: a sentence, a list or a section."""
        found: Any = self._texts
        for part in key.split("."):
            found = found[part]
        return found

    def side(self, side: str) -> str:
        """Name of a leg inside a sentence."""
        return self(f"sides.{side}")

    def initial(self, text: str) -> str:
        """Return the text with a capital first letter; others stay (German nouns have capitals)."""
        return text[:1].upper() + text[1:]

    def figure(self, value: float | None, digits: int = 0) -> str:
        """Write a number; a dash if it is missing."""
        return MISSING if value is None else f"{Figure(value, self._mark):.{digits}f}"

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
        values = self._localized(dict(reason.values))
        return _bound(sentence(Reason(code=reason.code, values=values), self.language))

    def remedy(self, reason: Reason) -> str | None:
        """Remedy for a reason, or None."""
        return remedy(reason, self.language)

    def _localized(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            name: Figure(value, self._mark) if isinstance(value, float) else value
            for name, value in values.items()
        }


def _bound(text: str) -> str:
    """Keep a number and its unit on one line."""
    return _LOOSE.sub("\N{NO-BREAK SPACE}", text)
