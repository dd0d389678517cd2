"""Extras: without an optional library, one line says what to install, and the rest works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kneescan.errors import MissingLibraryError
from kneescan.exchange import write_landmarks
from kneescan.extras import require
from kneescan.landmarks import Side
from kneescan.simulate import SquatScript, simulate

ROOT = Path(__file__).parents[1]
VIDEO = ROOT / "sample_videos" / "good_right.mp4"
WITH_BATCH = 'install it with: pip install "kneescan[batch]"'


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """Folder with landmarks of five squats, as npz and as Parquet, and the results of a batch."""
    folder = tmp_path_factory.mktemp("results")
    pose = simulate(SquatScript(side=Side.RIGHT, n_repetitions=5, valgus_deg=28), fps=30).pose
    pose.save(folder / "landmarks.npz")
    write_landmarks(pose, folder / "landmarks.parquet")
    return folder


def run_without(module: str, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a separate process that cannot import a library."""
    program = f"import sys; sys.modules[{module!r}] = None; from kneescan.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("batch", VIDEO, "--out", "out"),
        ("batch", VIDEO, "--out", "out", "--dry-run"),
        ("reanalyze", "."),
        ("convert", "landmarks.npz", "out.parquet"),
        ("convert", "landmarks.parquet", "out.npz"),
        ("agreement", "landmarks.parquet", "landmarks.parquet"),
    ],
    ids=lambda arguments: " ".join(Path(part).name for part in arguments),
)
def test_what_needs_parquet_says_so_in_one_line_and_leaves_nothing(arguments, results):
    before = sorted(results.iterdir())
    done = run_without("pyarrow", *arguments, cwd=results)
    assert (done.returncode, done.stdout) == (1, "")
    assert WITH_BATCH in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(results.iterdir()) == before


def test_an_analysis_without_pyarrow_leaves_the_squats_as_csv(results, tmp_path):
    npz = results / "landmarks.npz"
    done = run_without("pyarrow", "analyze", npz, "--out", tmp_path / "r", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "repetitions.csv" in done.stdout
    assert ".parquet" not in done.stdout
    files = {path.name for path in (tmp_path / "r").iterdir()}
    assert files == {"analysis.json", "landmarks.npz", "repetitions.csv", "report.html"}


def test_sessions_without_pyarrow_are_compared_from_their_csv_to_the_same_numbers(tmp_path):
    for day in (1, 2):
        rows = [f"s{n},right,{5 + 3 * n + day * (n % 2) / 2}" for n in range(6)]
        table = "\n".join(["subject,leg,fppa_deg", *rows, ""])
        folder = tmp_path / f"day{day}"
        folder.mkdir()
        (folder / "repetitions.csv").write_text(table)
        # Only a reader of Parquet would fail on this file.
        (folder / "repetitions.parquet").write_text("damaged")
    compare = ("agreement", "day1", "day2", "--measure", "fppa_deg", "--out")
    without = run_without("pyarrow", *compare, "without", cwd=tmp_path)
    assert without.returncode == 0, without.stderr
    assert not list((tmp_path / "without").glob("*.parquet"))
    for day in (1, 2):
        (tmp_path / f"day{day}" / "repetitions.parquet").unlink()
    with_it = run_without("no_such_library", *compare, "with", cwd=tmp_path)
    assert with_it.returncode == 0, with_it.stderr
    assert list((tmp_path / "with").glob("*.parquet"))
    for name in ("agreement.csv", "changes.csv", "bland_altman.csv"):
        texts = [(tmp_path / folder / name).read_text() for folder in ("without", "with")]
        assert texts[0] == texts[1]


def test_without_mediapipe_landmarks_are_analysed_and_a_video_is_one_line(results, tmp_path):
    npz = results / "landmarks.npz"
    assert run_without("mediapipe", "analyze", npz, cwd=tmp_path).returncode == 0
    done = run_without("mediapipe", "analyze", VIDEO, "--out", "r", cwd=tmp_path)
    assert done.returncode == 1
    assert "mediapipe, needed to find the joints, is not installed" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("system", "machine"), [("Linux", "aarch64"), ("Darwin", "x86_64"), ("Windows", "ARM64")]
)
def test_on_systems_without_mediapipe_the_message_says_what_is_possible(
    system, machine, monkeypatch
):
    from kneescan.pose.mediapipe import library

    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(MissingLibraryError, match=rf"\({system}, {machine}\).*Apple silicon"):
        library.import_mediapipe()


def test_a_missing_system_library_is_reported_with_its_package():
    from kneescan.faults import expected

    message = "libGL.so.1: cannot open shared object file: No such file or directory"
    assert "apt-get install libgl1 libglib2.0-0" in expected(ImportError(message))
    assert expected(ImportError("cannot import name 'x' from 'y'")) is None


def test_a_cluster_and_an_address_name_the_extra_that_they_need(monkeypatch):
    from kneescan.batch.videos.fetching import open_address
    from kneescan.batch.workers.cluster import cluster_executor

    for module in ("distributed", "fsspec.core"):
        monkeypatch.setitem(sys.modules, module, None)
    needs_dask = r'a cluster needs Dask; .*pip install "kneescan\[cluster\]"'
    with pytest.raises(MissingLibraryError, match=needs_dask), cluster_executor("tcp://h:1"):
        pass
    needs_fsspec = r's3://a/b.mp4: an address needs fsspec; .*"kneescan\[cluster\]"'
    with pytest.raises(MissingLibraryError, match=needs_fsspec):
        open_address("s3://a/b.mp4")


def test_another_error_of_a_library_is_not_reported_as_its_absence(tmp_path, monkeypatch):
    (tmp_path / "broken_library.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ZeroDivisionError):
        require("broken_library", extra="batch", purpose="this")


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/ann/lab/.venv", "pip install"),
        ("/home/ann/.local/share/pipx/venvs/kneescan", "pipx install --force"),
        ("/home/ann/.local/share/uv/tools/kneescan", "uv tool install"),
    ],
)
def test_the_command_to_install_is_that_of_the_environment(monkeypatch, prefix, command):
    monkeypatch.setattr(sys, "prefix", prefix)
    with pytest.raises(MissingLibraryError, match=rf': {command} "kneescan\[pdf\]"$'):
        require("no_such_library", extra="pdf", purpose="a PDF")
