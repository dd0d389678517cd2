"""Measuring: one video in a process of its own, then its report."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kneescan.batch.clips import Failure
from kneescan.batch.workers.isolation import run_isolated
from kneescan.batch.workers.one_video import measure_isolated
from kneescan.batch.workers.watching import Limits

LIMITS = Limits()

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, and the frames done of all frames, None if unknown."""
Measure = Callable[[Path, Path, str, Progress, threading.Event], Failure | None]
"""Measure a video into a folder, with texts in a language, until it is done or cancelled."""


def measure(
    video: Path, folder: Path, language: str, progress: Progress, cancel: threading.Event
) -> Failure | None:
    """Measure a video and write its results into a folder.

    Parameters
    ----------
    video : Path
        The video.
    folder : Path
        For the results; made if missing.
    language : str
        Language of the report.
    progress : callable
        Called with the stage and the number of frames.
    cancel : Event
        Set by another thread to stop; the process ends at once.

    Returns
    -------
    Failure or None
        None if everything was written; nothing is raised for a bad video.
    """
    failure = measure_isolated(video, folder, limits=LIMITS, progress=progress, cancel=cancel)
    if failure is not None:
        return failure
    progress("report", 0, None)
    outcome: Failure | None = run_isolated(
        WriteReport(video, folder, language), LIMITS, cancel=cancel
    )
    return outcome


@dataclass(frozen=True, slots=True)
class WriteReport:
    """Write the report of a measured video; called in the process of a worker."""

    video: Path
    folder: Path
    language: str

    def __call__(self) -> None:
        """Write it from the landmarks, with stills from the video."""
        from kneescan.output.folder import write_results
        from kneescan.output.wanted import Wanted
        from kneescan.stored_results import open_results

        stored = open_results(self.folder)
        assert stored.pose is not None
        assert stored.analysis is not None
        write_results(
            self.folder,
            stored.pose,
            stored.analysis,
            Wanted(video=False, language=self.language),
            video=self.video,
        )
