"""Settings page: language, reader, what is kept how long, backup, and where everything is."""

import datetime as dt
import shutil

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response

from kneescan.app.keeping.backups import usual_place
from kneescan.app.keeping.clock import is_in_doubt
from kneescan.app.keeping.copies.backup import total_bytes
from kneescan.app.keeping.ladder import due_videos
from kneescan.app.store.place import default_data_folder
from kneescan.app.store.settings import KEPT, present_reader, readers, retention
from kneescan.app.web.desk import Desk, desk_of, page_of
from kneescan.app.web.keeping.shown import kept_counts, rule_text, troubled, used_text
from kneescan.output.words.sentences import languages


def page(request: Request) -> Response:
    """Return the page of the settings."""
    desk = desk_of(request)
    # Before the count: what is finished in between is a change that the page still notices.
    n_left = desk.keeper.n_left()
    with desk.store.reading() as session:
        counts, in_trouble = kept_counts(desk, session), troubled(desk, session)
        due = due_videos(session)
    is_waiting = is_in_doubt(desk.store) and bool(due)
    rule = retention(desk.store)
    return page_of(
        desk,
        "settings.html.j2",
        here="settings",
        script_texts=desk.words.entry("app.script"),
        languages=languages(),
        readers=readers(desk.store),
        reader=present_reader(desk.store),
        levels=KEPT,
        rule=rule,
        rule_text=rule_text(desk, rule),
        counts=counts,
        troubled=in_trouble,
        today=_today(desk) if is_waiting else "",
        n_left=n_left,
        used="" if is_waiting else used_text(desk, due),
        **_places(desk),
    )


def _today(desk: Desk) -> str:
    today = dt.datetime.now().astimezone().date()
    return format_date(today, "long", locale=desk.words.language)


def _places(desk: Desk) -> dict[str, object]:
    last = desk.backups.last()
    return {
        "place": last[1].rpartition("kneescan-backup-")[0].rstrip("/\\") if last else "",
        "usual_place": str(usual_place()),
        "last_backup": desk.words.moment(last[0]) if last else "",
        "last_folder": last[1] if last else "",
        "is_backing_up": desk.backups.state.state == "running",
        "data_folder": str(desk.folder.root),
        "is_usual_folder": desk.folder.root.resolve() == default_data_folder().resolve(),
        "size_gb": total_bytes(desk.folder) / 1e9,
        "free_gb": shutil.disk_usage(desk.folder.root).free / 1e9,
    }
