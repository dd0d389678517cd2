"""Compare videos of 50 and more frames per second, tracked at every frame and thinned as `track_video` does.

python benchmarks/thinning.py FOLDER    rendered videos (NAME.mp4, NAME.truth.json, NAME.truth.npz)
"""

import argparse
import time
from pathlib import Path
from unittest import mock

import numpy as np
from rich.console import Console
from rich.table import Table
from truth.rendered import VideoTruth, read_rendered

from kneescan import PoseSequence, analyze_pose, track_video
from kneescan.capture.timing.thinning import every_nth
from kneescan.capture.video_file import VideoFile

MEASURES = ("fppa_deg", "knee_over_foot_pct", "wobble_pct")
console = Console(width=150)


def main() -> None:
    """Track each fast video in both ways, and print errors against the truth and times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    table = Table(title="Every frame, and thinned: error of each value, in its unit")
    for heading in ("video", "frames/s", *MEASURES, "times as fast"):
        table.add_column(heading, justify="left" if heading == "video" else "right")
    both: list[list[list[float]]] = []
    for video in sorted(folder.glob("*.mp4")):
        fps = _fps(video)
        if every_nth(fps) == 1:
            continue
        truth = read_rendered(video.with_suffix(".truth.json"), video.with_suffix(".truth.npz"))
        every, every_s = _tracked(video, thinned=False)
        thinned, thinned_s = _tracked(video, thinned=True)
        both.append([_errors(pose, truth) for pose in (every, thinned)])
        pairs = [f"{one:+.2f} {other:+.2f}" for one, other in zip(*both[-1], strict=True)]
        table.add_row(video.stem, f"{fps:.0f}", *pairs, f"{every_s / thinned_s:.2f}")
    if both:
        means = np.nanmean(np.abs(both), axis=0)
        pairs = [f"{one:.2f} {other:.2f}" for one, other in zip(*means, strict=True)]
        table.add_row("mean absolute", "", *pairs, "")
    console.print(table)


def _fps(video: Path) -> float:
    with VideoFile(video) as opened:
        return opened.info.nominal_fps or 0.0


def _tracked(video: Path, *, thinned: bool) -> tuple[PoseSequence, float]:
    rule = every_nth if thinned else lambda _fps: 1
    begun_s = time.perf_counter()
    with mock.patch("kneescan.capture.video_file.every_nth", rule):
        pose = track_video(video)
    return pose, time.perf_counter() - begun_s


def _errors(pose: PoseSequence, truth: VideoTruth) -> list[float]:
    leg = analyze_pose(pose).leg(truth.side)
    values = [getattr(leg, name) if leg else None for name in MEASURES]
    true = [truth.mean("fppa_deg"), truth.mean("knee_over_foot_pct"), truth.wobble_pct]
    return [v.value - t if v else np.nan for v, t in zip(values, true, strict=True)]


if __name__ == "__main__":
    main()
