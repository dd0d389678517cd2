"""Database: one SQLite file, opened, brought up to date, and written so that nothing is lost."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from kneescan.app.store import place
from kneescan.errors import OutputError
from kneescan.plain_text import library_message

DATABASE = place.DATABASE
WAIT_S = 10.0
"""How long a writer waits for another one. [s]"""
_PAUSE_S = 0.02
_MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """The open database.

    Parameters
    ----------
    engine : Engine
        Connected and up to date; see `open_store`.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writers = engine.execution_options(is_writing=True)
        self._has_rest = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Session that sees one state of the database and changes nothing."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Session whose changes are all on the disk at its end, or none of them if anything is raised."""
        with Session(self._writers) as session, session.begin():
            yield session

    def forget(self) -> None:
        """Remove what was deleted from the write-ahead log too, for which nobody may read.

        After a long wait, that is left to `forget_rest`.
        """
        end_s = time.monotonic() + WAIT_S
        self._has_rest = True
        while self._has_rest and time.monotonic() < end_s:
            self._has_rest = not self._empty_log()
            if self._has_rest:
                time.sleep(_PAUSE_S)

    def forget_rest(self) -> None:
        """Remove what `forget` has left, if anything."""
        if self._has_rest:
            self.forget()

    def _empty_log(self) -> bool:
        """Empty the write-ahead log; False if it is in use.

        SQLite itself would wait for readers, but keep everybody from writing meanwhile.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            try:
                is_busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {1000 * WAIT_S:.0f}")
        return not is_busy

    def close(self) -> None:
        """Close the file."""
        self.engine.dispose()


def open_store(folder: Path) -> Store:
    """Open the database of a data folder, or create it.

    Raises
    ------
    OutputError
        If it cannot be read or written, or was written by a later version.
    """
    file = folder / DATABASE
    # Code names and notes are not for other users of this computer. SQLite's other files get the same
    # rights. Where it cannot be created, SQLite says why.
    with suppress(OSError):
        file.touch(mode=0o600)
    engine = create_engine(
        URL.create("sqlite", database=str(file)), connect_args={"timeout": WAIT_S}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        with telling_why(folder):
            _bring_up_to_date(engine, file)
        # It worked, so it stays open.
        stack.pop_all()
    return Store(engine)


@contextmanager
def telling_why(folder: Path) -> Iterator[None]:
    """Within this context, an error of the database becomes one line with a remedy.

    Raises
    ------
    OutputError
        If the database of the folder cannot be read or written.
    """
    try:
        yield
    except DatabaseError as error:
        raise _why_not(folder / DATABASE, error) from error


def is_full(error: BaseException) -> bool:
    """Whether an error of the database means that the disk is full."""
    return isinstance(error, OperationalError) and "is full" in str(error.orig)


def is_disk_trouble(error: BaseException) -> bool:
    """Whether an error of the database is one of the disk, or of who may write there."""
    signs = ("readonly", "unable to open", "I/O")
    return isinstance(error, OperationalError) and any(sign in str(error.orig) for sign in signs)


def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # SQLAlchemy begins and ends transactions; sqlite3 would do so at other moments.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # What is deleted is overwritten with zeros.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A transaction that reads before it writes would otherwise fail when another writer comes between.
    is_writing = connection.get_execution_options().get("is_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def is_newer(file: Path) -> bool:
    """Whether a database was written by a later version of kneescan.

    Raises
    ------
    sqlite3.Error
        If it is not a database of kneescan.
    """
    known = {revision.revision for revision in _script().walk_revisions()}
    with closing(sqlite3.connect(file)) as connection:
        present = {
            name for (name,) in connection.execute("SELECT version_num FROM alembic_version")
        }
    return bool(present - known)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _bring_up_to_date(engine: Engine, file: Path) -> None:
    config, script = _config(), _script()
    known = {revision.revision for revision in script.walk_revisions()}
    with engine.execution_options(is_writing=True).connect() as connection:
        present = set(MigrationContext.configure(connection).get_current_heads())
        if present - known:
            msg = (
                f"{file}: was written by a newer version of kneescan; update kneescan, or give "
                "another folder with --data"
            )
            raise OutputError(msg, code="database_newer", path=file)
        if present != set(script.get_heads()):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        connection.commit()


def _why_not(file: Path, error: DatabaseError) -> OutputError:
    reason = library_message(error.orig or error)
    if "readonly" in reason or "unable to open" in reason:
        code, remedy = "database_closed", "see who may write there"
    elif "is full" in reason or "I/O" in reason:
        code, remedy = "database_disk", "make room and check the disk"
    else:
        code, remedy = "database_damaged", "put a copy of the whole folder in its place"
    msg = f"{file}: cannot be used ({reason}); {remedy}, or give another folder with --data"
    # Of SQLITE_IOERR_WRITE and its like, the beginning is enough.
    name = "_".join(getattr(error.orig, "sqlite_errorname", "").split("_")[:2])
    return OutputError(msg, code=code, path=file, reason=reason, errno=name)
