"""Results in a folder: one analysis of one person, and no user file lost."""

import json
import shutil
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

import kneescan
from kneescan.cli import app
from kneescan.files import only_run_in
from kneescan.landmarks import PoseSequence, Side
from kneescan.output import folder
from kneescan.output.video import annotated_video
from tests.output.grey_videos import found_in, grey_video, squats

TABLES = {"analysis.json", "repetitions.csv", "repetitions.parquet", "landmarks.npz"}
SHOWN = TABLES | {"report.html", "frames.zip"}
"""Files of an analysis with the video, apart from the annotated one."""


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, output and error messages of a command run in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, kneescan.KneescanError):
        return 1, result.stdout, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def erika(tmp_path_factory):
    """Video and landmarks of one person: the right knee moves inward."""
    return person(tmp_path_factory.mktemp("erika"), "erika", squats(Side.RIGHT, n=1), level=90)


@pytest.fixture(scope="module")
def max_(tmp_path_factory):
    """Video and landmarks of another person, as large and as long."""
    return person(
        tmp_path_factory.mktemp("max"), "max", squats(Side.LEFT, n=1, valgus_deg=0), level=60
    )


def person(place, name, pose, level):
    video = grey_video(place / f"{name}.mp4", pose, level=level)
    landmarks = place / f"{name}.npz"
    found_in(pose, video).save(landmarks)
    return video, landmarks


def contents(place):
    return {path.name: path.read_bytes() for path in place.iterdir()}


