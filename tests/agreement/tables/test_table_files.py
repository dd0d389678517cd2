"""Check that any file is read as it was meant, or refused in one line."""

import os
import re
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.testing import assert_array_equal

from kneescan.agreement import AgreementError, read_sessions

TABLE = "subject;session;leg;fppa_deg\nJörg;1;left;13,5\nJörg;2;left;14,25\n"
PLAIN = "subject,session,leg,fppa_deg\nAnn,1,left,1\nAnn,2,left,2\n"


def read(path, **options):
    return read_sessions([path], measures=["fppa_deg"], **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_what_spreadsheets_write(tmp_path, encoding, ending, first):
    path = tmp_path / "table.csv"
    path.write_bytes((first + TABLE.replace("\n", ending)).encode(encoding))
    [left] = read(path)
    assert left.subjects == ("Jörg",)
    assert_array_equal(left.values, [[13.5, 14.25]])


def test_capital_letters_and_spaces_in_the_heading_do_not_matter(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(
        " Subject ,SESSION,Leg,Valid,FPPA_deg\nAnn,1,L,no,90\nAnn,1,L,yes,1\nAnn,2,L,yes,2\n"
    )
    [left] = read(path)
    assert_array_equal(left.values, [[1, 2]])
    assert left.notes == ("1 of 3 rows left out: not valid",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"\n \n\n", "it is empty"),
        (b"subject\n", "no row has left or right in a column 'leg'"),
        (PLAIN.encode("utf-16-le"), r"control character U\+0000"),
        (PLAIN.replace("Ann", "A\0n").encode(), r"control character U\+0000"),
        (b"\xff\xfe\x81", "cannot be read as a table"),
        (b"\x81\x8d", "cannot be read as a table"),
        (PLAIN.replace("Ann", '"Ann').encode(), "cannot be read as a table"),
        (PLAIN.replace("Ann", '"A"n').encode(), "cannot be read as a table"),
        (PLAIN.replace("left,1", "left,13,5").encode(), "row 2 has 5 cells, but the heading has 4"),
        (
            PLAIN.replace("deg", "deg,").replace("left,1", "left,13,5").encode(),
            "row 2 has '5' in a column without a name",
        ),
        (
            PLAIN.replace("left,1", 'left,"13,5"').encode(),
            "row 2: .* comma in a table separated by",
        ),
        (PLAIN.replace("left,2", "left").encode(), "row 3 has 3 cells, but the heading has 4"),
        (PLAIN.replace("session", "Fppa_deg ").encode(), "two columns are called 'fppa_deg'"),
        (PLAIN.replace("left,2", "middle,2").encode(), "row 3: column 'leg' holds 'middle'"),
        (PLAIN.replace("left,2", "left,true").encode(), "row 3: column 'fppa_deg' holds 'true'"),
        (PLAIN.replace("Ann,2", ",2").encode(), "row 3: column 'subject' holds nothing"),
        (PLAIN.replace("Ann,2", "Ann,").encode(), "row 3: column 'session' holds nothing"),
        (PLAIN.replace("Ann,2", "9" * 5000 + ",2").encode(), "name of 5000 characters"),
        (b"leg," + b"x" * 2_000_000 + b"\n", "a line of 2000005 characters"),
        (b"leg," + b"x" * 200_000 + b"\n", "cannot be read as a table"),
        (b",".join(b"c%d" % k for k in range(6000)) + b"\n", "6000 columns"),
    ],
)
def test_a_file_that_is_not_such_a_table_is_refused_with_the_place(tmp_path, content, words):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(AgreementError, match=words) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


def test_missing_or_too_large_files_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "fifo.csv")
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(1_000_000_000)
    (tmp_path / "folder.csv").mkdir()
    for name, words in (
        ("fifo.csv", "not a regular file"),
        ("large.csv", "1000 MB, at most 50"),
        ("folder.csv", "contains no results"),
        ("n" * 300, "File name too long"),
        ("none.csv", "no such file"),
    ):
        with pytest.raises(AgreementError, match=words):
            read(tmp_path / name)
    (tmp_path / "repetitions.parquet").mkdir()
    with pytest.raises(AgreementError, match="not a regular file"):
        read(tmp_path)


def parquet(tmp_path, **columns):
    table = {
        "subject": ["A", "A"],
        "session": [date(2025, 1, 5), date(2024, 11, 20)],
        "leg": ["left", "L"],
        "valid": [True, True],
        "fppa_deg": [2.0, 1.0],
    }
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table(table | columns), path)
    return path


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"session": [datetime(2025, 1, 5, 9), datetime(2024, 11, 20, 9)]},
        {"subject": [1.0, 1.0]},
        {"subject": pa.array(["A", "A"]).dictionary_encode()},
        {"valid": [1, 1]},
        {"valid": ["WAHR", "true"]},
        {"fppa_deg": [Decimal("2.0"), Decimal("1.0")]},
        {"fppa_deg": pa.array(np.array([2, 1], np.float16))},
        {"fppa_deg": ["2,0", "1,0"]},
    ],
)
def test_columns_of_parquet_in_any_kind_that_has_the_value(tmp_path, columns):
    [left] = read(parquet(tmp_path, **columns))
    assert_array_equal(left.values, [[1, 2]])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (
            {"fppa_deg": [[1.0], [2.0]]},
            "row 1: column 'fppa_deg' holds '.1.0.', which is not a num",
        ),
        ({"fppa_deg": [{"a": 1}, {"a": 2}]}, "not a number"),
        ({"fppa_deg": [True, False]}, "not a number"),
        ({"fppa_deg": [datetime(2024, 1, 1)] * 2}, "not a number"),
        ({"fppa_deg": [float("inf"), 1.0]}, "beyond"),
        ({"valid": [None, True]}, "row 1: column 'valid' holds nothing"),
        ({"leg": [b"left", b"left"]}, "not a name"),
        ({"subject": [None, "A"]}, "holds nothing"),
        ({"subject": [["A"], ["A"]]}, "not a name"),
        ({"session": pa.array([2**60, 1], pa.timestamp("ms"))}, "cannot be read"),
    ],
)
def test_columns_of_parquet_that_make_no_sense_are_refused(tmp_path, columns, words):
    with pytest.raises(AgreementError, match=words):
        read(parquet(tmp_path, **columns))


def test_names_in_messages_are_on_one_line(tmp_path):
    path = tmp_path / "a\nb\x1b[31m.csv"
    path.write_text("leg\n")
    with pytest.raises(AgreementError) as caught:
        read(path)
    assert not re.search(r"[\x00-\x1f]", str(caught.value))
