"""Browser: serve the app for this computer's browser."""

import signal
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kneescan.cli.options import check_choice
from kneescan.cli.terminal.screen import out, say
from kneescan.cli.terminal.speaking import speak
from kneescan.cli.terminal.stopping import telling_what_is_kept
from kneescan.extras import require

if TYPE_CHECKING:
    from kneescan.app.words import AppWords


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
        typer.Option(
            metavar="LANGUAGE", help="Language of pages and reports: en or de.", callback=speak
        ),
    ] = None,
    lan: Annotated[
        bool,
        typer.Option(
            "--lan", help="Let phones in the same network bring videos, when you ask for it."
        ),
    ] = False,
    lan_address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Like --lan, on this address of the computer: 192.168.1.20."
        ),
    ] = None,
    watch: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Take in every video that appears in this folder from now on; it is remembered.",
        ),
    ] = None,
) -> None:
    """Measure videos in the browser: drop them on a page, see the results there.

    The page is only for this computer and for you: it opens with a link
    that works once. Everything stays on this computer. Ctrl-C ends the app;
    what was being measured is measured with the next start.
    """
    from kneescan.output.words.sentences import languages

    for library in ("starlette", "uvicorn", "websockets", "sqlalchemy", "alembic", "segno"):
        require(library, extra="app", purpose="kneescan app")
    if language is not None:
        check_choice("--language", language, languages())
    from kneescan.app.store.place import default_data_folder

    folder = data or default_data_folder()
    words = app_words(folder, language)
    # Loading takes some seconds on a slow computer, and silence looks like a failure.
    out.print(words("app.terminal.starting"), style="dim")
    from kneescan.app.serving import serving

    lan_or_none = lan_address or ("any" if lan else None)
    with (
        telling_what_is_kept(lambda: words("app.terminal.kept"), words("stopped.stopped")),
        serving(folder, port=port, language=language, lan=lan_or_none, watch=watch) as served,
    ):
        where = words("app.terminal.data", folder=folder)
        out.print(where, style="dim", soft_wrap=True, markup=False, highlight=False)

        def show() -> None:
            _show(words, served.new_link(), open_browser=open_browser)

        show()
        _new_link_on_enter(words, show)
        served.wait()
    say(words("app.terminal.ended"))
    raise typer.Exit(1)


def app_words(folder: Path, language: str | None) -> "AppWords":
    """Sentences in the language asked for or that of the pages, in which errors are told as well."""
    from kneescan.app.store.place import language_at_start
    from kneescan.app.words import AppWords

    words = AppWords(language or language_at_start(folder))
    speak(words.language)
    return words


def _show(words: "AppWords", link: str, *, open_browser: bool) -> None:
    say(words("app.terminal.link", link=link), to=out)
    if open_browser:
        webbrowser.open(link)


def _new_link_on_enter(words: "AppWords", show: Callable[[], None]) -> None:
    """Show a new link whenever somebody presses Enter in the terminal."""
    if sys.stdin is None or not sys.stdin.isatty():
        return
    # A program in the background may not read the terminal; it must not be halted for that.
    if hasattr(signal, "SIGTTIN"):
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    out.print(words("app.terminal.keys"), style="dim")

    def read() -> None:
        try:
            while sys.stdin.readline():
                show()
        except (OSError, ValueError):
            return

    threading.Thread(target=read, name="kneescan-enter", daemon=True).start()
