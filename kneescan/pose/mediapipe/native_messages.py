"""Hide log messages of MediaPipe's native code from the user's terminal.

MediaPipe writes to file descriptor 2 before its logging is set up, so the usual environment variables
(``GLOG_minloglevel``, ``TF_CPP_MIN_LOG_LEVEL``, ...) have no effect. The only way is to redirect the
descriptor while messages are expected. As this affects the whole process, it is done only briefly, and
everything else (a traceback of another thread, a progress bar, a fatal error) is passed on afterwards.
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
    """Redirects standard error into a temporary file as long as any thread needs it."""

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
    # Standard error may have been closed at the other end, which is not an error.
    with suppress(OSError):
        while rest:
            rest = rest[os.write(_STDERR, rest) :]


_diversion = _Diversion()


@contextmanager
def hidden_chatter() -> Iterator[None]:
    """Hide log messages that native code writes to standard error, and pass on everything else.

    Several threads may be in this context at once; the last one to leave restores standard error. Messages
    that Python writes meanwhile appear late, but are not lost.
    """
    _diversion.enter()
    try:
        yield
    finally:
        _diversion.leave()
