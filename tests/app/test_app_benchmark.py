"""The benchmark of the app still runs, and nothing is wrong; its kills and its filming take too long here."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.browser import in_browser

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "app.py"


@pytest.mark.parametrize(
    ("what", "found"),
    [
        pytest.param(
            ["review", "--steps", "3"],
            ["6 steps: 0 wrong", "every byte: True"],
            marks=in_browser,
        ),
        pytest.param(["load", "--uploads", "20"], ["20 whole"], marks=pytest.mark.slow),
        pytest.param(["hostile", "--videos", "1"], ["complaints: 0"], marks=pytest.mark.slow),
    ],
    ids=lambda value: value[0] if "--" in str(value) else "",
)
def test_the_benchmark_runs_and_finds_nothing_wrong(what, found):
    done = subprocess.run(
        [sys.executable, BENCHMARK, *what], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for words in found:
        assert words in " ".join(done.stdout.split())
