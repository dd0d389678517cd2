"""Measuring: the shared steps of the commands that measure videos and landmarks."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

import kneescan
from kneescan.cli.frame import explain
from kneescan.cli.options import check_choice
from kneescan.cli.screen import progress_bar, say
from kneescan.cli.stopping import telling_what_is_kept
from kneescan.errors import KneescanError
from kneescan.files import folder_names
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.earlier_results import PREVIOUS
from kneescan.output.folder import Wanted, Written, frame_store, write_results
from kneescan.output.free_folders import free_folder, refuse_full_disk
from kneescan.output.privacy.name_record import checked_name
from kneescan.output.result_set import is_landmark_file, remembered, reserved
from kneescan.output.source.video_match import check_video
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE, languages
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
        advance = stack.enter_context(progress_bar(f"Drawing {file.name}"))
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
        with progress_bar("Drawing") as advance:
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


def each_video(
    files: list[Path],
    out_folder: Path | None,
    one: Callable[[Path, Path | None], None],
    *,
    writes: bool = True,
    language: str = DEFAULT_LANGUAGE,
) -> int:
    """Process one video after the other; a failure is reported and does not stop the others.

    Parameters
    ----------
    files : list of Path
        Videos or landmark files.
    out_folder : Path, optional
        Folder for the results of one video, or for a folder for each of several; ``results/NAME`` if
        not given.
    one : callable
        Called with each file and its folder; None if nothing is written.
    writes : bool
        Whether results are written although there is no ``out_folder``.
    language : str
        Language of what is said.

    Returns
    -------
    int
        Exit code: 0, or the most serious one of the videos.
    """
    codes: list[int] = []
    folders: list[Path | None] = []
    words = Words(language)

    def kept() -> str:
        place = whole_files(folders[-1] if len(folders) > len(codes) else None, language)
        if len(files) == 1:
            return place
        return f"{words('stopped.finished', n=codes.count(0), of=len(files))} {place}"

    given = _given_folders(files, out_folder)
    with telling_what_is_kept(kept, words("stopped.stopped")):
        for file, place in zip(files, given, strict=True):
            try:
                folders.append(place)
                if place is None and writes:
                    folders[-1] = free_folder(file, [folder for folder in folders if folder])
                one(file, folders[-1])
                codes.append(0)
            except Exception as error:  # noqa: BLE001 (whatever a video does, the others continue)
                codes.append(explain(error, about=file))
    n_failed = sum(code > 0 for code in codes)
    if n_failed and len(files) > 1:
        say(words("refused.some", n=n_failed, of=len(files)))
    return max(codes, default=0)


def whole_files(folder: Path | None, language: str = DEFAULT_LANGUAGE) -> str:
    """Message about a folder after writing was stopped."""
    words = Words(language)
    nothing = words("stopped.nothing")
    with suppress(OSError):
        there = {path.name for path in folder.iterdir()} if folder is not None else set()
        said = words("stopped.whole", folder=folder) if there - {PREVIOUS} else nothing
        if folder is not None and PREVIOUS in there:
            return f"{said} {words('stopped.earlier', folder=folder / PREVIOUS)}"
        return said
    return nothing


def _given_folders(files: list[Path], out_folder: Path | None) -> list[Path | None]:
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
