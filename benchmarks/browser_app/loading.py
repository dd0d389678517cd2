"""Load the app with uploads: does every file arrive whole, and how soon does the list answer meanwhile?"""

import multiprocessing
import random
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from browser_app.running import App, console

PING_S = 0.05
"""Time between two looks at the list. [s]"""


def load(n_uploads: int, n_bytes: int, seed: int) -> int:
    """Send many files at once; the number of those that did not arrive whole."""
    rng = random.Random(seed)
    videos = [rng.randbytes(n_bytes) for _ in range(n_uploads)]
    with tempfile.TemporaryDirectory() as place, _another_process() as reader:
        folder = Path(place) / "data"
        app, is_done = App(folder), Path(place) / "done"
        cookies = dict(app.client.cookies)
        # In a process of its own, as a browser is: here it would wait for the uploads' threads.
        # It is there before the first upload, and not when half of them are over.
        reader.submit(int).result()
        pings = reader.submit(_ping, str(app.client.base_url), cookies, is_done)
        with ThreadPoolExecutor(n_uploads) as executor:
            names = list(
                executor.map(lambda n: _send_with_cuts(app, n, videos[n]), range(n_uploads))
            )
        is_done.touch()
        pings_s = pings.result()
        whole = [
            (folder / "videos" / name / name).read_bytes() == video
            for name, video in zip(names, videos, strict=True)
        ]
        app.kill()
    p95_ms = 1e3 * statistics.quantiles(pings_s, n=20)[-1]
    console.print(
        f"{n_uploads} uploads of {n_bytes / 1e6:g} MB at once: {sum(whole)} whole; list "
        f"({len(pings_s)} times): median {1e3 * statistics.median(pings_s):.0f} ms, p95 {p95_ms:.0f} ms"
    )
    return n_uploads - sum(whole)


def _another_process() -> ProcessPoolExecutor:
    """Not a fork: that would hold the connections open which are to be cut off."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def _ping(base: str, cookies: dict[str, str], is_done: Path) -> list[float]:
    """Ask for the list again and again; how long the answers took. [s]"""
    times_s = []
    with httpx.Client(base_url=base, cookies=cookies, trust_env=False, timeout=60) as client:
        while not is_done.exists():
            time.sleep(PING_S)
            begun = time.perf_counter()
            client.get("/api/home").raise_for_status()
            times_s.append(time.perf_counter() - begun)
    return times_s


def _send_with_cuts(app: App, number: int, content: bytes) -> str:
    """Send a file; every second one is broken off several times."""
    name = app.announce(content, number)

    def broken(piece: bytes) -> Any:
        yield piece[: len(piece) // 3]
        raise ConnectionError

    n_cuts = 4 * (number % 2)
    while True:
        offset = app.offset(name)
        piece = content[offset : offset + 1_000_000]
        if n_cuts:
            n_cuts -= 1
            headers = {"Upload-Offset": str(offset), "Content-Length": str(len(piece))}
            try:
                app.client.patch(
                    f"/api/videos/{name}/bytes", content=broken(piece), headers=headers
                )
            except ConnectionError:
                continue
        answer = app.append(name, piece, offset)
        if answer is not None and answer["state"] != "receiving":
            return name
