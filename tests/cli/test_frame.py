"""Frame of the command line: every problem gives one line and an exit code, and the next video runs."""

import errno
import logging
import os
import subprocess
import sys
import tempfile
import threading
import warnings
from pathlib import Path

import numpy as np
import platformdirs
import pytest

import kneescan
from kneescan.cli import app, frame, measuring
from kneescan.cli.terminal.screen import PlainConsole
from kneescan.errors import OutputError
from kneescan.landmarks import Side
from kneescan.simulate import SquatScript, simulate


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch):
    """Restore what a command changes for its whole process."""
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    handlers = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers[:] = handlers


@pytest.fixture
def logs(monkeypatch, tmp_path) -> Path:
    folder = tmp_path / "logs"
    monkeypatch.setattr(platformdirs, "user_log_path", lambda *_, **__: folder)
    return folder


@pytest.fixture(scope="module")
def landmarks(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("landmarks") / "squats.npz"
    simulate(SquatScript(side=Side.RIGHT, n_repetitions=3, valgus_deg=28), fps=30).pose.save(path)
    return path


def raising(error):
    def command():
        raise error

    return command


def kneescan_run(*arguments):
    words = [str(argument) for argument in arguments]
    return frame.run(lambda: app(words, prog_name="kneescan", standalone_mode=False))


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OutputError("out: cannot\nbe \x1b[31mwritten"), 1, "out: cannot be [31mwritten"),
        (
            PermissionError(errno.EACCES, "Permission denied", "a.mp4"),
            1,
            "a.mp4: Permission denied",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "make room"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "x" * 300), 1, "choose another name"),
        (FileExistsError(errno.EEXIST, "File exists", "out"), 1, "out: File exists"),
        (MemoryError(), 1, "not enough memory"),
        (KeyboardInterrupt(), 130, "Stopped."),
        (TypeError("got an unexpected keyword"), 70, "please report it"),
        (RecursionError(), 70, "please report it"),
        (OSError("no number"), 70, "please report it"),
        (UnicodeEncodeError("ascii", "\udce9", 0, 1, "no"), 70, "please report it"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_any_exception_gives_one_line_and_an_exit_code(error, code, words, capsys, logs):
    assert frame.run(raising(error)) == code
    screen, complaint = capsys.readouterr()
    assert screen == ""
    assert complaint.count("\n") == 1
    assert words in complaint
    assert "Traceback" not in complaint


def test_a_fault_is_written_down_for_the_developers(capsys, logs, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for _ in range(2):
        error = ValueError(f"{tmp_path}/video.mp4 is odd \udce9")
        assert frame.run(raising(error)) == 70
    complaint = capsys.readouterr().err
    first, second = sorted(logs.iterdir())
    assert first.name in complaint
    assert second.name in complaint
    text = first.read_text(encoding="utf-8")
    assert "may contain names of files" in text
    assert f"kneescan {kneescan.__version__}" in text
    assert f"Python {sys.version}" in text
    assert 'Traceback (most recent call last):\n  File "' in text
    assert "ValueError: ~/video.mp4 is odd \\udce9" in text
    assert str(tmp_path) not in text
    if os.name == "posix":
        assert first.stat().st_mode & 0o077 == 0


def test_details_go_to_the_temporary_folder_or_nowhere(capsys, logs, monkeypatch, tmp_path):
    logs.write_text("a file in the way")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    assert frame.run(raising(ZeroDivisionError())) == 70
    [file] = (tmp_path / "tmp").iterdir()
    assert str(file) in capsys.readouterr().err
    file.unlink()
    (tmp_path / "tmp").rmdir()
    (tmp_path / "tmp").write_text("another one")
    assert frame.run(raising(ZeroDivisionError())) == 70
    assert "could not be written anywhere" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (
            TypeError("open() got an unexpected keyword"),
            70,
            "first.npz: this is a bug in kneescan",
        ),
        (MemoryError(), 1, "first.npz: not enough memory"),
        (OSError(errno.EIO, "Input/output error"), 1, "first.npz: Input/output error"),
    ],
)
def test_the_other_videos_continue(
    error, code, words, landmarks, logs, monkeypatch, capsys, tmp_path
):
    measure = measuring._track

    def track(file, request, keep):
        if file.name == "first.npz":
            raise error
        return measure(file, request, keep)

    monkeypatch.setattr(measuring, "_track", track)
    assert kneescan_run("analyze", tmp_path / "first.npz", landmarks, tmp_path / "none.mp4") == code
    screen, complaint = capsys.readouterr()
    assert "3 of 3 squats count" in screen
    lines = complaint.splitlines()
    assert words in lines[0]
    assert "none.mp4: no such file" in lines[1]
    assert lines[2] == "Files that could not be analysed: 2 of 3."


