"""Serving: one data folder, one port of this computer, until the program ends."""

import errno
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import uvicorn

from kneescan.app.exporting.workshop import Workshop
from kneescan.app.filming.camera_sessions import CameraSessions
from kneescan.app.filming.messages import MAX_PICTURE_BYTES
from kneescan.app.jobs.intake import Intake
from kneescan.app.jobs.measuring import Measure, measure
from kneescan.app.jobs.queue import Queue
from kneescan.app.jobs.replacing import complete_replacing
from kneescan.app.keeping.backups import Backups
from kneescan.app.keeping.copies.restoring import complete_restore
from kneescan.app.keeping.deleting import complete_deletions
from kneescan.app.keeping.keeper import Keeper
from kneescan.app.people.course import complete_values
from kneescan.app.people.sittings import settle
from kneescan.app.receiving.looking import Looker
from kneescan.app.receiving.watching import Watcher
from kneescan.app.review.measured_again import end_edits
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store, open_store, telling_why
from kneescan.app.store.place import language_of_computer
from kneescan.app.store.removal import complete_removals
from kneescan.app.store.tables import Setting
from kneescan.app.web.application import application
from kneescan.app.web.desk import Desk, templates
from kneescan.app.web.gate import START
from kneescan.app.web.receiving.listener import keep_quiet, listen_on
from kneescan.app.web.receiving.opening import drop_box_on, receiving
from kneescan.app.web.starting import Keys
from kneescan.app.words import AppWords
from kneescan.errors import OutputError, system_reason
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
        self.root = keys.root

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
    lan: str | None = None,
    watch: Path | None = None,
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
    lan : str, optional
        Whether phones may bring videos when somebody asks for it on the page: an address of this computer to
        use, ``any`` to choose among them, or None for never.
    watch : Path, optional
        Folder to watch from now on; the one watched last if not given.
    measure : callable, optional
        Measures one video.

    Raises
    ------
    OutputError
        If the folder cannot be written or is in use, the port is in use, this computer does not have the
        address, or the folder to watch is none.
    """
    data = DataFolder(folder.absolute())
    with ExitStack() as stack:
        complete_restore(data.root)
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
            desk = _desk(store, data, used_port, language=language, lan=lan, measure=measure)
            desk.intake.recover()
            desk.camera_sessions.recover()
            desk.queue.start()
        stack.callback(desk.queue.stop)
        stack.callback(desk.camera_sessions.stop)
        stack.enter_context(receiving(desk, watched=watch))
        desk.keeper.start()
        stack.callback(desk.keeper.stop)
        desk.workshop.start()
        stack.callback(desk.workshop.stop)
        stack.callback(desk.backups.stop)
        served = _served(desk, listening, used_port)
        stack.callback(served.stop)
        yield served


def _desk(
    store: Store,
    data: DataFolder,
    port: int,
    *,
    language: str | None,
    lan: str | None,
    measure: Measure,
) -> Desk:
    """Parts of the app; what was being deleted or replaced when it ended is completed first."""
    complete_removals(store, data)
    complete_deletions(store, data)
    complete_replacing(store, data)
    complete_values(store, data)
    words = AppWords(_remembered_language(store, language))
    intake = Intake(store, data)

    def look_what_is_due() -> None:
        keeper.wake()

    queue = Queue(
        store,
        data,
        language=words.language,
        measure=measure,
        measured=settle,
        replaced=end_edits,
        ended=look_what_is_due,
    )
    keeper = Keeper(store, data, words, wait_until_free=queue.wait_until_free)
    looker = Looker()
    return Desk(
        store=store,
        folder=data,
        intake=intake,
        queue=queue,
        camera_sessions=CameraSessions(data, intake, queue),
        keys=Keys(port, _remembered_root(store)),
        words=words,
        keeper=keeper,
        workshop=Workshop(store, data),
        backups=Backups(store, data, keeper.at_work),
        templates=templates(),
        drop_box=drop_box_on(lan),
        looker=looker,
        watcher=Watcher(store, intake, looker, own=data.root, wake=queue.wake),
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
        ws="websockets-sansio",
        ws_max_size=MAX_PICTURE_BYTES,
        # Pictures are compressed already.
        ws_per_message_deflate=False,
    )
    server = uvicorn.Server(config)
    keep_quiet()
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
    try:
        return listen_on(ADDRESS, port)
    except OSError as error:
        why = system_reason(error)
        is_used = error.errno == errno.EADDRINUSE
        reason = "another program uses it" if is_used else why["reason"]
        msg = f"port {port} cannot be used ({reason}); choose another with --port, e.g. --port 0"
        code = "port_used" if is_used else "port_closed"
        raise OutputError(msg, code=code, port=port, **why) from error


def _remembered_root(store: Store) -> str:
    """Path of all addresses, made once, so that open pages and bookmarks outlast a restart."""
    with store.writing() as session:
        setting = session.get(Setting, "root")
        if setting is None:
            setting = Setting(name="root", value=f"/{secrets.token_urlsafe(16)}")
            session.add(setting)
        return str(setting.value)


def _remembered_language(store: Store, language: str | None) -> str:
    """Language that was asked for now or last; that of the computer at first."""
    with store.writing() as session:
        setting = session.get(Setting, "language")
        if language is None:
            return str(setting.value) if setting else language_of_computer()
        AppWords(language)
        session.merge(Setting(name="language", value=language))
    return language
