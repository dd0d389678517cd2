"""Words of the app: its own sentences next to those of the results."""

import tomllib
from importlib import resources

from kneescan.output.words.language import Words


class AppWords(Words):
    """All sentences in a language; those of the app begin with ``app.``.

    Parameters and errors are those of `Words`.
    """

    def __init__(self, language: str) -> None:
        super().__init__(language)
        file = resources.files("kneescan.app").joinpath("texts", f"{language}.toml")
        own = tomllib.loads(file.read_text(encoding="utf-8"))
        self._texts = {**self._texts, "app": own}
