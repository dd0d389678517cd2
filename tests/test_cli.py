"""Command line: commands, their messages, and the files they write."""

import json
import re
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import av
import jsonschema
import numpy as np
import pytest
from typer.testing import CliRunner

import kneescan
from kneescan.cli import app, main
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.words.sentences import catalogue
from kneescan.pose.chunks import CHUNK_FRAMES, chunk_length
from kneescan.simulate import SquatScript, simulate
from tests.samples import beginning

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "docs" / "analysis.schema.json").read_text(encoding="utf-8"))
RESULTS = {
    "analysis.json",
    "repetitions.csv",
    "repetitions.parquet",
    "landmarks.npz",
    "report.html",
}


@pytest.fixture(scope="module")
def landmarks(tmp_path_factory) -> Path:
    """Five squats on the right leg with a knee that moves 22 degrees inward."""
    script = SquatScript(side=Side.RIGHT, n_repetitions=5, valgus_deg=28)
    path = tmp_path_factory.mktemp("landmarks") / "Knie rechts é.npz"
    simulate(script, fps=30).pose.save(path)
    return path


@pytest.fixture(scope="module")
def short_video(tmp_path_factory) -> Path:
    """First nine seconds of the sample video, two whole squats, copied without encoding it again."""
    path = tmp_path_factory.mktemp("video") / "short video.mp4"
    return beginning("valgus_severe_left.mp4", path, stop_s=8)


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path_factory):
    """Results are written into the folder of the command if no other is given."""
    monkeypatch.chdir(tmp_path_factory.mktemp("here"))


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, output and error messages of a command run in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, kneescan.KneescanError):
        return 1, result.stdout, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_landmarks_give_verdict_and_results(landmarks, tmp_path):
    code, screen, _ = run("analyze", landmarks, "--out", tmp_path)
    assert code == 0
    assert "Right leg: A focus on the gluteal muscles is suggested." in screen
    assert "5 of 5 squats count" in screen
    assert {path.name for path in tmp_path.iterdir()} == RESULTS


def test_json_is_the_only_thing_on_the_screen_and_fits_its_schema(landmarks):
    code, screen, _ = run("analyze", landmarks, "--json")
    assert code == 0
    record = json.loads(screen)
    jsonschema.validate(record, SCHEMA)
    assert [leg["side"] for leg in record["legs"]] == ["right"]
    assert record["legs"][0]["findings"] == ["inward"]


def test_a_video_and_its_landmarks_give_the_same_analysis(short_video, tmp_path):
    code, _, _ = run("analyze", short_video, "--out", tmp_path / "video", "--workers", 2)
    assert code == 0
    with_video = {*RESULTS, "annotated.mp4", "frames.zip"}
    assert {path.name for path in (tmp_path / "video").iterdir()} == with_video
    code, _, _ = run("analyze", tmp_path / "video" / "landmarks.npz", "--out", tmp_path / "again")
    assert code == 0
    first, second = (
        json.loads((tmp_path / name / "analysis.json").read_text()) for name in ("video", "again")
    )
    jsonschema.validate(first, SCHEMA)
    assert first == second
    assert [leg["side"] for leg in first["legs"]] == ["left"]
    assert len(first["legs"][0]["repetitions"]) == 2
    video = first["provenance"]["video"]
    assert video["timestamps"] == "container"
    assert video["rotation_deg"] == 0
    tracking = first["provenance"]["pose"]
    assert len(video["sha256"]) == len(tracking["model_sha256"]) == 64
    with np.load(tmp_path / "video" / "landmarks.npz") as landmarks:
        assert tracking["chunk_frames"] == chunk_length(len(landmarks["time_s"])) != CHUNK_FRAMES
    assert first["provenance"]["kneescan"] == kneescan.__version__


