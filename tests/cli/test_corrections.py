"""Corrections from the command line: the same as from Python, and never in silence."""

import json
import shutil

import pytest

import kneescan
from kneescan.output.tables.files import analysis_json
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.corrections import Corrections, Exclude, MoveJoint
from tests.cli.test_results import run
from tests.output.reports import Reader
from tests.squat.corrected_videos import RENDERED, moments, rendered

SEVERE = "valgus_severe_left"
FIRST_S, SECOND_S, THIRD_S, *_ = moments(SEVERE)
EDITS = Corrections(
    items=(
        *(Exclude(at_s=at_s) for at_s in (FIRST_S, SECOND_S, THIRD_S)),
        MoveJoint(at_s=THIRD_S, joint="knee", right_px=-5, down_px=2),
    )
)


@pytest.fixture
def place(tmp_path):
    shutil.copy(RENDERED / f"{SEVERE}.landmarks.npz", tmp_path / "landmarks.npz")
    (tmp_path / "edits.json").write_text(EDITS.to_json())
    return tmp_path


def test_a_report_shows_both_verdicts_and_every_correction(place):
    code, screen, _ = run("report", place, "--corrections", place / "edits.json")
    assert code == 0
    assert "Can't tell from this video." in screen
    # The lines are broken at the width of the screen.
    said = " ".join(screen.split())
    assert "As measured, left leg: A focus on the gluteal muscles is suggested." in said
    shown = Reader((place / "report.html").read_text(encoding="utf-8")).text
    assert "Corrected by a reader" in shown
    assert "5 of 5 squats count." in shown
    assert "2 of 5 squats count." in shown
    for at_s in (FIRST_S, SECOND_S, THIRD_S):
        assert f"Squat at {at_s:.1f} s: it does not count." in shown
    assert f"Squat at {THIRD_S:.1f} s: knee moved by 5 pixels in the picture." in shown
    assert "3*" in shown
    table = (place / "repetitions.csv").read_text().splitlines()
    assert table[3].startswith("left,3,false,excluded_by_reader,exclude;joint,,")


def test_the_command_gives_what_python_gives_to_the_byte_and_takes_it_back(place):
    origin = {"kneescan": kneescan.__version__}
    run("report", place)
    original = (place / "analysis.json").read_bytes()
    assert b'"original"' not in original
    run("report", place, "--corrections", place / "edits.json")
    expected = analyze_pose(rendered(SEVERE), provenance=origin, corrections=EDITS)
    assert (place / "analysis.json").read_text() == analysis_json(expected)
    run("report", place)
    assert (place / "analysis.json").read_bytes() == original


def test_the_report_without_corrections_does_not_speak_of_them(place):
    run("report", place, "--language", "de")
    shown = Reader((place / "report.html").read_text(encoding="utf-8")).text
    assert "korrigiert" not in shown


def test_corrections_that_do_not_fit_leave_the_results_as_they_were(place):
    run("report", place)
    before = (place / "analysis.json").read_bytes()
    wrong = place / "wrong.json"
    wrong.write_text(Corrections(items=(Exclude(at_s=0.1),)).to_json())
    for name, message in (
        ("wrong.json", "there is no squat at 0.10 s; squats were found at 2.7-5.0, "),
        ("gone.json", "gone.json: no such file"),
        ("landmarks.npz", "landmarks.npz: not JSON"),
    ):
        code, _, complaint = run("report", place, "--corrections", place / name)
        assert code == 1
        assert message in complaint
        assert complaint.count("\n") <= 1
    assert (place / "analysis.json").read_bytes() == before


def test_one_file_is_not_for_several_videos_but_a_folder_is(place):
    edits = place / "edits"
    edits.mkdir()
    (edits / "a.json").write_text(Corrections(items=(Exclude(at_s=FIRST_S),)).to_json())
    both = []
    for name in ("a", "b"):
        shutil.copy(place / "landmarks.npz", place / f"{name}.npz")
        both.append(place / f"{name}.npz")
    code, _, complaint = run("analyze", *both, "--json", "--corrections", place / "edits.json")
    assert code == 2
    assert "for several" in complaint
    _, screen, _ = run("analyze", *both, "--json", "--corrections", edits)
    first, second = json.loads(screen)
    assert [rep["valid"] for rep in first["legs"][0]["repetitions"]] == [False, *[True] * 4]
    assert first["original"][0]["n_valid"] == 5
    assert "original" not in second