def contents_below(place):
    return {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_results_of_two_people_never_mix(erika, max_, tmp_path):
    run("report", erika[1], "--video", erika[0], "--out", tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    before = contents(tmp_path)
    assert set(before) == SHOWN | {"annotated.mp4", "notes.txt"}
    code, _, complaint = run("analyze", max_[1], "--out", tmp_path)
    assert code == 1
    assert "holds results of another video" in complaint
    assert "--overwrite" in complaint
    assert contents(tmp_path) == before
    code, screen, _ = run("analyze", max_[1], "--out", tmp_path, "--no-report", "--overwrite")
    assert code == 0
    assert "report.html, annotated.mp4, frames.zip" in screen
    assert {path.name for path in tmp_path.iterdir()} == TABLES | {"notes.txt"}
    record = json.loads((tmp_path / "analysis.json").read_text())
    assert [leg["side"] for leg in record["legs"]] == ["left"]


def test_an_interrupted_run_leaves_no_mix(erika, max_, tmp_path, monkeypatch):
    run("report", erika[1], "--video", erika[0], "--out", tmp_path)

    def stop(analysis):
        raise KeyboardInterrupt

    monkeypatch.setattr(folder, "repetitions_csv", stop)
    run("analyze", max_[1], "--out", tmp_path, "--overwrite")
    assert {path.name for path in tmp_path.iterdir()} == {"landmarks.npz", "analysis.json"}
    assert PoseSequence.load(tmp_path / "landmarks.npz").provenance["video"]["sha256"] in (
        (tmp_path / "analysis.json").read_text()
    )


def test_files_that_kneescan_did_not_write_are_not_overwritten(erika, tmp_path):
    (tmp_path / "report.pdf").write_bytes(b"my own")
    code, _, complaint = run("analyze", erika[1], "--out", tmp_path)
    assert code == 1
    assert "another report.pdf" in complaint
    assert contents(tmp_path) == {"report.pdf": b"my own"}


@pytest.mark.slow
def test_drawings_are_kept_with_the_same_numbers_and_removed_with_others(erika, tmp_path):
    run("report", erika[1], "--video", erika[0], "--out", tmp_path)
    drawn = (tmp_path / "annotated.mp4").read_bytes()
    run("report", tmp_path, "--language", "de")
    assert (tmp_path / "annotated.mp4").read_bytes() == drawn
    settings = tmp_path / "mine.toml"
    settings.write_text("fppa_cut_deg = 40\n")
    _, screen, _ = run("report", tmp_path, "--settings", settings)
    [place] = (tmp_path / "previous").iterdir()
    assert f"Earlier results, with other numbers, are kept in {place}" in screen
    assert not (tmp_path / "annotated.mp4").exists()
    assert (place / "annotated.mp4").read_bytes() == drawn
    assert settings.exists()


@pytest.mark.parametrize("link", [None, "symbolic", "hard"])
def test_a_video_called_annotated_is_not_overwritten(erika, link, tmp_path):
    video = tmp_path / "annotated.mp4"
    shutil.copy(erika[0], video)
    given = video
    if link:
        given = tmp_path / "squat.mp4"
        (given.symlink_to if link == "symbolic" else given.hardlink_to)(video)
    for command in (
        ["analyze", given, "--out", tmp_path],
        ["report", erika[1], "--video", given, "--out", tmp_path],
    ):
        code, _, complaint = run(*command)
        assert code == 1
        assert "annotated.mp4: would overwrite" in complaint
    assert video.read_bytes() == erika[0].read_bytes()


def test_landmarks_in_the_folder_of_results_are_analysed_and_not_changed(erika, tmp_path):
    landmarks = tmp_path / "landmarks.npz"
    with np.load(erika[1]) as file:
        np.savez(landmarks, **file, mine=np.arange(3))
    before = landmarks.read_bytes()
    assert run("analyze", landmarks, "--out", tmp_path)[0] == 0
    assert run("report", tmp_path)[0] == 0
    assert landmarks.read_bytes() == before


def test_two_at_once_in_one_folder_is_one_line(erika, tmp_path):
    with only_run_in(tmp_path):
        for command in (["analyze", erika[1]], ["report", erika[1]]):
            code, _, complaint = run(*command, "--out", tmp_path)
            assert code == 1
            assert "another kneescan is using this folder" in complaint
    assert contents(tmp_path) == {}


def test_a_report_draws_on_no_other_video(erika, max_, tmp_path):
    code, _, complaint = run("report", erika[1], "--video", max_[0], "--out", tmp_path / "new")
    assert code == 1
    assert "max.mp4: not the video in which the landmarks were found" in complaint
    assert not (tmp_path / "new").exists()


def test_an_annotated_video_is_not_measured(erika, tmp_path):
    run("report", erika[1], "--video", erika[0], "--out", tmp_path)
    code, _, complaint = run("analyze", tmp_path / "annotated.mp4")
    assert code == 1
    assert "kneescan drew lines on" in complaint
    code, _, _ = run(
        "batch", tmp_path / "annotated.mp4", "--out", tmp_path / "batch", "--workers", 1
    )
    assert code == 3
    assert "kneescan drew lines on" in (tmp_path / "batch" / "errors.csv").read_text()


@pytest.mark.slow
def test_hidden_faces_stay_hidden_until_asked_for(erika, tmp_path, monkeypatch):
    hidden = []
    make = annotated_video._Artist

    def artist(*arguments, blur_faces, **how):
        hidden.append(blur_faces)
        return make(*arguments, blur_faces=blur_faces, **how)

    monkeypatch.setattr(annotated_video, "_Artist", artist)
    first = tmp_path / "first"
    run("report", erika[1], "--video", erika[0], "--out", first, "--blur-faces")
    run("report", first, "--video", erika[0])
    run("report", first / "landmarks.npz", "--video", erika[0], "--out", tmp_path / "second")
    shutil.copy(first / "landmarks.npz", tmp_path / "shared.npz")
    run("report", tmp_path / "shared.npz", "--video", erika[0], "--out", tmp_path / "third")
    # Landmarks without this record, as from a new search for the joints.
    run("report", erika[1], "--video", erika[0], "--out", first)
    run("report", first, "--video", erika[0], "--no-blur-faces")
    assert hidden == [True, True, True, True, True, False]


@pytest.mark.slow
def test_hidden_faces_of_one_video_do_not_hide_those_of_another(erika, max_, tmp_path):
    run("analyze", erika[1], "--out", tmp_path, "--blur-faces")
    run("analyze", max_[1], "--out", tmp_path, "--overwrite")
    record = json.loads((tmp_path / "analysis.json").read_text())
    assert "faces" not in record["provenance"]
    run("analyze", max_[1], "--out", tmp_path, "--blur-faces")
    # As after a killed run.
    (tmp_path / "analysis.json").unlink()
    run("analyze", max_[1], "--out", tmp_path)
    record = json.loads((tmp_path / "analysis.json").read_text())
    assert record["provenance"]["faces"] == "hidden"


@pytest.mark.slow
def test_stills_are_blurred_too(erika, tmp_path):
    pages = []
    for name, option in (("shown", "--no-blur-faces"), ("hidden", "--blur-faces")):
        run("report", erika[1], "--video", erika[0], "--out", tmp_path / name, option)
        pages.append((tmp_path / name / "report.html").read_text(encoding="utf-8"))
    stills = [
        [part for part in page.split('"') if part.startswith("data:image/jpeg")] for page in pages
    ]
    assert len(stills[0]) == len(stills[1]) > 0
    assert all(shown != blurred for shown, blurred in zip(*stills, strict=True))


def test_shared_landmarks_name_no_file(erika, tmp_path):
    run("analyze", erika[1], "--out", tmp_path)
    assert "erika" not in str(PoseSequence.load(tmp_path / "landmarks.npz").provenance)
    run("convert", tmp_path / "landmarks.npz", tmp_path / "erika_musterfrau.trc")
    run(
        "convert", tmp_path / "erika_musterfrau.trc", tmp_path / "x.npz",
        "--width", 1080, "--height", 1920,
    )  # fmt: skip
    origin = PoseSequence.load(tmp_path / "x.npz").provenance
    assert origin["read_from"]["format"] == "TRC"
    assert "erika" not in str(origin)


@pytest.mark.parametrize("target", ["x.trc", "link.trc"])
def test_convert_does_not_overwrite_its_input(erika, target, tmp_path):
    run("convert", erika[1], tmp_path / "x.trc")
    (tmp_path / "link.trc").symlink_to(tmp_path / "x.trc")
    before = (tmp_path / "x.trc").read_bytes()
    code, _, complaint = run(
        "convert", tmp_path / "x.trc", tmp_path / target, "--width", 1080, "--height", 1920
    )
    assert code == 1
    assert "would overwrite" in complaint
    assert (tmp_path / "x.trc").read_bytes() == before


def test_agreement_does_not_overwrite_the_earlier_study(tmp_path):
    for session, shift in (("a", 0.0), ("b", 1.0)):
        rows = "".join(f"s{n},left,true,{10 + n + shift * (n % 2)}\n" for n in range(5))
        (tmp_path / f"{session}.csv").write_text("subject,leg,valid,fppa_deg\n" + rows)
    tables = [tmp_path / "a.csv", tmp_path / "b.csv"]
    study = tmp_path / "study"
    assert run("agreement", *tables, "--out", study, "--measure", "fppa_deg")[0] == 0
    before = contents(study)
    error = ["--error", study / "agreement.json", "--measure", "fppa_deg"]
    code, _, complaint = run("agreement", *tables, *error, "--out", study)
    assert code == 1
    assert "agreement.json: would overwrite" in complaint
    assert contents(study) == before
    (study / "bland_altman_old_left.svg").touch()
    assert run("agreement", *tables, "--out", study, "--measure", "fppa_deg")[0] == 0
    assert set(contents(study)) == set(before)


@pytest.mark.slow
def test_batch_does_not_overwrite_its_manifest_or_a_single_result(erika, tmp_path):
    manifest = tmp_path / "clips.csv"
    manifest.write_text(f"path\n{erika[1]}\n")
    before = manifest.read_text()
    code, _, complaint = run("batch", manifest, "--out", tmp_path)
    assert (code, manifest.read_text()) == (1, before)
    assert "clips.csv: would overwrite" in complaint
    run("analyze", erika[1], "--out", tmp_path / "one")
    code, _, complaint = run("batch", manifest, "--out", tmp_path / "one")
    assert code == 1
    assert "contains the results of a single video" in complaint
    assert run("batch", erika[1], "--out", tmp_path / "many", "--workers", "1")[0] == 0
    before = contents_below(tmp_path / "many")
    code, _, complaint = run("analyze", erika[1], "--out", tmp_path / "many", "--overwrite")
    assert code == 1
    assert "holds the results of a batch" in complaint
    assert contents_below(tmp_path / "many") == before


def test_videos_whose_names_differ_in_case_alone_get_folders_of_their_own(erika, tmp_path):
    videos = tmp_path / "videos"
    for name in ("squat.npz", "x/Squat.npz", "y/...npz"):
        (videos / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(erika[1], videos / name)
    names = [videos / name for name in ("squat.npz", "x/Squat.npz", "y/...npz")]
    run("analyze", *names, "--out", tmp_path / "out", "--no-report")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"squat", "Squat-2", "video"}
    assert {path.name for path in tmp_path.iterdir()} == {"videos", "out"}


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes")
def test_a_disk_that_fills_up_keeps_what_is_written(erika, tmp_path):
    import resource
    import signal

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    run("report", erika[1], "--video", erika[0], "--out", tmp_path / "whole")
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "whole").iterdir()}
    others = max(sizes[name] for name in SHOWN - {"report.html"})
    assert sizes["report.html"] > others + 4096
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (others + 1024, limits[1]))
        code, _, complaint = run(
            "report", erika[1], "--video", erika[0], "--out", tmp_path / "full"
        )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert code == 1
    assert "report.html" in complaint
    assert complaint.count("\n") == 0
    assert {path.name for path in (tmp_path / "full").iterdir()} == SHOWN - {"report.html"}
