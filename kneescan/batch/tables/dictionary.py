"""Dictionary: name, unit, meaning and source of every column, taken from the code that fills the tables."""

import io

from kneescan.batch.tables.columns import TABLES
from kneescan.plain_text import CsvWriter

TITLES = {
    "clips": "`clips.csv`, `clips.parquet`: one row per clip and leg",
    "repetitions": "`repetitions.csv`, `repetitions.parquet`: one row per squat",
    "errors": "`errors.csv`: one row per clip without numbers",
}
HEADING = ("table", "name", "type", "unit", "meaning", "source")


def dictionary_rows() -> list[tuple[str, ...]]:
    """Table, name, type, unit, meaning and source of every column."""
    return [
        (table, column.name, column.kind, column.unit, column.meaning, column.source)
        for table, columns in TABLES.items()
        for column in columns()
    ]


def dictionary_csv() -> str:
    """Dictionary as CSV, to store with the tables."""
    text = io.StringIO()
    writer = CsvWriter(text)
    for row in (HEADING, *dictionary_rows()):
        writer.row(row)
    return text.getvalue()


def dictionary_markdown() -> str:
    """Dictionary as a Markdown page."""
    lines = [
        "# Data dictionary of `kneescan batch`",
        "",
        "`kneescan batch --dictionary` writes this page from the code that fills the tables. Columns of a",
        "manifest follow `path` in every table. A missing value is an empty cell or null. Parquet files also",
        "store the unit and meaning of each column.",
    ]
    for table, title in TITLES.items():
        lines += ["", f"## {title}", "", "| name | type | unit | meaning | source |"]
        lines.append("|---|---|---|---|---|")
        lines += [
            f"| `{name}` | {kind} | {unit} | {meaning.replace('|', chr(92) + '|')} | {source} |"
            for of, name, kind, unit, meaning, source in dictionary_rows()
            if of == table
        ]
    return "\n".join(lines) + "\n"
