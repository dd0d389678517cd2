"""App data: back up what the app keeps, and bring it back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kneescan.cli.browser import app_words
from kneescan.cli.options import check_choice
from kneescan.cli.terminal.screen import out, progress_bar, say
from kneescan.cli.terminal.speaking import speak
from kneescan.cli.terminal.stopping import telling_what_is_kept
from kneescan.extras import require

if TYPE_CHECKING:
    from kneescan.app.words import AppWords

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="Folder of the app; your own by default."),
]

Language = Annotated[
    str | None,
    typer.Option(
        metavar="LANGUAGE", help="Language of what is said here: en or de.", callback=speak
    ),
]

app_data = typer.Typer(
    name="app-data",
    help="Back up what `kneescan app` keeps, and bring it back.",
    no_args_is_help=True,
)


@app_data.command()
def backup(
    place: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the backup's own folder is made.")
    ],
    data: Data = None,
    language: Language = None,
) -> None:
    """Copy everything that the app keeps into a new folder; the app may be running.

    The copy is checked and complete, or not there at all. It holds videos of people: keep it encrypted.
    """
    folder, words = _folder_and_words(data, language)
    from kneescan.app.keeping.copies.backup import back_up

    with (
        telling_what_is_kept(lambda: words("app.terminal.no_backup"), words("stopped.stopped")),
        progress_bar(words("app.terminal.backing_up")) as advance,
    ):
        target = back_up(folder, place, advance)
    say(words("app.terminal.backup", folder=target), to=out)
    say(words("app.terminal.backup_note"), to=out)


@app_data.command()
def restore(
    place: Annotated[Path, typer.Argument(metavar="BACKUP", help="Folder of a backup.")],
    data: Data = None,
    replaces: Annotated[
        bool,
        typer.Option("--replace", help="Move what is in the app's folder aside, if there is any."),
    ] = False,
    language: Language = None,
) -> None:
    """Bring a backup back. End the app before.

    What is there now is never deleted: with --replace it is moved aside.
    """
    folder, words = _folder_and_words(data, language)
    from kneescan.app.keeping.copies.restoring import restore as bring_back

    with (
        telling_what_is_kept(lambda: words("app.terminal.unchanged"), words("stopped.stopped")),
        progress_bar(words("app.terminal.restoring")) as advance,
    ):
        aside = bring_back(place, folder, replaces=replaces, progress=advance)
    say(words("app.terminal.restored", folder=folder), to=out)
    if aside is not None:
        say(words("app.terminal.aside", folder=aside), to=out)
    say(words("app.terminal.back_again"), to=out)


def _folder_and_words(data: Path | None, language: str | None) -> tuple[Path, "AppWords"]:
    from kneescan.output.words.sentences import languages

    for library in ("sqlalchemy", "alembic"):
        require(library, extra="app", purpose="kneescan app-data")
    if language is not None:
        check_choice("--language", language, languages())
    from kneescan.app.store.place import default_data_folder

    folder = data or default_data_folder()
    return folder, app_words(folder, language)
