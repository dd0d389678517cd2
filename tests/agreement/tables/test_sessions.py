"""Check that values are read from folders and tables under the names that people gave."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.testing import assert_array_equal

from kneescan.agreement import AgreementError, read_sessions, study_agreement
from kneescan.agreement.tables.earlier_study import read_mdc95
from kneescan.landmarks import Side
from kneescan.plain_text import CsvWriter

FPPA = ["fppa_deg"]
HOSTILE = Path(__file__).parents[1] / "hostile"


def csv_table(path, rows, *, titles=("subject", "leg", "fppa_deg"), delimiter=","):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [delimiter.join(map(str, row)) for row in (titles, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def monday(tmp_path):
    rows = [("Ann", "left", 10), ("Ann", "right", 1), ("Bob", "left", 20), ("Eve", "left", "")]
    return csv_table(tmp_path / "monday.csv", rows)


@pytest.fixture
def friday(tmp_path):
    return csv_table(tmp_path / "friday.csv", [("Bob", "left", 22), ("Ann", "left", 11)])


def test_two_tables_are_two_sessions_in_the_order_given(monday, friday):
    left, right = read_sessions([monday, friday], measures=FPPA)
    assert (left.measure, left.leg, right.leg) == ("fppa_deg", Side.LEFT, Side.RIGHT)
    assert left.names == ("monday", "friday")
    assert left.subjects == ("Ann", "Bob")
    assert_array_equal(left.values, [[10, 11], [20, 22]])
    assert_array_equal(right.values, [[1, np.nan]])


def test_one_table_with_a_column_of_sessions(tmp_path):
    rows = [("1", 10, "left", 5), ("1", 2, "left", 4), ("2", 2, "left", 7), ("2", 10, "left", 8)]
    path = csv_table(tmp_path / "all.csv", rows, titles=("who", "week", "leg", "fppa_deg"))
    [left] = read_sessions([path], measures=FPPA, subject="who", session="week")
    assert left.names == ("2", "10")
    assert_array_equal(left.values, [[4, 5], [7, 8]])


def test_words_for_sessions_keep_their_order_unless_another_is_asked_for(tmp_path):
    rows = [("1", "pre", "left", 5), ("1", "post", "left", 4), ("1", "late", "left", 3)]
    path = csv_table(tmp_path / "all.csv", rows, titles=("subject", "session", "leg", "fppa_deg"))
    assert read_sessions([path], measures=FPPA)[0].names == ("pre", "post", "late")
    [left] = read_sessions([path], measures=FPPA, order=["late", "pre"])
    assert_array_equal(left.values, [[3, 5]])
    with pytest.raises(AgreementError, match="no session never; the sessions are: pre, post, late"):
        read_sessions([path], measures=FPPA, order=["pre", "never"])


def test_squats_of_a_leg_count_by_their_mean_and_only_valid_ones(tmp_path):
    titles = ("path", "leg", "valid", "fppa_deg")
    rows = [
        ("videos/ann.mp4", "left", "true", 10),
        ("videos/ann.mp4", "left", "true", 14),
        ("videos/ann.mp4", "left", "false", 90),
        ("videos/ann.mp4", "both", "false", ""),
    ]
    for name in ("a", "b"):
        csv_table(tmp_path / name / "repetitions.csv", rows, titles=titles)
    [left] = read_sessions([tmp_path / "a", tmp_path / "b"], measures=FPPA)
    assert left.subjects == ("ann",)
    assert_array_equal(left.values, [[12, 12]])


def test_batch_tables_in_parquet_with_columns_of_a_manifest(tmp_path):
    table = {
        "path": ["x/1.mp4", "x/2.mp4", "x/3.mp4", "x/4.mp4"],
        "subject": [1.0, 1.0, 2.0, 2.0],
        "session": ["2024-05-01", "2024-04-01", "2024-04-01", "2024-05-01"],
        "leg": ["left"] * 4,
        "valid": [True] * 4,
        "fppa_deg": [1.0, 2.0, 3.0, None],
    }
    pq.write_table(pa.table(table), tmp_path / "repetitions.parquet")
    [left] = read_sessions([tmp_path], measures=FPPA)
    assert left.names == ("2024-04-01", "2024-05-01")
    assert left.subjects == ("1", "2")
    assert_array_equal(left.values, [[2, 1], [3, np.nan]])


def test_a_folder_for_each_video_names_the_subject(tmp_path):
    for session, value in (("before", 3), ("after", 4)):
        for who in ("ann", "bob"):
            folder = tmp_path / session / who
            csv_table(folder / "repetitions.csv", [("left", value)], titles=("leg", "fppa_deg"))
    [left] = read_sessions([tmp_path / "before", tmp_path / "after"], measures=FPPA)
    assert left.subjects == ("ann", "bob")
    assert_array_equal(left.values, [[3, 4], [3, 4]])


def test_results_of_one_video_each_are_of_one_subject(tmp_path):
    for session, value in (("before", 3), ("after", 4)):
        csv_table(
            tmp_path / session / "repetitions.csv", [("left", value)], titles=("leg", "fppa_deg")
        )
    [left] = read_sessions([tmp_path / "before", tmp_path / "after"], measures=FPPA)
    assert_array_equal(left.values, [[3, 4]])


def test_runs_of_the_same_name_are_distinguished(monday):
    assert read_sessions([monday, monday], measures=FPPA)[0].names == ("monday", "monday-2")


def test_a_german_spreadsheet_has_semicolons_and_decimal_commas(tmp_path):
    paths = [
        csv_table(tmp_path / f"{k}.csv", [("Jörg", "left", f"1{k},5")], delimiter=";")
        for k in (1, 2)
    ]
    [left] = read_sessions(paths, measures=FPPA)
    assert left.subjects == ("Jörg",)
    assert_array_equal(left.values, [[11.5, 12.5]])


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"measures": ["fppa_rad"]}, "no values of fppa_rad .*columns are: fppa_deg, leg, subject"),
        ({"measures": ["subject"]}, "holds 'Ann', which is not a number"),
        ({"measures": ["wobble_pct"]}, "no values of wobble_pct"),
    ],
)
def test_measures_that_are_none_are_one_line(monday, friday, how, words):
    with pytest.raises(AgreementError, match=words):
        read_sessions([monday, friday], **how)


def test_what_cannot_be_compared_is_one_line(monday, tmp_path):
    with pytest.raises(AgreementError, match="no column 'session' with a name in every row"):
        read_sessions([monday])
    with pytest.raises(AgreementError, match="no such file"):
        read_sessions([monday, tmp_path / "missing.csv"])
    with pytest.raises(AgreementError, match="contains no results"):
        read_sessions([monday, tmp_path])
    (tmp_path / "bad.parquet").write_bytes(b"hello")
    with pytest.raises(AgreementError, match="cannot be read as a table"):
        read_sessions([monday, tmp_path / "bad.parquet"])
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x81")
    with pytest.raises(AgreementError, match="cannot be read as a table"):
        read_sessions([monday, tmp_path / "bad.csv"])
    nameless = csv_table(tmp_path / "n.csv", [("left", 1)], titles=("leg", "fppa_deg"))
    with pytest.raises(AgreementError, match="name it with --subject"):
        read_sessions([monday, nameless])
    once = csv_table(
        tmp_path / "once.csv",
        [("A", 1, "left", 1)],
        titles=("subject", "session", "leg", "fppa_deg"),
    )
    with pytest.raises(AgreementError, match="only one session"):
        read_sessions([once])


@pytest.mark.parametrize("name", ["plain", "excel_de"])
def test_a_spreadsheet_in_german_means_what_the_plain_table_means(name):
    study = study_agreement(read_sessions([HOSTILE / f"{name}.csv"]))
    mdc95 = {
        (of.sessions.measure, of.sessions.leg): of.mdc95.value
        for of in study.agreements
        if of.sessions.measure == "fppa_deg"
    }
    assert mdc95 == pytest.approx(
        {("fppa_deg", "left"): 1.86, ("fppa_deg", "right"): 1.48}, abs=0.005
    )
    assert study.warnings[1:] == (
        "34 of 120 rows left out: not valid",
        "rows without a value of depth_pct: 12 of 86",
    )


def test_sessions_with_dates_are_sorted_by_time():
    study = study_agreement(
        read_sessions([HOSTILE / "dates.csv"]), mdc95=read_mdc95(HOSTILE / "earlier.json")
    )
    assert study.session_names == ("20.11.2024", "05.01.2025")
    changed = [
        (row.subject, row.leg, row.before, row.after)
        for row in study.changes
        if row.called == "changed"
    ]
    assert changed == [("P1", "left", 13.18, 3.01), ("P1", "right", 13.13, 3.04)]


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("allval_big", "row 2: column 'fppa_deg' holds '1e308', which is beyond"),
        ("csvmut29", "row 2: column 'fppa_deg' holds '5.5581e3088085942968', which is beyond"),
        ("subj_bigint", "row 2: column 'subject' .* a name of 5000 characters; at most 200"),
        ("val_neg", "row 5: column 'fppa_deg' holds '-1e308', which is beyond"),
    ],
)
def test_values_beyond_all_measure_are_refused_with_their_place(folder, words):
    with pytest.raises(AgreementError, match=words):
        read_sessions(sorted((HOSTILE / folder).glob("*.csv")))


def test_a_subject_or_session_may_have_any_name():
    [left] = read_sessions(sorted((HOSTILE / "subj_supdigits").glob("*.csv")))
    assert left.subjects[-1] == "²³"
    assert left.values[-1, 1] == 60
    [left] = read_sessions([HOSTILE / "sess_dollar" / "a.csv"])
    assert left.names == ("$\\frac{$", "second")


def test_every_row_that_counts_for_nothing_is_counted(tmp_path):
    titles = ("subject", "session", "leg", "valid", "fppa_deg")
    rows = [
        ("A", "one", "L", "WAHR", 1),
        ("A", "one", "l ", "FALSCH", 90),
        ("A", "one", "both", "", 90),
        ("A", "two", "Left", "1", 2),
        ("A", "two", "links", "1.0", 4),
        ("A", "two", "gauche", "ja", ""),
        ("A", "three", "left", "T", 8),
        ("", "", "", "", ""),
    ]
    path = csv_table(tmp_path / "a.csv", rows, titles=titles)
    [left] = read_sessions([path], measures=FPPA, order=["one", "two"])
    assert_array_equal(left.values, [[1, 3]])
    assert left.notes == (
        "1 of 7 rows left out: not valid",
        "1 of 7 rows left out: of both legs or none",
        "rows without a value of fppa_deg: 1 of 5",
        "1 of 7 rows left out: session three",
    )
    with pytest.raises(AgreementError, match="'one' is repeated"):
        read_sessions([path], measures=FPPA, order=["one", "one"])


def test_values_that_are_combined_are_reported(tmp_path, monday):
    rows = [("A", 1, "left", 1), ("A", 1, "left", 3), ("A", 2, "left", 5)]
    path = csv_table(tmp_path / "a.csv", rows, titles=("subject", "session", "leg", "fppa_deg"))
    [left] = read_sessions([path], measures=FPPA)
    assert_array_equal(left.values, [[2, 5]])
    assert left.notes == (
        (
            "a.csv: 3 rows count as 2 means of a subject, leg and session; "
            "there is no column 'valid', so every row counts"
        ),
    )
    notes = read_sessions([monday, path], measures=FPPA)[0].notes
    assert "a: its 2 sessions (1, 2) count as one because several tables were given" in notes


def test_a_squat_that_is_there_twice_is_refused(tmp_path):
    titles = ("path", "session", "leg", "index", "fppa_deg")
    rows = [("a.mp4", 1, "left", 1, 5), ("a.mp4", 2, "left", 1, 5), ("a.mp4", 2, "left", 1, 6)]
    path = csv_table(tmp_path / "a.csv", rows, titles=titles)
    with pytest.raises(AgreementError, match="row 4: the same squat of 'a' as in an earlier row"):
        read_sessions([path], measures=FPPA)


def test_a_column_of_subjects_that_is_asked_for_must_be_there(monday, friday):
    with pytest.raises(AgreementError, match="no column 'who'; name it with --subject"):
        read_sessions([monday, friday], measures=FPPA, subject="who")


def test_folders_without_results_are_counted(tmp_path):
    for session in ("before", "after"):
        csv_table(
            tmp_path / session / "ann" / "repetitions.csv",
            [("left", 1)],
            titles=("leg", "fppa_deg"),
        )
    (tmp_path / "after" / "bob").mkdir()
    [left] = read_sessions([tmp_path / "before", tmp_path / "after"], measures=FPPA)
    assert left.notes == ("after: folders without results: 1 of 2",)


def test_too_many_sessions_are_refused(tmp_path):
    rows = [("A", k, "left", 1) for k in range(60)]
    path = csv_table(tmp_path / "a.csv", rows, titles=("subject", "session", "leg", "fppa_deg"))
    with pytest.raises(AgreementError, match="60 sessions, but at most 50 can be compared"):
        read_sessions([path], measures=FPPA)


def test_names_that_a_spreadsheet_would_calculate_are_the_same_in_csv_and_parquet(tmp_path):
    names, values = ["=A1", "@b", "'c", "-4"], [1.0, 2.0, 3.0, 4.0]
    text = io.StringIO()
    writer = CsvWriter(text)
    writer.row(["subject", "leg", "fppa_deg"])
    for name, value in zip(names, values, strict=True):
        writer.row([name, "left", value])
    (tmp_path / "one.csv").write_text(text.getvalue())
    columns = {"subject": names, "leg": ["left"] * 4, "fppa_deg": values}
    pq.write_table(pa.table(columns), tmp_path / "two.parquet")
    [table] = read_sessions([tmp_path / "one.csv", tmp_path / "two.parquet"], measures=["fppa_deg"])
    assert sorted(table.subjects) == sorted(names)
    assert_array_equal(table.values[:, 0], table.values[:, 1])
