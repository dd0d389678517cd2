"""Sentences: turn codes and figures of a result into words of a language."""

import tomllib
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from kneescan.squat.results import Reason

DEFAULT_LANGUAGE = "en"


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


def sentence(reason: Reason, language: str = DEFAULT_LANGUAGE) -> str:
    """Sentence for a reason in a language."""
    texts: dict[str, str] = catalogue(language)["reasons"]
    text = texts.get(reason.code)
    if text is None or not _figures(text) <= reason.values.keys():
        # Landmarks may come from another version, with other codes for a video.
        return texts["of_another_version"].format(code=reason.code)
    return text.format(**reason.values)


def _figures(text: str) -> set[str]:
    """Names of the figures in a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def remedy(reason: Reason, language: str = DEFAULT_LANGUAGE) -> str | None:
    """Remedy for a reason; None if there is nothing to do or figures are missing."""
    text: str | None = catalogue(language)["remedies"].get(reason.code)
    if text is None or not _figures(text) <= reason.values.keys():
        return None
    return text.format(**reason.values)