def test_report_is_written_again_next_to_the_landmarks(landmarks, tmp_path):
    run("analyze", landmarks, "--out", tmp_path, "--no-report")
    assert not (tmp_path / "report.html").exists()
    code, _, _ = run("report", tmp_path, "--language", "de")
    assert code == 0
    assert '<html lang="de"' in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_one_bad_file_does_not_stop_the_others(landmarks, tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_text("this is no video")
    code, screen, complaint = run("analyze", bad, landmarks, "--out", tmp_path / "results")
    assert code == 1
    assert "gluteal" in screen
    assert "bad.mp4" in complaint
    assert "could not be analysed: 1 of 2" in complaint
    assert (tmp_path / "results" / landmarks.stem / "analysis.json").exists()


def test_videos_of_the_same_name_get_folders_of_their_own(landmarks, tmp_path):
    run("analyze", landmarks, landmarks, "--out", tmp_path, "--no-report")
    assert {path.name for path in tmp_path.iterdir()} == {landmarks.stem, f"{landmarks.stem}-2"}


def test_leg_and_settings_are_used(landmarks, tmp_path):
    settings = tmp_path / "mine.toml"
    settings.write_text("min_repetitions = 9\n")
    _, screen, _ = run("analyze", landmarks, "--json", "--settings", settings)
    record = json.loads(screen)
    assert record["legs"][0]["verdict"] == "cannot_tell"
    assert record["provenance"]["settings"]["min_repetitions"] == 9
    _, screen, _ = run("analyze", landmarks, "--json", "--leg", "right")
    assert [leg["side"] for leg in json.loads(screen)["legs"]] == ["right"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.mp4", None, "no such file"),
        ("empty.mp4", b"", "empty.mp4"),
        ("text.mp4", b"hello", "text.mp4"),
        ("damaged.npz", b"PK\x03\x04", "not a landmark file"),
    ],
)
def test_bad_input_is_one_line_with_the_name_of_the_file(name, content, words, tmp_path):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    code, _, complaint = run("analyze", path)
    assert code == 1
    assert words in complaint
    assert "Traceback" not in complaint


