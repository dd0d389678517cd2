"""Accepting: the language that a browser asks for."""

from collections.abc import Sequence

from kneescan.output.words.sentences import DEFAULT_LANGUAGE

_MAX_LENGTH = 200


def accepted_language(header: str, known: Sequence[str]) -> str:
    """Language to use for an ``Accept-Language`` header; the default if it names none that is known."""
    wanted = []
    for number, part in enumerate(header[:_MAX_LENGTH].split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            quality = 0.0
        language = name.strip().lower().partition("-")[0]
        if language in known and quality > 0:
            wanted.append((-quality, number, language))
    return min(wanted)[2] if wanted else DEFAULT_LANGUAGE
