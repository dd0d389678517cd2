"""Command line: thin commands over the package; the only module that prints."""

import json
import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

import kneescan
from kneescan.errors import KneescanError
from kneescan.landmarks import PoseSequence, Side
from kneescan.output.advice import Answers
from kneescan.output.folder import Wanted, Written, kept_frames, write_results
from kneescan.output.records import analysis_record
from kneescan.output.sentences import languages
from kneescan.output.summary import verdict_lines
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings, settings_rows, settings_toml

if TYPE_CHECKING:
    from kneescan.pipeline import Passage

app = typer.Typer(
    name="kneescan",
    help="Does the knee stay over the foot in a single-leg squat? Measured on ordinary film.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
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
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="TOML file with thresholds.")]
Leg = Annotated[str, typer.Option(help="left, right or auto (both).")]
Workers = Annotated[int | None, typer.Option(min=1, help="Cores to use; all if not given.")]
Model = Annotated[str, typer.Option(help="full, lite, heavy or the path of a .task file.")]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the analysis as JSON and nothing else.")
]
Report = Annotated[bool, typer.Option(help="Write report.html.")]
Pdf = Annotated[bool, typer.Option("--pdf", help="Write report.pdf too (needs the extra 'pdf').")]
Video = Annotated[bool, typer.Option(help="Write annotated.mp4.")]
HalfSpeed = Annotated[bool, typer.Option("--half-speed", help="Slow down at the deepest points.")]
BlurFaces = Annotated[bool, typer.Option("--blur-faces", help="Hide the face in film and report.")]
Sound = Annotated[bool, typer.Option("--sound", help="Keep the sound of the film.")]
Language = Annotated[str, typer.Option(help="Language of report, film and screen: en or de.")]
Pain = Annotated[bool | None, typer.Option("--pain/--no-pain", help="Does a knee hurt?")]
Runner = Annotated[bool | None, typer.Option("--runner/--no-runner", help="Do you run?")]
OpenIt = Annotated[bool, typer.Option("--open", help="Open the report in the browser.")]


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
    as_json: AsJson = False,
    settings_file: SettingsFile = None,
    leg: Leg = "auto",
    workers: Workers = None,
    model: Model = "full",
    report: Report = True,
    pdf: Pdf = False,
    video: Video = True,
    half_speed: HalfSpeed = False,
    blur_faces: BlurFaces = False,
    sound: Sound = False,
    language: Language = "en",
    pain: Pain = None,
    runner: Runner = None,
    open_it: OpenIt = False,
) -> None:
    """Measure single-leg squats on film and say what can be concluded for each leg."""
    _check_choice("--leg", leg, ["auto", *Side])
    _check_choice("--language", language, languages())
    if sound and half_speed:
        msg = "--sound and --half-speed exclude each other"
        raise typer.BadParameter(msg)
    settings = Settings.from_toml(settings_file) if settings_file else Settings()
    wanted = Wanted(
        report=report,
        pdf=pdf,
        video=video,
        half_speed=half_speed,
        blur_faces=blur_faces,
        keep_sound=sound,
        language=language,
        answers=Answers(pain=pain, running=runner),
    )
    analyses: list[SquatAnalysis] = []

    def one(file: Path, folder: Path | None) -> None:
        film = None if _is_landmarks(file) else file
        with kept_frames(wanted, film if folder else None) as kept:
            pose = _track(file, workers, model, kept.keep if kept is not None else None)
            analysis = _analyze(pose, settings, leg)
            steps = []
            if folder:
                with _bar(f"Drawing {file.name}") as advance:
                    steps = write_results(
                        folder, pose, analysis, wanted, film=film, kept=kept, progress=advance
                    )
        analyses.append(analysis)
        if not as_json:
            _print_verdict(file, folder, analysis, steps, language)
        if open_it and folder:
            webbrowser.open((folder / "report.html").resolve().as_uri())

    n_failed = _each(files, out_folder, one)
    if as_json and analyses:
        records = [analysis_record(analysis) for analysis in analyses]
        sys.stdout.write(json.dumps(records[0] if len(files) == 1 else records, indent=2) + "\n")
    if n_failed:
        raise typer.Exit(1)


