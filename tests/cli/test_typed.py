"""What people type: a video without a command, no folder, the wrong folder, the commands of the README."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from kneescan.cli import app
from kneescan.errors import OutputError
from kneescan.landmarks import Side
from kneescan.output import free_folders
from tests.cli.test_results import contents, contents_below, person, run
from tests.output.grey_videos import squats

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def erika(tmp_path_factory):
    return person(tmp_path_factory.mktemp("erika"), "erika", squats(Side.RIGHT, n=1), level=90)


@pytest.fixture(scope="module")
def max_(tmp_path_factory):
    return person(
        tmp_path_factory.mktemp("max"), "max", squats(Side.LEFT, n=1, valgus_deg=0), level=60
    )


@pytest.mark.parametrize("before", [[], ["--no-report"], ["--language", "de", "--leg", "right"]])
def test_a_file_without_a_command_is_analysed(erika, before):
    code, screen, _ = run(*before, erika[1])
    assert code == 0
    assert ("Rechtes Bein" if "de" in before else "Right leg") in screen
    assert Path("results/erika/analysis.json").exists()


def test_several_files_without_a_command_are_analysed(erika, max_):
    assert run(erika[1], max_[1], "--no-report")[0] == 0
    assert {path.name for path in Path("results").iterdir()} == {"erika", "max"}


@pytest.mark.parametrize("name", ["missing.mp4", "Missing.MOV", "missing.npz"])
def test_a_name_like_that_of_a_video_means_a_video(name):
    code, _, complaint = run(name)
    assert code == 1
    assert f"{name}: no such file" in complaint
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["analyse", "x.mp4"], "Did you mean 'analyze'"),
        (["--leg", "left"], "No such option"),
    ],
)
def test_a_mistyped_command_is_no_video(arguments, hint, capsys):
    code, _, complaint = run(*arguments)
    assert code == 2
    assert hint in " ".join(complaint.split())


def test_a_folder_without_a_command_says_which_commands_take_one(tmp_path):
    code, _, complaint = run(tmp_path)
    assert code == 1
    assert f"kneescan batch {tmp_path}" in complaint


def test_without_a_folder_results_are_put_below_results_and_this_is_said(erika):
    code, screen, _ = run("analyze", erika[1])
    assert code == 0
    assert screen.splitlines()[-1] == f"Written to {Path('results/erika')}"


@pytest.mark.slow
def test_another_video_of_the_same_name_gets_a_folder_of_its_own(erika, max_, tmp_path):
    run("analyze", erika[1])
    same_name = Path(shutil.copy(max_[1], tmp_path / "erika.npz"))
    before = contents(Path("results/erika"))
    run("analyze", same_name)
    run("analyze", same_name, "--language", "de")
    run("analyze", erika[1], "--language", "de")
    assert {path.name for path in Path("results").iterdir()} == {"erika", "erika-2"}
    after = contents(Path("results/erika"))
    assert after["analysis.json"] == before["analysis.json"]
    assert '<html lang="de"' in after["report.html"].decode()


def test_landmarks_in_a_folder_of_results_are_named_after_it(erika, tmp_path):
    run("analyze", erika[1], "--out", tmp_path / "monday")
    run("analyze", tmp_path / "monday" / "landmarks.npz")
    assert Path("results/monday/report.html").exists()


def test_json_alone_writes_nothing(erika, tmp_path):
    _, screen, _ = run("analyze", erika[1], "--json")
    assert json.loads(screen)["legs"]
    assert not Path("results").exists()
    _, screen, _ = run("analyze", erika[1], "--json", "--out", tmp_path / "out")
    assert json.loads(screen) == json.loads((tmp_path / "out" / "analysis.json").read_text())


@pytest.fixture
def never_tracked(monkeypatch):
    """The search for the joints, which takes long, must not begin."""

    def track(*_, **__):
        pytest.fail("the video was tracked before the folder was checked")

    monkeypatch.setattr("kneescan.pipeline.track_video", track)


def test_a_file_in_place_of_the_folder_is_found_before_the_measurement(
    erika, tmp_path, never_tracked
):
    (tmp_path / "out").write_text("a file")
    code, _, complaint = run("analyze", erika[0], "--out", tmp_path / "out")
    assert code == 1
    assert "out: is a file, not a folder; choose another folder with --out" in complaint


def test_a_folder_without_permission_is_found_before_the_measurement(
    erika, tmp_path, never_tracked, monkeypatch
):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refused)
    code, _, complaint = run("analyze", erika[0], "--out", tmp_path / "out" / "deep")
    assert code == 1
    assert "cannot be written (Permission denied); choose another folder with --out" in complaint


@pytest.mark.parametrize("free", [0, 4 * 10**6])
def test_a_full_disk_is_found_before_the_measurement(
    erika, tmp_path, never_tracked, monkeypatch, free
):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(free_folders.shutil, "disk_usage", lambda _: usage._replace(free=free))
    code, _, complaint = run("analyze", erika[0], "--out", tmp_path / "out")
    assert code == 1
    assert f"only {free // 10**6} MB are free on this disk" in complaint
    assert not contents_below(tmp_path)
    assert not (tmp_path / "out").exists()


def test_room_for_landmarks_is_not_room_for_a_video(erika, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(free_folders.shutil, "disk_usage", lambda _: usage._replace(free=6e6))
    assert run("analyze", erika[1], "--out", tmp_path / "out")[0] == 0
    code, _, complaint = run("analyze", erika[0], "--out", tmp_path / "out")
    assert code == 1
    assert "the results take up to" in complaint


COMMAND = re.compile(r"^(?:\.venv/bin/)?kneescan (.+?)(?: +#.*)?$", re.MULTILINE)
PAGES = ["README.md", "docs/tutorial.md", "docs/howto/correct.md"]


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_the_documentation_can_be_typed(page, monkeypatch):
    """Every command exists with its options; only the files are missing, and the app is not served."""

    def refused(*_, **__):
        msg = "not in a test"
        raise OutputError(msg)

    monkeypatch.setattr("kneescan.app.serving.serving", refused)
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    commands = [command for block in blocks for command in COMMAND.findall(block)]
    assert commands
    for command in commands:
        code, _, complaint = run(*shlex.split(command))
        assert code != 2, f"{command}: {complaint}"


def test_the_third_step_of_the_readme_works_right_after_the_first():
    """No environment is active then, so that the command is named by its place."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    demo = makefile.partition("\ndemo:")[2].partition("\n\n")[0]
    assert "VENV := .venv\n" in makefile
    assert "\n.venv/bin/kneescan squat.mp4\n" in text
    assert "$(BIN)/kneescan squat.mp4" in demo
    assert app.info.name == "kneescan"
