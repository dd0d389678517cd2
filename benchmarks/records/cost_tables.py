"""Make tables from the measurements of `cost.py`, and fit straight lines through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from records.stored_runs import made_with_sentence
from records.text_tables import MISSING, Table, plain, signed
from rich.console import Console

SHORT_SIDES_PX = (540, 720, 1080, 2160)
"""Shorter side of the picture, as in "1080p". [px]"""
PLAIN_PX = 1080
KNEESCAN, PLAIN, ANALYSIS = "kneescan", "plain MediaPipe loop", "analyze_pose"
Run = dict[str, Any]
_POINT = ("way", "times", "short_side_px", "workers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Straight line through measurements (least squares)."""

    slope: float
    start: float

    @classmethod
    def through(cls, x: Sequence[float], y: Sequence[float]) -> "Line | None":
        """Fit; None for fewer than two different positions."""
        if len(set(x)) < 2:
            return None
        slope, start = np.polyfit(x, y, 1)
        return cls(slope=float(slope), start=float(start))


def best_of(runs: Sequence[Run]) -> list[Run]:
    """Shortest time and largest memory of every point, by number of frames."""
    groups: dict[tuple[Any, ...], list[Run]] = {}
    for run in runs:
        groups.setdefault((*(run[name] for name in _POINT), run["n_frames"]), []).append(run)
    return sorted((_best(group) for group in groups.values()), key=lambda run: run["n_frames"])


def _best(group: Sequence[Run]) -> Run:
    best = dict(group[0])
    for name in ("track_s", "analyze_s"):
        if name in best:
            best[name] = min(run[name] for run in group)
    for name in ("track_mb", "analyze_mb"):
        if best.get(name) is not None:
            best[name] = max(run[name] for run in group)
    return best


def series(record: dict[str, Any], name: str) -> list[Run]:
    """Best values of the points in one series."""
    runs = best_of(record["runs"])
    tracked = [run for run in runs if run["way"] == KNEESCAN]
    most = max((run["workers"] for run in tracked), default=1)
    usual = [run for run in tracked if run["times"] == 1]
    small = SHORT_SIDES_PX[0]
    if name == "frames":
        return [r for r in tracked if r["short_side_px"] == small and r["workers"] == most]
    if name == "sizes":
        chosen = [r for r in usual if r["workers"] == most]
        return sorted(chosen, key=lambda run: run["short_side_px"])
    if name == "workers":
        chosen = [r for r in usual if r["short_side_px"] == small]
        return sorted(chosen, key=lambda run: run["workers"])
    if name == "plain":
        loop = [r for r in runs if r["way"] == PLAIN]
        ours = [r for r in usual if r["short_side_px"] == PLAIN_PX]
        return [*loop, *sorted(ours, key=lambda run: run["workers"])]
    return [run for run in runs if run["way"] == ANALYSIS]


def tables(record: dict[str, Any]) -> list[Table]:
    """All tables for which there are measurements."""
    makers = (
        ("plain", _plain_table),
        ("frames", _frames_table),
        ("sizes", _sizes_table),
        ("workers", _workers_table),
        ("analysis", _analysis_table),
    )
    return [make(runs) for name, make in makers if (runs := series(record, name))]


def _mb(run: Run, name: str = "track_mb") -> str:
    return MISSING if run.get(name) is None else plain(run[name], 0)


def _rate(run: Run) -> str:
    return plain(run["n_frames"] / run["track_s"], 1)


def _plain_table(runs: Sequence[Run]) -> Table:
    loop_s = next((run["track_s"] for run in runs if run["way"] == PLAIN), float("nan"))
    return Table(
        title=f"Compared with the plain MediaPipe loop, {runs[0]['n_frames']} frames of {PLAIN_PX}p",
        headings=("way", "time [s]", "frames/s", "times as fast", "peak memory [MB]"),
        rows=tuple(
            (
                PLAIN if run["way"] == PLAIN else f"kneescan, {run['workers']} worker(s)",
                plain(run["track_s"]),
                _rate(run),
                plain(loop_s / run["track_s"], 2),
                _mb(run),
            )
            for run in runs
        ),
    )


