"""Provide the executors that do the work, behind the interface of `concurrent.futures.Executor`.

Each thread or process of an executor passes the videos to its own child process (see `isolation`).
Time limits, memory limits and the replacement of processes are therefore the same on this computer
and on a cluster.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import psutil

from kneescan.batch.clips import BatchError, Failure
from kneescan.batch.workers.isolation import Children, join
from kneescan.pose.workers import n_available_processors

MEMORY_PER_WORKER_MB = 1000.0
"""Memory per worker; a video in HD needs about half of this [measured, see docs/batch.md]."""
POLL_INTERVAL_S = 0.5
"""Longest delay of Ctrl-C on a system that does not interrupt a waiting program. [s]"""

Key = TypeVar("Key")


def default_workers() -> int:
    """Number of workers that this computer has cores and memory for, at least one."""
    by_memory = psutil.virtual_memory().total / 1e6 / MEMORY_PER_WORKER_MB
    return max(1, min(n_available_processors(), int(by_memory)))


@contextmanager
def local_executor(n_workers: int | None = None) -> Iterator[Executor]:
    """Workers on this computer, which are stopped at the end.

    Parameters
    ----------
    n_workers : int, optional
        Number of videos to measure in parallel; by default as many as there are cores and memory for.
    """
    children = Children()
    pool = ThreadPoolExecutor(
        n_workers or default_workers(),
        thread_name_prefix="kneescan-batch",
        initializer=join,
        initargs=(children,),
    )
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        children.stop()
        pool.shutdown(wait=True)


def each_result(
    executor: Executor,
    function: Callable[..., Any],
    work: Iterable[tuple[Key, tuple[Any, ...]]],
) -> Iterator[tuple[Key, Any]]:
    """Results in the order in which they finish; none of them is kept here.

    Parameters
    ----------
    executor : Executor
        Executor that does the work.
    function : callable
        Function to call.
    work : iterable of (key, arguments)
        A name and the arguments for each call.

    Yields
    ------
    key, result
        If a call raised, the result is a `Failure`.

    Raises
    ------
    BatchError
        If the executor has stopped working.
    """
    done: SimpleQueue[Future[Any]] = SimpleQueue()
    waiting: dict[Future[Any], Key] = {}
    for key, arguments in work:
        future = executor.submit(function, *arguments)
        waiting[future] = key
        future.add_done_callback(done.put)
    while waiting:
        try:
            future = done.get(timeout=POLL_INTERVAL_S)
        except Empty:
            continue
        yield waiting.pop(future), _result(future)


def _result(future: "Future[Any]") -> Any:
    try:
        return future.result()
    except (CancelledError, BrokenExecutor) as error:
        msg = (
            "the workers or the connection to their scheduler are lost; check them and repeat "
            "the command: finished clips are kept"
        )
        raise BatchError(msg) from error
    except Exception as error:  # noqa: BLE001 (whatever an executor raises for one video)
        lost = type(error).__name__ == "KilledWorker"
        kind = "lost" if lost else "unexpected"
        reason = "every worker that tried it died" if lost else f"{type(error).__name__}: {error}"
        return Failure(kind=kind, reason=reason)
