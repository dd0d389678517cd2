"""Sound: what is said aloud, where the computer can speak; a beep where it cannot; never an error."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

SPEAKERS = ("say", "espeak-ng", "espeak")
"""Programs that speak: of macOS, and of Linux."""
WINDOWS_SPEECH = (
    "Add-Type -AssemblyName System.Speech; "
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak($args[0])"
)


class Voice:
    """Says short words without keeping anybody waiting.

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
        """Say something; what is still being said gives way to it."""
        if not self._is_on:
            return
        if not self._command:
            self._beep()
            return
        self.close()
        # The text may hold anything but is no part of a command line that a shell reads.
        with suppress(OSError):
            self._speaking = subprocess.Popen(
                [*self._command, text],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def close(self) -> None:
        """Be silent."""
        if self._speaking is not None:
            self._speaking.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._speaking.wait(timeout=0.2)
            self._speaking = None

    def finish(self, patience_s: float = 3.0) -> None:
        """Let the last word be said to its end."""
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
    """Command that speaks the text put after it; empty where there is none."""
    for program in SPEAKERS:
        found = shutil.which(program)
        if found:
            return [found] if program == "say" else [found, "-v", language]
    if sys.platform == "win32":
        found = shutil.which("powershell")
        if found:
            return [found, "-NoProfile", "-Command", f"& {{{WINDOWS_SPEECH}}}"]
    return []
