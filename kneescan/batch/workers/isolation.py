"""Run work in a child process that may hang, grow or crash without affecting anything else.

Each calling thread has its own child. Any executor of threads or processes, on this computer or on a
cluster, therefore has as many children as workers.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from kneescan.batch.clips import Failure
from kneescan.batch.workers.child import Told, receive, send
from kneescan.batch.workers.watching import CANCELLED, Limits, Watch, death

ATTEMPTS = 2
"""A child may be killed by accident (too little memory, a shutdown), so the video gets another attempt."""

POLITE = 10
"""How much lower the priority of a polite child is, as `nice` counts."""
_FIRST_WORDS = """\
import sys
sys.path[:] = sys.argv[1:]
from kneescan.batch.workers.child import main
main()
"""
"""Makes a child find the same modules as its parent. Nothing is imported before the path is set:
there may be a file called ``json.py`` among the videos."""

_THREAD_COUNTS = (
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
    "OPENCV_FOR_THREADS_NUM",
)
"""Limits the threads of numerical libraries, since each worker has one core."""


class Children:
    """Children of one run, which are stopped together.

    Parameters
    ----------
    is_polite : bool
        Whether they leave the processor to programs that somebody waits for.
    """

    def __init__(self, *, is_polite: bool = False) -> None:
        self.is_polite = is_polite
        self._lock = threading.Lock()
        self._alive: set[Child] = set()
        self._closed = False

    def add(self, child: "Child") -> None:
        """Add a child; after the end it is stopped at once."""
        with self._lock:
            self._alive.add(child)
            if self._closed:
                child.stop()

    def discard(self, child: "Child") -> None:
        """Remove a child that has ended."""
        with self._lock:
            self._alive.discard(child)

    def stop(self) -> None:
        """Stop all children, including those that are added later."""
        with self._lock:
            self._closed = True
            for child in self._alive:
                child.stop()


class _OfThread(threading.local):
    child: "Child | None" = None
    children: Children | None = None


_of_thread = _OfThread()


def join(children: Children | None) -> None:
    """Assign the future children of this thread to a run, or to none."""
    _of_thread.children = children


def run_isolated(
    job: Any,
    limits: Limits,
    *,
    tell: Callable[..., None] | None = None,
    cancel: threading.Event | None = None,
) -> Any:
    """Run a job in the child of this thread.

    Parameters
    ----------
    job : callable, or object with a method ``telling``
        Function to call in the child; it and its result must be picklable. ``telling`` is called with a
        function, which passes its arguments to ``tell``.
    limits : Limits
        A child that exceeds them is stopped.
    tell : callable, optional
        Called in this thread with what the job tells.
    cancel : Event, optional
        The child is stopped when it is set.

    Returns
    -------
    object
        The result, or a `Failure` if there is none; nothing is raised.
    """
    result: Any = None
    for _ in range(ATTEMPTS):
        if cancel is not None and cancel.is_set():
            return CANCELLED
        result = _child_of_thread(limits).run(job, limits, tell=tell, cancel=cancel)
        if not (isinstance(result, Failure) and result.kind == "lost"):
            break
    return result


def _child_of_thread(limits: Limits) -> "Child":
    child = _of_thread.child
    if child is not None and child.n_done >= limits.videos_per_process:
        child.close()
    if child is None or not child.is_alive:
        child = _of_thread.child = Child(_of_thread.children)
    return child


class Child:
    """One child process, which ends when it is garbage-collected.

    Parameters
    ----------
    children : Children, optional
        The run that it belongs to.
    """

    def __init__(self, children: Children | None = None) -> None:
        self.n_done = 0
        self._children = children
        self._folder = tempfile.mkdtemp(prefix="kneescan-")
        self._process = _start(self._folder)
        if children is not None:
            if children.is_polite:
                _step_back(self._process.pid)
            children.add(self)

    def __del__(self) -> None:
        # If initialisation failed, there is nothing to close.
        with suppress(AttributeError):
            self.close()

    @property
    def is_alive(self) -> bool:
        """Whether it can receive jobs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process at once; any thread may call this."""
        with suppress(OSError):
            self._process.kill()

    def close(self) -> int:
        """End the process and clean up; returns its exit code."""
        self.stop()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._children is not None:
            self._children.discard(self)
        return code

    def run(
        self,
        job: Any,
        limits: Limits,
        *,
        tell: Callable[..., None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Any:
        """Run a job; see `run_isolated`."""
        watch = Watch(self._process, limits, cancel)
        try:
            message = self._answer_to(job)
            while isinstance(message, Told):
                if tell is not None:
                    self._tell(tell, message)
                message = self._next_message()
        except (EOFError, OSError):
            watch.end()
            how = death(self._process.wait())
            message = watch.failure or Failure(
                kind="lost",
                reason=f"its worker died ({how})",
                code="worker_died",
                values={"how": how},
            )
            self.close()
        finally:
            watch.end()
        self.n_done += 1
        return message

    def _answer_to(self, job: Any) -> Any:
        assert self._process.stdin is not None
        send(self._process.stdin, job)
        return self._next_message()

    def _next_message(self) -> Any:
        assert self._process.stdout is not None
        return receive(self._process.stdout)

    def _tell(self, tell: Callable[..., None], message: Told) -> None:
        try:
            tell(*message.values)
        except BaseException:
            # Its next messages would be taken for those of another job.
            self.close()
            raise


def _start(folder: str) -> "subprocess.Popen[bytes]":
    # A separate process group: Ctrl-C is for the parent, which then stops the children. Not a
    # separate session, since Linux would then ignore that the parent was started with `nice`.
    apart: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        # -P: no modules are imported from the current folder, which may contain the videos.
        [sys.executable, "-P", "-c", _FIRST_WORDS, *module_path()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Settings files of libraries are not read from the folder of the videos either.
        cwd=folder,
        env={
            **os.environ,
            "PYTHONSAFEPATH": "1",
            **dict.fromkeys(_THREAD_COUNTS, "1"),
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder),
        },
        **apart,
    )


def _step_back(pid: int) -> None:
    """Lower the priority of a process that has just begun, and so that of all its threads."""
    with suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            process.nice(min(os.nice(0) + POLITE, 19))


def module_path() -> list[str]:
    """Folders in which a child looks for modules: those of this process without the current folder.

    The current folder is kept only if it contains kneescan itself, as in a checkout.
    """
    home = Path(__file__).resolve().parents[3]
    here = Path.cwd().resolve()
    folders = [os.path.abspath(folder) for folder in sys.path]  # noqa: PTH100 (as Python does)
    kept = [folder for folder in folders if here == home or Path(folder).resolve() != here]
    return kept if any(Path(folder).resolve() == home for folder in kept) else [*kept, str(home)]
