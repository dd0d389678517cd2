"""Provide clips for batch tests: landmark files of simulated squats, which are quick to measure."""

import csv
from concurrent.futures import Executor, Future
from functools import cache
from pathlib import Path
from threading import Timer

from kneescan.batch.workers.isolation import run_isolated
from kneescan.landmarks import Side
from kneescan.simulate import Noise, SquatScript, simulate
from tests.samples import beginning

ROOT = Path(__file__).parents[2]
TABLES = (
    "clips.csv",
    "clips.parquet",
    "repetitions.csv",
    "repetitions.parquet",
    "errors.csv",
    "manifest.parquet",
    "run.json",
    "summary.html",
    "data_dictionary.csv",
)


@cache
def squats(seed=0, side=Side.LEFT):
    """Landmarks of three squats, different for each seed."""
    script = SquatScript(side=side, n_repetitions=3, valgus_deg=5 + 3 * (seed % 8))
    return simulate(script, noise=Noise(jitter_px=0.5), fps=24, seed=seed).pose


@cache
def both_legs():
    """Landmarks of three squats on the left leg and three on the right."""
    scripts = [SquatScript(side=side, n_repetitions=3) for side in Side]
    return simulate(scripts, fps=24).pose


def save_squats(folder, n_clips):
    """Landmark files in two folders, with some names in both."""
    for number in range(n_clips):
        path = folder / "ab"[number % 2] / f"clip {number // 2}.npz"
        path.parent.mkdir(parents=True, exist_ok=True)
        squats(number).save(path)
    return str(folder / "*" / "*.npz")


def short_video(path, *, seconds=0.8):
    """Beginning of a sample video, copied without encoding it again."""
    return beginning("valgus_severe_left.mp4", path, stop_s=seconds)


class Here(Executor):
    """Does the work in this process, at once or in reverse order; keeps the requests."""

    def __init__(self, *, backwards=False, instead=None):
        self.jobs = []
        self._waiting = []
        self._backwards = backwards
        self._instead = instead or {}

    def submit(self, function, *arguments):
        future = Future()
        self._waiting.append((future, function, arguments))
        if not self._backwards:
            self._do_all()
        elif len(self._waiting) == 1:
            Timer(0.3, self._do_all).start()
        return future

    def _do_all(self):
        while self._waiting:
            future, function, arguments = self._waiting.pop()
            if function is run_isolated:
                job = arguments[0]
                self.jobs.append(job)
                # The replacement for a video, by its name.
                future.set_result(self._instead.get(Path(job.path).name, job)())
            else:
                future.set_result(function(*arguments))


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def same(first, second):
    """Names of the files that differ."""
    return [n for n in TABLES if (first / n).read_bytes() != (second / n).read_bytes()]
