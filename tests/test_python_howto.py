"""Python page of the documentation: every snippet runs and gives the output shown below it."""

import ast
import re
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

import kneescan
from kneescan import PoseSequence
from kneescan.cli import app
from tests.shown_text import difference

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "howto" / "python.md"
VIDEO = ROOT / "sample_videos" / "valgus_severe_left.mp4"
LANDMARKS = ROOT / "benchmarks" / "rendered" / "valgus_severe_left.landmarks.npz"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[str, str]]:
    return BLOCK.findall(PAGE.read_text(encoding="utf-8"))


def shown(code: str, names: dict) -> str:
    """Output of a snippet in a console: everything printed, and the value of its last line."""
    parsed = ast.parse(code)
    last = parsed.body.pop() if isinstance(parsed.body[-1], ast.Expr) else None
    with redirect_stdout(StringIO()) as out:
        exec(compile(parsed, str(PAGE), "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), str(PAGE), "eval"), names)
            if value is not None:
                out.write(repr(value))
    return out.getvalue()


@pytest.fixture
def tracked(monkeypatch):
    """Tracking a video, which other tests cover, returns its stored landmarks at once."""

    def track_video(path, **_):
        if not Path(path).is_file():
            return tracking(path)
        return PoseSequence.load(LANDMARKS)

    tracking = kneescan.track_video
    monkeypatch.setattr("kneescan.pipeline.track_video", track_video)


def test_every_snippet_gives_what_the_page_shows(tracked, tmp_path, monkeypatch):
    pytest.importorskip("xarray")
    monkeypatch.chdir(tmp_path)
    shutil.copy(VIDEO, "squat.mp4")
    names, printed, n_compared = {}, None, 0
    for kind, text in blocks():
        if kind == "python":
            printed = shown(text, names)
        elif text.startswith("kneescan "):
            done = CliRunner().invoke(app, text.split()[1:])
            assert done.exit_code == 0, done.output
        elif printed is not None:
            assert difference(text, printed) is None, difference(text, printed)
            printed, n_compared = None, n_compared + 1
    assert n_compared >= 8
    assert {"squats.svg", "report.html", "annotated.mp4", "kurven.svg"} <= {
        path.name for path in tmp_path.iterdir()
    }


def test_the_page_names_what_is_public_only():
    for kind, text in blocks():
        if kind == "python":
            for module in re.findall(r"^(?:from|import) ([\w.]+)", text, re.MULTILINE):
                assert module in {"kneescan", "kneescan.simulate"}
