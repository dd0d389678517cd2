"""Run a process that does jobs for its parent, one after the other.

`kneescan.batch.workers.isolation` starts it. Unlike the processes of `multiprocessing`, it does not run
the caller's own program again. A script without ``if __name__ == "__main__"`` and a notebook can start
it on every system, and so can a worker of Dask, which must not have children of `multiprocessing`.

A message consists of its length in eight bytes and a pickle. A job with a method ``telling`` may send
messages before its result, such as how far it is.
"""

import os
import pickle
import shutil
import sys
import tempfile
import threading
from dataclasses import dataclass
from queue import SimpleQueue
from typing import IO, Any

import kneescan
from kneescan.batch.clips import Failure
from kneescan.faults import report_fault
from kneescan.plain_text import one_line

LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True)
class Told:
    """What a job tells before it is done."""

    values: tuple[Any, ...]


def send(stream: IO[bytes], message: Any) -> None:
    """Send one message."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(len(content).to_bytes(LENGTH_BYTES, "big"))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Wait for the next message.

    Raises
    ------
    EOFError
        If the other side is closed.
    """
    length = int.from_bytes(_exactly(stream, LENGTH_BYTES), "big")
    return pickle.loads(_exactly(stream, length))


def _exactly(stream: IO[bytes], n_bytes: int) -> bytes:
    content = stream.read(n_bytes)
    if len(content) < n_bytes:
        raise EOFError
    return content


def main() -> None:
    """Do jobs until the parent has gone."""
    inbox, outbox = _private_pipes()
    jobs: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_listen, args=(inbox, jobs), daemon=True).start()
    while True:
        job = jobs.get()
        try:
            result = _done(job, outbox)
        except MemoryError:
            reason = "there is too little memory for this video"
            result = Failure(kind="memory", reason=reason, code="video_memory")
        except Exception as error:  # noqa: BLE001 (one bad video must not stop the others)
            report_fault(error, version=kneescan.__version__)
            # Without the location of the details: the tables must not depend on the worker.
            what = one_line(f"{type(error).__name__}: {error}")
            result = Failure(
                kind="unexpected",
                reason=f"{what}; a bug in kneescan, please report it",
                code="bug",
                values={"what": what},
            )
        send(outbox, result)


def _done(job: Any, outbox: IO[bytes]) -> Any:
    """Result of a job, which may tell how far it is."""
    if hasattr(job, "telling"):
        return job.telling(lambda *values: send(outbox, Told(values)))
    return job()


def _listen(inbox: IO[bytes], jobs: "SimpleQueue[Any]") -> None:
    """Receive jobs; when the parent dies, exit at once, even during a video."""
    try:
        while True:
            jobs.put(receive(inbox))
    except (EOFError, OSError):
        # The parent gave this process its own folder for temporary files.
        shutil.rmtree(tempfile.gettempdir(), ignore_errors=True)
        os._exit(0)


def _private_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Pipes to the parent, protected from code that prints or reads; printed text is discarded."""
    inbox = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    outbox = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (sys.stdin, sys.stdout):
        os.dup2(nowhere, standard.fileno())
    os.close(nowhere)
    return inbox, outbox
