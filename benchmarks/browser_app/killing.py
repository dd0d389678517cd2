"""Kill the app at random moments: is all there in the end that it had acknowledged?

Files are sent, measured and deleted in one thread; in another one, a measured video is corrected, with undo
and redo.
"""

import json
import random
import re
import sqlite3
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from browser_app.running import App, console

PIECE_BYTES = 50_000
REVIEWED = "samplefirs"
"""Video of the sample person that is corrected."""
PATIENCE_S = 300.0
"""Longest time for what takes long on a busy computer. [s]"""


class Acknowledged:
    """What the app said is done."""

    def __init__(self) -> None:
        self.received: dict[str, int] = {}
        self.taken: dict[int, str] = {}
        self.deleted: set[str] = set()
        self.asked_to_delete: set[str] = set()
        self.edits: dict[int, tuple[str, str]] = {}
        """Kind and text of every edit, by its number."""
        self.losses: list[str] = []


def work(app: App, contents: Sequence[bytes], done: Acknowledged, rng: random.Random) -> None:
    """Send, look and delete, until the app is gone or all is done."""
    try:
        for number, content in enumerate(contents):
            if number not in done.taken:
                _send(app, number, content, done)
            elif rng.random() < 0.1 and done.taken[number] not in done.deleted:
                name = done.taken[number]
                done.asked_to_delete.add(name)
                app.client.delete(f"/api/videos/{name}").raise_for_status()
                done.deleted.add(name)
            app.videos()
    except httpx.TransportError:
        return


def _send(app: App, number: int, content: bytes, done: Acknowledged) -> None:
    name = app.announce(content, number)
    offset = app.offset(name)
    if offset < done.received.get(name, 0):
        done.losses.append(f"{name}: {offset} of {done.received[name]} bytes")
    while True:
        answer = app.append(name, content[offset : offset + PIECE_BYTES], offset)
        offset = done.received[name] = answer["offset"]
        if answer["state"] != "receiving":
            done.taken[number] = answer["same_as"] or name
            return


def correct(app: App, done: Acknowledged, rng: random.Random, begun: threading.Event) -> None:
    """Write notes, take them back and redo them, until the app is gone or nobody wants more."""
    path = f"/api/videos/{REVIEWED}/edits"
    # A client of its own: one browser, another tab.
    with httpx.Client(
        base_url=app.client.base_url, cookies=app.client.cookies, headers=app.client.headers,
        trust_env=False, timeout=60,
    ) as tab:  # fmt: skip
        try:
            seq = _seq(tab.get(path).text)
            begun.set()
            for _ in range(10_000):
                kind = rng.choice(("note", "note", "note", "undo", "redo"))
                text = f"note {rng.random()}" if kind == "note" else ""
                order = {"kind": kind, "seq": seq, "text": text}
                answer = tab.post(path, content=json.dumps(order))
                if answer.status_code == 200:
                    seq = _seq(answer.text)
                    done.edits[seq] = kind, text
        except httpx.TransportError:
            return


def _seq(panel: str) -> int:
    """Number of the newest edit, as the panel says."""
    found = re.search(r'data-numbers="([^"]*)"', panel)
    return int(json.loads(unescape(found.group(1)))["seq"]) if found else -1


def _measure_sample(folder: Path) -> None:
    """Have a video to correct."""
    app = App(folder)
    app.client.post("/api/sample").raise_for_status()
    end_s = time.monotonic() + PATIENCE_S
    while app.videos()[REVIEWED]["state"] != "done":
        if time.monotonic() > end_s:
            msg = "the sample person was not measured"
            raise RuntimeError(msg)
        time.sleep(0.2)
    app.kill()


def kills(n_kills: int, seed: int) -> int:
    """Kill the app at random moments; the number of losses."""
    rng, done = random.Random(seed), Acknowledged()
    videos = [rng.randbytes(rng.randrange(1_000, 600_000)) for _ in range(2 * n_kills)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        _measure_sample(folder)
        for number in range(n_kills):
            app = App(folder)
            contents = videos[: 2 * (number + 1)]
            begun = threading.Event()
            threads = [
                threading.Thread(target=work, args=(app, contents, done, rng)),
                threading.Thread(target=correct, args=(app, done, random.Random(number), begun)),
            ]
            for thread in threads:
                thread.start()
            if number % 2:
                # The first look at a video loads the libraries, which takes longer than all after it.
                begun.wait(PATIENCE_S)
            threads[0].join(rng.uniform(0.02, 1.5))
            app.kill()
            for thread in threads:
                thread.join()
            if number % 20 == 19:
                console.print(
                    f"after {number + 1} kills: {len(done.taken)} videos, {len(done.edits)} edits"
                )
        app = App(folder)
        work(app, videos, done, random.Random(0))
        app.kill()
        # The page shows only the newest.
        shown = _videos_in(folder)
        losses = [*done.losses, *_lost(folder, videos, done, shown), *_lost_edits(folder, done)]
    console.print(
        f"{n_kills} kills: {len(done.taken)} of {len(videos)} videos taken in, "
        f"{len(done.deleted)} deleted, {len(done.edits)} edits; lost: {len(losses)}"
    )
    for loss in losses:
        console.print(loss)
    return len(losses)


def _lost(folder: Path, videos: Sequence[bytes], done: Acknowledged, shown: set[str]) -> list[str]:
    """What is not as it was acknowledged."""
    found = []
    for number, name in done.taken.items():
        file = folder / "videos" / name / name
        if name in done.deleted:
            if file.exists() or name in shown:
                found.append(f"{name}: deleted, and still there")
        elif name not in done.asked_to_delete:
            if not file.exists() or file.read_bytes() != videos[number]:
                found.append(f"{name}: not as it was sent")
            elif name not in shown:
                found.append(f"{name}: not in the list")
    return found


def _videos_in(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "kneescan.sqlite")) as database:
        rows = database.execute("select id from video where deleted_s is null")
        return {name for (name,) in rows}


def _lost_edits(folder: Path, done: Acknowledged) -> list[str]:
    """Edits that are not as they were acknowledged, or not in a row."""
    with closing(sqlite3.connect(folder / "kneescan.sqlite")) as database:
        rows: list[Any] = database.execute(
            "select seq, kind, detail from edit where video_id = ? order by seq", (REVIEWED,)
        ).fetchall()
    stored = {seq: (kind, json.loads(detail).get("text", "")) for seq, kind, detail in rows}
    found = [
        f"edit {seq}: {edit}, stored is {stored.get(seq)}"
        for seq, edit in done.edits.items()
        if stored.get(seq) != edit
    ]
    if list(stored) != list(range(1, len(stored) + 1)):
        found.append("edits are not in a row")
    return found
