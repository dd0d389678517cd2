"""Exchange: read landmarks of other tools, and write landmarks, angles and results for other tools."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import kneescan
from kneescan.cli import options
from kneescan.cli.terminal.screen import out, say
from kneescan.files import refuse_overwriting

if TYPE_CHECKING:
    from kneescan.landmarks import PoseSequence

READ = "npz, trc, openpose, mmpose, mediapipe-csv, dlc-csv or parquet"
FHIR_ENDING = ".fhir.json"
WRITE = "npz, trc, dlc-csv, parquet, or mot for the angles"


def convert(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN", help="File, or folder of results or of OpenPose's JSON files."
        ),
    ],
    target: Annotated[
        Path,
        typer.Argument(
            metavar="OUT",
            help="File to write: .npz .trc .csv .parquet .mot, or .fhir.json for results.",
        ),
    ],
    read_as: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FORMAT", help=f"Format of IN: {READ}; by its name if not given."
        ),
    ] = None,
    write_as: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="FORMAT", help=f"Format of OUT: {WRITE}; by its name if not given."
        ),
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(
            min=1,
            max=10_000,
            metavar="HZ",
            help="Frame rate; needed if IN has no times, otherwise it replaces them.",
        ),
    ] = None,
    width: Annotated[
        int | None,
        typer.Option(
            min=1, max=32_768, metavar="PX", help="Width of the video's picture, as displayed."
        ),
    ] = None,
    height: Annotated[
        int | None,
        typer.Option(
            min=1, max=32_768, metavar="PX", help="Height of the video's picture, as displayed."
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            metavar="PERSON",
            help="Person to read of several: 1 is furthest left in the picture, 0 furthest right; or a "
            "name in IN, or id: and a number in IN.",
        ),
    ] = None,
    mirrored: Annotated[
        bool, typer.Option("--mirrored", help="The video is mirrored (selfie camera).")
    ] = False,
    y_up: Annotated[
        bool, typer.Option("--y-up", help="y of IN points upwards from the lower edge.")
    ] = False,
    settings_file: options.SettingsFile = None,
) -> None:
    """Convert landmarks of other tools to landmarks.npz, that to other formats, or results to FHIR."""
    from kneescan.exchange import READABLE, WRITABLE, Format, read_landmarks, write_landmarks
    from kneescan.exchange.file_format import format_to_write

    for name, given, choices in (("--from", read_as, READABLE), ("--to", write_as, WRITABLE)):
        if given is not None and given not in choices:
            msg = f"{given!r} is not one of {', '.join(choices)}"
            raise typer.BadParameter(msg, param_hint=name)
    if target.name.lower().endswith(FHIR_ENDING) and write_as is None:
        _write_fhir(source, target)
        return
    kind = Format(write_as) if write_as else format_to_write(target)
    inputs = _files_read(source, settings_file)
    refuse_overwriting(target, inputs)
    pose = read_landmarks(
        source,
        file_format=read_as,
        fps=fps,
        width_px=width,
        height_px=height,
        person=person,
        mirrored=mirrored,
        y_up=y_up,
    )
    if kind is Format.MOT:
        _write_angles(pose, target, settings_file, inputs)
        say(f"{target}: angles against time", to=out)
        return
    write_landmarks(pose, target, file_format=kind, inputs=inputs)
    _tell(pose, target)
    if pose.close_ups is not None and kind not in (Format.NPZ, Format.PARQUET):
        text = f"{kind} cannot hold the close-ups of the legs; keep landmarks.npz too."
        out.print(text, style="yellow")


def _write_fhir(source: Path, target: Path) -> None:
    from kneescan.exchange.fhir import fhir_of_results
    from kneescan.output.tables.files import write_text

    file = source / "analysis.json" if source.is_dir() else source
    refuse_overwriting(target, [file])
    write_text(target, fhir_of_results(file))
    say(f"{target}: results as a bundle of FHIR Observations", to=out)


def _files_read(source: Path, settings_file: Path | None) -> list[Path]:
    in_folder = list(source.iterdir()) if source.is_dir() else []
    return [source, *in_folder, *([settings_file] if settings_file else [])]


def _write_angles(
    pose: "PoseSequence", target: Path, settings_file: Path | None, inputs: Iterable[Path]
) -> None:
    from kneescan.exchange import write_angles
    from kneescan.exchange.parsing.equidistant import frame_numbers_of
    from kneescan.squat.analysis import analyze_pose
    from kneescan.squat.settings import Settings

    settings = Settings.from_toml(settings_file) if settings_file else None
    frame_numbers_of(pose, "mot")  # raises an error for a recording with long gaps
    origin = {"kneescan": kneescan.__version__}
    write_angles(analyze_pose(pose, settings, provenance=origin), target, inputs=inputs)


def _tell(pose: "PoseSequence", target: Path) -> None:
    """Say what was written, and what is missing in the landmarks."""
    from kneescan.landmarks import Landmark

    found = {Landmark(k) for k in range(len(Landmark)) if (pose.visibility[:, k] > 0).any()}
    width_px, height_px = pose.size_px
    out.print(
        f"{target}: {len(pose)} frames, {pose.fps:.4g} per second, {width_px} x {height_px} px, "
        f"{len(found)} of {len(Landmark)} landmarks",
        soft_wrap=True,
    )
    read_from = pose.provenance.get("read_from", {})
    n_people, number = read_from.get("people", 1), read_from.get("person")
    if n_people > 1:
        this = f"; this is number {number} from the left" if number else ""
        text = f"It contains {n_people} people{this}; --person selects another one, counted from the left."
        out.print(text, style="yellow")
    if not found.issuperset((Landmark.LEFT_EAR, Landmark.RIGHT_EAR)):
        text = (
            "Without ears, kneescan cannot tell which way the person faces: values are measured, but "
            "the verdict will be can't tell."
        )
        out.print(text, style="yellow")
