"""Encodings: terminals that lack letters, names that are not text, and plot settings in the folder."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kneescan
from kneescan.landmarks import Side
from kneescan.simulate import SquatScript, simulate

# A name in Latin-1, as from old systems.
NAME = os.fsdecode(b"Kn\xe9 \xe2\x86\x92.npz") if sys.platform == "linux" else "Kné →.npz"


def kneescan_run(folder, *words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "kneescan", *map(str, words)],
        capture_output=True,
        check=False,
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(kneescan.__file__).parents[1]),
            "PYTHONUTF8": "0",
            **environment,
        },
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Folder with landmarks, and with settings that break matplotlib."""
    path = tmp_path_factory.mktemp("folder")
    pose = simulate(SquatScript(side=Side.RIGHT, n_repetitions=3, valgus_deg=28), fps=30).pose
    pose.save(path / NAME)
    (path / "matplotlibrc").write_bytes(b"text.usetex: True\nbackend: nonsense\n\xff\xfe")
    return path


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp932"])
def test_everything_is_written_for_any_terminal_encoding(folder, encoding):
    # Also with a results name that is not text, and a plot backend that does not exist.
    out = folder / f"{encoding} {NAME}"
    words = ["analyze", NAME, "--out", out, "--language", "de"]
    done = kneescan_run(folder, *words, PYTHONIOENCODING=encoding, MPLBACKEND="nonsense")
    assert done.stderr == b""
    assert done.returncode == 0
    screen = done.stdout.decode(encoding)
    assert "3 von 3 Kniebeugen" in screen
    assert "Kn" in screen.splitlines()[0]
    assert '<html lang="de"' in (out / "report.html").read_text(encoding="utf-8")
    json.loads((out / "analysis.json").read_bytes())


def test_json_and_toml_are_proper_in_every_encoding(folder):
    done = kneescan_run(folder, "analyze", NAME, "--json", PYTHONIOENCODING="cp850")
    assert json.loads(done.stdout.decode("ascii"))["legs"][0]["side"] == "right"
    done = kneescan_run(folder, "settings", "--toml", PYTHONIOENCODING="cp932")
    assert tomllib.loads(done.stdout.decode("utf-8"))["fppa_cut_deg"] > 0


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")
def test_a_full_disk_behind_the_screen_is_one_line(folder):
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "kneescan", "settings", "--toml"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs pipes of Unix")
def test_a_reader_that_stops_early_ends_it_silently():
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "kneescan", "settings"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert done.stderr == b""
