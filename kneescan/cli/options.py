"""Options that the commands share, with their help."""

from pathlib import Path
from typing import Annotated

import typer

from kneescan.cli.terminal.speaking import speak

TURNS_DEG = (0, 90, 180, 270)


def _quarter_turn(rotate_deg: int | None) -> int | None:
    if rotate_deg is not None and rotate_deg not in TURNS_DEG:
        msg = f"{rotate_deg} is not one of 0, 90, 180, 270"
        raise typer.BadParameter(msg)
    return rotate_deg


def check_choice(name: str, value: str, choices: list[str]) -> None:
    """Reject a value that is not one of the choices."""
    if value not in choices:
        msg = f"{value!r} is not one of {', '.join(choices)}"
        raise typer.BadParameter(msg, param_hint=name)


Videos = Annotated[
    list[Path],
    typer.Argument(help="Videos, or landmark files (.npz) of earlier analyses.", metavar="FILE"),
]
OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help="Folder for the results; for several videos, one subfolder each. If not given, "
        "results/NAME, with the name of the video.",
    ),
]
SameFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help="Folder for the results. If not given, the folder of the landmarks.",
    ),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="TOML file with thresholds."),
]
Corrections = Annotated[
    Path | None,
    typer.Option(
        "--corrections",
        metavar="FILE",
        help="JSON file with what a reader corrected; for several videos, a folder with one called "
        "like each video.",
    ),
]
Leg = Annotated[str, typer.Option(metavar="LEG", help="left, right or auto (both).")]
Workers = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Cores to use; all if not given.")
]
Model = Annotated[
    str, typer.Option(metavar="MODEL", help="full, lite, heavy or the path of a .task file.")
]
AsJson = Annotated[
    bool,
    typer.Option(
        "--json", help="Print only the analysis, as JSON; without --out, nothing is written."
    ),
]
Report = Annotated[bool, typer.Option(help="Write report.html.")]
Pdf = Annotated[bool, typer.Option("--pdf", help="Also write report.pdf (needs the extra 'pdf').")]
Video = Annotated[bool, typer.Option(help="Write annotated.mp4.")]
HalfSpeed = Annotated[bool, typer.Option("--half-speed", help="Slow down at the deepest points.")]
BlurFaces = Annotated[
    bool | None,
    typer.Option(
        "--blur-faces/--no-blur-faces",
        help="Hide the face of the person measured in video and report, also when you write them "
        "again; other people stay visible.",
        show_default=False,
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Replace what is in the folder, even results of another video, and keep nothing of it. "
        "Otherwise, replaced results of the same video are kept in its folder previous.",
    ),
]
Sound = Annotated[bool, typer.Option("--sound", help="Keep the sound of the video.")]
Language = Annotated[
    str,
    typer.Option(
        metavar="LANGUAGE", help="Language of report, video and screen: en or de.", callback=speak
    ),
]
Pain = Annotated[
    bool | None,
    typer.Option(
        "--pain/--no-pain", help="Does a knee hurt? Remembered in the results.", show_default=False
    ),
]
Runner = Annotated[
    bool | None,
    typer.Option(
        "--runner/--no-runner", help="Do you run? Remembered in the results.", show_default=False
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="CODE",
        help="Name or code for the top of the report, at most 60 characters; nothing personal is "
        "needed, a code does.",
    ),
]
OpenIt = Annotated[bool, typer.Option("--open", help="Open the report in the browser.")]
RecordedFps = Annotated[
    float | None,
    typer.Option(
        "--recorded-fps",
        metavar="RATE",
        help="Frames per second at which the camera recorded a slow-motion video, e.g. 240. If the "
        "video is not in slow motion, give its own rate.",
    ),
]
Rotate = Annotated[
    int | None,
    typer.Option(
        metavar="DEGREES",
        help="Turn the video clockwise by 90, 180 or 270 degrees, in addition to its own rotation.",
        callback=_quarter_turn,
    ),
]
Camera = Annotated[
    str,
    typer.Option(metavar="CAMERA", help="Number of the camera, or a video to play instead."),
]
Sessions = Annotated[
    Path,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help="Folder for sessions; each session gets its own subfolder.",
    ),
]
Squats = Annotated[int, typer.Option(min=1, metavar="N", help="Number of squats on each leg.")]
Countdown = Annotated[
    float,
    typer.Option(min=0, metavar="SECONDS", help="Countdown from standing right to the start."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Do not count aloud.")]
