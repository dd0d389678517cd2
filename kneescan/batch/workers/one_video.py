"""Measure one video in a child process and keep everything needed to look through it.

This is for programs with a queue of their own, such as one that shows results in a browser. They see how
far a video is, can cancel it, and survive whatever it does.
"""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import kneescan
from kneescan.batch.clips import Failure
from kneescan.batch.workers.isolation import run_isolated
from kneescan.batch.workers.watching import Limits
from kneescan.errors import KneescanError, ModelFileError, OutputError, system_reason
from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.settings import DEFAULTS, Settings

REVIEW, LANDMARKS, ANALYSIS = "review.mp4", "landmarks.npz", "analysis.json"
"""Files of a measured video. The analysis is put in place last, so where it is, all are."""
_UNFINISHED = ".measuring-"
"""Beginning of the name of a folder with files of an unfinished measurement."""
THE_VIDEO = "the video"
"""What stands for its name in reasons."""
TELL_INTERVAL_S = 0.1
"""The progress is told no more often than this. [s]"""

Progress = Callable[[str, int, int | None], None]
"""Called with the stage (``tracking`` or ``writing``), the number of frames done and that of all frames,
None if unknown."""


def measure_isolated(
    video: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    settings: Settings | None = None,
    leg: Side | str | None = None,
    model: str = "full",
    rotate_deg: int = 0,
    recorded_fps: float | None = None,
    n_threads: int | None = None,
    blur_faces: bool = False,
    limits: Limits | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Failure | None:
    """Measure one video in a child process, which may hang, grow or crash.

    Parameters
    ----------
    video : path
        Video to measure.
    folder : path
        Where ``review.mp4``, ``landmarks.npz`` and ``analysis.json`` are put when all three are complete;
        created if missing. Other files there are not touched.
    settings, leg, model, rotate_deg, recorded_fps
        As for :func:`kneescan.analyze_video`.
    n_threads : int, optional
        Number of cores to use; all if omitted.
    blur_faces : bool
        Hide the head of the tracked person in the review video, which then takes a second reading.
    limits : Limits, optional
        Limits of time and memory.
    progress : callable, optional
        Called in this thread with stage, frames done and all frames.
    cancel : Event, optional
        When it is set, by any thread, the child is stopped within a moment.

    Returns
    -------
    Failure or None
        None if the video was measured. Otherwise why not: its kind, and the reason in one sentence; the
        folder is as before. A child that dies gets a second attempt.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_unfinished(folder)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder)).absolute()
    except OSError as error:
        return _unwritable(folder, error)
    job = MeasureInto(
        video=str(Path(video).absolute()),
        folder=unfinished,
        settings=settings or DEFAULTS,
        leg=None if leg is None else Side(leg),
        model=model,
        rotate_deg=rotate_deg,
        recorded_fps=recorded_fps,
        n_threads=n_threads,
        blur_faces=blur_faces,
    )
    try:
        failure = run_isolated(job, limits or Limits(), tell=progress, cancel=cancel)
        return failure or _put_in_place(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what a measurement left behind that was killed with its program."""
    for rest in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(rest, ignore_errors=True)


def _put_in_place(unfinished: Path, folder: Path) -> Failure | None:
    """Move complete files to their place, the analysis last."""
    try:
        (folder / ANALYSIS).unlink(missing_ok=True)
        for name in (REVIEW, LANDMARKS, ANALYSIS):
            (unfinished / name).replace(folder / name)
    except OSError as error:
        return _unwritable(folder, error)
    return None


def _unwritable(folder: Path, error: OSError) -> Failure:
    why = system_reason(error)
    msg = f"{folder}: cannot be written ({why['reason']}); check that there is free space"
    return Failure.of(
        OutputError(msg, code="results_not_written", path=folder, **why), kind="worker"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureInto:
    """Measure a video and write what was found into a folder; called in a child process."""

    video: str
    folder: Path
    settings: Settings
    leg: Side | None
    model: str
    rotate_deg: int
    recorded_fps: float | None
    n_threads: int | None
    blur_faces: bool

    def telling(self, tell: Progress) -> Failure | None:
        """Measure and tell the progress; a video that cannot be measured gives a `Failure`."""
        try:
            pose = self._track(_Steadily(tell, "tracking"))
            if self.blur_faces:
                pose = self._with_hidden_face(pose, _Steadily(tell, "writing"))
            self._write(pose)
        except (ModelFileError, OutputError) as error:
            return Failure.of(error, kind="worker", plain=self._plain)
        except KneescanError as error:
            return Failure.of(error, kind="video", plain=self._plain)
        return None

    def _plain(self, text: str) -> str:
        """Sentence without the name of the file, which the caller knows, or of the folder."""
        text = text.removeprefix(f"{self.video}: ").replace(self.video, THE_VIDEO)
        return text.replace(f"{self.folder}{os.sep}", "")

    def _track(self, progress: "_Steadily") -> PoseSequence:
        from kneescan.pipeline import track_video

        return track_video(
            self.video,
            workers=self.n_threads,
            model=self.model,
            rotate_deg=self.rotate_deg,
            recorded_fps=self.recorded_fps,
            progress=progress,
            review=None if self.blur_faces else self.folder / REVIEW,
        )

    def _with_hidden_face(self, pose: PoseSequence, progress: "_Steadily") -> PoseSequence:
        from kneescan.output.privacy.face_record import with_faces
        from kneescan.output.video.review_video import write_review_video

        pose = with_faces(pose, is_hidden=True)
        write_review_video(self.video, pose, self.folder / REVIEW, progress=progress)
        return pose

    def _write(self, pose: PoseSequence) -> None:
        from kneescan.output.tables.files import analysis_json, write_text
        from kneescan.squat.analysis import analyze_pose

        # The saved landmarks are the ones analysed, so that they give the same file later, to the byte.
        pose.save(self.folder / LANDMARKS)
        saved = PoseSequence.load(self.folder / LANDMARKS)
        origin = {"kneescan": kneescan.__version__}
        analysis = analyze_pose(saved, self.settings, leg=self.leg, provenance=origin)
        write_text(self.folder / ANALYSIS, analysis_json(analysis))


class _Steadily:
    """Tells the progress of one stage, but not of every frame."""

    def __init__(self, tell: Progress, stage: str) -> None:
        self._tell, self._stage = tell, stage
        self._told_s = -TELL_INTERVAL_S

    def __call__(self, n_done: int, n_total: int | None) -> None:
        now_s = time.monotonic()
        if n_done == n_total or now_s - self._told_s >= TELL_INTERVAL_S:
            self._told_s = now_s
            self._tell(self._stage, n_done, n_total)
