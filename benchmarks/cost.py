"""Measure time and memory against the number of frames, their size, the cores, and the plain loop.

    python benchmarks/cost.py                                 a sample video, best of 3, all in turn
    ... --keep benchmarks/measured/cost.json                  keep the result for the document
    ... --show benchmarks/measured/cost.json                  print a kept result, measure nothing
    ... --repeats 1 --series frames analysis                  fewer measurements

Every measurement is a separate process. Time counts from before the imports, and memory is the peak of the
process. Each turn measures all points, so that other load on the computer affects all of them. The shortest
time and the largest memory of each point are shown.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from records.cost_tables import ANALYSIS, KNEESCAN, PLAIN, PLAIN_PX, SHORT_SIDES_PX, show
from records.stored_runs import keep, made_with, read_kept
from repeatability import SAMPLES
from rich.console import Console
from videos.reencoding import Variant, encode

from kneescan import PoseSequence
from kneescan.capture.video_file import VideoFile
from kneescan.close_ups import CloseUps
from kneescan.pose.workers import n_available_processors

VIDEO = SAMPLES / "good_right.mp4"
LANDMARKS = Path(__file__).parent / "rendered" / "good_right.landmarks.npz"
SERIES = ("frames", "sizes", "workers", "plain", "analysis")
TIMES = (1, 2, 4)
ANALYZED_FRAMES = (600, 1200, 2400, 4800, 9600)
MAX_WORKERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A measurement."""

    way: str
    times: int = 1
    """Number of times that the video is played."""
    short_side_px: int = SHORT_SIDES_PX[0]
    workers: int = 1
    n_frames: int = 0
    """Frames to analyse, for landmarks without a video."""


def points_of(series: Sequence[str], n_cores: int) -> list[Point]:
    """All points of the series, without duplicates."""
    cores = min(n_cores, MAX_WORKERS)
    video = Point(way=KNEESCAN, workers=cores)
    asked = {
        "frames": [replace(video, times=times) for times in TIMES],
        "sizes": [replace(video, short_side_px=side) for side in SHORT_SIDES_PX],
        "workers": [replace(video, workers=count) for count in range(1, cores + 1)],
        "plain": [
            Point(way=PLAIN, short_side_px=PLAIN_PX),
            replace(video, short_side_px=PLAIN_PX, workers=1),
            replace(video, short_side_px=PLAIN_PX),
        ],
        "analysis": [Point(way=ANALYSIS, n_frames=count) for count in ANALYZED_FRAMES],
    }
    return list(dict.fromkeys(point for name in series for point in asked[name]))


def peak_memory_mb() -> float | None:
    """Peak physical memory of this process; None if the system does not report it. [MB]"""
    status = Path("/proc/self/status")
    if status.is_file():
        # Not from getrusage, in which Linux includes the process that started this one.
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1.024e-3 for line in lines if line.startswith("VmHWM"))
    info = psutil.Process().memory_info()
    if hasattr(info, "peak_wset"):  # Windows
        return info.peak_wset / 1e6
    from speed import peak_memory_of_this_process

    return peak_memory_of_this_process()


def measure_video(video: Path, point: Point) -> dict[str, Any]:
    """Track and analyse a video in this process."""
    begun_s = time.perf_counter()
    if point.way == PLAIN:
        from speed import run_plain_loop

        n_frames = run_plain_loop(str(video))
        seconds = {"track_s": time.perf_counter() - begun_s}
        return {"n_frames": n_frames, **seconds, "track_mb": peak_memory_mb()}
    from kneescan import analyze_pose, track_video

    pose = track_video(video, workers=point.workers)
    tracked_s, track_mb = time.perf_counter(), peak_memory_mb()
    analyze_pose(pose)
    return {
        "n_frames": len(pose),
        "megapixels": pose.size_px[0] * pose.size_px[1] / 1e6,
        "track_s": tracked_s - begun_s,
        "track_mb": track_mb,
        "analyze_s": time.perf_counter() - tracked_s,
        "analyze_mb": peak_memory_mb(),
    }


