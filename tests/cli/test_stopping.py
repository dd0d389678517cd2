"""Stopping: a command that is stopped at any moment leaves one line and a tidy folder."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

import kneescan

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows cannot send them to one process")
VIDEO = Path(__file__).parents[2] / "sample_videos" / "wobble_right.mp4"
FAR_TOO_LONG_S = 120

WRITING = """
import sys, time
from pathlib import Path
import numpy as np
from kneescan.cli.frame import run
from kneescan.cli.terminal.stopping import telling_what_is_kept
from kneescan.output.video.encoding import VideoWriter

def write():
    with telling_what_is_kept(lambda: "Nothing is lost."):
        with VideoWriter(Path(sys.argv[1]) / "annotated.mp4", fps=30) as writer:
            for number in range(10**6):
                writer.write(np.zeros((64, 64, 3), np.uint8), number / 30)
                # The encoder looks ahead, so that the first pictures are in no file yet.
                if number == 99:
                    print("ready", flush=True)
                time.sleep(0.01)

sys.exit(run(write))
"""
CLEANING_UP = """
import sys, time
from kneescan.cli.frame import run
from kneescan.cli.terminal import stopping

# Whatever else the computer does, the second signal comes soon enough and the third one late enough.
stopping.SAME_PRESS_S = 1000.0

def wait():
    try:
        print("ready", flush=True)
        time.sleep(100)
    finally:
        print("cleaning", flush=True)
        sys.stdin.readline()
        stopping.SAME_PRESS_S = 0.0
        print("still cleaning", flush=True)
        time.sleep(100)

sys.exit(run(wait))
"""
IN_A_DESTRUCTOR = """
import sys, time
from kneescan.cli.frame import run

class Slow:
    def __del__(self):
        print("ready", flush=True)
        time.sleep(1)

def work():
    Slow()
    time.sleep(100)

sys.exit(run(work))
"""

TAKING_A_LOCK = """
import os, signal, sys, time
from kneescan.cli.frame import run

class Lock:
    def __enter__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass

    def __exit__(self, *exception):
        print("released", flush=True)

def work():
    with Lock():
        time.sleep(100)

sys.exit(run(work))
"""
CALLED_BY_FFMPEG = """
import sys, time
from kneescan.capture.container.source_file import SourceFile
from kneescan.capture.video_file import VideoFile
from kneescan.cli.frame import run
from kneescan.cli.terminal.stopping import telling_what_is_kept

class Slow:
    def __init__(self, file):
        self._file = file

    def __getattr__(self, name):
        return getattr(self._file, name)

    def read(self, n_bytes):
        print("ready", flush=True)
        time.sleep(0.2)
        return self._file.read(n_bytes)

fast = SourceFile.__init__

def slow(self, path):
    fast(self, path)
    self._file = Slow(self._file)

SourceFile.__init__ = slow

def work():
    with telling_what_is_kept(lambda: "Nothing is lost."):
        with VideoFile(sys.argv[1]) as video:
            for _ in video:
                time.sleep(0.05)

sys.exit(run(work))
"""


@contextmanager
def started(program, *words, options=()):
    # Processes started in the background may ignore Ctrl-C.
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    with subprocess.Popen(
        [sys.executable, *options, "-c", f"{heeding}\n{program}", *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(kneescan.__file__).parents[1],
    ) as process:
        try:
            yield process
        finally:
            # After a failed test, leaving the context would wait for the process to end by itself.
            process.kill()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_every_signal_cleans_up_and_is_one_line(number, code, tmp_path):
    with started(WRITING, tmp_path) as process:
        assert process.stdout.readline() == "ready\n"
        [unfinished] = tmp_path.iterdir()
        assert ".part" in unfinished.name
        process.send_signal(number)
        _, complaint = process.communicate(timeout=FAR_TOO_LONG_S)
    assert process.returncode == code
    assert complaint == "Stopped. Nothing is lost.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_second_ctrl_c_ends_it_at_once():
    with started(CLEANING_UP) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "cleaning\n"
        # The same press may arrive twice.
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "still cleaning\n"
        process.send_signal(signal.SIGINT)
        # Long before it would end by itself.
        assert process.wait(timeout=60) == 130
        assert process.stderr.read() == ""


def test_a_stop_that_python_drops_in_a_destructor_still_works():
    with started(IN_A_DESTRUCTOR) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        _, complaint = process.communicate(timeout=FAR_TOO_LONG_S)
    assert process.returncode == 143
    assert complaint == "Stopped.\n"


def test_a_stop_while_a_lock_is_taken_does_not_leave_it_taken():
    with started(TAKING_A_LOCK) as process:
        printed, complaint = process.communicate(timeout=FAR_TOO_LONG_S)
    assert process.returncode == 130
    assert printed == "released\n"
    assert complaint == "Stopped.\n"


@pytest.mark.parametrize("n_reads", [1, 3])
def test_a_stop_while_ffmpeg_reads_is_one_line(n_reads):
    """An exception cannot pass through FFmpeg: PyAV prints it, and the video would seem damaged."""
    with started(CALLED_BY_FFMPEG, VIDEO) as process:
        for _ in range(n_reads):
            assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=FAR_TOO_LONG_S)
    assert process.returncode == 130
    assert complaint == "Stopped. Nothing is lost.\n"


@pytest.mark.parametrize("delay_s", [0.0, 0.5])
def test_ctrl_c_while_it_is_still_loading_is_one_line(delay_s):
    program = "from kneescan.__main__ import main; main()"
    with started(program, "analyze", VIDEO, options=("-X", "importtime")) as process:
        while "typer" not in process.stderr.readline():
            assert process.poll() is None
        time.sleep(delay_s)
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=FAR_TOO_LONG_S)
    assert process.returncode == 130
    # Another thread may import on, so the message can stand in the middle of a line of the list of imports.
    assert complaint.count("Stopped.") == 1
    others = complaint.replace("Stopped.", "").replace("Nothing was written.", "")
    assert all(
        " | " in line or line.strip() in ("", "import time:") for line in others.splitlines()
    )


def test_signals_that_the_caller_ignores_stay_ignored(tmp_path):
    program = "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + WRITING
    with started(program, tmp_path) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        time.sleep(0.2)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=FAR_TOO_LONG_S)
    assert process.returncode == 143
