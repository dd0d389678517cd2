"""Measuring: one video in a process of its own, then its report."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kneescan.app.jobs.filmed import Filmed
from kneescan.batch.clips import Failure
from kneescan.batch.workers.isolation import run_isolated
from kneescan.batch.workers.one_video import measure_isolated
from kneescan.batch.workers.watching import Limits
from kneescan.errors import KneescanError
from kneescan.faults import fixable

LIMITS = Limits()

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, and the frames done of all frames, None if unknown."""
Measured = Failure | datetime | None
"""Why a video could not be measured; else when it was filmed, None if its file does not tell."""
Measure = Callable[[Path, Path, str, Filmed, Progress, threading.Event], Measured]
"""Measure a video that was filmed somehow into a folder, with texts in a language, until it is done or
cancelled."""


def measure(
    video: Path,
    folder: Path,
    language: str,
    filmed: Filmed,
    progress: Progress,
    cancel: threading.Event,
) -> Measured:
    """Measure a video and write its results into a folder.

    Parameters
    ----------
    video : Path
        The video.
    folder : Path
        For the results; made if missing.
    language : str
        Language of the report.
    filmed : Filmed
        How it was filmed.
    progress : callable
        Called with the stage and the number of frames.
    cancel : Event
        Set by another thread to stop; the process ends at once.

    Returns
    -------
    Failure, datetime or None
        Nothing is raised for a bad video. If everything was written, when it was filmed: the results do not
        say it, since a date may tell who somebody is.
    """
    failure = measure_isolated(
        video,
        folder,
        rotate_deg=filmed.rotate_deg,
        recorded_fps=filmed.recorded_fps,
        limits=LIMITS,
        progress=progress,
        cancel=cancel,
    )
    if failure is not None:
        return failure
    progress("report", 0, None)
    outcome: Measured = run_isolated(WriteReport(video, folder, language), LIMITS, cancel=cancel)
    return outcome


@dataclass(frozen=True, slots=True)
class WriteReport:
    """Write the report of a measured video; called in the process of a worker."""

    video: Path
    folder: Path
    language: str

    def __call__(self) -> Measured:
        """Write it from the landmarks, with stills from the video; when that was filmed."""
        try:
            return self._write()
        except (KneescanError, OSError) as error:
            return not_written(error)

    def _write(self) -> datetime | None:
        from kneescan.capture.video_file import VideoFile
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
            Wanted(video=False, language=self.language, tells_commands=False),
            video=self.video,
            # Nobody could reach them from the app.
            keep_earlier=False,
        )
        with VideoFile(self.video, n_threads=1) as opened:
            recorded_at = opened.info.recorded_at
        return datetime.fromisoformat(recorded_at) if recorded_at else None


def not_written(error: KneescanError | OSError) -> Failure:
    """Why results could not be written; an error that nobody can fix is raised again."""
    found = error if isinstance(error, KneescanError) else fixable(error)
    if found is None:
        raise error
    return Failure.of(found, kind="worker")
