"""Cluster: the workers of a Dask scheduler, as an executor."""

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from typing import Any

from kneescan.batch.clips import BatchError

CONNECT_TIMEOUT_S = 20
"""A scheduler that does not answer within this is not there. [s]"""
FETCH_TIMEOUT_S = 300
"""A result that is ready and does not come within this is lost with its scheduler. [s]"""


@contextmanager
def cluster_executor(scheduler: str) -> Iterator[Executor]:
    """Workers of a Dask cluster.

    Parameters
    ----------
    scheduler : str
        Address such as ``tcp://node7:8786``.

    Raises
    ------
    BatchError
        If Dask is not installed, or nobody answers at the address.
    """
    try:
        import distributed
    except ImportError as error:
        msg = "a cluster needs Dask; install it with: pip install 'kneescan[cluster]'"
        raise BatchError(msg) from error
    connect: Any = distributed.Client
    try:
        client = connect(scheduler, timeout=CONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        msg = f"{scheduler}: no Dask scheduler answers there ({error}); check address and port"
        raise BatchError(msg) from error
    with client:
        yield DaskExecutor(client)


class DaskExecutor(Executor):
    """Does work on a cluster; unlike Dask's own executor it tells of every loss.

    With that one a result that is ready when the scheduler goes away is waited for without end.

    Parameters
    ----------
    client : distributed.Client
        Connected.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._running: dict[Any, Future[Any]] = {}

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Have a function called by one of the workers."""
        # Each call is work of its own, also where two films are called alike.
        there = self._client.submit(fn, *args, pure=False, **kwargs)
        here: Future[Any] = Future()
        # Dask gives up what nobody holds on to.
        self._running[there] = here
        there.add_done_callback(self._pass_on)
        return here

    def _pass_on(self, there: Any) -> None:
        """Hand over what became of a call; in a thread of Dask's."""
        here = self._running.pop(there)
        try:
            if there.status == "finished":
                here.set_result(there.result(timeout=FETCH_TIMEOUT_S))
            elif there.status == "error":
                here.set_exception(there.exception(timeout=FETCH_TIMEOUT_S))
            else:
                here.set_exception(BrokenExecutor(f"the call is {there.status}"))
        except Exception as error:  # noqa: BLE001 (whatever breaks, nobody must wait for it)
            here.set_exception(BrokenExecutor(str(error)))
