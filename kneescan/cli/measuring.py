"""Measuring: what the commands do with films and landmarks, for whoever asked for it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

import kneescan
from kneescan.cli.screen import complain, err, progress_bar
from kneescan.errors import KneescanError
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.folder import Wanted, Written, kept_frames, write_results
from kneescan.output.sentences import languages
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


def read_request(
    settings_file: Path | None,
    leg: str,
    wanted: Wanted,
    *,
    workers: int | None = None,
    model: str = "full",
    rotate_deg: int | None = None,
) -> Request:
    """Read the settings and check the choices."""
    check_choice("--leg", leg, ["auto", *Side])
    check_choice("--language", wanted.language, languages())
    return Request(
        settings=Settings.from_toml(settings_file) if settings_file else Settings(),
        leg=None if leg == "auto" else Side(leg),
        wanted=wanted,
        workers=workers,
        model=model,
        rotate_deg=rotate_deg or 0,
    )


def measure(
    file: Path, folder: Path | None, request: Request
) -> tuple[SquatAnalysis, list[Written]]:
    """Analyse one film, or the landmarks of one, and write what is wanted into the folder."""
    film = None if file.suffix.lower() == ".npz" else file
    with kept_frames(request.wanted, film if folder else None) as kept:
        pose = _track(file, request, kept.keep if kept is not None else None)
        analysis = analyze_landmarks(pose, request)
        if folder is None:
            return analysis, []
        with progress_bar(f"Drawing {file.name}") as advance:
            steps = write_results(
                folder, pose, analysis, request.wanted, film=film, kept=kept, progress=advance
            )
    return analysis, steps


def check_choice(name: str, value: str, choices: list[str]) -> None:
    """Refuse a value that is none of the choices."""
    if value not in choices:
        msg = f"{value!r} is not one of {', '.join(choices)}"
        raise typer.BadParameter(msg, param_hint=name)


def each_film(
    files: list[Path], out_folder: Path | None, one: Callable[[Path, Path | None], None]
) -> int:
    """Do one film after the other; one that fails is told of and does not stop the others."""
    n_failed = 0
    for file, folder in zip(files, _result_folders(files, out_folder), strict=True):
        try:
            one(file, folder)
        except KneescanError as error:
            n_failed += 1
            complain(error)
    if n_failed and len(files) > 1:
        err.print(f"{n_failed} of {len(files)} files could not be analysed.")
    return n_failed


def _result_folders(files: list[Path], out_folder: Path | None) -> list[Path | None]:
    """Folder for each film: the given one, or one below it for each of several films."""
    if out_folder is None or len(files) == 1:
        return [out_folder] * len(files)
    names: list[str] = []
    for file in files:
        name, number = file.stem, 2
        while name in names:
            name, number = f"{file.stem}-{number}", number + 1
        names.append(name)
    return [out_folder / name for name in names]


def _track(file: Path, request: Request, keep: "Passage | None") -> PoseSequence:
    # The pose library takes a second to load, which other commands need not pay for.
    from kneescan.pipeline import track_video

    with progress_bar(f"Finding the joints in {file.name}") as advance:
        return track_video(
            file,
            workers=request.workers,
            model=request.model,
            rotate_deg=request.rotate_deg,
            progress=advance,
            keep=keep,
        )


def analyze_landmarks(pose: PoseSequence, request: Request) -> SquatAnalysis:
    """Analyse landmarks with the settings asked for."""
    from kneescan.squat.analysis import analyze_pose

    origin = {"kneescan": kneescan.__version__}
    return analyze_pose(pose, request.settings, leg=request.leg, provenance=origin)
