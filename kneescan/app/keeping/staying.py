"""Staying: write those results of a video that show no more than is to be kept."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kneescan.app.jobs.measuring import LIMITS
from kneescan.batch.clips import Failure
from kneescan.batch.workers.isolation import run_isolated
from kneescan.batch.workers.one_video import ANALYSIS, LANDMARKS, REVIEW
from kneescan.output.result_set import FRAMES

REPORT = "report.html"
TABLES = ("repetitions.csv", "repetitions.parquet", LANDMARKS, ANALYSIS)
STAYING = {"blurred": (REVIEW, FRAMES, REPORT, *TABLES), "landmarks": (REPORT, *TABLES)}
"""Results that stay, in the order in which they take their place; all others are deleted."""

Write = Callable[[Path, Path, str, str, threading.Event], Failure | None]
"""Write the results that stay into a folder: results, folder, what is kept, language, cancel."""


def write_staying(
    results: Path, staged: Path, keep: str, language: str, cancel: threading.Event
) -> Failure | None:
    """Write the results that stay, in a process of its own."""
    outcome: Any = run_isolated(
        WriteStaying(results, staged, keep, language), LIMITS, cancel=cancel
    )
    return outcome if isinstance(outcome, Failure) else None


@dataclass(frozen=True, slots=True)
class WriteStaying:
    """Write results with hidden faces, or without pictures; called in the process of a worker."""

    results: Path
    staged: Path
    keep: str
    language: str

    def __call__(self) -> Failure | None:
        """Write them from the landmarks and the review video."""
        from kneescan.errors import KneescanError

        try:
            self._write()
        except KneescanError as error:
            return Failure(kind="video", reason=str(error))
        return None

    def _write(self) -> None:
        from kneescan.output.folder import write_results
        from kneescan.output.wanted import Wanted
        from kneescan.stored_results import open_results

        stored = open_results(self.results)
        assert stored.pose is not None
        assert stored.analysis is not None
        is_blurred = self.keep == "blurred"
        # Beside the new files, so that what they remember is found there: answers, and frames with faces.
        for name in (LANDMARKS, ANALYSIS, *((FRAMES,) if is_blurred else ())):
            if (self.results / name).exists():
                shutil.copyfile(self.results / name, self.staged / name)
        write_results(
            self.staged,
            stored.pose,
            stored.analysis,
            Wanted(
                video=False,
                blur_faces=True if is_blurred else None,
                language=self.language,
                tells_commands=False,
            ),
            keep_earlier=False,
        )
        if is_blurred:
            self._write_video()

    def _write_video(self) -> None:
        from kneescan.capture.video_file import VideoFile
        from kneescan.errors import VideoError
        from kneescan.landmarks import PoseSequence
        from kneescan.output.video.review_video import write_review_video

        pose = PoseSequence.load(self.staged / LANDMARKS)
        n_done = 0

        def count(n: int, _: int | None) -> None:
            nonlocal n_done
            n_done = n

        source, target = self.results / REVIEW, self.staged / REVIEW
        with VideoFile(source) as frames:
            write_review_video(source, pose, target, frames=frames, blur_faces=True, progress=count)
        if n_done != len(pose):
            msg = f"the review video has {n_done} frames, {len(pose)} were measured"
            raise VideoError(msg)
