"""Folder: write all results of an analysis into one folder, step by step."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kneescan.errors import OutputError
from kneescan.extras import has_parquet
from kneescan.files import OUT_REMEDY, is_same_file, make_folder_of
from kneescan.landmarks import PoseSequence
from kneescan.output.earlier_results import (
    Earlier,
    clear_outdated,
    keep_report,
    shows_photographs,
)
from kneescan.output.result_set import (
    ANALYSIS,
    ANNOTATED,
    FRAMES,
    LANDMARKS,
)
from kneescan.output.tables.files import (
    analysis_json,
    repetitions_csv,
    repetitions_parquet,
    write_bytes,
    write_text,
)
from kneescan.output.wanted import Wanted, Written
from kneescan.output.wishes import with_wishes
from kneescan.output.words.language import Words
from kneescan.squat.corrected.moved_joints import drawn_landmarks
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.verdict.pace import recorded_rate

if TYPE_CHECKING:
    from kneescan.output.source.kept_frames import KeptFrames
    from kneescan.output.source.stored_frames import StoredFrames


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
    keep_earlier: bool = True,
    progress: Callable[[int, int | None], None] | None = None,
) -> list[Written]:
    """Write tables, landmarks, report and annotated video of one analysis.

    The table of squats is written as CSV, and as Parquet where pyarrow is installed.

    Parameters
    ----------
    folder : Path
        Created if missing. Files of an earlier analysis with other numbers are moved away first, so that
        results are never mixed, even if writing is interrupted; see :mod:`kneescan.output.earlier_results`.
    pose, analysis
        What was found in the video.
    wanted : Wanted
        What to write.
    video : path, optional
        The video in which the landmarks were found; it is not checked here. Without it, no annotated
        video is written, and the stills come from earlier results, or are stick figures.
    source : Path, optional
        The analysed file, which is not written over.
    kept : StoredFrames, optional
        Frames stored while the video was read, which saves reading it again.
    keep_earlier : bool
        Whether earlier results with other numbers are kept in the folder ``previous``.
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

    pose, analysis, is_hidden = with_wishes(folder, pose, analysis, wanted, source)
    frames = _moments(folder, pose, analysis, wanted, video, source, kept)
    earlier = clear_outdated(folder, analysis, source=source, keep=keep_earlier)
    if wanted.report and keep_earlier and frames is None and shows_photographs(folder):
        earlier = keep_report(folder)
    as_parquet = ["repetitions.parquet"] if has_parquet() else []
    drawn = drawn_landmarks(pose, analysis)
    with _saying_where(earlier):
        with step("analysis.json", "repetitions.csv", *as_parquet, "landmarks.npz"):
            _write_tables(folder, pose, analysis, source)
        if frames is not None:
            with step(FRAMES):
                _write_moments(folder, pose, frames)
        if wanted.report:
            with step("report.html", *(["report.pdf"] if wanted.pdf else [])):
                _write_report(folder, drawn, analysis, wanted, video, frames)
        if wanted.video and video is not None:
            with step(ANNOTATED):
                _write_video(folder, drawn, analysis, wanted, video, kept, progress)
    shows_video = video is not None and (wanted.report or wanted.video)
    return [*steps, *_notes(steps, earlier, wanted, is_hidden=is_hidden, shows_video=shows_video)]


@contextmanager
def _saying_where(earlier: Earlier) -> Iterator[None]:
    """Add the place of the earlier results to an error while the new ones are written."""
    try:
        yield
    except OutputError as error:
        if earlier.place is None:
            raise
        msg = f"{error}; the earlier results are in {earlier.place}"
        raise OutputError(msg, code="and_earlier", what=error, place=earlier.place) from error


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
    from kneescan.output.video.annotated_video import (
        MAX_SIDE_PX,
        opened_video,
        write_annotated_video,
    )

    # Frames stored during tracking are shrunk; those of a large video are read again.
    if kept is not None and kept.longer_side_px < min(MAX_SIDE_PX, max(drawn.size_px)):
        kept = None
    with opened_video(
        video,
        kept,
        rotate_deg=drawn.rotate_deg,
        recorded_fps=recorded_rate(drawn),
        every=drawn.every,
    ) as frames:
        write_annotated_video(
            video,
            drawn,
            analysis,
            folder / ANNOTATED,
            frames=frames,
            half_speed_at_deepest=wanted.half_speed,
            keep_audio=wanted.keep_sound,
            language=wanted.language,
            progress=progress,
        )


def _notes(
    steps: Sequence[Written],
    earlier: Earlier,
    wanted: Wanted,
    *,
    is_hidden: bool,
    shows_video: bool,
) -> Iterator[Written]:
    """Notes on what was there before, and on whose face is hidden."""
    words = Words(wanted.language)
    written = {name for step in steps for name in step.files}
    gone = tuple(name for name in earlier.names if name not in written)
    if earlier.place is not None:
        key = "written.earlier_report" if earlier.is_report else "written.earlier"
        key = "written.earlier_with_face" if is_hidden and earlier.shows_face else key
        yield Written(files=(), note=words(key, folder=earlier.place))
    elif gone:
        yield Written(files=gone, note=words("written.removed", files=", ".join(gone)))
    if is_hidden and shows_video:
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


def _moments(
    folder: Path,
    pose: PoseSequence,
    analysis: SquatAnalysis,
    wanted: Wanted,
    video: str | os.PathLike[str] | None,
    source: Path | None,
    kept: "StoredFrames | None",
) -> "KeptFrames | None":
    """Frames for the report; None if nobody wants them or there are none."""
    if kept is None and not wanted.report:
        return None
    # Loading what reads and draws pictures takes time.
    from kneescan.output.deepest_moments import moments_of

    return moments_of(folder, pose, analysis, video, source, kept)


def _write_moments(folder: Path, pose: PoseSequence, frames: "KeptFrames") -> None:
    from kneescan.output.deepest_moments import write_moments

    write_moments(folder, pose, frames)


def _annotated(folder: Path, wanted: Wanted, video: str | os.PathLike[str] | None) -> str | None:
    """Name of the annotated video, if it will be written or is there already."""
    is_coming = wanted.video and video is not None
    return ANNOTATED if is_coming or (folder / ANNOTATED).exists() else None


def _write_report(
    folder: Path,
    pose: PoseSequence,
    analysis: SquatAnalysis,
    wanted: Wanted,
    video: str | os.PathLike[str] | None,
    frames: "KeptFrames | None",
) -> None:
    from kneescan.output.figures.stills import wanted_frames
    from kneescan.output.report.page import write_report

    write_report(
        analysis,
        folder,
        video=video,
        pose=pose,
        frames={} if frames is None else frames.near(wanted_frames(analysis, pose)),
        language=wanted.language,
        pdf=wanted.pdf,
        annotated=_annotated(folder, wanted, video),
        tells_commands=wanted.tells_commands,
    )
