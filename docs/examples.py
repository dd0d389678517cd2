"""Write what the examples of the documentation print: python docs/examples.py [--check].

The videos of the examples are not tracked again: their landmarks are stored in `benchmarks/rendered`.
"""

import ast
import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from unittest import mock

from typer.testing import CliRunner

import kneescan
from kneescan.cli import app

ROOT = Path(__file__).parents[1]
PYTHON, TUTORIAL = ROOT / "docs" / "howto" / "python.md", ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ANALYSIS = re.compile(r"kneescan (?:analyze )?sample_videos/(\w+)\.mp4(?: --\S+ \S+)*\n")
FILES = re.compile(r"^  analysis\.json", re.MULTILINE)
"""Begins the list of the files that were written."""


def landmarks(video: str) -> Path:
    """Stored landmarks of a sample video."""
    return ROOT / "benchmarks" / "rendered" / f"{video}.landmarks.npz"


def python_page(page: str) -> str:
    """Page of snippets, each followed by its present output if it had one."""
    names: dict[str, object] = {}
    printed: list[str] = []

    def written(block: re.Match[str]) -> str:
        if block["kind"] == "python":
            printed[:] = [_shown(block["text"], names)]
        elif block["text"].startswith("kneescan "):
            _command(block["text"].split()[1:])
        elif printed:
            return f"```\n{printed.pop().rstrip()}\n```"
        return block[0]

    with _folder_with_a_squat():
        return BLOCK.sub(written, page)


def tutorial_page(page: str) -> str:
    """Page of the tutorial with the present verdicts on its sample videos."""
    videos: list[str] = []

    def written(block: re.Match[str]) -> str:
        analysis = ANALYSIS.fullmatch(block["text"])
        if analysis:
            videos.append(analysis[1])
        elif "───" in block["text"]:
            return f"```\n{_verdict(videos.pop())}```"
        return block[0]

    return BLOCK.sub(written, page)


PAGES: dict[Path, Callable[[str], str]] = {PYTHON: python_page, TUTORIAL: tutorial_page}
"""Pages with examples, and what brings each up to date."""


def _verdict(video: str) -> str:
    """What `kneescan analyze` prints about a video, before the names of files."""
    with _folder():
        screen = _command(["analyze", str(landmarks(video))])
    heading, _, printed = FILES.split(screen)[0].partition("\n")
    printed = printed.rstrip().replace("\N{NO-BREAK SPACE}", " ")
    return f"{video}.mp4 ".ljust(len(heading), "─") + f"\n{printed}\n"


def _command(words: list[str]) -> str:
    done = CliRunner().invoke(app, words)
    if done.exit_code:
        msg = f"kneescan {' '.join(words)}: {done.output}"
        raise SystemExit(msg)
    return done.stdout


def _shown(code: str, names: dict[str, object]) -> str:
    """Output of a snippet in a console: everything printed, and the value of its last line."""
    parsed = ast.parse(code)
    last = parsed.body.pop() if isinstance(parsed.body[-1], ast.Expr) else None
    with redirect_stdout(StringIO()) as out:
        exec(compile(parsed, "snippet", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "snippet", "eval"), names)
            out.write("" if value is None else repr(value))
    return out.getvalue()


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Work in a new folder, which is removed afterwards."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)


@contextlib.contextmanager
def _folder_with_a_squat() -> Iterator[None]:
    """Work in a new folder with `squat.mp4`, whose tracking returns its stored landmarks at once."""
    tracking = kneescan.track_video

    def track_video(path: str | Path, **options: object) -> kneescan.PoseSequence:
        if not Path(path).is_file():
            return tracking(path, **options)
        return kneescan.PoseSequence.load(landmarks("valgus_severe_left"))

    with (
        _folder() as folder,
        mock.patch("kneescan.pipeline.track_video", track_video),
        mock.patch.object(kneescan, "track_video", track_video),
    ):
        shutil.copy(ROOT / "sample_videos" / "valgus_severe_left.mp4", folder / "squat.mp4")
        yield


def main(options: list[str]) -> int:
    """Write the pages again; with --check, only say which of them show something else."""
    stale = []
    for path, updated in PAGES.items():
        page = path.read_text(encoding="utf-8")
        new = updated(page)
        if new != page:
            stale.append(str(path.relative_to(ROOT)))
            if "--check" not in options:
                path.write_text(new, encoding="utf-8")
    sys.stdout.writelines(f"{name}\n" for name in stale)
    return int("--check" in options and bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
