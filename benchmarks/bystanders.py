"""Check that the subject is found and followed in videos with a second person.

    python benchmarks/bystanders.py FOLDER     rendered videos (NAME.mp4, NAME.truth.json, NAME.truth.npz)
    ... --repeats 3                            best of three times

One line per video: squats found on the true leg and true squats, largest error of a deepest point, share of
frames in which the landmarks are on the subject, the verdict, and how much longer than a plain pass the
tracking takes. The plain pass follows one person in every chunk and does not ask who it is. Times are those
of all processors together, which other load on the computer hardly changes.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
from accuracy import Comparison
from rich.console import Console
from rich.table import Table
from truth.rendered import read_rendered

from kneescan import PoseSequence, Side, analyze_pose, track_video
from kneescan.capture.video_file import VideoFile
from kneescan.pipeline import MAX_SIDE_PX, _track
from kneescan.pose import subject
from kneescan.pose.mediapipe.estimator import MediaPipeEstimator
from kneescan.pose.models.model_file import find_model

ON_SUBJECT_PCT = 35.0
"""Landmarks are on the subject if the middle of the hips is this close to the true one. [% of leg length]"""
LATE_S = 0.25
"""Largest error of a deepest point. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came out for one video."""

    comparison: Comparison
    on_subject_pct: float
    """Share of the frames with the subject in which the landmarks are on the subject. [%]"""
    duration_s: float
    plain_s: float
    """Duration of a plain pass. [s]"""

    @property
    def latest_s(self) -> float:
        """Largest error of a deepest point; NaN if no squat was found. [s]"""
        pairs = self.comparison.pairs
        return max((abs(m.deepest_s - t.deepest_s) for t, m in pairs), default=np.nan)

    @property
    def is_right(self) -> bool:
        """Whether exactly the true squats were found, on the true leg and at the right times."""
        return self.n_found == self.n_true == self.n_paired and self.latest_s <= LATE_S

    @property
    def n_true(self) -> int:
        """Number of true squats."""
        return len(self.comparison.truth.repetitions)

    @property
    def n_paired(self) -> int:
        """Number of true squats that were found."""
        return len(self.comparison.pairs)

    @property
    def n_found(self) -> int:
        """Number of squats found on either leg."""
        return sum(len(leg.repetitions) for leg in self.comparison.analysis.legs)


def timed(run: Callable[[], PoseSequence], repeats: int) -> tuple[PoseSequence, float]:
    """Result of a function, and the shortest time of all processors. [s]"""
    durations_s = []
    for _ in range(repeats):
        start_s = time.process_time()
        pose = run()
        durations_s.append(time.process_time() - start_s)
    return pose, min(durations_s)


def track_plainly(path: Path) -> PoseSequence:
    """Track a video as if there were only one person in it."""
    estimator = MediaPipeEstimator(find_model(None))
    estimator.prepare()
    with patch.object(subject, "ASIDE", 1.0):
        return _track(partial(VideoFile, path, max_side_px=MAX_SIDE_PX), estimator, None, iter)[0]


def share_on_subject(pose: PoseSequence, joints: dict[str, np.ndarray]) -> float:
    """Share of frames in which the landmarks are on the subject. [%]"""
    names = list(joints["points"])
    hips = [joints["kp2d"][:, names.index(f"hip_{side}")] for side in "LR"]
    ankles = [joints["kp2d"][:, names.index(f"ankle_{side}")] for side in "LR"]
    true_px, feet_px = np.mean(hips, axis=0), np.max(ankles, axis=0)
    leg_px = np.median(feet_px[:, 1] - true_px[:, 1])
    at = np.searchsorted(joints["t"], pose.time_s - 1e-3).clip(max=len(true_px) - 1)
    seen_px = np.mean([pose.points(side, "hip") for side in Side], axis=0)
    distance_px = np.linalg.norm(seen_px - true_px[at], axis=1)
    in_picture = (true_px[at] > 0).all(axis=1) & (true_px[at] < pose.size_px).all(axis=1)
    return 100 * float(np.mean((100 * distance_px < ON_SUBJECT_PCT * leg_px)[in_picture]))


def measure(path: Path, repeats: int) -> Result:
    """Track a video, with and without the question who the subject is."""
    summary, frames = path.with_suffix(".truth.json"), path.with_suffix(".truth.npz")
    _, plain_s = timed(partial(track_plainly, path), repeats)
    pose, duration_s = timed(partial(track_video, path), repeats)
    return Result(
        comparison=Comparison(truth=read_rendered(summary, frames), analysis=analyze_pose(pose)),
        on_subject_pct=share_on_subject(pose, dict(np.load(frames))),
        duration_s=duration_s,
        plain_s=plain_s,
    )


def row(result: Result) -> list[str]:
    """One line of the table."""
    comparison = result.comparison
    leg = comparison.leg
    codes = [] if leg is None else [reason.code for reason in leg.reasons]
    verdict = "-" if leg is None else f"{leg.verdict} {' '.join(codes)}"
    ratio = result.duration_s / result.plain_s
    return [
        comparison.truth.name,
        f"{result.n_paired} + {result.n_found - result.n_paired}" if result.n_found else "0",
        str(result.n_true),
        f"{result.latest_s:.2f}",
        f"{result.on_subject_pct:.0f}",
        verdict,
        f"{result.plain_s:.2f}",
        f"{ratio:.2f}",
        "" if result.is_right else "wrong",
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="*", help="pattern of the names")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="JSON file for the numbers")
    arguments = parser.parse_args()
    table = Table(
        "video", "found + others", "true", "latest [s]", "on subject [%]", "verdict", "plain [s]",
        "ratio", "",
    )  # fmt: skip
    results = []
    for path in sorted(arguments.folder.glob(f"{arguments.only}.mp4")):
        results.append(measure(path, arguments.repeats))
        table.add_row(*row(results[-1]))
    console = Console(width=150)
    console.print(table)
    ratios = [result.duration_s / result.plain_s for result in results]
    n_right = sum(result.is_right for result in results)
    shown = f"{np.median(ratios):.2f} (median), {max(ratios):.2f} (most)"
    console.print(f"right in {n_right} of {len(results)}; ratio {shown}")
    if arguments.keep:
        rows = [row(result) for result in results]
        arguments.keep.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
