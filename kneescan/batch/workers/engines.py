"""Engines: who does the work, behind the one interface of `concurrent.futures.Executor`.

Whatever the executor, each of its threads or processes hands the videos to a child process of its own
(see `isolation`), so that time limits, memory limits and the replacing of processes are the same on
this computer and on a cluster.
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
"""A worker uses about half of that with a video of HD size [measured, see docs/batch.md]."""
POLL_INTERVAL_S = 0.5
"""How long Ctrl-C may have to wait, on a system that does not interrupt a waiting program. [s]"""

Key = TypeVar("Key")


def default_workers() -> int:
    """Workers that this computer has cores and memory for, at least one."""
    by_memory = psutil.virtual_memory().total / 1e6 / MEMORY_PER_WORKER_MB
    return max(1, min(n_available_processors(), int(by_memory)))


@contextmanager
def local_executor(n_workers: int | None = None) -> Iterator[Executor]:
    """Workers on this computer, as many as it has cores and memory for; stopped at the end.

    Parameters
    ----------
    n_workers : int, optional
        How many videos are measured side by side.
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
    """Results in the order in which they come, none of them kept here.

    Parameters
    ----------
    executor : Executor
        Who does the work.
    function : callable
        What to do.
    work : iterable of (key, arguments)
        A name for each call, and what it is called with.

    Yields
    ------
    key, result
        A call that raised gives a `Failure`.

    Raises
    ------
    BatchError
        If the executor can go on no longer.
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
            "the workers are gone, or the connection to their scheduler is; see what became of "
            "them and give the same command again: finished clips are kept"
        )
        raise BatchError(msg) from error
    except Exception as error:  # noqa: BLE001 (whatever an executor raises for one video)
        lost = type(error).__name__ == "KilledWorker"
        kind = "lost" if lost else "unexpected"
        reason = "every worker that tried it died" if lost else f"{type(error).__name__}: {error}"
        return Failure(kind=kind, reason=reason)
