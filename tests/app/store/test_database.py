"""Database: up to date, safe, and refused in one line where it cannot be used."""

import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from kneescan.app.store.database import DATABASE, open_store
from kneescan.app.store.tables import Base, Person
from kneescan.errors import OutputError


def test_the_steps_lead_to_the_tables(tmp_path):
    store = open_store(tmp_path)
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
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
    with pytest.raises(OutputError, match=r"newer version of kneescan; update .* --data"):
        open_store(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == before


def test_a_damaged_database_is_one_line(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"no database at all " * 100)
    with pytest.raises(OutputError, match=r"cannot be used \(file is not a database\); .* --data"):
        open_store(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(OutputError, match=r"unable to open database file\); see who may write"):
        open_store(tmp_path / "missing")
