"""Watch a child process at work, and stop it when it exceeds its limits or nobody wants its result."""

import signal
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

import psutil

from kneescan.batch.clips import Failure

WATCH_INTERVAL_S = 0.2
"""Time between two checks of a child. [s]"""
CANCELLED = Failure(kind="cancelled", reason="it was cancelled")
"""Result of a job that the caller stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits for a worker."""

    timeout_s: float = 1800.0
    """Longest time for one video. [s]"""
    memory_mb: float = 4000.0
    """Largest physical memory of a worker. [MB]"""
    videos_per_process: int = 20
    """Videos after which a worker's process is replaced: the pose library leaks at least 10 MB with each."""

    def __post_init__(self) -> None:
        """Refuse limits that allow no work."""
        if min(self.timeout_s, self.memory_mb, self.videos_per_process) <= 0:
            msg = f"limits must be above 0, got {self}"
            raise ValueError(msg)


class Watch:
    """Monitors one job in a separate thread.

    Parameters
    ----------
    process : Popen
        Process that runs the job.
    limits : Limits
        Limits for the job.
    cancel : Event, optional
        Set when nobody wants the result any more.
    """

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        limits: Limits,
        cancel: threading.Event | None = None,
    ) -> None:
        self.failure: Failure | None = None
        self._process, self._limits = process, limits
        self._cancel = cancel or threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_after, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop monitoring."""
        self._ended.set()
        self._thread.join()

    def _look_after(self) -> None:
        begun_s = time.monotonic()
        while not self._ended.wait(WATCH_INTERVAL_S):
            if self._cancel.is_set():
                self._stop(CANCELLED)
            elif time.monotonic() - begun_s > (seconds := self._limits.timeout_s):
                reason = f"not done within {seconds:g} s; see --timeout"
                values = {"seconds": seconds}
                self._stop(Failure(kind="timeout", reason=reason, code="too_slow", values=values))
            elif _memory_mb(self._process.pid) > (limit_mb := self._limits.memory_mb):
                reason = f"needs more than {limit_mb:g} MB; see --memory-limit"
                values = {"limit_mb": limit_mb}
                self._stop(Failure(kind="memory", reason=reason, code="too_big", values=values))

    def _stop(self, failure: Failure) -> None:
        self.failure = self.failure or failure
        with suppress(OSError):
            self._process.kill()


def _memory_mb(pid: int) -> float:
    """Physical memory that a process uses; 0 if it has ended. [MB]"""
    try:
        return float(psutil.Process(pid).memory_info().rss) / 1e6
    except psutil.Error:
        return 0.0


def death(code: int) -> str:
    """Describe how a process ended."""
    if code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"
