"""Run worker processes that use one input after another, within limits of time and memory."""

import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import traceback
import warnings
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from types import FrameType
from typing import NoReturn

from mutating.mutators import mutated
from mutating.readers import READERS

RESULT, REFUSED = "result", "refused"
HANGS_S = 300.0
"""An input that takes this long by the clock is waiting forever. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits for one input."""

    time_s: float
    """Processor time. [s]"""
    memory_mb: int
    """Memory beyond that of kneescan itself. [MB]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Outcome of one input."""

    number: int
    kind: str
    """`RESULT`, `REFUSED` or the name of a fault."""
    text: str = ""
    """Message or traceback."""
    mutator: str = ""


class TooSlowError(BaseException):
    """The time is up; no handler in kneescan may catch this."""


def content_of(reader: int, number: int, seed: int, folder: Path) -> tuple[str, Path]:
    """Create an input from its number, always the same; returns the mutator and the file."""
    file = READERS[reader].make(folder)
    mutator, content = mutated(file.read_bytes(), file.suffix, Random(f"{seed}/{reader}/{number}"))
    file.write_bytes(content)
    return mutator, file


class Worker:
    """A process that is restarted if an input ends it."""

    def __init__(self, reader: int, seed: int, limits: Limits) -> None:
        self._arguments = (reader, seed, limits)
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_work, args=(there, *self._arguments), daemon=True)
        self._process.start()
        there.close()
        self._here.recv()

    def outcome(self, number: int) -> Outcome:
        """Use one input."""
        try:
            self._here.send(number)
            if self._here.poll(HANGS_S):
                found: Outcome = self._here.recv()
                return found
        except (EOFError, ConnectionError):
            self._process.join()
            self._start()
            return Outcome(number=number, kind="died", text="the process ended")
        self.close()
        self._start()
        return Outcome(number=number, kind="hung", text=f"not finished after {HANGS_S:.0f} s")

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def _work(there: Connection, reader: int, seed: int, limits: Limits) -> None:
    warnings.simplefilter("error")
    signal.signal(signal.SIGPROF, _time_is_up)
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere:  # noqa: PTH123
        # Everything is loaded before the memory is limited.
        os.dup2(nowhere.fileno(), sys.stderr.fileno())
        good = READERS[reader].make(Path(folder))
        (Path(folder) / "out").mkdir()
        READERS[reader].use(good, Path(folder) / "out")
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    most = used + (limits.memory_mb << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    there.send(None)
    while True:
        number = there.recv()
        with tempfile.TemporaryDirectory() as folder:
            there.send(_outcome(reader, seed, number, limits, Path(folder)))


def _time_is_up(_number: int, _frame: FrameType | None) -> NoReturn:
    raise TooSlowError


def _outcome(reader: int, seed: int, number: int, limits: Limits, folder: Path) -> Outcome:
    from kneescan.errors import KneescanError

    inputs, out = folder / "in", folder / "out"
    inputs.mkdir()
    out.mkdir()
    mutator, file = content_of(reader, number, seed, inputs)
    kind, text = RESULT, ""
    signal.setitimer(signal.ITIMER_PROF, limits.time_s)
    try:
        READERS[reader].use(file, out)
    except KneescanError as error:
        kind, text = REFUSED, str(error)
        if "\n" in text or "allow_pickle" in text:
            kind = "message"
    except TooSlowError:
        kind, text = "too slow", traceback.format_exc(limit=-6)
    except MemoryError:
        kind, text = "memory", traceback.format_exc(limit=-6)
    except BaseException:  # noqa: BLE001 (any other exception is a finding)
        kind, text = "traceback", traceback.format_exc(limit=-6)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return Outcome(number=number, kind=kind, text=text, mutator=mutator)
