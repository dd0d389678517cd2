"""Speak where the computer can, beep where it cannot, and never raise an error."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

SPEAKERS = ("say", "espeak-ng", "espeak")
"""Speech programs of macOS and Linux."""
WINDOWS_SPEECH = (
    "Add-Type -AssemblyName System.Speech; "
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak($args[0])"
)


class Voice:
    """Says short texts without making the caller wait.

    Parameters
    ----------
    is_on : bool
        Whether to make any sound.
    language : str
        Language of the words.
    """

    def __init__(self, *, is_on: bool = True, language: str = "en") -> None:
        self._command = _speaker(language) if is_on else []
        self._is_on = is_on
        self._speaking: subprocess.Popen[bytes] | None = None

    def say(self, text: str) -> None:
        """Say a text; it interrupts an earlier one."""
        if not self._is_on:
            return
        if not self._command:
            self._beep()
            return
        self.close()
        # The text may contain anything, but it is never part of a command line read by a shell.
        with suppress(OSError):
            self._speaking = subprocess.Popen(
                [*self._command, text],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def close(self) -> None:
        """Stop speaking."""
        if self._speaking is not None:
            self._speaking.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._speaking.wait(timeout=0.2)
            self._speaking = None

    def finish(self, patience_s: float = 3.0) -> None:
        """Finish the last text."""
        if self._speaking is not None:
            with suppress(subprocess.TimeoutExpired):
                self._speaking.wait(timeout=patience_s)
        self.close()

    def _beep(self) -> None:
        with suppress(OSError, ValueError, AttributeError):
            if sys.stderr.isatty():
                sys.stderr.write("\a")
                sys.stderr.flush()


def _speaker(language: str) -> Sequence[str]:
    """Command that speaks the text that follows it; empty if there is none."""
    for program in SPEAKERS:
        found = shutil.which(program)
        if found:
            return [found] if program == "say" else [found, "-v", language]
    if sys.platform == "win32":
        found = shutil.which("powershell")
        if found:
            return [found, "-NoProfile", "-Command", f"& {{{WINDOWS_SPEECH}}}"]
    return []
