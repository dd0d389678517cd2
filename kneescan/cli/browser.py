"""Browser: serve the app for this computer's browser."""

import signal
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from kneescan.cli.options import check_choice
from kneescan.cli.terminal.screen import out, say
from kneescan.cli.terminal.stopping import telling_what_is_kept
from kneescan.extras import require


def browser(
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Folder in which the app keeps everything; your own by default."
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, metavar="N", help="Port of the page; 8417 by default."),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    language: Annotated[
        str | None,
        typer.Option(metavar="LANGUAGE", help="Language of pages and reports: en or de."),
    ] = None,
) -> None:
    """Measure videos in the browser: drop them on a page, see the results there.

    The page is only for this computer and for you: it opens with a link
    that works once. Everything stays on this computer. Ctrl-C ends the app;
    what was being measured is measured with the next start.
    """
    from kneescan.output.words.sentences import languages

    for library in ("starlette", "uvicorn", "sqlalchemy", "alembic"):
        require(library, extra="app", purpose="kneescan app")
    if language is not None:
        check_choice("--language", language, languages())
    from kneescan.app.serving import serving
    from kneescan.app.store.data_folder import default_data_folder

    folder = data or default_data_folder()
    with (
        telling_what_is_kept(lambda: "Everything is kept; kneescan app continues where it was."),
        serving(folder, port=port, language=language) as served,
    ):
        out.print(f"Data: {folder}", style="dim", soft_wrap=True, markup=False, highlight=False)
        _show(served.new_link(), open_browser=open_browser)
        _new_link_on_enter(lambda: _show(served.new_link(), open_browser=open_browser))
        served.wait()
    say("The app has ended, although nobody stopped it.")
    raise typer.Exit(1)


def _show(link: str, *, open_browser: bool) -> None:
    say(f"Open within a minute, works once: {link}", to=out)
    if open_browser:
        webbrowser.open(link)


def _new_link_on_enter(show: Callable[[], None]) -> None:
    """Show a new link whenever somebody presses Enter in the terminal."""
    if sys.stdin is None or not sys.stdin.isatty():
        return
    # A program in the background may not read the terminal; it must not be halted for that.
    if hasattr(signal, "SIGTTIN"):
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    out.print("Enter: a new link. Ctrl-C: end.", style="dim")

    def read() -> None:
        try:
            while sys.stdin.readline():
                show()
        except (OSError, ValueError):
            return

    threading.Thread(target=read, name="kneescan-enter", daemon=True).start()
