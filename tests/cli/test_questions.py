"""Questions before a measurement: asked of a person at a terminal once, and remembered in the results."""

import json
import os
import subprocess
import sys
import time

import pytest

from kneescan.landmarks import PoseSequence, Side
from tests.cli.test_results import run
from tests.output.grey_videos import squats
from tests.output.reports import Reader

INTRODUCTION = "For the advice in the report"


@pytest.fixture(scope="module")
def landmarks(tmp_path_factory):
    """Landmarks of two videos: of the right leg and of the left."""
    place = tmp_path_factory.mktemp("landmarks")
    for side in Side:
        squats(side, n=3).save(place / f"{side}.npz")
    return place / "left.npz", place / "right.npz"


def answers(folder):
    return json.loads((folder / "analysis.json").read_text())["provenance"].get("answers")


def shown(folder):
    return Reader((folder / "report.html").read_text(encoding="utf-8")).text


def at_a_terminal(*arguments, typed=b""):
    """What a terminal shows of a command, with what a person types into it."""
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kneescan", *map(str, arguments)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, typed)
        screen = b""
        give_up_s = time.monotonic() + 300
        while time.monotonic() < give_up_s:
            try:
                part = os.read(ours, 4096)
            except OSError:  # Linux reports the end of a terminal as an error.
                break
            if not part:
                break
            screen += part
    os.close(ours)
    assert process.returncode == 0, screen.decode()
    return screen.decode()


@pytest.mark.slow
def test_a_terminal_is_asked_once_for_several_videos_and_the_report_remembers(landmarks, tmp_path):
    screen = at_a_terminal(
        "analyze", *landmarks, "--out", tmp_path, "--language", "de", typed=b"maybe\nJa\nn\n"
    )
    assert screen.count("Tut ein Knie weh? [j/n]") == 2
    assert screen.count("Bitte mit j oder n antworten") == 1
    assert screen.count("Laufen Sie als Sport? [j/n]") == 1
    assert "Gezeichnet wird left.npz" in screen
    for name in ("left", "right"):
        assert answers(tmp_path / name) == {"pain": True, "running": False}
        assert "Knieschmerzen: ja, Laufen: nein" in shown(tmp_path / name)


@pytest.mark.slow
@pytest.mark.parametrize("typed", [b"\n\n", b"\x04"], ids=["Enter", "Ctrl-D"])
def test_questions_can_be_skipped(typed, landmarks, tmp_path):
    screen = at_a_terminal("analyze", landmarks[0], "--out", tmp_path, typed=typed)
    assert INTRODUCTION in screen
    assert answers(tmp_path) is None
    assert "Not answered: knee pain, running." in shown(tmp_path)


def test_options_answer_their_question(landmarks, tmp_path):
    screen = at_a_terminal(
        "analyze", landmarks[0], "--out", tmp_path, "--no-pain", "--runner", "--no-report"
    )
    assert INTRODUCTION not in screen
    assert answers(tmp_path) == {"pain": False, "running": True}


def test_nobody_is_asked_whose_output_another_program_reads(landmarks):
    assert json.loads(at_a_terminal("analyze", landmarks[0], "--json"))["legs"]


def test_nobody_is_asked_without_a_terminal(landmarks, tmp_path):
    code, screen, _ = run("analyze", landmarks[0], "--out", tmp_path)
    assert code == 0
    assert INTRODUCTION not in screen


@pytest.mark.slow
def test_a_report_remembers_answers_and_takes_new_ones(landmarks, tmp_path):
    run("analyze", landmarks[0], "--out", tmp_path, "--pain")
    assert "answers.pain" not in shown(tmp_path)
    run("report", tmp_path, "--language", "de")
    assert "Ein Knie tut weh, darum zur Physiotherapie" in shown(tmp_path)
    run("report", tmp_path, "--runner")
    assert answers(tmp_path) == {"pain": True, "running": True}
    run("report", tmp_path, "--no-pain", "--out", tmp_path / "again")
    assert answers(tmp_path / "again") == {"pain": False, "running": True}
    assert answers(tmp_path) == {"pain": True, "running": True}
    # Landmarks are passed on, and health is nobody else's business.
    stored = PoseSequence.load(tmp_path / "landmarks.npz").provenance
    assert "answers" not in stored


def test_the_answers_of_one_person_are_not_those_of_another(landmarks, tmp_path):
    run("analyze", landmarks[0], "--out", tmp_path, "--pain")
    run("analyze", landmarks[1], "--out", tmp_path, "--overwrite")
    assert answers(tmp_path) is None


@pytest.mark.slow
@pytest.mark.parametrize("entry", ["yes", ["pain"], {"pain": "yes", "running": 1}])
def test_answers_that_are_none_count_as_not_asked(entry, landmarks, tmp_path):
    run("analyze", landmarks[0], "--out", tmp_path)
    file = tmp_path / "analysis.json"
    record = json.loads(file.read_text())
    record["provenance"]["answers"] = entry
    file.write_text(json.dumps(record))
    code, _, _ = run("report", tmp_path)
    assert code == 0
    assert answers(tmp_path) is None
