"""Check that a run killed at random moments and started again ends like an undisturbed one."""

import random
import subprocess
import sys
import time

import psutil
import pytest

from tests.batch.clips import read_csv, same, save_squats

N_CLIPS = 24
PROGRAM = "import sys; sys.path[:0] = {path!r}; from kneescan.cli import main; main()"


def start(*arguments):
    """Start kneescan as from a shell."""
    program = PROGRAM.format(path=[path for path in sys.path if path])
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def known(results):
    """Finished videos, and when their results were written."""
    return {file.stem: file.stat().st_mtime_ns for file in (results / "store").glob("*.json")}


def kill_somewhere(process, results, n_done, delay_s, *, with_workers):
    """Kill a run some time after a number of videos are finished."""
    while process.poll() is None and len(known(results)) < n_done:
        time.sleep(0.002)
    time.sleep(delay_s)
    workers = psutil.Process(process.pid).children() if process.poll() is None else []
    process.kill()
    for worker in workers if with_workers else []:
        worker.kill()
    process.wait()
    # The workers end by themselves when their parent has gone.
    assert psutil.wait_procs(workers, timeout=120)[1] == []


@pytest.mark.slow
def test_a_run_killed_at_random_moments_loses_and_repeats_nothing(tmp_path):
    # The moments differ in every run; the claim must hold for all of them.
    rng = random.Random()
    pattern = save_squats(tmp_path / "videos", N_CLIPS)
    (tmp_path / "videos" / "a" / "bad.npz").write_text("hello")
    options = ["batch", pattern, "--workers", 2, "--out"]
    assert start(*options, tmp_path / "undisturbed").wait() == 3
    results = tmp_path / "killed"
    before = {}
    for number, n_done in enumerate(sorted(rng.sample(range(N_CLIPS), 2))):
        process = start(*options, results)
        kill_somewhere(process, results, n_done, rng.uniform(0, 0.05), with_workers=bool(number))
        after = known(results)
        assert before.items() <= after.items()
        before = after
    assert start(*options, results).wait() == 3
    assert before.items() <= known(results).items()
    assert same(tmp_path / "undisturbed", results) == []
    assert len(read_csv(results / "clips.csv")) == N_CLIPS