def measure_analysis(point: Point) -> dict[str, Any]:
    """Analyse the landmarks of many frames in this process, after one run to warm up."""
    from kneescan import analyze_pose

    pose = tiled(PoseSequence.load(LANDMARKS), point.n_frames)
    analyze_pose(tiled(pose, ANALYZED_FRAMES[0]))
    begun_s = time.perf_counter()
    analyze_pose(pose)
    analyze_s = time.perf_counter() - begun_s
    return {"n_frames": len(pose), "analyze_s": analyze_s, "analyze_mb": peak_memory_mb()}


def tiled(pose: PoseSequence, n_frames: int) -> PoseSequence:
    """Landmarks and close-ups repeated up to the requested number of frames."""
    interval_s = float(np.median(np.diff(pose.time_s)))
    frame = np.arange(n_frames)
    turn, within = frame // len(pose), frame % len(pose)
    length_s = pose.time_s[-1] - pose.time_s[0] + interval_s
    close_ups = pose.close_ups
    if close_ups is not None:
        n_turns = int(turn[-1]) + 1
        place = np.concatenate([close_ups.frame + len(pose) * k for k in range(n_turns)])
        inside = place < n_frames
        arrays = {
            name: np.concatenate([getattr(close_ups, name)] * n_turns)[inside]
            for name in (item.name for item in fields(CloseUps) if item.name != "frame")
        }
        close_ups = CloseUps(frame=place[inside], **arrays)
    return replace(
        pose,
        time_s=pose.time_s[within] + turn * length_s,
        xy_px=pose.xy_px[within],
        visibility=pose.visibility[within],
        camera_px=None if pose.camera_px is None else pose.camera_px[within],
        close_ups=close_ups,
    )


def measure_in_new_process(video: Path | None, point: Point) -> dict[str, Any]:
    """Measure a point in a new interpreter."""
    command = [sys.executable, __file__, "--point", json.dumps(asdict(point))]
    command += ["--video", str(video)] if video else []
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return {**asdict(point), **json.loads(done.stdout)}


def make_video(video: Path, folder: Path, point: Point) -> Path:
    """Write the video for a point; an existing one is reused."""
    target = folder / f"{point.times}_{point.short_side_px}.mp4"
    if not target.is_file():
        with VideoFile(video) as opened:
            short_px = min(opened.info.width_px, opened.info.height_px)
        variant = Variant(name=target.stem, times=point.times, scale=point.short_side_px / short_px)
        encode(video, target, variant, preset="veryfast")
    return target


def run(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Measure all points in turns; finished measurements are kept if the run is interrupted."""
    points = points_of(arguments.series, n_available_processors())
    record: dict[str, Any] = {
        "made_with": made_with(),
        "video": arguments.video.name,
        "repeats": arguments.repeats,
        "runs": [],
    }
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(arguments.repeats):
            console.print(f"turn {turn + 1} of {arguments.repeats}, {len(points)} points")
            for point in points:
                video = None
                if point.way != ANALYSIS:
                    video = make_video(arguments.video, Path(folder), point)
                record["runs"].append(measure_in_new_process(video, point))
                if arguments.keep:
                    keep(arguments.keep, record)
    return record


def main() -> None:
    """Run the benchmark, or print a kept result."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--video", type=Path, default=VIDEO)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--series", nargs="+", choices=SERIES, default=SERIES)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--show", type=Path)
    parser.add_argument("--point", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.point:
        point = Point(**json.loads(arguments.point))
        is_video = point.way != ANALYSIS
        found = measure_video(arguments.video, point) if is_video else measure_analysis(point)
        sys.stdout.write(json.dumps(found))
        return
    console = Console(width=150)
    record = read_kept(arguments.show) if arguments.show else run(arguments, console)
    if record is None:
        parser.error(f"{arguments.show}: no such file; write it with --keep")
    show(record, console)


if __name__ == "__main__":
    main()