def _frames_table(runs: Sequence[Run]) -> Table:
    return Table(
        title=f"Number of frames, {SHORT_SIDES_PX[0]}p, {runs[0]['workers']} worker(s)",
        headings=("frames", "track [s]", "frames/s", "peak memory [MB]",
                  "analyze [s]", "peak memory with it [MB]"),
        rows=tuple(
            (str(run["n_frames"]), plain(run["track_s"]), _rate(run), _mb(run),
             plain(run["analyze_s"], 2), _mb(run, "analyze_mb"))
            for run in runs
        ),
    )  # fmt: skip


def _sizes_table(runs: Sequence[Run]) -> Table:
    return Table(
        title=f"Size of the picture, {runs[0]['n_frames']} frames, {runs[0]['workers']} worker(s)",
        headings=("shorter side [px]", "megapixels", "track [s]", "ms per frame", "peak memory [MB]"),
        rows=tuple(
            (str(run["short_side_px"]), plain(run["megapixels"]), plain(run["track_s"]),
             plain(1e3 * run["track_s"] / run["n_frames"]), _mb(run))
            for run in runs
        ),
    )  # fmt: skip


def _workers_table(runs: Sequence[Run]) -> Table:
    alone_s = runs[0]["track_s"] * runs[0]["workers"]
    return Table(
        title=f"Workers, {runs[0]['n_frames']} frames of {SHORT_SIDES_PX[0]}p",
        headings=("workers", "track [s]", "times as fast as one", "peak memory [MB]"),
        rows=tuple(
            (
                str(run["workers"]),
                plain(run["track_s"]),
                plain(alone_s / run["track_s"], 2),
                _mb(run),
            )
            for run in runs
        ),
    )


def _analysis_table(runs: Sequence[Run]) -> Table:
    return Table(
        title="`analyze_pose` alone, landmarks repeated",
        headings=("frames", "time [ms]", "ms per 1000 frames", "peak memory [MB]"),
        rows=tuple(
            (str(run["n_frames"]), plain(1e3 * run["analyze_s"], 0),
             plain(1e6 * run["analyze_s"] / run["n_frames"], 0), _mb(run, "analyze_mb"))
            for run in runs
        ),
    )  # fmt: skip


def slope_sentences(record: dict[str, Any]) -> list[str]:
    """Cost of each additional frame or megapixel, from straight lines through the measurements."""
    return [
        *_growth(series(record, "frames"), "Tracking", "track_s", "track_mb"),
        *_growth_with_size(series(record, "sizes")),
        *_growth(series(record, "analysis"), "`analyze_pose`", "analyze_s", "analyze_mb"),
    ]


def _growth_with_size(runs: Sequence[Run]) -> list[str]:
    sizes = [run["megapixels"] for run in runs]
    line = Line.through(sizes, [1e3 * run["track_s"] / run["n_frames"] for run in runs])
    if line is None:
        return []
    return [f"Each additional megapixel of the picture: {line.slope:.2f} ms per frame."]


def _growth(runs: Sequence[Run], what: str, time_name: str, memory_name: str) -> list[str]:
    frames = [run["n_frames"] for run in runs]
    line = Line.through(frames, [run[time_name] for run in runs])
    if line is None:
        return []
    text = f"{what}: {1e3 * line.slope:.2f} ms per frame and {line.start:.2f} s to begin with"
    if all(run.get(memory_name) is not None for run in runs):
        memory = Line.through(frames, [run[memory_name] for run in runs])
        text += f"; {signed(1e3 * memory.slope, 1)} MB per 1000 frames" if memory else ""
    return [f"{text}."]


def show(record: dict[str, Any], console: Console) -> None:
    """Print all tables and slopes."""
    for table in tables(record):
        table.show(console)
    for sentence in (*slope_sentences(record), made_with_sentence(record)):
        console.print(sentence)
