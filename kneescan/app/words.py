"""Words of the app: its own sentences next to those of the results."""

import datetime as dt
import tomllib
from importlib import resources
from typing import Any

from babel.dates import format_datetime

from kneescan.errors import KneescanError
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE


class AppWords(Words):
    """All sentences in a language; those of the app begin with ``app.``.

    Parameters and errors are those of `Words`.
    """

    def __init__(self, language: str) -> None:
        super().__init__(language, tells_commands=False)
        own: dict[str, Any] = {}
        for file in resources.files("kneescan.app").joinpath("texts", language).iterdir():
            own |= tomllib.loads(file.read_text(encoding="utf-8"))
        self._texts = {**self._texts, "app": own}

    def moment(self, at_s: float, *, to_the_second: bool = False) -> str:
        """Date and time of this computer's clock, as usual in the language."""
        at = dt.datetime.fromtimestamp(at_s).astimezone()
        date = "d MMM y" if self.language == "en" else "d. MMM y"
        clock = "HH:mm:ss" if to_the_second else "HH:mm"
        return format_datetime(at, f"{date}, {clock}", locale=self.language)

    def explained(self, error: KneescanError) -> tuple[str, str]:
        """Message of an error, and the language that it is in: English where this one has none."""
        text = None if self.language == DEFAULT_LANGUAGE else self.told(error.code, error.values)
        return (str(error), DEFAULT_LANGUAGE) if text is None else (text, self.language)

    def speak(self, language: str) -> None:
        """Use another language from now on, wherever these words are in use."""
        other = AppWords(language)
        # At once: other threads may be looking for a sentence.
        self._texts, self.language = other._texts, language
