"""Serving: one data folder, one port of this computer, until the program ends."""

import errno
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import uvicorn

from kneescan.app.jobs.intake import Intake
from kneescan.app.jobs.measuring import Measure, measure
from kneescan.app.jobs.queue import Queue
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store, open_store, telling_why
from kneescan.app.store.removal import complete_removals
from kneescan.app.store.tables import Setting
from kneescan.app.web.application import application
from kneescan.app.web.desk import Desk, templates
from kneescan.app.web.gate import START
from kneescan.app.web.starting import Keys
from kneescan.app.words import AppWords
from kneescan.errors import OutputError
from kneescan.files import only_run_in

ADDRESS = "127.0.0.1"
"""Only programs on this computer reach it."""
PORT = 8417
GRACE_S = 2
"""Time for requests in work when the app ends. [s]"""
_WAIT_S = 0.2


class Served:
    """The running app.

    Parameters
    ----------
    server : uvicorn.Server
        Runs in its own thread.
    thread : Thread
        That thread.
    keys : Keys
        For new links.
    port : int
        Port of the page.
    """

    def __init__(
        self, server: uvicorn.Server, thread: threading.Thread, keys: Keys, port: int
    ) -> None:
        self._server, self._thread, self._keys = server, thread, keys
        self.port = port

    def new_link(self) -> str:
        """Link that opens the app in a browser, once and within a minute."""
        return f"http://{ADDRESS}:{self.port}{START}?once={self._keys.new_secret()}"

    def wait(self) -> None:
        """Return when the server has ended."""
        while self._thread.is_alive():
            self._thread.join(_WAIT_S)

    def stop(self) -> None:
        """End the server; requests in work get a moment."""
        self._server.should_exit = True
        self.wait()


@contextmanager
def serving(
    folder: Path,
    *,
    port: int | None = None,
    language: str | None = None,
    measure: Measure = measure,
) -> Iterator[Served]:
    """Serve the app for a data folder while the context lasts.

    Parameters
    ----------
    folder : Path
        Where the app keeps everything; created if missing.
    port : int, optional
        Port to use, 0 for any; `PORT` if not given.
    language : str, optional
        Language of pages and reports; the one used last if not given.
    measure : callable, optional
        Measures one video.

    Raises
    ------
    OutputError
        If the folder cannot be written or is in use, or the port is in use.
    """
    data = DataFolder(folder.absolute())
    with ExitStack() as stack:
        # Videos of people: other users of this computer may not look into it.
        with suppress(OSError):
            data.root.parent.mkdir(parents=True, exist_ok=True)
            data.root.mkdir(mode=0o700)
        stack.enter_context(only_run_in(data.root, option="--data"))
        # The folder itself may have been there before, and be open to them.
        with suppress(OSError):
            data.videos.mkdir(mode=0o700)
        store = stack.enter_context(closing(open_store(data.root)))
        listening = stack.enter_context(closing(_listening(PORT if port is None else port)))
        used_port = listening.getsockname()[1]
        with telling_why(data.root):
            desk = _desk(store, data, used_port, language=language, measure=measure)
            desk.intake.recover()
            desk.queue.start()
        stack.callback(desk.queue.stop)
        served = _served(desk, listening, used_port)
        stack.callback(served.stop)
        yield served


def _desk(
    store: Store, data: DataFolder, port: int, *, language: str | None, measure: Measure
) -> Desk:
    """Parts of the app; what was being deleted when it ended is deleted first."""
    complete_removals(store, data)
    words = AppWords(_remembered_language(store, language))
    return Desk(
        store=store,
        folder=data,
        intake=Intake(store, data),
        queue=Queue(store, data, language=words.language, measure=measure),
        keys=Keys(port),
        words=words,
        templates=templates(),
    )


def _served(desk: Desk, listening: socket.socket, port: int) -> Served:
    """Start the server in a thread, and return when it answers."""
    config = uvicorn.Config(
        application(desk, port=port),
        access_log=False,
        lifespan="off",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        ws="none",
    )
    server = uvicorn.Server(config)
    # Its messages may hold addresses, and nobody reads them.
    log = logging.getLogger("uvicorn")
    log.propagate, log.handlers = False, [logging.NullHandler()]
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listening]}, name="kneescan-server", daemon=True
    )
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    return Served(server, thread, desk.keys, port)


def _listening(port: int) -> socket.socket:
    """Socket that listens on a port of this computer.

    Raises
    ------
    OutputError
        If another program uses the port, or this user may not.
    """
    listening = socket.socket()
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Connections of the last run that are still closing do not count.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((ADDRESS, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        is_used = error.errno == errno.EADDRINUSE
        reason = "another program uses it" if is_used else error.strerror
        msg = f"port {port} cannot be used ({reason}); choose another with --port, e.g. --port 0"
        raise OutputError(msg) from error
    return listening


def _remembered_language(store: Store, language: str | None) -> str:
    """Language that was asked for now or last; that of the computer at first."""
    with store.writing() as session:
        setting = session.get(Setting, "language")
        if language is None:
            return str(setting.value) if setting else _language_of_computer()
        AppWords(language)
        session.merge(Setting(name="language", value=language))
    return language


def _language_of_computer() -> str:
    import locale

    from kneescan.output.words.sentences import DEFAULT_LANGUAGE, languages

    name = (locale.getlocale()[0] or "").lower()
    spoken = "de" if name.startswith(("de", "german")) else name[:2]
    return spoken if spoken in languages() else DEFAULT_LANGUAGE
