"""Database: up to date, safe, and refused in one line where it cannot be used."""

import sqlite3
import threading
from contextlib import closing

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, StaticPool, create_engine, select, text
from sqlalchemy.exc import OperationalError

from kneescan.app.jobs.failing import told
from kneescan.app.keeping.keeper import Keeper
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import DATABASE, _config, _why_not, open_store
from kneescan.app.store.tables import Base, Job, Person, Video
from kneescan.app.words import AppWords
from kneescan.errors import OutputError
from tests.cli.test_speaking import is_told


def test_the_steps_lead_to_the_tables(tmp_path):
    store = open_store(tmp_path)
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    store.close()


def written(store, code):
    with store.writing() as session:
        session.add(Person(id=code, code=code, created_s=0.0))


def log_of(folder):
    return (folder / f"{DATABASE}-wal").read_bytes()


def test_what_is_forgotten_waits_for_readers_and_keeps_nobody_from_writing(tmp_path):
    store = open_store(tmp_path)
    written(store, "SECRET")
    with store.reading() as session:
        session.query(Person).one()
        forgetting = threading.Thread(target=store.forget)
        forgetting.start()
        for number in range(20):
            written(store, f"R{number}")
        assert forgetting.is_alive()
        assert b"SECRET" in log_of(tmp_path)
    forgetting.join()
    assert log_of(tmp_path) == b""
    store.close()


def test_what_could_not_be_forgotten_is_later(tmp_path, monkeypatch):
    monkeypatch.setattr("kneescan.app.store.database.WAIT_S", 0.1)
    store = open_store(tmp_path)
    written(store, "SECRET")
    store.forget_rest()
    assert b"SECRET" in log_of(tmp_path)
    with store.reading() as session:
        session.query(Person).one()
        store.forget()
        assert b"SECRET" in log_of(tmp_path)
    Keeper(store, DataFolder(tmp_path), AppWords("en")).run_once()
    assert b"SECRET" not in log_of(tmp_path)
    store.close()


def test_videos_of_an_earlier_version_were_measured_as_their_files_say(tmp_path):
    engine = create_engine(URL.create("sqlite", database=str(tmp_path / DATABASE)))
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        for row in (
            "video (id, origin, sha256, size_bytes, created_s) VALUES ('a', 'file', 'a', 1, 1)",
            "job (video_id, state, attempts, created_s) VALUES ('a', 'done', 1, 1)",
        ):
            connection.execute(text(f"INSERT INTO {row}"))
        connection.commit()
    engine.dispose()
    store = open_store(tmp_path)
    with store.reading() as session:
        for found in (session.get(Video, "a"), session.query(Job).one()):
            assert (found.recorded_fps, found.rotate_deg) == (None, 0)
        assert session.query(Job).one().who == ""
    store.close()


def test_a_job_that_failed_before_its_reason_had_a_code_keeps_it(tmp_path):
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection, connection:
        engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        with engine.connect() as opened:
            config = _config()
            config.attributes["connection"] = opened
            command.upgrade(config, "0003")
            opened.commit()
        connection.execute(
            "INSERT INTO video (id, origin, sha256, size_bytes, created_s) VALUES ('a', 'file', '', 1, 1)"
        )
        connection.execute(
            "INSERT INTO job (video_id, state, attempts, reason_kind, reason, created_s)"
            " VALUES ('a', 'failed', 1, 'not_a_video', 'sound only; give a video file', 1)"
        )
    store = open_store(tmp_path)
    with store.reading() as session:
        job = session.scalars(select(Job)).one()
        assert job.reason_told is None
        assert told(job, AppWords("de")) == ("sound only; give a video file", "en")
    store.close()


def write_half(store):
    with store.writing() as session:
        session.add(Person(id="b", code="half", created_s=2.5))
        session.flush()
        raise ZeroDivisionError


def test_what_was_written_is_there_after_a_new_start_and_half_of_it_never(tmp_path):
    store = open_store(tmp_path)
    with store.writing() as session:
        session.add(Person(id="a", code="whole", created_s=1.5))
    with pytest.raises(ZeroDivisionError):
        write_half(store)
    store.close()
    store = open_store(tmp_path)
    with store.reading() as session:
        assert session.get(Person, "a").created_s == 1.5
        assert session.get(Person, "b") is None
    store.close()


def test_writing_is_as_safe_as_sqlite_can(tmp_path):
    store = open_store(tmp_path)
    with store.engine.connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    store.close()
    assert found == ["wal", 2, 1, 1]


def test_a_database_of_a_newer_version_is_left_alone(tmp_path):
    open_store(tmp_path).close()
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = (tmp_path / DATABASE).read_bytes()
    with pytest.raises(OutputError, match=r"newer version of kneescan; update .* --data") as caught:
        open_store(tmp_path)
    is_told(caught.value, "database_newer", str(tmp_path), "--data")
    assert (tmp_path / DATABASE).read_bytes() == before


def test_a_damaged_database_is_one_line(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"no database at all " * 100)
    match = r"cannot be used \(file is not a database\); .* --data"
    with pytest.raises(OutputError, match=match) as caught:
        open_store(tmp_path)
    assert "(die Datei ist keine Datenbank)" in is_told(caught.value, "database_damaged")


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    match = r"unable to open database file\); see who may write"
    with pytest.raises(OutputError, match=match) as caught:
        open_store(tmp_path / "missing")
    assert "lässt sich nicht öffnen" in is_told(caught.value, "database_closed", "missing")


def test_a_full_disk_is_one_line_in_german_too(tmp_path):
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorname = "SQLITE_FULL"
    error = _why_not(tmp_path, OperationalError("", None, full))
    assert "kein Platz mehr" in is_told(error, "database_disk", str(tmp_path))
