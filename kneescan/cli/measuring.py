"""Measuring: the shared steps of the commands that measure videos and landmarks."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

import kneescan
from kneescan.cli.each_video import whole_files
from kneescan.cli.options import check_choice
from kneescan.cli.terminal.screen import progress_bar, say
from kneescan.cli.terminal.stopping import telling_what_is_kept
from kneescan.errors import KneescanError
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.folder import frame_store, write_results
from kneescan.output.free_folders import refuse_full_disk
from kneescan.output.privacy.name_record import checked_name
from kneescan.output.result_set import is_landmark_file, remembered, reserved
from kneescan.output.wanted import Wanted, Written
from kneescan.output.words.language import Words
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
    """Whether the results of another video may be replaced, and nothing of what is replaced is kept."""


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
    if wanted.name is not None:
        wanted = replace(wanted, name=checked_name(wanted.name))
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
            refuse_full_disk(folder, video if request.wanted.video else None)
        kept = stack.enter_context(frame_store(request.wanted, video if folder else None))
        # Checked before the measurement, which takes long.
        corrections_of(request.corrections, file.name)
        pose = _track(file, request, kept.keep if kept is not None else None)
        analysis = analyze_landmarks(pose, request, file)
        refuse_other_leg(file, analysis, request)
        if folder is None:
            return analysis, []
        advance = stack.enter_context(progress_bar(_step("drawing", file, request)))
        steps = write_results(
            folder,
            pose,
            analysis,
            request.wanted,
            video=video,
            source=file,
            kept=kept,
            keep_earlier=not request.overwrite,
            progress=advance,
        )
    return analysis, steps


def write_again(
    file: Path,
    folder: Path,
    request: Request,
    *,
    video: Path | None,
    is_copy: bool,
    rotate_deg: int | None,
) -> tuple[SquatAnalysis, list[Written]]:
    """Analyse saved landmarks and write the wanted results, with pictures from their video if there is one.

    ``is_copy`` says that the video is a copy of the measured one, and ``rotate_deg`` how far it is turned
    clockwise to fit the landmarks.
    """
    # This loads PyAV, which the window of `live` bears only after OpenCV.
    from kneescan.output.source.video_match import check_video

    words = Words(request.wanted.language)
    with (
        reserved_folder(folder, file, request),
        telling_what_is_kept(lambda: whole_files(folder, words.language), words("stopped.stopped")),
    ):
        refuse_full_disk(folder, video)
        pose = remembered(PoseSequence.load(file), file)
        pose = pose if rotate_deg is None else pose.with_video_turned(rotate_deg)
        note = check_video(video, pose, is_copy=is_copy) if video else None
        analysis = analyze_landmarks(pose, request, file)
        refuse_other_leg(file, analysis, request)
        with progress_bar(_step("drawing", file, request)) as advance:
            steps = write_results(
                folder,
                pose,
                analysis,
                request.wanted,
                video=video,
                source=file,
                keep_earlier=not request.overwrite,
                progress=advance,
            )
    if note:
        say(f"{words('notices.note')} {note}", style="yellow")
    return analysis, steps


def reserved_folder(folder: Path, source: Path, request: Request) -> AbstractContextManager[None]:
    """Folder reserved for the results of one video; see :func:`kneescan.output.result_set.reserved`."""
    others = [path for path in request.inputs if path != source]
    return reserved(folder, source, inputs=others, overwrite=request.overwrite)


def refuse_other_leg(file: Path, analysis: SquatAnalysis, request: Request) -> None:
    """Refuse the leg asked for if only the other one squats: good results would give way to empty ones.

    Raises
    ------
    KneescanError
        If no squat on this leg was seen, but some on the other.
    """
    for warning in analysis.quality.warnings:
        if warning.code == "only_other_leg" and request.leg is not None:
            words = Words(request.wanted.language)
            leg, other = words.side(request.leg), words.side(request.leg.other)
            raise KneescanError(
                words(
                    "refused.other_leg",
                    file=file,
                    n=warning.values["n"],
                    leg=leg,
                    other=other,
                    other_option=str(request.leg.other),
                )
            )


def _track(file: Path, request: Request, keep: "Passage | None") -> PoseSequence:
    # The pose library takes a second to load, and other commands do not need it.
    from kneescan.pipeline import track_video

    if is_landmark_file(file):
        pose = track_video(file, rotate_deg=request.rotate_deg, recorded_fps=request.recorded_fps)
        return remembered(pose, file)
    with progress_bar(_step("joints", file, request)) as advance:
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


def _step(name: str, file: Path, request: Request) -> str:
    return Words(request.wanted.language)(f"progress.{name}", file=file.name)
