"""Questions: ask in the terminal what no video shows, before it is measured."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kneescan.cli.terminal.screen import out

if TYPE_CHECKING:
    from kneescan.cli.measuring import Request
    from kneescan.output.words.language import Words


def with_answers(request: "Request", files: Sequence[Path], *, quiet: bool) -> "Request":
    """Request completed by the person's answers to what its options leave open.

    Parameters
    ----------
    request : Request
        Choices from the command line.
    files : sequence of Path
        Videos to be measured; without any that exists, there is nothing to ask for.
    quiet : bool
        Ask nothing, because another program reads the output.
    """
    given = request.wanted.answers
    open_questions = [name for name in ("pain", "running") if getattr(given, name) is None]
    if quiet or not open_questions or not _somebody_is_there():
        return request
    if not any(file.exists() for file in files):
        return request
    from kneescan.output.words.language import Words

    words = Words(request.wanted.language)
    out.print(words("questions.introduction"))
    answers = {}
    # Who ends the input (Ctrl-D) skips what is left.
    with suppress(EOFError):
        for name in open_questions:
            answers[name] = _ask(name, words)
    wanted = replace(request.wanted, answers=replace(given, **answers))
    return replace(request, wanted=wanted)


def _somebody_is_there() -> bool:
    """Whether a person can read a question on the screen and type an answer."""
    if sys.stdin is None or sys.stdout is None:
        return False
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    if hasattr(os, "tcgetpgrp"):
        # A command in the background would be stopped as soon as it reads.
        with suppress(OSError, ValueError):
            return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    return True


def _ask(name: str, words: "Words") -> bool | None:
    """Answer to one question; None if it is skipped."""
    prompt = words("questions.prompt", question=words(f"questions.{name}"))
    while True:
        out.print(prompt, end="")
        try:
            typed = input().strip().casefold()
        except UnicodeDecodeError:
            typed = "?"
        if not typed:
            return None
        for answer, key in ((True, "yes"), (False, "no")):
            if typed in words.entry(f"questions.{key}"):
                return answer
        out.print(words("questions.again"))
