"""Measuring: what the commands do with videos and landmarks, for whoever asked for it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import kneescan
from kneescan.cli.frame import explain
from kneescan.cli.options import check_choice
from kneescan.cli.screen import progress_bar, say
from kneescan.cli.stopping import telling_what_is_kept
from kneescan.files import folder_names
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.folder import Wanted, Written, kept_frames, write_results
from kneescan.output.result_set import is_landmark_file, remembered, reserved
from kneescan.output.words.sentences import languages
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings

if TYPE_CHECKING:
    from kneescan.pipeline import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for on the command line."""

    settings: Settings
    leg: Side | None
    wanted: Wanted
    workers: int | None
    model: str
    rotate_deg: int = 0
    """Clockwise turn of the videos on top of their own. [deg]"""
    recorded_fps: float | None = None
    """Rate at which the videos were recorded, where it is known. [Hz]"""
    inputs: tuple[Path, ...] = ()
    """What the command reads, none of which is written over."""
    overwrite: bool = False
    """Whether the results of another video may be replaced."""


def read_request(
    settings_file: Path | None,
    leg: str,
    wanted: Wanted,
    *,
    workers: int | None = None,
    model: str = "full",
    rotate_deg: int | None = None,
    recorded_fps: float | None = None,
    inputs: Sequence[Path] = (),
    overwrite: bool = False,
) -> Request:
    """Read the settings and check the choices."""
    check_choice("--leg", leg, ["auto", *Side])
    check_choice("--language", wanted.language, languages())
    if wanted.pdf and wanted.report:
        # Said before the measurement, which takes long.
        from kneescan.output.report.pdf import loaded_weasyprint

        loaded_weasyprint()
    return Request(
        settings=Settings.from_toml(settings_file) if settings_file else Settings(),
        leg=None if leg == "auto" else Side(leg),
        wanted=wanted,
        workers=workers,
        model=model,
        rotate_deg=rotate_deg or 0,
        recorded_fps=recorded_fps,
        inputs=(*inputs, *([settings_file] if settings_file else [])),
        overwrite=overwrite,
    )


def measure(
    file: Path, folder: Path | None, request: Request
) -> tuple[SquatAnalysis, list[Written]]:
    """Analyse one video, or the landmarks of one, and write what is wanted into the folder."""
    video = None if is_landmark_file(file) else file
    with ExitStack() as stack:
        if folder is not None:
            stack.enter_context(claimed(folder, file, request))
        kept = stack.enter_context(kept_frames(request.wanted, video if folder else None))
        pose = _track(file, request, kept.keep if kept is not None else None)
        analysis = analyze_landmarks(pose, request)
        if folder is None:
            return analysis, []
        advance = stack.enter_context(progress_bar(f"Drawing {file.name}"))
        steps = write_results(
            folder,
            pose,
            analysis,
            request.wanted,
            video=video,
            source=file,
            kept=kept,
            progress=advance,
        )
    return analysis, steps


def claimed(folder: Path, source: Path, request: Request) -> AbstractContextManager[None]:
    """Folder kept for the results of one video; see :func:`kneescan.output.result_set.reserved`."""
    others = [path for path in request.inputs if path != source]
    return reserved(folder, source, inputs=others, overwrite=request.overwrite)


def each_video(
    files: list[Path], out_folder: Path | None, one: Callable[[Path, Path | None], None]
) -> int:
    """Do one video after the other; one that fails is reported and does not stop the others.

    Returns
    -------
    int
        Exit code: 0, or the gravest of the videos.
    """
    codes: list[int] = []

    def kept() -> str:
        finished = f"{codes.count(0)} of {len(files)} files were finished before"
        folder = folders[len(codes)] if len(codes) < len(files) else None
        return whole_files(folder) if len(files) == 1 else f"{finished}. {whole_files(folder)}"

    folders = _result_folders(files, out_folder)
    with telling_what_is_kept(kept):
        for file, folder in zip(files, folders, strict=True):
            try:
                one(file, folder)
                codes.append(0)
            except Exception as error:  # noqa: BLE001 (whatever a video does, the others go on)
                codes.append(explain(error, about=file))
    n_failed = sum(code > 0 for code in codes)
    if n_failed and len(files) > 1:
        say(f"{n_failed} of {len(files)} files could not be analysed.")
    return max(codes, default=0)


def whole_files(folder: Path | None) -> str:
    """What is to be said of a folder when the writing was stopped."""
    with suppress(OSError):
        if folder is not None and any(folder.iterdir()):
            return f"What is in {folder} is whole; the same command again writes the rest."
    return "Nothing was written."


def _result_folders(files: list[Path], out_folder: Path | None) -> list[Path | None]:
    """Folder for each video: the given one, or one below it for each of several videos."""
    if out_folder is None or len(files) == 1:
        return [out_folder] * len(files)
    return [out_folder / name for name in folder_names(files)]


def _track(file: Path, request: Request, keep: "Passage | None") -> PoseSequence:
    # The pose library takes a second to load, which other commands need not pay for.
    from kneescan.pipeline import track_video

    if is_landmark_file(file):
        pose = track_video(file, rotate_deg=request.rotate_deg, recorded_fps=request.recorded_fps)
        return remembered(pose, file)
    with progress_bar(f"Finding the joints in {file.name}") as advance:
        return track_video(
            file,
            workers=request.workers,
            model=request.model,
            rotate_deg=request.rotate_deg,
            progress=advance,
            keep=keep,
            recorded_fps=request.recorded_fps,
        )


def analyze_landmarks(pose: PoseSequence, request: Request) -> SquatAnalysis:
    """Analyse landmarks with the settings asked for."""
    from kneescan.squat.analysis import analyze_pose

    origin = {"kneescan": kneescan.__version__}
    return analyze_pose(pose, request.settings, leg=request.leg, provenance=origin)
