"""Place: where the app keeps everything and which language it speaks, known before it is loaded."""

import json
import locale
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import platformdirs

DATABASE = "kneescan.sqlite"
"""Name of the database in the data folder."""


def default_data_folder() -> Path:
    """Folder that is used if no other is given."""
    return platformdirs.user_data_path("kneescan", appauthor=False) / "app"


def language_at_start(root: Path) -> str:
    """Language in which the app of a data folder speaks before its database is open.

    Parameters
    ----------
    root : Path
        The data folder. Nothing in it is changed, and it need not be there.

    Returns
    -------
    str
        Language of the pages; that of the computer if none was chosen yet, or it cannot be read.
    """
    from kneescan.output.words.sentences import languages

    database = (root / DATABASE).absolute()
    # Where no app runs, reading must leave no log beside the database, and where one does, see its log.
    how = "mode=ro" if database.with_name(f"{DATABASE}-wal").exists() else "immutable=1"
    with suppress(OSError, ValueError, TypeError, StopIteration, sqlite3.Error):
        if database.is_file():
            asked = "SELECT value FROM setting WHERE name = 'language'"
            with closing(sqlite3.connect(f"{database.as_uri()}?{how}", uri=True)) as connection:
                found = [json.loads(value) for (value,) in connection.execute(asked)]
            return next(language for language in languages() if language in found)
    return language_of_computer()


def language_of_computer() -> str:
    """Language of the computer, if there are sentences in it; else English."""
    from kneescan.output.words.sentences import DEFAULT_LANGUAGE, languages

    name = (locale.getlocale()[0] or "").lower()
    spoken = "de" if name.startswith(("de", "german")) else name[:2]
    return spoken if spoken in languages() else DEFAULT_LANGUAGE
