"""Command line: thin commands over the package; the only module that prints."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

import kneescan
from kneescan.errors import KneescanError
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.records import analysis_record
from kneescan.output.summary import verdict_lines
from kneescan.output.tables import analysis_json, repetitions_csv, write_text
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings, settings_rows, settings_toml

app = typer.Typer(
    name="kneescan",
    help="Does the knee stay over the foot in a single-leg squat? Measured on ordinary film.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 analysed (can't tell included), 1 something you can mend, 2 wrong usage. "
    "Not a medical device. Films stay on this machine.",
)
out = Console()
err = Console(stderr=True)

Films = Annotated[
    list[Path],
    typer.Argument(help="Films, or landmark files (.npz) of earlier analyses.", metavar="FILE..."),
]
OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out", help="Folder for the results; one folder per film below it when several."
    ),
]


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        out.print(kneescan.__version__, highlight=False)
        raise typer.Exit


@app.command()
def analyze(
    files: Films,
    out_folder: OutFolder = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the analysis as JSON and nothing else.")
    ] = False,
    settings_file: Annotated[
        Path | None, typer.Option("--settings", help="TOML file with thresholds.")
    ] = None,
    leg: Annotated[str, typer.Option(help="left, right or auto (both).")] = "auto",
    workers: Annotated[int | None, typer.Option(min=1, help="Cores to use; default all.")] = None,
    model: Annotated[
        str, typer.Option(help="full, lite, heavy or the path of a .task file.")
    ] = "full",
) -> None:
    """Measure single-leg squats on film and say what can be concluded for each leg."""
    if leg not in ("auto", *Side):
        msg = f"{leg!r} is not left, right or auto"
        raise typer.BadParameter(msg, param_hint="--leg")
    settings = Settings.from_toml(settings_file) if settings_file else Settings()
    folders = _result_folders(files, out_folder)
    analyses, n_failed = [], 0
    for file, folder in zip(files, folders, strict=True):
        try:
            pose = _track(file, workers, model)
            analysis = _analyze(pose, settings, leg)
            if folder:
                _write_results(folder, pose, analysis)
        except KneescanError as error:
            n_failed += 1
            _complain(error)
            continue
        analyses.append(analysis)
        if not as_json:
            _print_verdict(file, folder, analysis)
    if as_json and analyses:
        records = [analysis_record(analysis) for analysis in analyses]
        sys.stdout.write(json.dumps(records[0] if len(files) == 1 else records, indent=2) + "\n")
    if n_failed:
        if len(files) > 1:
            err.print(f"{n_failed} of {len(files)} files could not be analysed.")
        raise typer.Exit(1)


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


def _track(file: Path, workers: int | None, model: str) -> PoseSequence:
    """Landmarks of a film under a progress bar, or of a landmark file."""
    # The pose library takes a second to load, which other commands need not pay for.
    from kneescan.pipeline import track_video

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(f"Finding the joints in {file.name}", total=None)

        def advance(done: int, expected: int | None) -> None:
            bar.update(task, completed=done, total=max(done, expected) if expected else None)

        return track_video(file, workers=workers, model=model, progress=advance)


def _analyze(pose: PoseSequence, settings: Settings, leg: str) -> SquatAnalysis:
    from kneescan.squat.analysis import analyze_pose

    origin = {"kneescan": kneescan.__version__}
    return analyze_pose(pose, settings, leg=None if leg == "auto" else leg, provenance=origin)


def _write_results(folder: Path, pose: PoseSequence, analysis: SquatAnalysis) -> None:
    write_text(folder / "analysis.json", analysis_json(analysis))
    write_text(folder / "repetitions.csv", repetitions_csv(analysis))
    pose.save(folder / "landmarks.npz")


def _print_verdict(file: Path, folder: Path | None, analysis: SquatAnalysis) -> None:
    out.rule(file.name, align="left")
    for style, text in verdict_lines(analysis):
        out.print(text, style=style, highlight=False, markup=False)
    if folder:
        out.print(
            f"Written to {folder}: analysis.json, repetitions.csv, landmarks.npz",
            style="dim",
            highlight=False,
        )


def _complain(error: KneescanError) -> None:
    err.print(f"kneescan: {error}", style="red", highlight=False, markup=False, soft_wrap=True)


@app.command()
def settings(
    as_toml: Annotated[
        bool, typer.Option("--toml", help="Print a TOML file to start from.")
    ] = False,
) -> None:
    """Show every threshold with its unit, default and source."""
    if as_toml:
        sys.stdout.write(settings_toml())
        return
    table = Table("setting", "default", "unit", "meaning", "source", title="Thresholds")
    for row in settings_rows():
        table.add_row(*row)
    out.print(table)
    out.print("kneescan settings --toml > my.toml   prints them as a file for --settings")


@app.command()
def fetch_model(
    name: Annotated[str, typer.Argument(help="lite or heavy.")],
) -> None:
    """Download another pose model from its maker, once; the only command that uses the network."""
    from kneescan.pose.model_file import fetch_model as fetch

    with Progress(console=err, transient=True) as bar:
        task = bar.add_task(f"Fetching {name}", total=None)
        path = fetch(name, progress=lambda done, size: bar.update(task, completed=done, total=size))
    out.print(f"{path}", soft_wrap=True, highlight=False)


def main() -> None:
    """Run the command line; something a user can mend becomes one line and exit code 1."""
    try:
        app()
    except KneescanError as error:
        _complain(error)
        sys.exit(1)
