"""Screen: what commands show while they work and when they finish."""

import os
import sys
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from kneescan.plain_text import one_line, visible, without_credentials

if TYPE_CHECKING:
    from kneescan.output.wanted import Written
    from kneescan.squat.results import SquatAnalysis


class PlainConsole(Console):
    """Console that shows text as it is: names of videos may contain brackets, colons, even commands."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Text ready to show; everything that is printed, including cells of tables, passes through here."""
        options |= {"markup": False, "emoji": False, "highlight": False, "highlighter": None}
        return super().render_str(visible(text), **options)

    def on_broken_pipe(self) -> None:
        """Continue without a screen, as after ``| head``; Rich would end the command."""
        stop_showing(self)

    def print(self, *objects: Any, **options: Any) -> None:
        """Print; a reader that stops early is not an error."""
        try:
            super().print(*objects, **options)
        except BrokenPipeError:
            stop_showing(self)


def stop_showing(console: Console) -> None:
    """Print nothing more, not even pending output at the end of the program."""
    console.quiet = True
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), console.file.fileno())


out = PlainConsole()
err = PlainConsole(stderr=True)


def say(text: str, *, style: str = "", to: Console = err) -> None:
    """Print something on one line, however long it is."""
    # A message that cannot be written must not cause another one.
    with suppress(OSError) if to is err else nullcontext():
        to.print(one_line(text), style=style, soft_wrap=True)


def complain(text: object) -> None:
    """Say in one line what went wrong and what to do; passwords in addresses are hidden."""
    say(f"kneescan: {without_credentials(str(text))}", style="red")


def write_out(text: str) -> None:
    """Write output for another program, unchanged."""
    # A program without a console has no standard output.
    if sys.stdout is not None:
        try:
            sys.stdout.write(text)
        except BrokenPipeError:
            stop_showing(out)


@contextmanager
def progress_bar(text: str) -> Iterator[Callable[[int, int | None], None]]:
    """Progress bar that takes the number of finished frames and of all frames."""
    if not err.is_terminal:
        # In a file, it would only leave an empty line.
        yield lambda done, expected: None  # noqa: ARG005 (called like a bar)
        return
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(one_line(text), total=None)

        def advance(done: int, expected: int | None) -> None:
            bar.update(task, completed=done, total=max(done, expected) if expected else None)

        yield advance


def print_verdict(
    file: Path,
    folder: Path | None,
    analysis: "SquatAnalysis",
    steps: Sequence["Written"],
    language: str,
) -> None:
    """Print the verdict, the times of the steps, and the places of the files."""
    from kneescan.output.words.language import Words
    from kneescan.output.words.summary import verdict_lines

    out.rule(one_line(file.name), align="left")
    for style, text in verdict_lines(analysis, language):
        # The lines that a long sentence is broken into stand below each other.
        indent = " " * (len(text) - len(text.lstrip()))
        lines = wrap(
            text.lstrip(),
            out.width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
        for line in lines:
            out.print(line, style=style)
    for step in steps:
        names = ", ".join(step.files)
        if step.note:
            # The name of a folder stays whole, to be copied.
            say(step.note, style="yellow", to=out)
            continue
        out.print(f"  {names} ({step.seconds:.1f} s)", style="dim")
    if folder:
        say(f"{Words(language)('written.to')} {folder}", style="dim", to=out)


def open_report(folder: Path) -> None:
    """Show the report in the browser."""
    webbrowser.open((folder / "report.html").resolve().as_uri())