def test_a_fault_in_report_is_one_line_too(landmarks, logs, monkeypatch, capsys):
    monkeypatch.setattr("kneescan.cli.measuring.write_results", lambda *_, **__: 1 / 0)
    assert kneescan_run("report", landmarks) == 70
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze", "x.mp4", "--leg", "[/x]"],
        ["--nope[/b]"],
        ["bad\x1b[2J"],
        ["report", "a", "b\x1b[31m", "c\ud83d"],
        ["analyze", "x.mp4", "--workers", "\N{SUPERSCRIPT TWO}"],
        [""],
    ],
)
def test_wrong_usage_is_one_line(arguments, capsys):
    assert kneescan_run(*arguments) == 2
    screen, complaint = capsys.readouterr()
    assert screen == ""
    assert complaint.count("\n") == 1
    assert "\x1b" not in complaint
    assert "--help`" in complaint


def test_without_a_command_it_shows_its_help(capsys):
    assert kneescan_run() == 2
    assert "Usage: kneescan" in capsys.readouterr().out


def test_what_is_empty_or_too_long_to_be_a_name_is_one_line(capsys):
    for name in ("", "x" * 5000):
        for command in ("analyze", "report", "agreement"):
            assert kneescan_run(command, name) == 1
            assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="such names are not allowed elsewhere")
def test_names_are_shown_as_they_are(landmarks, tmp_path, capsys):
    video = tmp_path / "[left] :b: [red] \x1b[31m\u202e\nK\udce9.npz"
    video.write_bytes(landmarks.read_bytes())
    assert kneescan_run("analyze", video, tmp_path / "no [bold]video :b:.mp4") == 1
    screen, complaint = capsys.readouterr()
    assert screen.splitlines()[0].startswith("[left] :b: [red] [31m K\\xe9.npz ")
    assert "no [bold]video :b:.mp4: no such file" in complaint
    assert not {"\x1b", "\u202e", "\udce9"} & {*screen, *complaint}


def test_advice_of_libraries_to_load_it_anyway_is_not_passed_on(tmp_path, capsys):
    objects = tmp_path / "objects.npz"
    np.savez(objects, time_s=np.array([{}], dtype=object), xy_px=0, visibility=0, size_px=0)
    text = tmp_path / "text.npz"
    text.write_text("no")
    assert kneescan_run("analyze", objects, text) == 1
    first, second, _ = capsys.readouterr().err.splitlines()
    for complaint in (first, second):
        assert "not a landmark file" in complaint
        assert "pickle" not in complaint
        assert "unsafe" not in complaint


def test_cells_of_tables_are_shown_as_they_are(capsys):
    from rich.table import Table

    table = Table("[a]", ":b:")
    table.add_row("[/x]", "\x1b[31m[red]r")
    PlainConsole().print(table)
    screen = capsys.readouterr().out
    assert all(text in screen for text in ("[a]", ":b:", "[/x]", "[31m[red]r"))
    assert "\x1b" not in screen


def test_warnings_of_libraries_are_not_shown(capsys, monkeypatch):
    monkeypatch.setattr(sys, "warnoptions", [])

    def command():
        warnings.warn("overflow", RuntimeWarning, stacklevel=1)
        logging.getLogger("fontTools").warning("odd font")

    assert frame.run(command) == 0
    assert capsys.readouterr().err == ""


def test_a_thread_that_fails_is_one_line(capsys, logs):
    def command():
        thread = threading.Thread(target=raising(TypeError()))
        thread.start()
        thread.join()

    frame.run(command)
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="how pipes break elsewhere")
def test_a_reader_that_stops_early_does_not_end_the_work(tmp_path):
    program = (
        "import sys, pathlib; from kneescan.cli.frame import run\n"
        "from kneescan.cli.terminal.screen import out, write_out\n"
        "def work():\n"
        "    for _ in range(3):\n"
        "        out.print('x' * 200_000); write_out('y' * 200_000)\n"
        "    pathlib.Path(sys.argv[1]).touch()\n"
        "sys.exit(run(work))"
    )
    done = tmp_path / "done"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(done)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.read(1)
        process.stdout.close()
        complaint = process.stderr.read()
    assert (process.returncode, complaint, done.exists()) == (0, b"", True)
