"""Measure a batch of 1,000 short videos, some of them broken: interruptions, memory and throughput.

    python benchmarks/batch.py endurance --clips 1000
    python benchmarks/batch.py throughput --clips 60 --repeats 5
    python benchmarks/batch.py cluster --clips 60

`endurance` measures the same videos twice, once undisturbed and once with kills at random moments: first
only the main process, then also its workers. It compares every table byte by byte, then analyses all
landmarks again. `throughput` alternates between one worker and two. `cluster` compares the workers of this
computer with two of a Dask cluster that it starts; one of them is killed during the run. With
`--keep FOLDER`, `endurance` reuses videos and undisturbed results.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from videos.batch_videos import make_videos  # noqa: E402

TABLES = (
    "clips.csv",
    "clips.parquet",
    "repetitions.csv",
    "repetitions.parquet",
    "errors.csv",
    "manifest.parquet",
    "run.json",
    "summary.html",
)
SAMPLE_INTERVAL_S = 0.2
PROGRAM = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from kneescan.cli import main; main()"
console = Console(soft_wrap=True, highlight=False)


@dataclass
class Memory:
    """Memory of a run, sampled from time to time. [MB]"""

    main_mb: list[float] = field(default_factory=list)
    worker_mb: float = 0.0
    """Largest memory of any worker."""

    def read(self, process: psutil.Process) -> None:
        """Read the memory of a process and its children."""
        try:
            self.main_mb.append(process.memory_info().rss / 1e6)
            for child in process.children():
                self.worker_mb = max(self.worker_mb, child.memory_info().rss / 1e6)
        except psutil.Error:
            pass

    def __str__(self) -> str:
        """Peak, and growth of the main process."""
        after = [self.main_mb[round(share * (len(self.main_mb) - 1))] for share in (0.1, 0.5, 0.9)]
        return (
            f"main process at most {max(self.main_mb):.0f} MB (after 10, 50 and 90% of the time "
            f"{after[0]:.0f}, {after[1]:.0f} and {after[2]:.0f} MB), a worker at most "
            f"{self.worker_mb:.0f} MB"
        )


def start(command: str, *arguments: object) -> subprocess.Popen[bytes]:
    """Start kneescan as from a shell."""
    words = [sys.executable, "-c", PROGRAM, command, *map(str, arguments)]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def watch(process: subprocess.Popen[bytes], until: Callable[[], bool] = lambda: False) -> Memory:
    """Wait until a process ends or a condition is met."""
    memory, seen = Memory(), psutil.Process(process.pid)
    while process.poll() is None and not until():
        memory.read(seen)
        time.sleep(SAMPLE_INTERVAL_S)
    return memory


def n_known(results: Path) -> int:
    """Number of videos with saved results."""
    return sum(1 for _ in (results / "store").glob("*.json"))


def kill(process: subprocess.Popen[bytes], *, with_workers: bool) -> None:
    """Kill at once, as a power failure does."""
    doomed = psutil.Process(process.pid).children(recursive=True) if with_workers else []
    process.kill()
    for child in doomed:
        child.kill()
    process.wait()


def differences(first: Path, second: Path) -> list[str]:
    """Files that are not identical."""
    return [name for name in TABLES if (first / name).read_bytes() != (second / name).read_bytes()]


def endurance(arguments: argparse.Namespace, folder: Path) -> None:
    """Run undisturbed and with kills, and compare."""
    videos, undisturbed, killed = folder / "videos", folder / "undisturbed", folder / "killed"
    if not videos.exists():
        make_videos(videos, arguments.clips, arguments.broken)
    options = ["--workers", arguments.workers]
    if not (undisturbed / "run.json").exists():
        _measure_undisturbed(videos, undisturbed, arguments)
    _measure_killed(videos, killed, arguments)
    _say_differences(undisturbed, killed)
    begun_s = time.perf_counter()
    start("reanalyze", undisturbed, "--out", folder / "again", *options).wait()
    console.print(f"reanalyze: {time.perf_counter() - begun_s:.1f} s in all")
    _say_differences(undisturbed, folder / "again")
    for name in ("clips", "repetitions", "errors"):
        n_rows = len((undisturbed / f"{name}.csv").read_text(encoding="utf-8").splitlines()) - 1
        console.print(f"rows of {name}: {n_rows}")
    sizes = [file.stat().st_size for file in (undisturbed / "landmarks").iterdir()]
    console.print(f"landmark files: {statistics.mean(sizes) / 1e3:.0f} kB on average")


def _measure_undisturbed(videos: Path, results: Path, arguments: argparse.Namespace) -> None:
    begun_s = time.perf_counter()
    process = start("batch", videos, "--out", results, "--workers", arguments.workers)
    memory = watch(process)
    console.print(
        f"undisturbed: {arguments.clips} videos, {arguments.broken} of them broken, in "
        f"{(time.perf_counter() - begun_s) / 60:.1f} min with {arguments.workers} workers, "
        f"exit code {process.returncode}"
    )
    console.print(f"memory: {memory}")


def _measure_killed(videos: Path, results: Path, arguments: argparse.Namespace) -> None:
    """Measure the videos in three parts, separated by kills at random moments."""
    rng = random.Random(arguments.seed)
    shares = sorted(rng.uniform(0.1, 0.9) for _ in range(2))
    before = 0
    for number, share in enumerate([*shares, 2.0], start=1):
        process = start("batch", videos, "--out", results, "--workers", arguments.workers)
        watch(process, lambda share=share: n_known(results) >= share * arguments.clips)
        if process.poll() is None:
            # A random delay, so that the kill comes at any point of a video.
            time.sleep(rng.uniform(0, 1))
            kill(process, with_workers=number == 2)
        known = n_known(results)
        ended = "killed" if process.returncode < 0 else f"exit code {process.returncode}"
        console.print(f"{ended} after {known - before} more videos, {known} in all")
        before = known


def throughput(arguments: argparse.Namespace, folder: Path) -> None:
    """Alternate between one worker and two, each measured in the middle of a run, when all have begun."""
    videos = folder / "videos"
    make_videos(videos, arguments.clips, 0)
    ratios, efforts = [], []
    for turn in range(arguments.repeats):
        rates, effort_s = {}, {}
        for n_workers in (1, 2) if turn % 2 == 0 else (2, 1):
            out, before_s = folder / f"{turn}-{n_workers}", _processor_s()
            start("batch", videos, "--out", out, "--workers", n_workers).wait()
            rates[n_workers] = _videos_per_minute(out)
            effort_s[n_workers] = _processor_s() - before_s
        ratios.append(rates[2] / rates[1])
        efforts.append(effort_s[2] / effort_s[1])
        console.print(
            f"turn {turn + 1}: {rates[1]:.0f} videos/min with one worker, {rates[2]:.0f} with two; "
            f"processor time {effort_s[1]:.0f} and {effort_s[2]:.0f} s"
        )
    for what, values in (("as fast as one", ratios), ("the processor time of one", efforts)):
        console.print(
            f"two workers: {statistics.median(values):.2f} times {what} "
            f"({min(values):.2f} to {max(values):.2f})"
        )


def _videos_per_minute(results: Path) -> float:
    """Rate of results, without the first and the last tenth."""
    done_s = sorted(file.stat().st_mtime for file in (results / "store").glob("*.json"))
    first, last = len(done_s) // 10, len(done_s) - 1 - len(done_s) // 10
    return 60 * (last - first) / (done_s[last] - done_s[first])


def _processor_s() -> float:
    """Processor time of all processes that were started here and have ended. [s]"""
    times = os.times()
    return times.children_user + times.children_system


def cluster(arguments: argparse.Namespace, folder: Path) -> None:
    """Compare workers of this computer with a Dask cluster in which one worker dies."""
    videos, here, there = folder / "videos", folder / "here", folder / "there"
    make_videos(videos, arguments.clips, arguments.broken)
    start("batch", videos, "--out", here, "--workers", 2).wait()
    file = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    quiet["env"] = {**os.environ, "PYTHONPATH": str(ROOT)}
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    servers = [
        subprocess.Popen(
            [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *common], **quiet
        )
    ]
    try:
        while not file.exists():
            time.sleep(0.1)
        worker = [*dask, "worker", "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", *common]
        servers += [subprocess.Popen(worker, **quiet) for _ in range(2)]
        address = _address(file)
        process = start("batch", videos, "--out", there, "--scheduler", address)
        watch(process, lambda: n_known(there) >= arguments.clips / 3)
        servers[2].kill()
        console.print(f"one of two Dask workers killed after {n_known(there)} videos")
        watch(process)
        console.print(f"exit code {process.returncode}")
    finally:
        for server in servers:
            server.kill()
            server.wait()
    _say_differences(here, there)


def _address(file: Path) -> str:
    return str(json.loads(file.read_text())["address"])


def _say_differences(first: Path, second: Path) -> None:
    different = differences(first, second)
    verdict = f"DIFFERENT: {', '.join(different)}" if different else "identical"
    console.print(f"{len(TABLES)} files, {verdict}")


def main(words: Sequence[str] | None = None) -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("part", choices=["endurance", "throughput", "cluster"])
    parser.add_argument("--clips", type=int, default=1000)
    parser.add_argument("--broken", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder in which to keep everything")
    arguments = parser.parse_args(words)
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="kneescan-batch-"))
    folder.mkdir(parents=True, exist_ok=True)
    parts = {"endurance": endurance, "throughput": throughput, "cluster": cluster}
    try:
        parts[arguments.part](arguments, folder)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
