"""Command line: thin commands on top of the package, the only part that prints.

A command imports what it needs when it is called, so that its help appears at once.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

import kneescan
from kneescan.cli import batch, options
from kneescan.cli.agreement import agreement
from kneescan.cli.app_data import app_data
from kneescan.cli.browser import browser
from kneescan.cli.compare import compare
from kneescan.cli.exchange import convert
from kneescan.cli.frame import Commands, run
from kneescan.cli.live import live
from kneescan.cli.terminal.screen import (
    open_report,
    out,
    print_verdict,
    progress_bar,
    say,
    write_out,
)

if TYPE_CHECKING:
    from kneescan.squat.results import SquatAnalysis

app = typer.Typer(
    name="kneescan",
    cls=Commands,
    help="Does the knee stay over the foot in a single-leg squat? Measured on ordinary video. "
    "`kneescan VIDEO` is short for `kneescan analyze VIDEO`.",
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 analysed (can't tell included), 1 a problem you can fix, 2 wrong usage, "
    "70 a bug in kneescan, 130 stopped. Not a medical device. Videos stay on this computer.",
)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        out.print(kneescan.__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        write_out(context.get_help())
        raise typer.Exit(2)


@app.command()
def analyze(
    files: options.Videos,
    out_folder: options.OutFolder = None,
    as_json: options.AsJson = False,
    settings_file: options.SettingsFile = None,
    corrections: options.Corrections = None,
    leg: options.Leg = "auto",
    workers: options.Workers = None,
    model: options.Model = "full",
    rotate: options.Rotate = None,
    recorded_fps: options.RecordedFps = None,
    report: options.Report = True,
    pdf: options.Pdf = False,
    video: options.Video = True,
    half_speed: options.HalfSpeed = False,
    blur_faces: options.BlurFaces = None,
    sound: options.Sound = False,
    overwrite: options.Overwrite = False,
    language: options.Language = "en",
    pain: options.Pain = None,
    runner: options.Runner = None,
    name: options.Name = None,
    open_it: options.OpenIt = False,
) -> None:
    """Measure single-leg squats on video and give a verdict for each leg."""
    from kneescan.cli.each_video import each_video
    from kneescan.cli.measuring import measure, read_request
    from kneescan.cli.terminal.questions import with_answers
    from kneescan.output.report.advice import Answers
    from kneescan.output.wanted import Wanted

    if corrections is not None and corrections.is_file() and len(files) > 1:
        msg = "one file has the corrections of one video; for several, give a folder"
        raise typer.BadParameter(msg, param_hint="--corrections")
    wanted = Wanted(
        report=report,
        pdf=pdf,
        video=video,
        half_speed=half_speed,
        blur_faces=blur_faces,
        keep_sound=sound,
        language=language,
        answers=Answers(pain=pain, running=runner),
        name=name,
    )
    request = read_request(
        settings_file,
        leg,
        wanted,
        workers=workers,
        model=model,
        rotate_deg=rotate,
        recorded_fps=recorded_fps,
        corrections=corrections,
        inputs=files,
        overwrite=overwrite,
    )
    request = with_answers(request, files, quiet=as_json)
    analyses: list[SquatAnalysis] = []

    def one(file: Path, folder: Path | None) -> None:
        analysis, steps = measure(file, folder, request)
        analyses.append(analysis)
        if not as_json:
            print_verdict(file, folder, analysis, steps, language)
        if open_it and folder:
            open_report(folder)

    code = each_video(files, out_folder, one, writes=not as_json, language=language)
    if as_json and analyses:
        _print_json(analyses, as_list=len(files) > 1)
    raise typer.Exit(code)


def _print_json(analyses: "list[SquatAnalysis]", *, as_list: bool) -> None:
    from kneescan.output.tables.records import analysis_record

    records = [analysis_record(analysis) for analysis in analyses]
    write_out(json.dumps(records if as_list else records[0], indent=2) + "\n")


@app.command()
def report(
    landmarks: Annotated[
        Path,
        typer.Argument(metavar="LANDMARKS", help="landmarks.npz, or the folder that contains it."),
    ],
    video: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The measured video, for stills and annotated.mp4."),
    ] = None,
    video_is_copy: Annotated[
        bool,
        typer.Option(
            "--video-is-copy",
            help="The video is a copy of the measured one, compressed again or blurred.",
        ),
    ] = False,
    out_folder: options.SameFolder = None,
    settings_file: options.SettingsFile = None,
    corrections: options.Corrections = None,
    leg: options.Leg = "auto",
    rotate: options.Rotate = None,
    pdf: options.Pdf = False,
    half_speed: options.HalfSpeed = False,
    blur_faces: options.BlurFaces = None,
    overwrite: options.Overwrite = False,
    language: options.Language = "en",
    pain: options.Pain = None,
    runner: options.Runner = None,
    name: options.Name = None,
    open_it: options.OpenIt = False,
) -> None:
    """Write report, tables and video again from saved landmarks, without searching for the joints again."""
    from kneescan.cli.measuring import read_request, write_again
    from kneescan.output.report.advice import Answers
    from kneescan.output.wanted import Wanted

    file = landmarks / "landmarks.npz" if landmarks.is_dir() else landmarks
    wanted = Wanted(
        pdf=pdf,
        half_speed=half_speed,
        blur_faces=blur_faces,
        language=language,
        answers=Answers(pain=pain, running=runner),
        name=name,
    )
    inputs = [file, video] if video else [file]
    request = read_request(
        settings_file,
        leg,
        wanted,
        corrections=corrections,
        inputs=inputs,
        overwrite=overwrite,
    )
    folder = out_folder or file.parent
    analysis, steps = write_again(
        file, folder, request, video=video, is_copy=video_is_copy, rotate_deg=rotate
    )
    print_verdict(file, folder, analysis, steps, language)
    if open_it:
        open_report(folder)


@app.command()
def settings(
    as_toml: Annotated[
        bool, typer.Option("--toml", help="Print a TOML file to start from.")
    ] = False,
) -> None:
    """Show every threshold with its unit, default and source."""
    from rich import box
    from rich.table import Table

    from kneescan.output.tables.settings_text import settings_rows, settings_toml
    from kneescan.output.words.numerals import with_unit

    if as_toml:
        write_out(settings_toml())
        return
    table = Table(title="Thresholds", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    # A name that is cut short cannot be copied into a file of settings.
    rows = settings_rows()
    table.add_column("setting", no_wrap=True, min_width=max(len(name) for name, *_ in rows))
    table.add_column("default", max_width=14)
    table.add_column("meaning (source)")
    for name, default, unit, meaning, source in rows:
        table.add_row(name, with_unit(default, unit), f"{meaning} ({source})")
    out.print(table)
    out.print("kneescan settings --toml > my.toml   writes a file for --settings")


@app.command()
def fetch_model(
    name: Annotated[str, typer.Argument(metavar="MODEL", help="lite or heavy.")],
) -> None:
    """Download another pose model from Google once. Measuring with it needs no network."""
    from kneescan.pose.models.model_file import fetch_model as fetch

    with progress_bar(f"Fetching {name}") as advance:
        path = fetch(name, progress=advance)
    say(str(path), to=out)


app.command()(live)
app.command("app")(browser)
app.add_typer(app_data)
app.command()(convert)
app.command()(agreement)
app.command()(compare)

batch.register(app)


def main() -> NoReturn:
    """Run the command line."""
    arguments = sys.argv[1:]
    sys.exit(run(lambda: app(arguments, prog_name="kneescan", standalone_mode=False), arguments))
