"""Batch on the command line: options, messages and exit codes."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from kneescan.batch.clips import Clip, Entry, Failure
from kneescan.batch.run import BatchResult
from kneescan.cli import app
from kneescan.cli import batch as batch_command
from kneescan.errors import KneescanError
from kneescan.output.words.language import Words
from tests.batch.clips import read_csv, save_squats, squats


def run(*arguments):
    """Exit code and all messages."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, KneescanError):
        return 1, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """Three measured clips, and the messages."""
    folder = tmp_path_factory.mktemp("batch")
    pattern = save_squats(folder / "videos", 3)
    return pattern, folder / "results", run("batch", pattern, "--out", folder / "results")


def test_a_batch_says_what_it_did_and_where_to_look(batch):
    _, results, (code, printed) = batch
    assert code == 0
    assert "Clips with numbers: 3 of 3 (measured now: 3" in printed
    assert "look at summary.html first" in printed
    assert len(read_csv(results / "clips.csv")) == 3


def test_the_same_command_again_repeats_no_work(batch):
    pattern, results, _ = batch
    code, printed = run("batch", pattern, "--out", results)
    assert code == 0
    assert "measured now: 0, analysed again: 0, done before: 3" in " ".join(printed.split())


def test_a_dry_run_says_what_would_be_done_and_does_nothing(batch, tmp_path):
    pattern, results, _ = batch
    code, printed = run("batch", pattern, "--out", results, "--dry-run", "--leg", "left")
    assert code == 0
    assert printed.count("analyse  ") == 3
    code, printed = run("batch", pattern, "--out", tmp_path / "new", "--dry-run")
    assert "Clips: 3 (0 done, 0 to analyse, 3 to measure, 0 failed). Nothing was done." in printed
    assert not (tmp_path / "new").exists()


def test_files_that_only_have_the_name_of_a_video_are_named_and_counted(tmp_path):
    videos = tmp_path / "videos"
    videos.mkdir()
    (videos / "app.ts").write_text("export const squats = 5;\n" * 50)
    (videos / "b.mp4").write_text("no video")
    code, printed = run("batch", videos, "--out", tmp_path / "new", "--dry-run")
    assert code == 0
    assert "Skipped, because they are not videos in spite of their names (1): " in printed
    assert "app.ts" in printed
    assert "1 to measure" in printed


@pytest.mark.slow
def test_landmarks_are_turned_and_kept_apart(tmp_path):
    lying = squats(0).turned(270)
    (tmp_path / "videos").mkdir()
    replace(lying, provenance={}).save(tmp_path / "videos" / "lying.npz")
    pattern, results = str(tmp_path / "videos" / "*.npz"), tmp_path / "results"
    run("batch", pattern, "--out", results)
    rows = read_csv(results / "clips.csv")
    assert {row["quality_warnings"] for row in rows} == {"on_its_side"}
    code, printed = run("batch", pattern, "--out", results, "--rotate", 90)
    assert (code, "measured now: 1," in printed) == (0, True)
    [turned] = read_csv(results / "clips.csv")
    assert (turned["n_valid"], turned["width_px"]) == ("3", str(squats(0).size_px[0]))
    assert "on_its_side" not in turned["quality_warnings"]


