"""Tracker in a child process: a crash of the pose library ends the session, and not the app.

The pictures go there through shared memory: through a pipe, they would arrive in small parts, each of
which waits for both processes on a busy computer. That memory loses its name as soon as the child has it,
so that no picture of a person outlasts both processes, however they end.
"""

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import kneescan
from kneescan.faults import report_fault
from kneescan.live.camera.tracking import TrackerLostError

if TYPE_CHECKING:
    from kneescan.live.camera.tracking import Tracker

LOADING_S = 60.0
"""Longest wait for a child that loads its model and sees its first picture: some seconds if busy. [s]"""
ANSWER_S = 3.0
"""A child that looks at a picture for this long hangs. A little later, the person would count as gone, and
the session would seem to have ended as usual. [s]"""
END_S = 5.0
"""Longest wait for the end of a killed child. [s]"""
READY = "ready"
LINUX_MEMORIES = Path("/dev/shm")


def load_tracker() -> "Tracker":
    """Tracker of the live view; called in a child."""
    from kneescan.live.camera.nearest_person import tracker_maker
    from kneescan.pose.models.model_file import find_model

    return tracker_maker(find_model(None))()


class TrackerInChild:
    """Tracker that works in a child process, which ends when it is closed or the app ends.

    Parameters
    ----------
    make : callable
        Creates the tracker, in the child; must be importable there.
    loading_s, answer_s : float
        Longest waits for the child. [s]

    Raises
    ------
    TrackerLostError
        If the tracker could not be loaded.
    """

    def __init__(
        self,
        make: "Callable[[], Tracker]" = load_tracker,
        *,
        loading_s: float = LOADING_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._patience_s, self._answer_s = loading_s, answer_s
        self._memory: SharedMemory | None = None
        self._is_named = False
        self.has_others = False
        # Not forked: that would copy the threads' locks of the app, and does not exist everywhere.
        context = get_context("spawn")
        self._connection, far_end = context.Pipe()
        self._process = context.Process(
            target=work_in_child, args=(make, far_end), name="kneescan-tracker", daemon=True
        )
        try:
            with closing(far_end), _without_interrupts():
                # Only without this copy of its end is it heard here that the child has ended.
                self._process.start()
            self._answer()
        except BaseException as error:
            self.close()
            if isinstance(error, OSError):
                raise TrackerLostError(_lost("did not start")) from error
            raise

    def track(self, image_rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Landmarks in the next picture; see `Tracker`.

        Raises
        ------
        TrackerLostError
            If the child has ended, fails or does not answer.
        """
        try:
            memory = self._memory_for(image_rgb.nbytes)
            np.ndarray(image_rgb.shape, np.uint8, buffer=memory.buf)[:] = image_rgb
            # Its `send` lends out a buffer, which an error of a broken pipe would keep: from Python 3.13 on,
            # removing both prints a traceback.
            self._connection.send_bytes(pickle.dumps((memory.name, image_rgb.shape)))
        except OSError as error:
            raise TrackerLostError(_lost("cannot be reached")) from error
        landmarks, self.has_others = self._answer()
        self._take_name()
        self._patience_s = self._answer_s
        return np.asarray(landmarks, dtype=np.float64)

    def close(self) -> None:
        """End the child at once."""
        self._connection.close()
        if self._process.pid is not None:
            self._process.kill()
            self._process.join(END_S)
        self._give_back_memory()

    def _memory_for(self, n_bytes: int) -> SharedMemory:
        """Memory of at least this size, where there is room; no file on a disk belongs to it."""
        if self._memory is None or self._memory.size < n_bytes:
            self._give_back_memory()
            self._memory, self._is_named = SharedMemory(create=True, size=n_bytes), True
            _find_room(self._memory)
        return self._memory

    def _take_name(self) -> None:
        """Take the name from the memory: it is freed with the last process that has it."""
        if self._memory is not None and self._is_named:
            self._is_named = False
            with suppress(OSError):
                self._memory.unlink()

    def _give_back_memory(self) -> None:
        if self._memory is not None:
            self._memory.close()
            self._take_name()
            self._memory = None

    def _answer(self) -> Any:
        try:
            if not self._connection.poll(self._patience_s):
                raise TrackerLostError(_lost(f"did not answer for {self._patience_s:g} s"))
            answer = self._connection.recv()
        except (EOFError, OSError) as error:
            self._process.join(END_S)
            raise TrackerLostError(_lost(f"ended ({self._process.exitcode})")) from error
        if isinstance(answer, Exception):
            raise answer
        return answer


def work_in_child(make: "Callable[[], Tracker]", connection: Connection) -> None:
    """Track pictures until nobody sends any; the main function of a child.

    Parameters
    ----------
    make : callable
        Creates the tracker.
    connection : Connection
        Names of memories come from there, with the shapes of pictures; landmarks go back.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _be_quiet()
    try:
        tracker = make()
        connection.send(READY)
        _track_all(tracker, connection)
    except (EOFError, ConnectionError):
        # The app is gone, or has no use for the child any more.
        return
    except Exception as error:  # noqa: BLE001 (its details are kept; the app goes on without the child)
        report_fault(error, version=kneescan.__version__)
        with suppress(OSError):
            connection.send(TrackerLostError(_lost(f"failed ({type(error).__name__})")))


def _track_all(tracker: "Tracker", connection: Connection) -> None:
    memory: SharedMemory | None = None
    while True:
        name, shape = connection.recv()
        if memory is None or memory.name != name:
            memory = SharedMemory(name)
        # The memory stays as it is until the answer has arrived.
        landmarks = tracker.track(np.ndarray(shape, np.uint8, buffer=memory.buf))
        connection.send((landmarks, tracker.has_others))


def _find_room(memory: SharedMemory) -> None:
    """Have the system find the room now: on Linux, writing where there is none would kill the app."""
    file = LINUX_MEMORIES / memory.name
    if hasattr(os, "posix_fallocate") and file.is_file():
        with file.open("r+b") as opened:
            os.posix_fallocate(opened.fileno(), 0, memory.size)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Children that are started here do not hear Ctrl-C: it is for the app, which then ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        # On Windows, a child ignores it only once it runs.
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    """End at once when the app does, even in the middle of a picture."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _be_quiet() -> None:
    """Discard what native code prints, such as its last words, which nobody at the app's window needs."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (sys.stdout, sys.stderr):
        # A windowed program has none.
        with suppress(AttributeError, OSError, ValueError):
            os.dup2(nowhere, standard.fileno())
    os.close(nowhere)


def _lost(how: str) -> str:
    return f"the process that finds the landmarks {how}; start again"
