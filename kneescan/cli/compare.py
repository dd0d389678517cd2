"""Compare: what changed from one video of a person to a later one."""

import webbrowser
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

import kneescan
from kneescan.cli import options
from kneescan.cli.terminal.screen import out, say, write_out

if TYPE_CHECKING:
    from kneescan.compare import Comparison


def compare(
    sessions: Annotated[
        list[Path],
        typer.Argument(
            metavar="SESSION",
            help="Two or more folders of results, or landmark files (.npz), of one person.",
        ),
    ],
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Folder for page and tables.",
            show_default="results/compare",
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print the comparison as JSON; writes files only with --out."),
    ] = False,
    settings_file: options.SettingsFile = None,
    corrections: Annotated[
        Path | None,
        typer.Option(
            "--corrections",
            metavar="FOLDER",
            help="Folder with what a reader corrected, one JSON file called like each corrected session.",
        ),
    ] = None,
    error: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="agreement.json of your own study of the error of measurement, which then decides "
            "what is a change.",
        ),
    ] = None,
    videos: Annotated[
        list[Path] | None,
        typer.Option(
            "--video", metavar="FILE", help="A measured video, for photographs; may be repeated."
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the comparison of other sessions.")
    ] = False,
    language: options.Language = "en",
    open_it: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Compare videos of one person: what changed since March, and is it more than error?"""
    from kneescan.compare import compare_sessions, write_comparison
    from kneescan.compare.output.folder import PAGE, free_folder
    from kneescan.compare.output.records import comparison_json
    from kneescan.output.words.sentences import languages
    from kneescan.squat.settings import Settings

    options.check_choice("--language", language, languages())
    settings = Settings.from_toml(settings_file) if settings_file else Settings()
    comparison = compare_sessions(sessions, settings, error=error, corrections=corrections)
    if as_json:
        write_out(comparison_json(comparison, version=kneescan.__version__))
    else:
        _show(comparison, language)
    if as_json and out_folder is None:
        return
    folder = out_folder or free_folder(comparison)
    inputs = [file for file in (settings_file, error, *(videos or ())) if file is not None]
    if corrections is not None:
        inputs += corrections.rglob("*.json")
    write_comparison(
        comparison,
        folder,
        language=language,
        videos=videos or (),
        inputs=[*inputs, *(session.landmarks for session in comparison.sessions)],
        overwrite=overwrite,
    )
    if not as_json:
        _say_where(folder / PAGE, language)
    if open_it:
        webbrowser.open((folder / PAGE).resolve().as_uri())


def _show(comparison: "Comparison", language: str) -> None:
    from kneescan.compare.output.sentences import Labels, leg_sentence, next_step, notes
    from kneescan.output.words.language import Words

    words = Words(language)
    labels = Labels(comparison, words)
    say(" \N{RIGHTWARDS ARROW} ".join(map(labels.short, comparison.sessions)), to=out)
    for leg in comparison.legs:
        _print(leg_sentence(leg, labels, words), style="bold")
        _print(next_step(leg, words))
    for note in notes(comparison, words, version=kneescan.__version__):
        _print(note, style="dim")
    _print(words("notices.not_a_device"), style="dim")


def _print(text: str, *, style: str = "") -> None:
    """Print a sentence on as many lines as it needs; nothing if it is empty."""
    for line in wrap(text, out.width, break_on_hyphens=False):
        out.print(line, style=style)


def _say_where(page: Path, language: str) -> None:
    from kneescan.output.words.language import Words

    say(f"{Words(language)('written.to')} {page}", style="dim", to=out)
