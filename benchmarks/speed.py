"""Compare speed and memory of kneescan with the plain MediaPipe loop on the same video.

    python benchmarks/speed.py sample_videos/good_right.mp4 --make-1080p
    python benchmarks/speed.py sample_videos/good_right.mp4 --make-1080p --minutes 10 --repeats 1

Every measurement is a separate process, timed up to the last landmark with and without imports. The programs
take turns, so that other load on the computer affects all of them. Ratios are computed within a turn, and
their median is shown. kneescan does all the work of `track_video`: decoding, landmarks, close-ups and SHA-256
of the video. The plain loop uses the model as published; a second one uses it without the person's outline,
like kneescan. As many plain loops in parallel as there are cores, each with its own video, show how much more
the computer can do if all cores are busy.

At the end, whole processes are compared: ``kneescan analyze VIDEO --json``, from the start of Python to its
end, and a plain loop that loads only OpenCV and MediaPipe. ``--commands`` measures only these.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path[:0] = [str(Path(__file__).resolve().parents[k]) for k in (1, 0)]
from plain_loop import detect_in_every_frame  # noqa: E402 (the path comes first)
from whole_command import costs_table  # noqa: E402

N_ANALYZED_FRAMES = 600
ALL_CORES = "plain loops on all cores"
LEAN = "plain loop without the outline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One video processed once."""

    n_frames: int
    """Frames that were processed."""
    duration_s: float
    """Time from before the imports to the last landmark. [s]"""
    video_s: float
    """Time from after the imports to the last landmark. [s]"""
    peak_memory_mb: float | None
    """Peak physical memory of the process; None if the system does not report it. [MB]"""


def run_plain_loop(video: str, *, lean: bool = False) -> int:
    """Process a video like MediaPipe's own examples; returns the number of frames."""
    from kneescan.pose.mediapipe.lean_model import lean_model
    from kneescan.pose.models.model_file import find_model

    model = find_model().read_bytes()
    return detect_in_every_frame(video, lean_model(model) if lean else model)


def run_kneescan(video: str, *, n_workers: int) -> int:
    """Process a video like kneescan, with close-ups; returns the number of frames."""
    from kneescan import track_video

    return len(track_video(video, workers=n_workers))


def load_libraries() -> None:
    """Import what both programs need, which is part of the start of the process."""
    import cv2  # noqa: F401
    import mediapipe  # noqa: F401

    import kneescan.pipeline  # noqa: F401


def measure(run: Callable[[], int]) -> Measurement:
    """Run a function once in this process."""
    start_s = time.perf_counter()
    load_libraries()
    loaded_s = time.perf_counter()
    n_frames = run()
    stop_s = time.perf_counter()
    return Measurement(
        n_frames=n_frames,
        duration_s=stop_s - start_s,
        video_s=stop_s - loaded_s,
        peak_memory_mb=peak_memory_of_this_process(),
    )


def peak_memory_of_this_process() -> float | None:
    """Peak physical memory so far. [MB]"""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Bytes on macOS, kilobytes elsewhere.
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def measure_in_new_process(way: str, video: Path) -> Measurement:
    """Measure one program in a new interpreter: "plain", `LEAN`, `ALL_CORES` or a number of workers."""
    if way == ALL_CORES:
        return measure_side_by_side(os.cpu_count() or 1, video)
    return _result_of(_measuring(way, video))


def measure_side_by_side(n_loops: int, video: Path) -> Measurement:
    """Run this many plain loops at once; times are per video, as if they had shared the work."""
    processes = [_measuring("plain", video) for _ in range(n_loops)]
    loops = [_result_of(process) for process in processes]
    return Measurement(
        n_frames=loops[0].n_frames,
        duration_s=max(loop.duration_s for loop in loops) / n_loops,
        video_s=max(loop.video_s for loop in loops) / n_loops,
        peak_memory_mb=None,
    )


def _measuring(way: str, video: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, __file__, str(video), "--measure", way]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    )


def _result_of(process: "subprocess.Popen[str]") -> Measurement:
    written, _ = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return Measurement(**json.loads(written))


def make_1080p(video: Path, folder: Path) -> Path:
    """Enlarge a video so that its shorter side is 1080 px, as H.264."""
    import av

    enlarged = folder / f"{video.stem}_1080p.mp4"
    with av.open(str(video)) as source, av.open(str(enlarged), "w") as target:
        stored = source.streams.video[0]
        scale = 1080 / min(stored.width, stored.height)
        stream = target.add_stream("libx264", rate=stored.average_rate, options={"crf": "20"})
        stream.width, stream.height = (
            2 * round(side * scale / 2) for side in (stored.width, stored.height)
        )
        stream.pix_fmt = "yuv420p"
        for picture in source.decode(stored):
            larger = picture.reformat(stream.width, stream.height, "yuv420p")
            target.mux(stream.encode(larger))
        target.mux(stream.encode(None))
    return enlarged


