"""Keeps the chatter of MediaPipe's native code off the user's terminal.

MediaPipe writes to file descriptor 2 before its logging is set up, so that none of the usual
environment variables (``GLOG_minloglevel``, ``TF_CPP_MIN_LOG_LEVEL``, ...) has any effect. What is
left is to lead the descriptor elsewhere while messages are due. That holds for the whole process,
so it is done for moments only, and whatever is not chatter (a traceback of another thread, a
progress bar, a fatal error) is passed on at their end.
"""

import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

CHATTER = re.compile(
    rb"(?:[IW]\d{4} \d\d:\d\d:\d+\.\d+ +\d+ [\w.]+:\d+\] "
    rb"|INFO: Created TensorFlow Lite "
    rb"|WARNING: All log messages before absl::InitializeLog\(\) )[^\n]*\n"
)
"""Information and warnings as Abseil and TensorFlow Lite print them; errors do not match."""

_STDERR = 2


class _Diversion:
    """Standard error, led into a temporary file for as long as any thread wants it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._n_users = 0
        self._begun: tuple[int, IO[bytes]] | None = None

    def enter(self) -> None:
        with self._lock:
            self._n_users += 1
            if self._n_users == 1:
                # A windowed program may have no standard error; then there is nothing to hide.
                with suppress(OSError):
                    self._begun = _led_into_file()

    def leave(self) -> None:
        with self._lock:
            self._n_users -= 1
            if self._n_users == 0 and self._begun is not None:
                original, file = self._begun
                self._begun = None
                _lead_back(original, file)


def _led_into_file() -> tuple[int, IO[bytes]]:
    original = os.dup(_STDERR)
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 (lead_back closes it)
    except OSError:
        os.close(original)
        raise
    os.dup2(file.fileno(), _STDERR)
    return original, file


def _lead_back(original: int, file: IO[bytes]) -> None:
    os.dup2(original, _STDERR)
    os.close(original)
    with file:
        file.seek(0)
        rest = CHATTER.sub(b"", file.read())
    # A reader of standard error that went away is no reason to fail.
    with suppress(OSError):
        while rest:
            rest = rest[os.write(_STDERR, rest) :]


_diversion = _Diversion()


@contextmanager
def hidden_chatter() -> Iterator[None]:
    """Hold back what native code writes to standard error, and pass on what is not chatter.

    Threads may be inside at the same time; the last one out puts everything back. What Python
    itself writes meanwhile comes late, but it comes.
    """
    _diversion.enter()
    try:
        yield
    finally:
        _diversion.leave()