def test_a_video_with_nobody_in_it_is_an_error_that_says_what_to_do(tmp_path):
    path = tmp_path / "black.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=30)
        stream.width = stream.height = 160
        for _ in range(40):
            picture = np.zeros((160, 160, 3), dtype=np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        file.mux(stream.encode())
    code, _, complaint = run("analyze", path)
    assert code == 1
    assert "nobody was found" in complaint
    assert "whole body" in complaint


def test_results_that_cannot_be_written_are_one_line(landmarks, tmp_path):
    in_the_way = tmp_path / "results"
    in_the_way.write_text("a file where the folder should be")
    code, _, complaint = run("analyze", landmarks, "--out", in_the_way)
    assert code == 1
    assert "--out" in complaint
    assert in_the_way.read_text() == "a file where the folder should be"


@pytest.mark.parametrize(
    "arguments",
    [["analyze"], ["analyze", "x.mp4", "--leg", "both"], ["analyze", "x.mp4", "--workers", "0"]],
)
def test_wrong_usage_is_exit_code_2(arguments):
    assert run(*arguments)[0] == 2


def test_settings_printed_as_a_file_can_be_read_back(tmp_path):
    code, text, _ = run("settings", "--toml")
    assert code == 0
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    assert kneescan.Settings.from_toml(path) == kneescan.Settings()


def test_names_of_settings_are_whole_on_a_narrow_screen():
    _, screen, _ = run("settings")
    names = {line.split()[0] for line in screen.splitlines() if line.strip()}
    assert {field.name for field in fields(kneescan.Settings)} <= names
    assert all(len(line) <= 80 for line in screen.splitlines())


def test_long_sentences_are_indented_on_every_line(landmarks):
    _, screen, _ = run("analyze", landmarks)
    verdict, *evidence = screen.partition("Not a medical device")[0].splitlines()[1:]
    assert not verdict.startswith(" ")
    assert len(evidence) > 4
    assert all(line.startswith("  ") for line in evidence)


@pytest.mark.parametrize("option", ["--countdown", "--timeout", "--width", "--fps"])
def test_help_names_the_unit_of_an_option(option):
    command = {"--countdown": "live", "--timeout": "batch"}.get(option, "convert")
    row = next(line for line in run(command, "--help")[1].splitlines() if option in line)
    assert re.search(r"SECONDS|PX|HZ", row)


def test_unknown_setting_is_refused_by_name(landmarks, tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("fppa_cut = 12\n")
    code, _, complaint = run("analyze", landmarks, "--settings", path)
    assert code == 1
    assert "fppa_cut" in complaint


def test_main_turns_errors_that_a_user_can_fix_into_one_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "argv", ["kneescan", "report", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert capsys.readouterr().err.count("\n") == 1


HEAVY = {
    *{"av", "cv2", "dask", "filelock", "flatbuffers", "jinja2", "matplotlib", "mediapipe", "numpy"},
    *{"PIL", "pooch", "psutil", "pyarrow", "requests", "rich.progress", "scipy", "urllib3"},
}
"""Modules that take long to load, or that only the work of a command needs."""


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["analyze", "--help"], ["batch", "--help"], ["live", "--help"]],
    ids=" ".join,
)
def test_help_and_version_load_none_of_the_work(arguments):
    loaded = _loaded(f"sys.argv[1:] = {arguments}; from kneescan.__main__ import main; main()")
    assert "kneescan.cli" in loaded
    assert not loaded.intersection(HEAVY)
    assert not loaded.intersection({"kneescan.landmarks", "kneescan.cli.measuring"})


def test_importing_the_package_loads_nothing_else():
    loaded = _loaded("import kneescan")
    assert not loaded.intersection({*HEAVY, "rich", "typer", "kneescan.cli"})


def test_scipy_is_loaded_by_the_first_analysis_and_not_before():
    loaded = _loaded(
        "import kneescan.kinematics.filters, kneescan.squat.analysis, kneescan.pipeline"
    )
    assert not loaded.intersection({"scipy.interpolate", "scipy.ndimage", "scipy.signal"})


def _loaded(code: str) -> set[str]:
    """Modules loaded in a new interpreter after some code."""
    program = (
        f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint('LOADED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


def test_documents_name_every_reason_and_every_number():
    text = (ROOT / "docs" / "analysis.md").read_text(encoding="utf-8")
    for code in catalogue()["reasons"]:
        assert f"`{code}`" in text
    pose = simulate(SquatScript(side=Side.LEFT, n_repetitions=1)).pose
    assert isinstance(pose, PoseSequence)
    for name in SCHEMA["$defs"]["repetition"]["properties"]:
        assert f"`{name}`" in text


@pytest.fixture(scope="module")
def slow_motion(tmp_path_factory) -> Path:
    """Five quick squats on the left leg that wobbles, at 240 frames/s, played at 30."""
    script = SquatScript(
        side=Side.LEFT, n_repetitions=5, descent_s=1, ascent_s=1, hold_s=0.2, wobble_pct=4
    )
    pose = simulate(script, fps=240).pose
    path = tmp_path_factory.mktemp("slow") / "slow.npz"
    replace(pose, time_s=8 * pose.time_s).save(path)
    return path


def test_slow_motion_is_reported_with_a_question(slow_motion, tmp_path):
    code, screen, _ = run("analyze", slow_motion, "--out", tmp_path)
    assert code == 0
    assert "suggested" not in screen
    words = " ".join(screen.split())
    assert "is this slow motion?" in words
    assert "--recorded-fps 240" in words
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "is this slow motion?" in html
    code, screen, _ = run("analyze", slow_motion, "--recorded-fps", 240)
    assert code == 0
    assert "Left leg: A focus on the gluteal muscles is suggested." in screen
    assert "is this slow motion?" not in " ".join(screen.split())
    assert "plays in slow motion; its true times were restored" in " ".join(screen.split())


@pytest.mark.parametrize("rate", ["0", "-240", "nan", "inf", "1e9", "20"])
def test_an_impossible_rate_of_recording_is_one_line(slow_motion, rate):
    code, screen, complaint = run("analyze", slow_motion, "--recorded-fps", rate)
    assert (code, screen) == (1, "")
    assert "give the rate that" in " ".join(complaint.split())


@pytest.mark.parametrize("command", ["analyze", "report"])
def test_a_missing_pdf_library_is_said_before_anything_is_written(
    command, landmarks, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    code, _, complaint = run(command, landmarks, "--pdf", "--out", tmp_path / "results")
    assert code == 1
    assert complaint.startswith("a PDF report needs WeasyPrint; install it with: pip install")
    assert not (tmp_path / "results").exists()


def test_all_lines_on_the_screen_are_in_the_chosen_language(landmarks, tmp_path):
    pose = PoseSequence.load(landmarks)
    video = {"name": "a.mp4", "warnings": [{"code": "truncated", "message": "it breaks off"}]}
    replace(pose, provenance={**pose.provenance, "video": video}).save(tmp_path / "a.npz")
    _, screen, _ = run(
        "analyze", tmp_path / "a.npz", "--language", "de", "--out", tmp_path / "results"
    )
    assert "Hinweis: Das Video bricht ab" in screen
    assert "Geschrieben nach" in screen
    assert not {"Written", "Note:"} & set(screen.split())
