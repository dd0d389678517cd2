"""Speaking: the language in which a command says what went wrong, as --language names it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kneescan.errors import KneescanError

if TYPE_CHECKING:
    from kneescan.output.words.language import Words

ENGLISH = "en"
OPTION = "--language"
_spoken = [ENGLISH]
"""One entry: the language from now on."""


def speak(language: str | None = ENGLISH) -> str | None:
    """Use a language from now on; the callback of the option, so that it holds as soon as it is read."""
    _spoken[0] = language or ENGLISH
    return language


def language_in(arguments: Sequence[str]) -> str:
    """Language that a command line asks for, before it is known whether the rest of it is valid."""
    language = ENGLISH
    for number, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == OPTION:
            following = "".join(arguments[number + 1 : number + 2])
            language = value or following or ENGLISH
    return language


def told(error: KneescanError) -> str:
    """Message of an error in this language, or in English if there is none."""
    words = _words() if error.code else None
    return str(error) if words is None else words.error(error)


def stopped() -> str:
    """Say in this language that the command was stopped."""
    words = _words()
    return "Stopped." if words is None else words("stopped.stopped")


def _words() -> "Words | None":
    """Sentences of this language; None for English, which needs none, and where there are none."""
    if _spoken[0] == ENGLISH:
        return None
    from kneescan.output.words.language import Words
    from kneescan.output.words.sentences import languages

    # A language that does not exist is an error too.
    return Words(_spoken[0]) if _spoken[0] in languages() else None
