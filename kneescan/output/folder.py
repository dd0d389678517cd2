"""Folder: write all results of an analysis into one folder, step by step."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kneescan.extras import has_parquet
from kneescan.files import OUT_REMEDY, is_same_file, make_folder_of
from kneescan.landmarks import PoseSequence
from kneescan.output.privacy.face_record import are_hidden, with_faces
from kneescan.output.report.advice import Answers
from kneescan.output.result_set import ANALYSIS, LANDMARKS, remove_outdated, were_hidden
from kneescan.output.tables.files import (
    analysis_json,
    repetitions_csv,
    repetitions_parquet,
    write_bytes,
    write_text,
)
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.squat.corrected.moved_joints import drawn_landmarks
from kneescan.squat.results import SquatAnalysis

if TYPE_CHECKING:
    from kneescan.output.source.stored_frames import StoredFrames


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to write in addition to the tables."""

    report: bool = True
    pdf: bool = False
    video: bool = True
    half_speed: bool = False
    blur_faces: bool | None = None
    """Whether to hide the face; None means as for this video before."""
    keep_sound: bool = False
    language: str = DEFAULT_LANGUAGE
    answers: Answers = field(default_factory=Answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One step of writing the results."""

    files: tuple[str, ...]
    seconds: float = 0.0
    note: str = ""
    """Notes for the user about the files."""


@contextmanager
def frame_store(
    wanted: Wanted, video: str | os.PathLike[str] | None
) -> Iterator["StoredFrames | None"]:
    """Store for the frames of a video while it is read; None if nobody needs them."""
    if video is None or not (wanted.video or wanted.report):
        yield None
        return
    from kneescan.output.source.stored_frames import StoredFrames

    with ExitStack() as stack:
        kept = None
        # If there is no room for them, the video is read a second time.
        with suppress(OSError):
            kept = stack.enter_context(StoredFrames())
        yield kept


def write_results(
    folder: Path,
    pose: PoseSequence,
    analysis: SquatAnalysis,
    wanted: Wanted,
    *,
    video: str | os.PathLike[str] | None = None,
    source: Path | None = None,
    kept: "StoredFrames | None" = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> list[Written]:
    """Write tables, landmarks, report and annotated video of one analysis.

    The table of squats is written as CSV, and as Parquet where pyarrow is installed.

    Parameters
    ----------
    folder : Path
        Created if missing. Files of an earlier analysis with other numbers are removed first, so that
        results are never mixed, even if writing is interrupted; see :mod:`kneescan.output.result_set`.
    pose, analysis
        What was found in the video.
    wanted : Wanted
        What to write.
    video : path, optional
        The video in which the landmarks were found; it is not checked here. Without it, there is no
        annotated video, and stick figures replace the stills.
    source : Path, optional
        The analysed file, which is not written over.
    kept : StoredFrames, optional
        Frames stored while the video was read, which saves reading it again.
    progress : callable, optional
        Called with the number of finished frames of the annotated video.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    steps: list[Written] = []
    kept = kept if kept is not None and kept.is_whole else None

    @contextmanager
    def step(*files: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        steps.append(Written(files=files, seconds=time.perf_counter() - begun))

    is_hidden = wanted.blur_faces
    if is_hidden is None:
        is_hidden = are_hidden(pose.provenance) or were_hidden(folder, pose)
    pose, analysis = (
        with_faces(pose, is_hidden=is_hidden),
        with_faces(analysis, is_hidden=is_hidden),
    )
    removed = remove_outdated(folder, analysis, source=source)
    as_parquet = ["repetitions.parquet"] if has_parquet() else []
    with step("analysis.json", "repetitions.csv", *as_parquet, "landmarks.npz"):
        _write_tables(folder, pose, analysis, source)
    drawn = drawn_landmarks(pose, analysis)
    if wanted.report:
        with step("report.html", *(["report.pdf"] if wanted.pdf else [])):
            _write_report(folder, drawn, analysis, wanted, video, kept)
    if wanted.video and video is not None:
        with step("annotated.mp4"):
            _write_video(folder, drawn, analysis, wanted, video, kept, progress)
    shows_video = video is not None and (wanted.report or wanted.video)
    return [*steps, *_notes(steps, removed, wanted, names_face=is_hidden and shows_video)]


def _write_video(
    folder: Path,
    drawn: PoseSequence,
    analysis: SquatAnalysis,
    wanted: Wanted,
    video: str | os.PathLike[str],
    kept: "StoredFrames | None",
    progress: Callable[[int, int | None], None] | None,
) -> None:
    # Loading the modules that draw and encode takes time, so it is done only for a video.
    from kneescan.output.video.annotated_video import opened_video, write_annotated_video

    with opened_video(video, kept) as frames:
        write_annotated_video(
            video,
            drawn,
            analysis,
            folder / "annotated.mp4",
            frames=frames,
            half_speed_at_deepest=wanted.half_speed,
            keep_audio=wanted.keep_sound,
            language=wanted.language,
            progress=progress,
        )


def _notes(
    steps: Sequence[Written], removed: Sequence[str], wanted: Wanted, *, names_face: bool
) -> Iterator[Written]:
    """Notes on removed files, and on whose face is hidden."""
    words = Words(wanted.language)
    written = {name for step in steps for name in step.files}
    gone = tuple(name for name in removed if name not in written)
    if gone:
        yield Written(files=gone, note=words("written.removed", files=", ".join(gone)))
    if names_face:
        yield Written(files=(), note=words("written.one_face"))


def _write_tables(
    folder: Path, pose: PoseSequence, analysis: SquatAnalysis, source: Path | None
) -> None:
    landmarks = folder / LANDMARKS
    if source is None or not is_same_file(landmarks, source):
        make_folder_of(landmarks, OUT_REMEDY)
        pose.save(landmarks)
    write_text(folder / ANALYSIS, analysis_json(analysis))
    write_text(folder / "repetitions.csv", repetitions_csv(analysis))
    if has_parquet():
        write_bytes(folder / "repetitions.parquet", repetitions_parquet(analysis))


def _write_report(
    folder: Path,
    pose: PoseSequence,
    analysis: SquatAnalysis,
    wanted: Wanted,
    video: str | os.PathLike[str] | None,
    kept: "StoredFrames | None",
) -> None:
    from kneescan.output.figures.stills import video_frames, wanted_frames
    from kneescan.output.report.page import write_report

    if kept is not None:
        frames = kept.pictures(wanted_frames(analysis, pose))
    else:
        frames = video_frames(video, analysis, pose)
    write_report(
        analysis,
        folder,
        video=video,
        pose=pose,
        frames=frames,
        language=wanted.language,
        answers=wanted.answers,
        pdf=wanted.pdf,
    )