def make_longer(video: Path, folder: Path, *, minutes: float) -> Path:
    """Repeat a video up to the given length, without encoding it again."""
    import av

    looped = folder / f"{video.stem}_{minutes:g}min.mp4"
    with av.open(str(looped), "w") as target:
        stream, offset = None, 0
        while True:
            with av.open(str(video)) as source:
                stored = source.streams.video[0]
                stream = stream or target.add_stream_from_template(stored)
                if offset * stored.time_base >= minutes * 60:
                    return looped
                for packet in source.demux(stored):
                    if packet.dts is None:
                        continue
                    packet.pts, packet.dts = packet.pts + offset, packet.dts + offset
                    packet.stream = stream
                    target.mux(packet)
                offset += stored.duration


def analysis_duration_s() -> float:
    """Median time that `analyze_pose` takes for 600 simulated frames. [s]"""
    from kneescan import analyze_pose
    from kneescan.landmarks import Side
    from kneescan.simulate import Noise, SquatScript, simulate

    script = SquatScript(side=Side.LEFT)
    pose = simulate(script, noise=Noise(jitter_px=1), stop_s=N_ANALYZED_FRAMES / 30, fps=30).pose
    durations_s = []
    for _ in range(50):
        start_s = time.perf_counter()
        analyze_pose(pose)
        durations_s.append(time.perf_counter() - start_s)
    return statistics.median(durations_s) * N_ANALYZED_FRAMES / len(pose)


def results_table(video: Path, results: dict[str, list[Measurement]]) -> Table:
    """Medians of each program, and how many times faster it is than the plain loop of its turn."""
    table = Table(title=video.name)
    for heading in (
        "way",
        "frames",
        "time [s]",
        "times as fast, with imports",
        "without",
        "peak memory [MB]",
    ):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for way, runs in results.items():
        pairs = list(zip(results.get("plain", []), runs, strict=False))
        peaks_mb = [run.peak_memory_mb for run in runs if run.peak_memory_mb is not None]
        table.add_row(
            _name_of(way),
            str(runs[0].n_frames),
            f"{statistics.median(run.duration_s for run in runs):.2f}",
            _ratio_text([plain.duration_s / run.duration_s for plain, run in pairs]),
            _ratio_text([plain.video_s / run.video_s for plain, run in pairs]),
            f"{max(peaks_mb):.0f}" if peaks_mb else "",
        )
    return table


def _name_of(way: str) -> str:
    plain = {"plain": "plain MediaPipe loop", LEAN: LEAN, ALL_CORES: f"{ALL_CORES}, a video each"}
    return plain.get(way, f"kneescan, {way} worker(s)")


def _ratio_text(ratios: list[float]) -> str:
    if not ratios:
        return ""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("video", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    parser.add_argument("--make-1080p", action="store_true", help="enlarge the video first")
    parser.add_argument("--minutes", type=float, help="repeat the video to this length first")
    parser.add_argument("--no-plain", action="store_true", help="leave out the plain loop")
    parser.add_argument("--commands", action="store_true", help="whole processes only")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    return parser.parse_args()


def measure_one(arguments: argparse.Namespace) -> None:
    """Measure one program in this process, and pass the numbers to the calling process."""
    video, way = str(arguments.video), arguments.measure
    if way in ("plain", LEAN):
        measured = measure(lambda: run_plain_loop(video, lean=way == LEAN))
    else:
        measured = measure(lambda: run_kneescan(video, n_workers=int(way)))
    record = {name: getattr(measured, name) for name in Measurement.__slots__}
    sys.stdout.write(json.dumps(record))


def main() -> None:
    """Compare the programs, then time the analysis of the landmarks."""
    arguments = parse_arguments()
    if arguments.measure:
        measure_one(arguments)
        return
    console = Console()
    ways = [] if arguments.no_plain or arguments.commands else ["plain", LEAN, ALL_CORES]
    if not arguments.commands:
        ways += [str(n_workers) for n_workers in dict.fromkeys(arguments.workers)]
    results: dict[str, list[Measurement]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        video = arguments.video
        if arguments.make_1080p:
            video = make_1080p(video, Path(folder))
        if arguments.minutes:
            video = make_longer(video, Path(folder), minutes=arguments.minutes)
        for _ in range(arguments.repeats):
            for way in ways:
                results[way].append(measure_in_new_process(way, video))
        if results:
            console.print(results_table(video, results))
        n_workers = max(arguments.workers)
        console.print(costs_table(video, n_workers=n_workers, repeats=arguments.repeats))
    console.print(
        f"analyze_pose, {N_ANALYZED_FRAMES} simulated frames: {analysis_duration_s() * 1e3:.0f} ms"
    )


if __name__ == "__main__":
    main()