@app.command()
def report(
    landmarks: Annotated[
        Path, typer.Argument(help="landmarks.npz, or the folder that it lies in.")
    ],
    film: Annotated[
        Path | None, typer.Option(help="The film, for stills and annotated.mp4.")
    ] = None,
    out_folder: OutFolder = None,
    settings_file: SettingsFile = None,
    leg: Leg = "auto",
    pdf: Pdf = False,
    half_speed: HalfSpeed = False,
    blur_faces: BlurFaces = False,
    language: Language = "en",
    pain: Pain = None,
    runner: Runner = None,
    open_it: OpenIt = False,
) -> None:
    """Write report, tables and film anew from saved landmarks, without looking for the joints again."""
    file = landmarks / "landmarks.npz" if landmarks.is_dir() else landmarks
    _check_choice("--leg", leg, ["auto", *Side])
    _check_choice("--language", language, languages())
    wanted = Wanted(
        pdf=pdf,
        half_speed=half_speed,
        blur_faces=blur_faces,
        language=language,
        answers=Answers(pain=pain, running=runner),
    )
    pose = PoseSequence.load(file)
    settings = Settings.from_toml(settings_file) if settings_file else Settings()
    analysis = _analyze(pose, settings, leg)
    folder = out_folder or file.parent
    with _bar("Drawing") as advance:
        steps = write_results(folder, pose, analysis, wanted, film=film, progress=advance)
    _print_verdict(file, folder, analysis, steps, language)
    if open_it:
        webbrowser.open((folder / "report.html").resolve().as_uri())


def _check_choice(name: str, value: str, choices: list[str]) -> None:
    if value not in choices:
        msg = f"{value!r} is not one of {', '.join(choices)}"
        raise typer.BadParameter(msg, param_hint=name)


def _is_landmarks(file: Path) -> bool:
    return file.suffix.lower() == ".npz"


def _each(
    files: list[Path], out_folder: Path | None, one: Callable[[Path, Path | None], None]
) -> int:
    """Do one film after the other; one that fails is told of and does not stop the others."""
    n_failed = 0
    for file, folder in zip(files, _result_folders(files, out_folder), strict=True):
        try:
            one(file, folder)
        except KneescanError as error:
            n_failed += 1
            _complain(error)
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


@contextmanager
def _bar(text: str) -> Iterator[Callable[[int, int | None], None]]:
    """Progress bar that is told of frames done and frames there are."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(text, total=None)

        def advance(done: int, expected: int | None) -> None:
            bar.update(task, completed=done, total=max(done, expected) if expected else None)

        yield advance


def _track(file: Path, workers: int | None, model: str, keep: "Passage | None") -> PoseSequence:
    # The pose library takes a second to load, which other commands need not pay for.
    from kneescan.pipeline import track_video

    with _bar(f"Finding the joints in {file.name}") as advance:
        return track_video(file, workers=workers, model=model, progress=advance, keep=keep)


def _analyze(pose: PoseSequence, settings: Settings, leg: str) -> SquatAnalysis:
    from kneescan.squat.analysis import analyze_pose

    origin = {"kneescan": kneescan.__version__}
    return analyze_pose(pose, settings, leg=None if leg == "auto" else leg, provenance=origin)


def _print_verdict(
    file: Path, folder: Path | None, analysis: SquatAnalysis, steps: list[Written], language: str
) -> None:
    out.rule(file.name, align="left")
    for style, text in verdict_lines(analysis, language):
        out.print(text, style=style, highlight=False, markup=False)
    for step in steps:
        names = ", ".join(step.files)
        out.print(f"  {step.seconds:5.1f} s  {names}", style="dim", highlight=False, markup=False)
    if folder:
        out.print(f"Written to {folder}", style="dim", highlight=False, markup=False)


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

    with _bar(f"Fetching {name}") as advance:
        path = fetch(name, progress=advance)
    out.print(f"{path}", soft_wrap=True, highlight=False, markup=False)


def main() -> None:
    """Run the command line; something a user can mend becomes one line and exit code 1."""
    try:
        app()
    except KneescanError as error:
        _complain(error)
        sys.exit(1)