def test_failed_clips_make_exit_code_3(tmp_path):
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "empty.mp4").touch()
    code, printed = run("batch", tmp_path / "videos", "--out", tmp_path / "results")
    assert code == 3
    assert "Clips without numbers: 1 (1 video); see errors.csv" in printed


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["batch", "nowhere", "--out", "results"], 1),
        (["batch", "."], 2),
        (["batch", ".", "--out", "results", "--leg", "both"], 2),
        (["batch", ".", "--out", "results", "--workers", "0"], 2),
        (["reanalyze", "nowhere"], 1),
    ],
)
def test_wrong_usage_and_errors_that_a_user_can_fix_have_their_exit_codes(
    arguments, code, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert run(*arguments)[0] == code


def test_reanalysis_uses_its_settings(batch, tmp_path):
    _, results, _ = batch
    settings = tmp_path / "new.toml"
    settings.write_text("min_repetitions = 9\n")
    out = tmp_path / "again"
    code, printed = run(
        "reanalyze", results, "--settings", settings, "--out", out, "--workers", "1"
    )
    assert code == 0
    assert "analysed again: 3" in printed
    assert {row["verdict"] for row in read_csv(out / "clips.csv")} == {"cannot_tell"}


def test_the_dictionary_is_printed_alone():
    code, printed = run("batch", "--dictionary")
    assert code == 0
    assert printed.startswith("# Data dictionary")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process there")
def test_ctrl_c_ends_a_run_at_once_and_says_that_nothing_is_lost(tmp_path):
    pattern = save_squats(tmp_path / "videos", 40)
    # Processes started in the background may ignore Ctrl-C.
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.path[:0] = {!r}; from kneescan.cli import main; main()"
    )
    words = ["batch", pattern, "--out", str(tmp_path / "results"), "--workers", "1"]
    command = [sys.executable, "-c", program.format(list(filter(None, sys.path))), *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while not list((tmp_path / "results" / "store").glob("*.json")):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, printed = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "run the same command again to continue" in printed
    assert "Traceback" not in printed


def test_a_cluster_that_is_not_there_is_one_line(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("kneescan.batch.workers.cluster.CONNECT_TIMEOUT_S", 0.5)
    pattern = save_squats(tmp_path / "videos", 1)
    code, printed = run(
        "batch", pattern, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9"
    )
    assert code == 1
    assert "no Dask scheduler answers there" in printed


def test_a_bug_in_one_clip_gives_exit_code_70_and_is_reported(tmp_path, capsys):
    def entry(failure):
        clip = Clip(path="a.mp4", source="/a.mp4")
        return Entry(clip=clip, key="", sha256="", failure=failure)

    failures = [Failure(kind=kind, reason="") for kind in ("video", "unexpected")]
    entries = tuple(entry(failure) for failure in (None, *failures))
    result = BatchResult(folder=tmp_path, entries=entries, n_measured=1, n_analysed=0, n_reused=0)
    with pytest.raises(typer.Exit) as end:
        batch_command._report(result, Words("en"))
    assert end.value.exit_code == 70
    assert "clips that met a bug in kneescan: 1; please report it" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["videos.xlsx", "Videos.ODS", "videos.numbers"])
def test_a_spreadsheet_is_not_taken_for_a_video(name, tmp_path):
    (tmp_path / name).write_bytes(b"PK\x03\x04")
    code, printed = run("batch", tmp_path / name, "--out", tmp_path / "results", "--dry-run")
    assert code == 1
    assert "a spreadsheet; save it as CSV UTF-8" in printed


@pytest.mark.slow
def test_page_and_screen_are_in_the_chosen_language(tmp_path):
    pattern = save_squats(tmp_path / "videos", 1)
    (tmp_path / "videos" / "bad.npz").write_bytes(b"nothing")
    results = tmp_path / "results"
    how = ["--out", results, "--workers", 1, "--language", "de"]
    code, printed = run("batch", pattern, tmp_path / "videos" / "bad.npz", *how)
    assert code == 3
    assert "Clips mit Zahlen: 1 von 2 (jetzt gemessen: " in printed
    assert "Clips ohne Zahlen: 1 (" in printed
    assert "Geschrieben nach" in printed
    assert " von 2 fertig, 1 fehlgeschlagen" in printed
    page = (results / "summary.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in page
    assert "<h1>Alle Clips auf einen Blick</h1>" in page
    assert "linkes Bein" in page or "rechtes Bein" in page
    shown = re.sub(r"<[^>]*>", " ", page.partition("</style>")[2])
    assert not re.search(r"\b(cut-off|leg|warnings|glance|squats?|all)\b", shown)
    assert "Geschrieben nach" in run("reanalyze", results, "--language", "de")[1]
    assert run("reanalyze", results, "--language", "xx")[0] == 2
