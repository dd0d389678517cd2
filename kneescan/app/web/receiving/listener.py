"""Listener: a second server, on one address of the network, that strangers cannot keep busy."""

import asyncio
import logging
import socket
import threading
import time
from collections import Counter
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

PORT = 8418
"""Taken if it is free, so that a firewall can be told once."""
GRACE_S = 2
MAX_CONNECTIONS = 64
MAX_PER_CLIENT = 12
"""A browser opens six connections."""
FIRST_REQUEST_S = 10.0
"""A connection on which no request has begun by then is closed. [s]"""
MAX_HEADER_BYTES = 16_384


class Listener:
    """A server in a thread of its own, until it is stopped.

    Parameters
    ----------
    app : ASGI application
        Answers the requests.
    ip : str
        Address on which it listens.

    Raises
    ------
    OSError
        If it cannot listen there.
    """

    def __init__(self, app: ASGIApp, ip: str) -> None:
        try:
            listening = listen_on(ip, PORT)
        except OSError:
            listening = listen_on(ip, 0)
        self.port: int = listening.getsockname()[1]
        config = uvicorn.Config(
            app,
            http=_protocol(),
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            h11_max_incomplete_event_size=MAX_HEADER_BYTES,
            timeout_graceful_shutdown=GRACE_S,
        )
        keep_quiet()
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._run, args=(listening,), name="kneescan-lan", daemon=True
        )
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)

    def stop(self) -> None:
        """Close the port; requests in work get a moment."""
        self._server.should_exit = True
        self._thread.join()

    def _run(self, listening: socket.socket) -> None:
        with listening:
            self._server.run(sockets=[listening])


def listen_on(ip: str, port: int) -> socket.socket:
    """Socket that listens on a port; 0 for any.

    Raises
    ------
    OSError
        If another program uses the port, or this user may not.
    """
    # Said to be TCP, so that asyncio sends every part of an answer at once: else most take 40 ms more.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Connections of the last run that are still closing do not count.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((ip, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def keep_quiet() -> None:
    """Messages of the server may hold addresses, and nobody reads them."""
    log = logging.getLogger("uvicorn")
    log.propagate, log.handlers = False, [logging.NullHandler()]


def _protocol() -> type[H11Protocol]:
    """Protocol that counts the connections of one server; uvicorn makes an object for each."""
    present: Counter[str] = Counter()

    class Counted(H11Protocol):
        """One connection; a client has few of them, and each must soon be used."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            peer = transport.get_extra_info("peername")
            self._name = peer[0] if peer else ""
            present[self._name] += 1
            if present[self._name] > MAX_PER_CLIENT or present.total() > MAX_CONNECTIONS:
                transport.abort()
            super().connection_made(transport)
            self._waits = self.loop.call_later(FIRST_REQUEST_S, self._close_if_unused)

        def connection_lost(self, exc: Exception | None) -> None:
            present[self._name] -= 1
            if not present[self._name]:
                del present[self._name]
            self._waits.cancel()
            super().connection_lost(exc)

        def _close_if_unused(self) -> None:
            cycle: Any = self.cycle
            if cycle is None:
                self.transport.abort()

    return Counted
