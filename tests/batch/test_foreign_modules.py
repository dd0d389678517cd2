"""Check that no command runs files among the videos that are named like modules."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batch.clips import save_squats

NAMES = (
    *("json", "cv2", "numpy", "av", "psutil", "pickle", "tempfile", "threading", "mediapipe"),
    *("pyarrow", "kneescan", "subprocess", "scipy", "shutil", "sitecustomize", "usercustomize"),
)
ROOT = Path(__file__).parents[2]
SCRIPT = "from kneescan.cli import main; main()"


@pytest.fixture
def videos(tmp_path):
    """Current folder with three clips, and with modules that leave a trace when they run."""
    save_squats(tmp_path, 2)
    for name in NAMES:
        trace = tmp_path / f"ran_{name}"
        text = f"open({str(trace)!r}, 'w').close()\nraise SystemExit('{name} was run')\n"
        (tmp_path / f"{name}.py").write_text(text)
    return tmp_path


def kneescan(folder, *arguments, start=("-P", "-c", SCRIPT), **environment):
    """Run kneescan in a folder; return the exit code, the output, and the foreign modules that ran."""
    done = subprocess.run(
        [sys.executable, *start, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    ran = sorted(path.name for path in folder.glob("ran_*"))
    return done.returncode, done.stdout + done.stderr, ran


@pytest.mark.parametrize(
    "start", [("-P", "-c", SCRIPT), ("-m", "kneescan")], ids=["command", "module"]
)
def test_batch_and_reanalyze_run_no_file_of_the_current_folder(videos, start):
    if "-m" in start:
        # Python itself first looks in the current folder for the program to run.
        (videos / "kneescan.py").unlink()
    for arguments in (["batch", "*/*.npz", "--out", "results"], ["reanalyze", "results"]):
        code, said, ran = kneescan(videos, *arguments, "--workers", "1", start=start)
        assert ran == []
        assert code == 0, said
        assert "Clips with numbers: 2 of 2" in said


@pytest.mark.parametrize("hint", ["", os.pathsep, "."])
def test_the_childs_path_has_no_current_folder_however_its_parent_came_by_it(videos, hint):
    # The parent looks there last, so it finds its own modules first.
    program = (
        "import sys; import kneescan.batch.workers.isolation as i;"
        "from kneescan.batch.store.plan import Video;"
        f"import json, pickle, tempfile, threading, subprocess, shutil; sys.path[:0] = ['', {hint!r}];"
        "print(i.run_isolated(__import__('os').getpid, i.Limits()))"
    )
    code, said, ran = kneescan(videos, start=("-P", "-c", program))
    assert (code, ran) == (0, [])
    assert said.strip().isdigit(), said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux asks whether there is a screen")
def test_live_runs_no_file_of_the_current_folder(videos):
    environment = {"DISPLAY": ":99", "QT_QPA_PLATFORM": "", "WAYLAND_DISPLAY": ""}
    camera = ROOT / "sample_videos" / "valgus_severe_left.mp4"
    code, said, ran = kneescan(
        videos, "live", "--camera", camera, "--out", "sessions", **environment
    )
    assert ran == []
    assert code == 1
    assert "no window can be opened" in said


def test_a_checkout_is_run_from_its_own_folder(tmp_path):
    save_squats(tmp_path / "videos", 2)
    arguments = ["batch", tmp_path / "videos" / "*" / "*.npz", "--out", tmp_path / "results"]
    start = ("-m", "kneescan")
    code, said, _ = kneescan(ROOT, *arguments, "--workers", "1", start=start, PYTHONPATH="")
    assert code == 0, said
    assert "Clips with numbers: 2 of 2" in said
