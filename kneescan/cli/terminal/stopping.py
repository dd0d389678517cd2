"""Stopping: turn Ctrl-C, a closed terminal and `kill` into an exception, so that cleanup runs."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from kneescan.cli.terminal.screen import say

SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
)
"""Signals that end a command; not every system has all of them."""
SAME_PRESS_S = 0.5
"""A second signal within this time is a duplicate: `timeout` and some shells send it twice. [s]"""
AGAIN_S = 0.05
"""After this time, a stop that came at a bad moment is tried again. [s]"""
CALLED_BY_FFMPEG = ("read", "seek", "tell")
"""Methods of `kneescan.capture.container.source_file` through which FFmpeg reads a video."""
TAKING_A_LOCK = ("__enter__", "__exit__")
"""A stop raised here would leave a lock taken for ever, and threads waiting for it."""
_SHOW_CURSOR = b"\x1b[?25h"


class Stopped(BaseException):
    """Raised when the command is stopped; not an ``Exception``, which would count as a bad video."""

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """Exit code as in shells: 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP."""
        return 128 + self.number


class _Stopping:
    """Raises `Stopped` at the first signal, and ends the process at the second."""

    def __init__(self) -> None:
        self._first_s: float | None = None
        self._n_own = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._n_own:
            self._n_own -= 1
            self._stop(number, frame)
            return
        now_s = time.monotonic()
        if self._first_s is None:
            self._first_s = now_s
            self._stop(number, frame)
        elif now_s > self._first_s + SAME_PRESS_S:
            with suppress(OSError):
                if os.isatty(2):
                    os.write(2, _SHOW_CURSOR)
            os._exit(128 + number)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        is_bad_moment = frame is not None and frame.f_code.co_name in TAKING_A_LOCK
        # PyAV would print an exception raised while FFmpeg reads, and take it for a broken file.
        if is_bad_moment or _is_called_by_ffmpeg(frame):
            self._try_again(number)
        else:
            raise Stopped(number)

    def again(self, unraisable: Any) -> None:
        """Keep a stop raised in a destructor, which Python would drop with a message on the screen."""
        if isinstance(unraisable.exc_value, Stopped):
            self._try_again(unraisable.exc_value.number)

    def _try_again(self, number: int) -> None:
        def send() -> None:
            self._n_own += 1
            _send(number)

        threading.Timer(AGAIN_S, send).start()


def _is_called_by_ffmpeg(frame: FrameType | None) -> bool:
    while frame is not None:
        module = frame.f_globals.get("__name__")
        if module == "kneescan.capture.container.source_file":
            return frame.f_code.co_name in CALLED_BY_FFMPEG
        frame = frame.f_back
    return False


def _send(number: int) -> None:
    """Send a signal to the main thread, even while it waits."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Within this context, signals raise `Stopped`, except those that are ignored from the start."""
    stopping = _Stopping()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    hook, sys.unraisablehook = sys.unraisablehook, stopping.again
    try:
        for number, handler in before.items():
            if handler != signal.SIG_IGN:
                signal.signal(number, stopping)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        sys.unraisablehook = hook


@contextmanager
def telling_what_is_kept(kept: Callable[[], str], stopped_text: str = "Stopped.") -> Iterator[None]:
    """Say in one line that the command was stopped, and what is kept.

    Parameters
    ----------
    kept : callable
        Returns the sentence when it is needed.
    stopped_text : str
        Sentence before it.

    Raises
    ------
    SystemExit
        With the exit code that belongs to the signal.
    """
    try:
        yield
    except (Stopped, KeyboardInterrupt) as stop:
        stopped = stop if isinstance(stop, Stopped) else Stopped()
        say(f"{stopped_text} {kept()}")
        raise SystemExit(stopped.exit_code) from None
