"""Check that a study reports the results of its functions, and labels nothing as a change that is not one."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from kneescan.agreement import (
    AgreementError,
    Sessions,
    bland_altman,
    icc_2_1,
    minimal_detectable_change,
    plot_bland_altman,
    standard_error_of_measurement,
    study_agreement,
    write_study,
)
from kneescan.agreement.measure_names import name_of, unit_of
from kneescan.agreement.output.words import figure, interval
from kneescan.agreement.tables.earlier_study import read_mdc95
from kneescan.errors import OutputError
from kneescan.landmarks import Side

N = 12
EARLIER = '{"agreement": [{"measure": "a", "leg": "left", "mdc95": %s}]}'


def measured(measure="fppa_deg", leg=Side.LEFT, *, n_sessions=2, error=2.0, missing=0, changed=0.0):
    """Sessions of twelve people with a known error; the first person changed in the last session."""
    rng = np.random.default_rng([len(measure), list(Side).index(leg)])
    values = rng.normal(10, 7, size=(N, 1)) + rng.normal(0, error, size=(N, n_sessions))
    values[0, -1] += changed
    values[N - missing :, 0] = np.nan
    names = ("before", "after", "later")[:n_sessions]
    subjects = tuple(f"P{k + 1:02d}" for k in range(N))
    return Sessions(measure=measure, leg=leg, subjects=subjects, names=names, values=values)


def test_agreement_of_every_measure_and_leg_is_that_of_the_functions():
    tables = [measured(), measured(leg=Side.RIGHT), measured("wobble_pct")]
    study = study_agreement(tables)
    assert [(of.sessions.measure, of.sessions.leg) for of in study.agreements] == [
        ("fppa_deg", "left"),
        ("fppa_deg", "right"),
        ("wobble_pct", "left"),
    ]
    for table, of in zip(tables, study.agreements, strict=True):
        assert of.icc_2_1 == icc_2_1(table.values)
        assert of.sem == standard_error_of_measurement(table.values)
        assert of.mdc95.value == minimal_detectable_change(of.sem.value)
        assert of.pairs[0].agreement == bland_altman(*table.values.T)
    assert study.warnings == ()


def test_each_later_session_is_held_against_the_first():
    study = study_agreement([measured(n_sessions=3)])
    [of] = study.agreements
    assert [(pair.first, pair.second) for pair in of.pairs] == [
        ("before", "after"),
        ("before", "later"),
    ]
    assert len(study.changes) == 2 * N


def test_only_the_one_who_changed_is_called_changed():
    study = study_agreement(
        [measured(changed=30.0)], mdc95={("fppa_deg", "left"): 8.0}, error_from="x"
    )
    called = {change.subject: change.called for change in study.changes}
    assert called.pop("P01") == "changed"
    assert set(called.values()) == {"within measurement error"}
    [first] = [change for change in study.changes if change.subject == "P01"]
    assert first.low == pytest.approx(first.change - 8.0)
    assert first.low > 0


def test_a_missing_session_is_neither_changed_nor_unchanged():
    study = study_agreement([measured(missing=2)])
    assert [change.called for change in study.changes[-2:]] == ["missing", "missing"]
    assert study.agreements[0].n_subjects == 10
    assert study.agreements[0].n_left_out == 2
    assert study.warnings == ("subjects left out because a session has no value for them: up to 2",)


def test_few_subjects_are_warned_of_and_still_shown():
    study = study_agreement([measured(missing=8)])
    assert study.agreements[0].n_subjects == 4
    assert study.warnings[0].startswith("4 subjects are few")


def test_fewer_than_three_subjects_are_refused_with_the_remedy():
    with pytest.raises(AgreementError, match=r"in every session: 2, at least 3 .* --error"):
        study_agreement([measured(missing=10)])


def test_a_leg_of_too_few_subjects_is_left_out_with_a_word():
    study = study_agreement([measured(), measured(leg=Side.RIGHT, missing=10)])
    assert len(study.agreements) == 1
    assert {change.leg for change in study.changes} == {Side.LEFT}
    assert study.warnings[0].startswith("FPPA (right): 2 subjects with a value in every session")


def test_one_subject_is_enough_with_the_error_of_an_earlier_study(tmp_path):
    earlier = study_agreement([measured()])
    write_study(earlier, tmp_path)
    mdc95 = read_mdc95(tmp_path / "agreement.json")
    assert mdc95["fppa_deg", "left"] == pytest.approx(earlier.agreements[0].mdc95.value, abs=1e-4)
    table = measured(missing=11, changed=30)
    study = study_agreement([table], mdc95=mdc95, error_from="earlier")
    assert study.agreements == ()
    assert [change.called for change in study.changes[:2]] == ["changed", "missing"]
    files = {path.name for path in write_study(study, tmp_path / "new")}
    assert files == {"agreement.json", "changes.csv", "changes.parquet", "agreement.html"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        ("hello", "not the agreement.json of a study"),
        ("{}", "not the agreement.json of a study"),
        ('{"agreement": []}', "measured no error"),
        (EARLIER % "null", "measured no error"),
        (EARLIER % "0", "measured no error"),
        (EARLIER % "-2", "mdc95 of 'a' is -2.0, expected 0 or more"),
        (EARLIER % "NaN", "mdc95 of 'a' is nan, expected 0 or more"),
        (EARLIER % ("9" * 5000), "mdc95 of 'a' is inf, expected 0 or more"),
        (EARLIER % '"3"', "expected 0 or more"),
        (EARLIER % "true", "expected 0 or more"),
        ('{"agreement": [{"measure": "a", "leg": "L", "mdc95": 1}]}', "the leg 'L'"),
        ((EARLIER % "1")[:-2] + ", " + (EARLIER % "2")[15:], "two errors for the same"),
        ("[" * 100_000, "not the agreement.json"),
    ],
)
def test_an_earlier_study_that_is_none_is_one_line(tmp_path, content, words):
    path = tmp_path / "agreement.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(AgreementError, match=words):
        read_mdc95(path)


def test_tables_say_the_same_in_csv_parquet_and_json(tmp_path):
    study = study_agreement([measured(missing=1), measured("wobble_pct", error=0.3)])
    write_study(study, tmp_path, plots=(), version="1.2")
    content = json.loads((tmp_path / "agreement.json").read_text(encoding="utf-8"))
    assert content["sessions"] == ["before", "after"]
    assert content["kneescan"] == "1.2"
    for name in ("agreement", "bland_altman", "changes"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            from_csv = list(csv.DictReader(file))
        from_parquet = pq.read_table(tmp_path / f"{name}.parquet").to_pylist()
        assert from_parquet == content[name]
        as_text = [
            {key: "" if value is None else str(value) for key, value in row.items()}
            for row in content[name]
        ]
        assert from_csv == as_text
    row = content["agreement"][0]
    assert (row["measure"], row["leg"], row["unit"], row["n_subjects"]) == (
        "fppa_deg",
        "left",
        "°",
        11,
    )
    assert row["mdc95"] == pytest.approx(study.agreements[0].mdc95.value, abs=1e-4)
    missing = content["changes"][N - 1]
    assert (missing["before"], missing["called"]) == (None, "missing")


def test_plots_are_files_of_their_own_and_the_same_in_every_run(tmp_path):
    study = study_agreement([measured(n_sessions=3)])
    write_study(study, tmp_path / "a", plots=("svg", "pdf"))
    write_study(study, tmp_path / "b", plots=("svg",))
    names = {path.name for path in (tmp_path / "a").glob("bland_altman_*.*")}
    stem = "bland_altman_fppa_deg_left"
    assert names == {f"{stem}_{k}.{kind}" for k in (1, 2) for kind in ("svg", "pdf")}
    same = [(tmp_path / folder / f"{stem}_2.svg").read_bytes() for folder in "ab"]
    assert same[0] == same[1]
    assert (tmp_path / "a" / f"{stem}_1.pdf").read_bytes().startswith(b"%PDF")


def test_the_plot_has_a_point_per_subject_and_its_lines_at_the_right_values():
    [of] = study_agreement([measured(missing=2)]).agreements
    [pair] = of.pairs
    [ax] = plot_bland_altman(of, pair).axes
    points = next(line for line in ax.lines if line.get_marker() == "o")
    values = of.sessions.values[:-2]
    np.testing.assert_allclose(points.get_xdata(), values.mean(axis=1))
    np.testing.assert_allclose(points.get_ydata(), values[:, 1] - values[:, 0])
    heights = {line.get_ydata()[0] for line in ax.lines if line is not points}
    found = pair.agreement
    assert heights == {0, found.bias.value, found.lower.value, found.upper.value}


@pytest.mark.parametrize("error", [0.0, 2.0])
def test_the_page_needs_no_network_and_says_what_was_found(tmp_path, error):
    study = study_agreement([measured(error=error, changed=0.0)])
    write_study(study, tmp_path, plots=(), version="1.2")
    page = (tmp_path / "agreement.html").read_text(encoding="utf-8")
    of = study.agreements[0]
    assert interval(of.icc_2_1, 2) in page
    assert "<svg" in page
    assert "src=" not in page.replace("img-src", "")
    assert "http://" not in page
    assert "https://" not in page
    assert "Where nobody changes" in page or "all are within measurement error" in page


def test_names_from_tables_are_text_in_the_page(tmp_path):
    table = measured(changed=30)
    table = Sessions(
        measure=table.measure,
        leg=table.leg,
        subjects=("<b>P01</b>", *table.subjects[1:]),
        names=("a & b", "<i>after"),
        values=table.values,
    )
    write_study(study_agreement([table], mdc95={("fppa_deg", "left"): 8.0}), tmp_path)
    page = (tmp_path / "agreement.html").read_text(encoding="utf-8")
    assert "<b>P01" not in page
    assert "<i>after" not in page
    assert "&lt;b&gt;P01" in page


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="--out"):
        write_study(study_agreement([measured()]), tmp_path / "file")


def test_words_for_people():
    assert name_of("fppa_frontal_deg") == "FPPA straight ahead"
    assert (name_of("pelvic_drop_deg"), unit_of("pelvic_drop_deg")) == ("Pelvic drop", "°")
    assert (name_of("wobble_pct"), unit_of("wobble_pct")) == ("Wobble", "% of shank")
    assert (name_of("n_reversals"), unit_of("n_reversals")) == ("N reversals", "")
    assert figure(-0.04) == "0.0"
    assert figure(-1.26) == "\N{MINUS SIGN}1.3"
    assert figure(float("nan")) == "\N{EN DASH}"


def test_the_example_of_the_document_runs():
    document = Path(__file__).parents[2] / "docs" / "agreement.md"
    blocks = document.read_text(encoding="utf-8").split("```python")
    [example] = [block.split("```")[0] for block in blocks[1:] if "import numpy" in block]
    names: dict = {}
    exec(example, names)
    assert names["mdc95"] == minimal_detectable_change(names["sem"].value)


def test_equal_sessions_measure_no_error_and_the_study_says_so(tmp_path):
    study = study_agreement([measured(error=0.0)])
    [of] = study.agreements
    assert (of.icc_2_1.value, of.sem.value, of.mdc95.value) == (1, 0, 0)
    assert study.warnings == (
        (
            "FPPA, left leg: SEM and MDC95 are 0 because the sessions do not differ, or differ by the "
            "same amount in all subjects; check that they were measured separately"
        ),
    )
    write_study(study, tmp_path)
    with pytest.raises(AgreementError, match="measured no error"):
        read_mdc95(tmp_path / "agreement.json")


def test_people_with_equal_values_have_no_icc_and_the_study_says_why(tmp_path):
    table = measured()
    alike = Sessions(
        measure=table.measure,
        leg=table.leg,
        subjects=table.subjects,
        names=table.names,
        values=np.full((N, 2), 5.0),
    )
    study = study_agreement([alike])
    assert study.warnings[0] == (
        "FPPA, left leg: ICC(2,1) and ICC(3,k) cannot be computed because all subjects have the "
        "same mean"
    )
    write_study(study, tmp_path)
    content = (tmp_path / "agreement.json").read_text(encoding="utf-8")
    assert json.loads(content)["agreement"][0]["icc_2_1"] is None
    assert "-0.0" not in content
    assert "nan" not in (tmp_path / "agreement.html").read_text(encoding="utf-8").casefold()


def test_a_measure_missing_from_the_earlier_study_is_reported():
    study = study_agreement([measured(), measured("wobble_pct")], mdc95={("fppa_deg", "left"): 8.0})
    assert {change.measure for change in study.changes} == {"fppa_deg"}
    assert study.warnings == (
        "Wobble, left leg: the earlier study has no MDC95 for it, so no change is labelled",
    )


@pytest.mark.parametrize("name", ["agreement.json", "agreement.csv", "bland_altman_x.svg"])
def test_input_files_are_never_overwritten(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(OutputError, match="would overwrite the input"):
        write_study(study_agreement([measured()]), tmp_path, inputs=[tmp_path / name])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {name: "mine"}


def test_no_file_of_an_earlier_study_stays_with_a_new_one(tmp_path):
    (tmp_path / "notes.csv").write_text("mine")
    write_study(study_agreement([measured(), measured("wobble_pct")]), tmp_path, plots=("pdf",))
    write_study(study_agreement([measured("depth_pct")]), tmp_path)
    plots = {path.name for path in tmp_path.glob("bland_altman_*.*")}
    assert plots == {"bland_altman_depth_pct_left.svg"}
    assert (tmp_path / "notes.csv").read_text() == "mine"


def test_measures_of_any_name_have_plots_of_their_own_in_the_folder(tmp_path):
    names = ("../../x", "..\\..\\x", "A/B", "a:b", "x" * 300, "$\\frac{$")
    files = write_study(study_agreement([measured(name) for name in names]), tmp_path / "out")
    plots = [path for path in files if path.suffix == ".svg"]
    assert len({path.name.casefold() for path in plots}) == len(names)
    assert all(path.resolve().parent == (tmp_path / "out").resolve() for path in plots)
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def test_names_of_sessions_appear_unchanged_in_plots(tmp_path):
    table = measured()
    table = Sessions(
        measure=table.measure,
        leg=table.leg,
        subjects=("=cmd|' /C calc'!A0", *table.subjects[1:]),
        names=("20.11.2024", "$\\frac{$"),
        values=table.values,
    )
    write_study(study_agreement([table]), tmp_path, plots=("svg", "pdf"))
    label = "$\\frac{$ \N{MINUS SIGN} 20.11.2024 [°]"
    for name in ("agreement.html", "bland_altman_fppa_deg_left.svg"):
        assert label in (tmp_path / name).read_text(encoding="utf-8")
    with (tmp_path / "changes.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["subject"] == "'=cmd|' /C calc'!A0"


def test_one_person_is_one_sentence_that_points_to_compare():
    one = [
        Sessions(
            measure=measure,
            leg=leg,
            subjects=("ann",),
            names=("a", "b"),
            values=np.array([[1.0, 2.0]]),
        )
        for measure in ("fppa_deg", "wobble_pct")
        for leg in Side
    ]
    [sentence] = study_agreement(one, mdc95={("fppa_deg", "left"): 3.0}).warnings
    assert "use kneescan compare" in sentence
