"""Screen: what commands show while they work and when they are done."""

import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from kneescan.errors import KneescanError
from kneescan.output.folder import Written
from kneescan.output.summary import verdict_lines
from kneescan.squat.results import SquatAnalysis

out = Console()
err = Console(stderr=True)


@contextmanager
def progress_bar(text: str) -> Iterator[Callable[[int, int | None], None]]:
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


def print_verdict(
    file: Path,
    folder: Path | None,
    analysis: SquatAnalysis,
    steps: Sequence[Written],
    language: str,
) -> None:
    """Verdict, times of the steps, and where everything is."""
    out.rule(file.name, align="left")
    for style, text in verdict_lines(analysis, language):
        out.print(text, style=style, highlight=False, markup=False)
    for step in steps:
        names = ", ".join(step.files)
        if step.note:
            out.print(step.note, style="yellow", highlight=False, markup=False)
            continue
        out.print(f"  {step.seconds:5.1f} s  {names}", style="dim", highlight=False, markup=False)
    if folder:
        out.print(f"Written to {folder}", style="dim", highlight=False, markup=False)


def complain(error: KneescanError) -> None:
    """Say in one line what went wrong and what to do."""
    err.print(f"kneescan: {error}", style="red", highlight=False, markup=False, soft_wrap=True)


def open_report(folder: Path) -> None:
    """Show the report in the browser."""
    webbrowser.open((folder / "report.html").resolve().as_uri())
