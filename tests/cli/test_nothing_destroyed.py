"""Nothing destroyed: what is replaced is kept, and photographs outlive the video."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kneescan.landmarks import PoseSequence, Side
from kneescan.output import earlier_results, folder
from tests.cli.test_results import contents, person, run
from tests.output.grey_videos import squats

PHOTOGRAPH = "data:image/jpeg"
OTHER_NUMBERS = "fppa_cut_deg = 40\n"


@pytest.fixture(scope="module")
def erika(tmp_path_factory):
    return person(tmp_path_factory.mktemp("erika"), "erika", squats(Side.RIGHT, n=1), level=90)


@pytest.fixture(scope="module")
def measured(erika, tmp_path_factory):
    """Folder with everything that `kneescan analyze` writes for a video."""
    place = tmp_path_factory.mktemp("measured") / "results"
    run("report", erika[1], "--video", erika[0], "--out", place)
    return place


@pytest.fixture
def results(measured, tmp_path):
    return Path(shutil.copytree(measured, tmp_path / "results"))


@pytest.fixture
def other_numbers(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(OTHER_NUMBERS)
    return path


def photographs(place):
    page = (place / "report.html").read_text(encoding="utf-8")
    return [part for part in page.split('"') if part.startswith(PHOTOGRAPH)]


def kept(place):
    return sorted((place / "previous").iterdir())


@pytest.mark.parametrize("command", ["report", "analyze"])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1 squat on the right leg was seen, none on the left leg"), ("de", "rechtes Bein")],
)
def test_the_leg_that_did_not_squat_replaces_nothing(results, command, language, words):
    before = contents(results)
    given = results if command == "report" else results / "landmarks.npz"
    code, screen, complaint = run(
        command, given, "--out", results, "--leg", "left", "--language", language
    )
    assert code == 1
    assert words in complaint + screen
    assert "--leg right" in complaint + screen
    assert contents(results) == before


def test_replaced_results_are_whole_and_can_be_used(results, other_numbers):
    before = contents(results)
    _, screen, _ = run("report", results, "--settings", other_numbers)
    [place] = kept(results)
    assert contents(place) == before
    assert re.fullmatch(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d", place.name)
    assert str(place) in screen
    code, screen, _ = run("report", place)
    assert code == 0
    assert photographs(place)
    assert kept(results) == [place]


def test_overwrite_keeps_nothing(results, other_numbers):
    _, screen, _ = run("report", results, "--settings", other_numbers, "--overwrite")
    assert not (results / "previous").exists()
    assert "Removed, because they showed earlier numbers: annotated.mp4." in screen
    assert photographs(results)


@pytest.mark.slow
@pytest.mark.parametrize("n_done", range(7))
def test_a_stop_while_results_are_moved_loses_none(results, other_numbers, n_done, monkeypatch):
    before = contents(results)
    rename, moves = Path.rename, []

    def stopped(path, target):
        if len(moves) == n_done:
            raise KeyboardInterrupt
        moves.append(target)
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", stopped)
        run("report", results, "--settings", other_numbers)
    assert contents_of_all(results) == before
    run("report", results, "--settings", other_numbers)
    assert contents(kept(results)[0]) == before
    assert len(kept(results)) == 1


def contents_of_all(place):
    return {path.name: path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_a_failure_while_writing_says_where_the_earlier_results_are(
    results, other_numbers, monkeypatch
):
    before = contents(results)
    monkeypatch.setattr(
        folder, "repetitions_csv", lambda _: (_ for _ in ()).throw(_full("repetitions.csv"))
    )
    code, _, complaint = run("report", results, "--settings", other_numbers)
    [place] = kept(results)
    assert code == 1
    assert complaint.endswith(f"the earlier results are in {place}")
    assert contents(place) == before


def _full(name):
    from kneescan.errors import OutputError

    return OutputError(f"{name}: cannot be written (No space left on device)")


def test_results_are_kept_on_disks_without_links_too(results, other_numbers, monkeypatch):
    def no_links(path, target):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    before = contents(results)
    run("report", results, "--settings", other_numbers)
    assert contents(kept(results)[0]) == before


def test_results_that_cannot_be_moved_are_not_replaced(results, other_numbers, monkeypatch):
    def refused(path, target):
        raise PermissionError(13, "Permission denied")

    before = contents(results)
    monkeypatch.setattr(Path, "rename", refused)
    code, _, complaint = run("report", results, "--settings", other_numbers)
    assert code == 1
    assert "earlier results cannot be kept there (Permission denied)" in complaint
    assert before == {path.name: path.read_bytes() for path in results.iterdir() if path.is_file()}


def test_a_report_written_again_has_the_same_photographs(results):
    before = photographs(results)
    assert before
    run("report", results, "--language", "de")
    assert photographs(results) == before
    shutil.copytree(results, results.parent / "moved")
    run("report", results / "landmarks.npz", "--out", results.parent / "new")
    assert photographs(results.parent / "new") == before
    assert (results / "annotated.mp4").exists()


def test_photographs_stay_with_other_thresholds(results, other_numbers):
    n_before = len(photographs(results))
    run("report", results, "--settings", other_numbers)
    assert len(photographs(results)) == n_before


def test_faces_are_hidden_in_kept_frames_as_well(results):
    open_frames = (results / "frames.zip").read_bytes()
    _, screen, _ = run("report", results, "--blur-faces")
    hidden = (results / "frames.zip").read_bytes()
    assert hidden != open_frames
    assert "Earlier results, which show the face, are kept in" in screen
    run("report", results, "--language", "de")
    assert (results / "frames.zip").read_bytes() == hidden


def test_hidden_faces_are_hidden_from_the_first_frame_kept(erika, tmp_path):
    for name, option in (("open", "--no-blur-faces"), ("hidden", "--blur-faces")):
        run("report", erika[1], "--video", erika[0], "--out", tmp_path / name, option)
    frames = [
        zipfile.ZipFile(tmp_path / name / "frames.zip").read(first_frame(tmp_path / name))
        for name in ("open", "hidden")
    ]
    assert frames[0] != frames[1]


def first_frame(place):
    return zipfile.ZipFile(place / "frames.zip").namelist()[0]


def test_results_of_an_earlier_version_keep_their_report_with_photographs(results):
    (results / "frames.zip").unlink()
    before = (results / "report.html").read_bytes()
    _, screen, _ = run("report", results, "--language", "de")
    [place] = kept(results)
    assert (place / "report.html").read_bytes() == before
    assert "Der frühere Bericht mit Bildern aus dem Video liegt in" in screen
    assert not photographs(results)
    run("report", results)
    assert kept(results) == [place]


def test_frames_of_other_landmarks_are_not_shown(results, tmp_path):
    max_ = person(tmp_path, "max", squats(Side.RIGHT, n=1, valgus_deg=0), level=60)
    run("report", max_[1], "--out", tmp_path / "max")
    shutil.copy(results / "frames.zip", tmp_path / "max")
    run("report", tmp_path / "max")
    assert not photographs(tmp_path / "max")


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"\0" * 100])
def test_damaged_frames_are_left_out(results, damage):
    (results / "frames.zip").write_bytes(damage)
    assert run("report", results)[0] == 0


def test_ctrl_c_before_new_results_says_where_the_earlier_ones_are(
    results, other_numbers, monkeypatch
):
    # As in a new search for the joints: no landmarks are in the folder while they are written.
    monkeypatch.setattr(earlier_results, "LASTING", ())
    monkeypatch.setattr(earlier_results, "FILES", tuple(contents(results)))

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(folder, "_write_tables", stop)
    copy = shutil.copy(results / "landmarks.npz", results.parent / "own.npz")
    code, _, complaint = run("analyze", copy, "--out", results, "--settings", other_numbers)
    assert code == 130
    assert f"Nothing was written. Earlier results are in {results / 'previous'}." in complaint


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send it to one process")
def test_a_stopped_process_leaves_whole_results(results, other_numbers):
    program = (
        "import sys, os, signal\n"
        # A process started in the background may ignore Ctrl-C.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from kneescan.output import folder\n"
        "folder._write_tables = lambda *_: os.kill(os.getpid(), signal.SIGINT)\n"
        "from kneescan.__main__ import main\n"
        f"sys.argv = ['kneescan', 'report', {str(results)!r}, '--settings', {str(other_numbers)!r}]\n"
        "main()\n"
    )
    before = contents(results)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 130, done.stderr
    assert done.stderr.startswith("Stopped. All files in")
    assert done.stderr.endswith(f"Earlier results are in {results / 'previous'}.\n")
    assert contents(kept(results)[0]) == before
    assert PoseSequence.load(results / "landmarks.npz")


def test_the_same_numbers_move_nothing(results):
    record = json.loads((results / "analysis.json").read_text())
    run("report", results, "--language", "de", "--pain")
    record["provenance"]["answers"] = {"pain": True}
    assert json.loads((results / "analysis.json").read_text()) == record
    assert not (results / "previous").exists()
