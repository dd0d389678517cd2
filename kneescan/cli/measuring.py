"""Measuring: the shared steps of the commands that measure videos and landmarks."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

import kneescan
from kneescan.cli.frame import explain
from kneescan.cli.options import check_choice
from kneescan.cli.screen import progress_bar, say
from kneescan.cli.stopping import telling_what_is_kept
from kneescan.files import folder_names
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.folder import Wanted, Written, frame_store, write_results
from kneescan.output.result_set import is_landmark_file, remembered, reserved
from kneescan.output.words.sentences import languages
from kneescan.squat.corrected.by_video import corrections_of
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings

if TYPE_CHECKING:
    from kneescan.pipeline import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Choices from the command line."""

    settings: Settings
    leg: Side | None
    wanted: Wanted
    workers: int | None
    model: str
    rotate_deg: int = 0
    """Clockwise rotation in addition to that stored in the videos. [deg]"""
    recorded_fps: float | None = None
    """Rate at which the videos were recorded, if known. [Hz]"""
    corrections: Path | None = None
    """File or folder with what a reader corrected."""
    inputs: tuple[Path, ...] = ()
    """Files that the command reads; none of them is overwritten."""
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
    corrections: Path | None = None,
    inputs: Sequence[Path] = (),
    overwrite: bool = False,
) -> Request:
    """Read the settings and check the choices."""
    check_choice("--leg", leg, ["auto", *Side])
    check_choice("--language", wanted.language, languages())
    if wanted.keep_sound and wanted.half_speed:
        msg = "--sound and --half-speed exclude each other"
        raise typer.BadParameter(msg)
    if wanted.pdf and wanted.report:
        # Checked before the measurement, which takes long.
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
        corrections=corrections,
        inputs=(*inputs, *(path for path in (settings_file, corrections) if path)),
        overwrite=overwrite,
    )


def measure(
    file: Path, folder: Path | None, request: Request
) -> tuple[SquatAnalysis, list[Written]]:
    """Analyse one video, or its landmarks, and write the wanted results into the folder."""
    video = None if is_landmark_file(file) else file
    with ExitStack() as stack:
        if folder is not None:
            stack.enter_context(reserved_folder(folder, file, request))
        kept = stack.enter_context(frame_store(request.wanted, video if folder else None))
        # Checked before the measurement, which takes long.
        corrections_of(request.corrections, file.name)
        pose = _track(file, request, kept.keep if kept is not None else None)
        analysis = analyze_landmarks(pose, request, file)
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


def reserved_folder(folder: Path, source: Path, request: Request) -> AbstractContextManager[None]:
    """Folder reserved for the results of one video; see :func:`kneescan.output.result_set.reserved`."""
    others = [path for path in request.inputs if path != source]
    return reserved(folder, source, inputs=others, overwrite=request.overwrite)


def each_video(
    files: list[Path], out_folder: Path | None, one: Callable[[Path, Path | None], None]
) -> int:
    """Process one video after the other; a failure is reported and does not stop the others.

    Returns
    -------
    int
        Exit code: 0, or the most serious one of the videos.
    """
    codes: list[int] = []

    def kept() -> str:
        finished = f"Files finished before: {codes.count(0)} of {len(files)}"
        folder = folders[len(codes)] if len(codes) < len(files) else None
        return whole_files(folder) if len(files) == 1 else f"{finished}. {whole_files(folder)}"

    folders = _result_folders(files, out_folder)
    with telling_what_is_kept(kept):
        for file, folder in zip(files, folders, strict=True):
            try:
                one(file, folder)
                codes.append(0)
            except Exception as error:  # noqa: BLE001 (whatever a video does, the others continue)
                codes.append(explain(error, about=file))
    n_failed = sum(code > 0 for code in codes)
    if n_failed and len(files) > 1:
        say(f"Files that could not be analysed: {n_failed} of {len(files)}.")
    return max(codes, default=0)


def whole_files(folder: Path | None) -> str:
    """Message about a folder after writing was stopped."""
    with suppress(OSError):
        if folder is not None and any(folder.iterdir()):
            return (
                f"All files in {folder} are complete; run the same command again to write the rest."
            )
    return "Nothing was written."


def _result_folders(files: list[Path], out_folder: Path | None) -> list[Path | None]:
    """Folder for each video: the given one, or a subfolder for each of several videos."""
    if out_folder is None or len(files) == 1:
        return [out_folder] * len(files)
    return [out_folder / name for name in folder_names(files)]


def _track(file: Path, request: Request, keep: "Passage | None") -> PoseSequence:
    # The pose library takes a second to load, and other commands do not need it.
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


def analyze_landmarks(pose: PoseSequence, request: Request, file: Path) -> SquatAnalysis:
    """Analyse landmarks of a file with the chosen settings and corrections."""
    from kneescan.squat.analysis import analyze_pose

    return analyze_pose(
        pose,
        request.settings,
        leg=request.leg,
        provenance={"kneescan": kneescan.__version__},
        corrections=corrections_of(request.corrections, file.name),
    )
