"""Place: the language of the app is known before its database is open, and nothing is changed by asking."""

import sqlite3

import pytest

from kneescan.app.store import place
from kneescan.app.store.database import DATABASE, open_store
from kneescan.app.store.place import language_at_start, language_of_computer
from kneescan.app.store.settings import choose_language, put_setting


@pytest.fixture(autouse=True)
def english_computer(monkeypatch):
    monkeypatch.setattr(place.locale, "getlocale", lambda: ("en_GB", "UTF-8"))


def test_the_language_that_was_chosen_on_the_page(tmp_path):
    store = open_store(tmp_path)
    assert language_at_start(tmp_path) == "en"
    choose_language(store, "de")
    # Also while the app runs.
    assert language_at_start(tmp_path) == "de"
    store.close()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert language_at_start(tmp_path) == "de"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_is_not_there_is_not_made(tmp_path):
    assert language_at_start(tmp_path / "none") == "en"
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_read_is_no_trouble_yet(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"no database at all " * 100)
    assert language_at_start(tmp_path) == "en"
    (tmp_path / DATABASE).unlink()
    sqlite3.connect(tmp_path / DATABASE).execute("CREATE TABLE other (a)").connection.close()
    assert language_at_start(tmp_path) == "en"


@pytest.mark.parametrize("value", ["xx", 3, None, ["de"]])
def test_a_language_that_there_is_not_is_that_of_the_computer(tmp_path, value):
    store = open_store(tmp_path)
    put_setting(store, "language", value)
    store.close()
    assert language_at_start(tmp_path) == "en"


@pytest.mark.parametrize(
    ("name", "language"),
    [("de_AT", "de"), ("German_Germany", "de"), ("fr_FR", "en"), (None, "en"), ("C", "en")],
)
def test_the_language_of_the_computer(monkeypatch, name, language):
    monkeypatch.setattr(place.locale, "getlocale", lambda: (name, None))
    assert language_of_computer() == language
