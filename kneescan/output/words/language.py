"""Language: sentences in a language, with numbers written as usual in it."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from kneescan.errors import KneescanError, OutputError
from kneescan.output.words.numerals import MISSING, number
from kneescan.output.words.sentences import (
    DEFAULT_LANGUAGE,
    catalogue,
    filled,
    languages,
    placeholders,
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
    tells_commands : bool, default True
        Whether remedies may name options of the command; who uses the app cannot give any.

    Raises
    ------
    OutputError
        If there are no sentences in this language.
    """

    def __init__(self, language: str = DEFAULT_LANGUAGE, *, tells_commands: bool = True) -> None:
        if language not in languages():
            msg = f"no sentences in the language {language!r}; choose one of: {', '.join(languages())}"
            raise OutputError(msg)
        self.language = language
        self.tells_commands = tells_commands
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
        return remedy(reason, self.language, tells_commands=self.tells_commands)

    def error(self, error: KneescanError) -> str:
        """Message of an error; in English, where this language has none."""
        return self.told(error.code, error.values) or str(error)

    def told(self, code: str, values: Mapping[str, Any]) -> str | None:
        """Message of an error that is known by code and values; None where this language has none."""
        try:
            text = self.entry(f"errors.{code}")
        except LookupError:
            return None
        # They may have been stored by another version.
        if not placeholders(text) <= values.keys():
            return None
        # Not bound: a name of a file is to be copied as it is.
        said = {name: self._within(value) for name, value in values.items()}
        return filled(text, {**said, **self._system_reason(values)}, self.language)

    def _within(self, value: Any) -> Any:
        """Value inside a message: another error, or a reason, is said in the same language."""
        if isinstance(value, KneescanError):
            return self.error(value)
        if isinstance(value, Reason):
            text = sentence(value, self.language).rstrip(".")
            # German nouns keep their capital.
            return text[:1].lower() + text[1:] if self.language == DEFAULT_LANGUAGE else text
        return value

    def _system_reason(self, values: Mapping[str, Any]) -> dict[str, str]:
        """What the operating system said; its own English is left as it is."""
        if self.language != DEFAULT_LANGUAGE:
            with suppress(LookupError):
                return {"reason": self.entry(f"system.{values['errno']}")}
        return {}


def _bound(text: str) -> str:
    """Keep a number and its unit on one line."""
    return _LOOSE.sub("\N{NO-BREAK SPACE}", text)
