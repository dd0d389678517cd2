"""kneescan convert: landmarks in and out, and an analysis of imported landmarks."""

import json
from dataclasses import replace

import pytest
from fhir.resources.R4B.bundle import Bundle
from typer.testing import CliRunner

from kneescan.cli import app
from kneescan.errors import KneescanError
from kneescan.exchange import write_landmarks
from kneescan.landmarks import Landmark, PoseSequence, Side
from tests.exchange.people import SIZE_PX, short_squat
from tests.exchange.test_foreign_files import FOREIGN
from tests.squat.videos import filmed, squats

SIZE = ("--width", SIZE_PX[0], "--height", SIZE_PX[1])


def run(*arguments):
    """Exit code, output and error messages of a command run in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, KneescanError):
        return 1, result.stdout, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_results_become_fhir_with_the_name_that_was_given(tmp_path):
    filmed(squats(3, valgus_deg=25)).pose.save(tmp_path / "landmarks.npz")
    run("report", tmp_path, "--name", "R17")
    before = (tmp_path / "analysis.json").read_bytes()
    target = tmp_path / "out.fhir.json"
    code, said, _ = run("convert", tmp_path, target)
    assert (code, "FHIR" in said) == (0, True)
    bundle = json.loads(target.read_text())
    Bundle.model_validate(bundle)
    record = json.loads(before)
    [leg] = [leg for leg in record["legs"] if leg["repetitions"]]
    found = {
        each["resource"]["code"]["coding"][0]["code"]: each["resource"]
        for each in bundle["entry"]
        if "code" in each["resource"]
    }
    assert found["fppa"]["valueQuantity"]["value"] == leg["fppa_deg"]["value"]
    assert found["fppa"]["subject"]["identifier"]["value"] == "R17"
    for content in ("[]", "{}", '{"provenance": 1, "legs": [{}]}', "[" * 99999, "\udcff"):
        (tmp_path / "other.json").write_text(content, errors="surrogateescape")
        code, _, complaint = run("convert", tmp_path / "other.json", tmp_path / "no.fhir.json")
        assert (code, "kneescan analyze" in complaint) == (1, True)
    assert run("convert", tmp_path / "gone", tmp_path / "no.fhir.json")[0] == 1
    assert not (tmp_path / "no.fhir.json").exists()


@pytest.mark.parametrize(
    ("name", "given"), [("x.trc", SIZE), ("x.parquet", ()), ("x.csv", (*SIZE, "--fps", 30))]
)
def test_landmarks_out_and_in_again_give_the_same_verdict_and_values(tmp_path, name, given):
    filmed(squats(3, valgus_deg=25)).pose.save(tmp_path / "own.npz")
    assert run("convert", tmp_path / "own.npz", tmp_path / name)[0] == 0
    assert run("convert", tmp_path / name, tmp_path / "back.npz", *given)[0] == 0
    first, second = (
        json.loads(run("analyze", tmp_path / f"{which}.npz", "--json")[1])["legs"]
        for which in ("own", "back")
    )
    assert first == second
    assert first[0]["verdict"] == "suggested"


def test_a_file_of_sports2d_is_described_and_measured(tmp_path):
    target = tmp_path / "landmarks.npz"
    code, screen, _ = run("convert", FOREIGN / "sports2d_px_person00.trc", target, *SIZE)
    assert code == 0
    assert "40 frames, 20 per second, 540 x 960 px, 17 of 33 landmarks" in screen
    assert "Without ears" in screen
    code, screen, _ = run("analyze", target, "--out", tmp_path / "results")
    assert code == 0
    assert (tmp_path / "results" / "report.html").exists()


def test_without_ears_values_are_measured_and_the_verdict_is_cant_tell(tmp_path):
    pose = filmed(squats(3, valgus_deg=25)).pose
    visibility = pose.visibility.copy()
    visibility[:, [Landmark.LEFT_EAR, Landmark.RIGHT_EAR]] = 0
    write_landmarks(replace(pose, visibility=visibility), tmp_path / "x.trc")
    _, screen, _ = run("convert", tmp_path / "x.trc", tmp_path / "x.npz", *SIZE)
    assert "Without ears" in screen
    [leg] = json.loads(run("analyze", tmp_path / "x.npz", "--json")[1])["legs"]
    assert leg["verdict"] == "cannot_tell"
    assert [reason["code"] for reason in leg["reasons"]] == ["view_unknown"]
    assert leg["fppa_deg"]["value"] > 15


def test_one_of_several_people_is_read_by_number(tmp_path):
    given = (*SIZE, "--fps", 20)
    _, screen, _ = run("convert", FOREIGN / "mmpose.json", tmp_path / "a.npz", *given)
    assert "It contains 2 people; --person selects another one" in screen
    run("convert", FOREIGN / "mmpose.json", tmp_path / "b.npz", *given, "--person", 2)
    knees = [
        PoseSequence.load(tmp_path / f"{which}.npz").points(Side.LEFT, "knee") for which in "ab"
    ]
    assert knees[1][3, 0] - knees[0][3, 0] == pytest.approx(180, abs=0.01)


def test_angles_are_written_with_the_settings_asked_for(tmp_path):
    filmed(squats(3, valgus_deg=25)).pose.save(tmp_path / "own.npz")
    settings = tmp_path / "mine.toml"
    settings.write_text("fppa_gain = 1\nfppa_shift_deg = 30\n")
    code, screen, _ = run(
        "convert", tmp_path / "own.npz", tmp_path / "a.mot", "--settings", settings
    )
    assert code == 0
    assert "angles against time" in screen
    lines = (tmp_path / "a.mot").read_text().splitlines()
    first = lines[lines.index("endheader") + 2].split("\t")
    assert float(first[1]) > 25


def test_mirrored_and_upside_down_are_options(tmp_path):
    write_landmarks(short_squat().mirrored(), tmp_path / "m.trc")
    run("convert", tmp_path / "m.trc", tmp_path / "m.npz", *SIZE, "--mirrored")
    found = PoseSequence.load(tmp_path / "m.npz").points(Side.LEFT, "knee")
    assert found == pytest.approx(short_squat().points(Side.LEFT, "knee"), abs=1e-3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((FOREIGN / "sports2d_px_person00.trc", "x.npz"), "--width and --height"),
        ((FOREIGN / "mmpose.json", "x.npz", *SIZE), "give --fps"),
        ((FOREIGN / "sports2d_m_person00.trc", "x.npz", *SIZE), "metres"),
        (("missing.trc", "x.npz"), "no such file"),
        ((FOREIGN / "mmpose.json", "x.avi"), "name a format with --to"),
    ],
)
def test_what_is_missing_is_one_line_that_names_the_option(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, complaint = run("convert", *arguments)
    assert code == 1
    assert words in complaint
    assert "\n" not in complaint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", [("--from", "sports2d"), ("--to", "openpose"), ("--fps", 0)])
def test_wrong_usage_is_exit_code_2(option):
    assert run("convert", "a.trc", "b.npz", *option)[0] == 2
