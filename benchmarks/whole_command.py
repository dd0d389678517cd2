"""Measure the cost of a whole command, from the start of its process to the end."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Cost of a process that ran once."""

    duration_s: float
    """Time from start to end. [s]"""
    cpu_s: float | None = None
    """Time on all processors together; None if the system does not report it. [s]"""
    peak_memory_mb: float | None = None
    """Peak physical memory; None if the system does not report it. [MB]"""


def cost_of(command: list[str]) -> Cost:
    """Run a command to its end and discard its output."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    begun_s = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    if not hasattr(os, "wait4"):
        code, used = process.wait(), None
    else:
        _, status, used = os.wait4(process.pid, 0)
        code = process.returncode = os.waitstatus_to_exitcode(status)
    duration_s = time.perf_counter() - begun_s
    if code:
        raise subprocess.CalledProcessError(code, command)
    if used is None:
        return Cost(duration_s=duration_s)
    # Bytes on macOS, kilobytes elsewhere.
    peak_mb = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Cost(duration_s=duration_s, cpu_s=used.ru_utime + used.ru_stime, peak_memory_mb=peak_mb)


def commands(video: Path, *, n_workers: int) -> dict[str, list[str]]:
    """Commands to compare: the plain loop, and kneescan on the same video."""
    from kneescan.pose.models.model_file import find_model

    analyze = ["-m", "kneescan", "analyze", str(video), "--json", "--workers", str(n_workers)]
    plain = [str(Path(__file__).with_name("plain_loop.py")), str(video), str(find_model())]
    return {
        "plain MediaPipe loop": [sys.executable, *plain],
        f"kneescan analyze VIDEO --json --workers {n_workers}": [sys.executable, *analyze],
    }


def costs_table(video: Path, *, n_workers: int, repeats: int) -> Table:
    """Run both commands in turns, and show medians; ratios are computed within a turn."""
    ways = commands(video, n_workers=n_workers)
    costs = {name: [] for name in ways}
    for _ in range(repeats):
        for name, command in ways.items():
            costs[name].append(cost_of(command))
    (plain, *_) = costs.values()
    table = Table(title=f"{video.name}, whole processes")
    for heading in ("command", "time [s]", "times as fast", "CPU time [s]", "peak memory [MB]"):
        table.add_column(heading, justify="left" if heading == "command" else "right")
    for name, runs in costs.items():
        ratios = [first.duration_s / run.duration_s for first, run in zip(plain, runs, strict=True)]
        table.add_row(
            name,
            f"{statistics.median(run.duration_s for run in runs):.2f}",
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
            _median_text([run.cpu_s for run in runs], digits=1),
            _median_text([run.peak_memory_mb for run in runs], digits=0),
        )
    return table


def _median_text(values: list[float | None], *, digits: int) -> str:
    known = [value for value in values if value is not None]
    return f"{statistics.median(known):.{digits}f}" if known else ""
