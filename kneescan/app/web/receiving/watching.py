"""The watched folder: its page, and what the home page says of it."""

from pathlib import Path
from typing import Any

import platformdirs
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kneescan.app.receiving.watching import FolderError, State, Watcher
from kneescan.app.web.desk import Desk, desk_of, page_of
from kneescan.app.web.orders import order_of
from kneescan.app.words import AppWords

_CLOUDS = (
    *("iCloudDrive", "Library/Mobile Documents/com~apple~CloudDocs", "OneDrive", "Dropbox"),
    *("Google Drive", "Nextcloud"),
)


def watch_page(request: Request) -> Response:
    """Return the page on which a folder is chosen."""
    desk = desk_of(request)
    return page_of(
        desk,
        "watch.html.j2",
        proposals=_proposals(),
        script_texts=desk.words.entry("app.receiving.watch_script"),
    )


def state(request: Request) -> Response:
    """Tell which folder is watched, and how it goes."""
    desk = desk_of(request)
    return JSONResponse(watch_record(_watcher(desk), desk.words))


async def watch(request: Request) -> Response:
    """Watch a folder from now on."""
    desk = desk_of(request)
    folder = (await order_of(request)).get("folder")
    try:
        await run_sync(_watcher(desk).watch, folder if isinstance(folder, str) else "")
    except FolderError as error:
        return JSONResponse({"text": desk.words(f"app.receiving.refused.{error}")}, status_code=422)
    return JSONResponse(watch_record(_watcher(desk), desk.words))


def watch_nothing(request: Request) -> Response:
    """Watch no folder any more."""
    desk = desk_of(request)
    _watcher(desk).watch_nothing()
    return JSONResponse(watch_record(_watcher(desk), desk.words))


def take_old(request: Request) -> Response:
    """Take in what lay in the folder before it was watched."""
    desk = desk_of(request)
    _watcher(desk).take_old()
    return JSONResponse(watch_record(_watcher(desk), desk.words))


def summary(request: Request) -> Response:
    """Tell what the home page says of phones and the folder."""
    desk = desk_of(request)
    box, words = desk.drop_box, desk.words
    opened = box.opened if box else None
    minutes = int(opened.left_s // 60) if opened else 0
    watched = watch_record(_watcher(desk), words)
    return JSONResponse(
        {
            "phone": words("app.receiving.is_open", minutes=minutes) if opened else "",
            "watch": " ".join(filter(None, (watched["text"], watched["old"]))),
        }
    )


def watch_record(watcher: Watcher, words: AppWords) -> dict[str, Any]:
    """State of the watched folder, ready to be shown."""
    folder, old = watcher.folder, watcher.old
    size_mb = sum(file.size_bytes for file in old) / 1e6
    text = words(
        f"app.receiving.states.{watcher.state}", folder=folder.name or str(folder) if folder else ""
    )
    taken = words("app.receiving.taken", n=watcher.n_taken) if watcher.n_taken else ""
    return {
        "folder": str(folder) if folder else "",
        "is_troubled": watcher.state in (State.GONE, State.DISK_FULL),
        "text": " ".join(filter(None, (text, taken))),
        "old": words("app.receiving.old", n=len(old), size_mb=size_mb) if old else "",
    }


def _watcher(desk: Desk) -> Watcher:
    assert desk.watcher is not None
    return desk.watcher


def _proposals() -> list[str]:
    """Folders of this user in which videos usually appear."""
    home = Path.home()
    likely = [
        platformdirs.user_downloads_path(),
        platformdirs.user_videos_path(),
        *(home / cloud for cloud in _CLOUDS),
    ]
    return [str(folder) for folder in likely if folder.is_dir()]
