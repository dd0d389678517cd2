"""Check that every column has a meaning, and that the document matches the code."""

from kneescan.batch.tables.columns import (
    INTEGER,
    NUMBER,
    TABLES,
    clips_columns,
    repetitions_columns,
)
from kneescan.batch.tables.dictionary import dictionary_csv, dictionary_markdown, dictionary_rows
from kneescan.output.tables.files import LEADING_COLUMNS, NUMBER_COLUMNS
from tests.batch.clips import ROOT

WITHOUT_UNIT = {"index"}


def test_the_document_is_that_of_the_code():
    document = (ROOT / "docs" / "data_dictionary.md").read_text(encoding="utf-8")
    assert document == dictionary_markdown(), (
        "write it again: kneescan batch --dictionary > docs/data_dictionary.md"
    )


def test_every_column_has_a_meaning_and_every_number_a_unit():
    for column in (column for columns in TABLES.values() for column in columns()):
        assert column.meaning.endswith("."), column
        assert column.source, column
        if column.kind == NUMBER:
            assert column.unit, column
        if column.kind == INTEGER and column.name not in WITHOUT_UNIT:
            assert column.unit == "px" or column.name.startswith("n_"), column


def test_units_are_those_in_the_docstrings_of_the_fields():
    units = {column.name: column.unit for column in repetitions_columns()}
    assert units["depth_pct"] == "% of standing hip-ankle height"
    assert units["descent_s"] == "s"
    assert {c.name: c.unit for c in clips_columns()}["fps"] == "Hz"


def test_columns_of_repetitions_are_those_of_a_single_analysis():
    names = [column.name for column in repetitions_columns()]
    assert names == ["path", *LEADING_COLUMNS, *NUMBER_COLUMNS]


def test_each_value_is_between_the_ends_of_its_interval():
    names = [column.name for column in clips_columns()]
    at = names.index("fppa_deg")
    assert names[at : at + 3] == ["fppa_deg", "fppa_low_deg", "fppa_high_deg"]


def test_the_dictionary_of_the_tables_has_a_line_for_each_column():
    assert len(dictionary_csv().splitlines()) == 1 + len(dictionary_rows())
