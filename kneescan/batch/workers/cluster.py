"""Provide the workers of a Dask scheduler as an executor."""

import logging
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from typing import Any

from kneescan.batch.clips import BatchError
from kneescan.batch.videos.addresses import readable
from kneescan.extras import require
from kneescan.plain_text import one_line

_TCP_ADDRESS = re.compile(
    r"((tcp|tls|ws|wss)://)?(?P<host>\[[0-9A-Fa-f:.%]+\]|[\w.-]+):(?P<port>\d{1,5})"
)
CONNECT_TIMEOUT_S = 10
"""Longest wait for an answer of the scheduler. [s]"""
REACH_TIMEOUT_S = 3
"""Longest wait for a connection. [s]"""
GREETING_LENGTH_BYTES, MAX_GREETING_BYTES = 8, 1 << 20
"""Format of the length of Dask's greeting, and a length that it never has."""
FETCH_TIMEOUT_S = 300
"""Longest wait for a finished result; later it counts as lost with its scheduler. [s]"""


@contextmanager
def cluster_executor(scheduler: str) -> Iterator[Executor]:
    """Workers of a Dask cluster.

    Parameters
    ----------
    scheduler : str
        Address such as ``tcp://node7:8786``.

    Raises
    ------
    MissingLibraryError
        If Dask is not installed.
    BatchError
        If no scheduler answers at the address.
    """
    distributed: Any = require("distributed", extra="cluster", purpose="a cluster")
    _check_address(scheduler)
    with _quiet():
        try:
            client = distributed.Client(scheduler, timeout=CONNECT_TIMEOUT_S, set_as_default=False)
        except (OSError, ValueError, RuntimeError) as error:
            raise _nobody(scheduler, error) from error
        with client:
            yield DaskExecutor(client)


def _check_address(scheduler: str) -> None:
    """Check quickly that a computer answers, which Dask itself takes very long to find out.

    Raises
    ------
    BatchError
        If the address is invalid or nothing accepts a connection.
    """
    if scheduler.startswith("inproc://"):
        return
    match = _TCP_ADDRESS.fullmatch(scheduler)
    if match is None or not 0 < int(match["port"]) < 1 << 16:
        shown = readable(scheduler)
        msg = f"{shown}: not the address of a Dask scheduler; give it as tcp://HOST:PORT"
        raise BatchError(msg)
    try:
        place = (match["host"].strip("[]"), int(match["port"]))
        with socket.create_connection(place, timeout=REACH_TIMEOUT_S) as connection:
            # With encryption, the other side waits for the first message.
            if not scheduler.startswith(("tls:", "ws:", "wss:")):
                _check_greeting(connection)
    except (OSError, UnicodeError) as error:
        raise _nobody(scheduler, error) from error


def _check_greeting(connection: socket.socket) -> None:
    """Read the length of a scheduler's greeting, which it sends at once.

    Raises
    ------
    OSError
        If something else arrives, or nothing in time: Dask would wait for it forever.
    """
    greeting = b""
    while len(greeting) < GREETING_LENGTH_BYTES:
        piece = connection.recv(GREETING_LENGTH_BYTES - len(greeting))
        if not piece:
            break
        greeting += piece
    if not 0 < int.from_bytes(greeting, "little") < MAX_GREETING_BYTES:
        msg = "something else answers"
        raise ConnectionError(msg)


def _nobody(scheduler: str, error: Exception) -> BatchError:
    reason = one_line(error) or type(error).__name__
    msg = f"{scheduler}: no Dask scheduler answers there ({reason}); check address and port"
    return BatchError(msg)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from printing its log; its exceptions are still reported."""
    logger = logging.getLogger("distributed")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


class DaskExecutor(Executor):
    """Does work on a cluster and, unlike Dask's own executor, reports every loss.

    Dask's executor waits forever for a finished result if the scheduler disappears.

    Parameters
    ----------
    client : distributed.Client
        Connected client.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._running: dict[Any, Future[Any]] = {}

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Schedule a function call on one of the workers."""
        # Each call is a separate task, even if two videos have the same name.
        there = self._client.submit(fn, *args, pure=False, **kwargs)
        here: Future[Any] = Future()
        # Dask cancels tasks without references.
        self._running[there] = here
        there.add_done_callback(self._pass_on)
        return here

    def _pass_on(self, there: Any) -> None:
        """Pass on the result of a call; runs in a thread of Dask."""
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
