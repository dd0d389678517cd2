"""Sentences: turn codes and figures of a result into text in a language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from kneescan.output.words.numerals import Filling, form
from kneescan.squat.results import Reason

DEFAULT_LANGUAGE = "en"

Text = str | Mapping[str, Any]
"""A text in the catalogue: a single form, or one for each plural."""


@cache
def catalogue(language: str = DEFAULT_LANGUAGE) -> dict[str, Any]:
    """All sentences of a language, by section and key."""
    file = resources.files("kneescan.output.words").joinpath("texts", f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def languages() -> list[str]:
    """Languages with sentences."""
    folder = resources.files("kneescan.output.words").joinpath("texts")
    return sorted(
        file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")
    )


def filled(text: Text, values: Mapping[str, Any], language: str) -> str:
    """Text with its figures, in the form that fits them."""
    return Filling(language).vformat(form(text, values, language), (), values)


def placeholders(text: Text) -> set[str]:
    """Names of the figures in a text, including those that determine its form."""
    if isinstance(text, str):
        # A format may contain a name too, as in {value:.{digits}f}.
        parts = [(name, spec) for _, name, spec, _ in Formatter().parse(text) if name]
        return {name for name, _ in parts}.union(*(placeholders(spec or "") for _, spec in parts))
    forms = (text[name] for name in text if name != "by")
    return {text["by"]}.union(*(placeholders(each) for each in forms))


def sentence(reason: Reason, language: str = DEFAULT_LANGUAGE) -> str:
    """Sentence for a reason in a language."""
    texts: dict[str, Text] = catalogue(language)["reasons"]
    text = texts.get(reason.code)
    if text is None or not placeholders(text) <= reason.values.keys():
        # Landmarks may come from another version, with other warnings about a video.
        return filled(texts["of_another_version"], {"code": reason.code}, language)
    return filled(text, reason.values, language)


def remedy(
    reason: Reason, language: str = DEFAULT_LANGUAGE, *, tells_commands: bool = True
) -> str | None:
    """What to do about a reason; None if there is nothing to do or figures are missing.

    Without commands, it is what somebody can do in the app, who cannot give an option to a program.
    """
    texts: dict[str, Text] = catalogue(language)["remedies"]
    if not tells_commands:
        texts = {**texts, **catalogue(language)["remedies_without_commands"]}
    text = texts.get(reason.code)
    if text is None or not placeholders(text) <= reason.values.keys():
        return None
    return filled(text, reason.values, language)
