"""Check that names and text from files are harmless on a screen and in a table, and still readable."""

import csv
import io
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kneescan.plain_text import (
    CsvWriter,
    counted,
    csv_text,
    encodable,
    library_message,
    one_line,
    plain_cell,
)

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
"""Includes lone surrogates, which file names on Linux may contain."""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("squat.mp4", "squat.mp4"),
        ("a\r\nb\tc", "a b c"),
        ("\x1b[31mred\x1b]0;title\x07", "[31mred ]0;title"),
        ("\x9b2J", "2J"),
        ("gpj.\N{RIGHT-TO-LEFT OVERRIDE}4pm", "gpj. 4pm"),
        ("a\u2066b\u2069\u200fc", "a b c"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("Kn\udce9.mp4", "Kn\\xe9.mp4"),
        ("\ud83d", "\\ud83d"),
        ("[left] :b: [/x]", "[left] :b: [/x]"),
    ],
)
def test_terminal_commands_are_removed_and_the_rest_stays(text, shown):
    assert one_line(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "\N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}.mp4",
        "\N{RAINBOW}\N{VARIATION SELECTOR-16}",
        "می\u200cخواهم",  # noqa: RUF001 (Persian)
        "क्\u200dष",  # Hindi
        "שלום مرحبا",
        "Kniebeuge é e\N{COMBINING ACUTE ACCENT}",
    ],
)
def test_names_in_all_scripts_stay_as_they_are(text):
    assert one_line(text) == text


@given(ANY_TEXT)
def test_any_text_becomes_one_line_that_every_terminal_can_show(text):
    line = one_line(text)
    line.encode("utf-8")
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in line)
    assert not any(
        unicodedata.bidirectional(character)
        in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        for character in line
    )
    assert one_line(line) == line


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-x", "'-x"),
        ("  =1+1", "'  =1+1"),
        ("\t=1", "'\t=1"),
        ("-1.5", "-1.5"),
        ("+1e-3", "+1e-3"),
        ("-inf", "-inf"),
        ("-", "-"),
        ("squat=1", "squat=1"),
        ("", ""),
    ],
)
def test_formulas_are_defused_and_numbers_are_not(text, cell):
    assert csv_text(text) == cell
    assert plain_cell(cell) == text


@given(ANY_TEXT)
def test_a_cell_is_never_a_formula_and_is_read_back_as_it_was(text):
    cell = csv_text(text)
    assert not cell.lstrip(" ").startswith(("=", "@", "\t", "\r"))
    assert csv_text(cell) == cell
    if not text.startswith("'"):
        assert plain_cell(cell) == encodable(text)


def written(*rows):
    file = io.StringIO(newline="")
    writer = CsvWriter(file)
    for row in rows:
        writer.row(row)
    return file.getvalue()


def test_lines_end_with_lf_and_only_what_needs_quotes_has_them():
    assert written(["a", "b"], [None, True], [-1.5, 3]) == "a,b\n,true\n-1.5,3\n"
    assert written(["a\rb", 'say "x"', "1,5"]) == '"a\rb","say ""x""","1,5"\n'


@given(st.lists(st.lists(ANY_TEXT, min_size=2, max_size=2), min_size=1))
def test_any_text_stays_in_its_cell(rows):
    # Until Python 3.11 the reader takes NUL for the end of a line, and kneescan never writes it.
    back = list(csv.reader(io.StringIO(written(*rows), newline="")))
    assert back == [[csv_text(cell) for cell in row] for row in rows]


def test_pandas_reads_numbers_as_numbers():
    text = written(["=name", "value"], ["=a\rb", -1.5], ["x", None], ["y", float("-1e-9")])
    table = pd.read_csv(io.StringIO(text))
    assert list(table.columns) == ["'=name", "value"]
    assert table["value"].dtype == float
    assert table["value"].tolist()[::2] == [-1.5, -1e-9]
    assert table["'=name"][0] == "'=a\rb"


def test_only_the_first_sentence_of_a_library_message_is_passed_on():
    assert library_message(ValueError("OpenCV: bad\nnet. See http://x.")) == "OpenCV: bad net"
    assert library_message(ValueError("bad " + 300 * "9")) == "bad " + 196 * "9" + "..."
    for text in ("Object arrays cannot be loaded when allow_pickle=False", "a. Use pickle.load()."):
        assert library_message(ValueError(text)) == "it holds Python objects, which are not loaded"


def test_one_thing_is_counted_without_an_s():
    told = [counted(n, "squat") for n in (0, 1, 2, 1000)]
    assert told == ["0 squats", "1 squat", "2 squats", "1000 squats"]
