"""Kill the browser app again and again, and load it with uploads: is anything lost, how soon does it answer?

    python benchmarks/app.py kills --kills 200
    python benchmarks/app.py load --uploads 20
    python benchmarks/app.py review --steps 1000

`kills` sends files, measures them, deletes some of them, and kills the app with its children at random
moments of all that. What the app acknowledged must be there in the end: bytes, videos, deletions. `load`
sends many files at once, cuts off half of them, and meanwhile asks for the list once in 50 ms. `review`
steps through a video whose frames show their number, and corrects it in a browser (needs Chromium).
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from kneescan.cli import main; main()"
PIECE_BYTES = 50_000
PING_S = 0.05
console = Console(soft_wrap=True, highlight=False)


class App:
    """The running app, and a client that has opened its link."""

    def __init__(self, folder: Path) -> None:
        options = ["app", "--data", str(folder), "--port", "0", "--no-browser", "--language", "en"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        link = ""
        while "once=" not in link:
            link = self.process.stdout.readline()
            if not link:
                msg = "the app did not start"
                raise RuntimeError(msg)
        link = link.split()[-1]
        base = link.partition("/start")[0]
        self.client = httpx.Client(
            base_url=base, headers={"Origin": base}, trust_env=False, timeout=60
        )
        self.client.get(link).raise_for_status()

    def kill(self) -> None:
        """Kill it and its children at once."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        for process in (*children, self.process):
            process.kill()
        self.process.communicate()
        self.client.close()

    def announce(self, content: bytes, number: int) -> str:
        """Begin an upload; its name."""
        order = {"size_bytes": len(content), "fingerprint": f"{number:064x}"}
        return str(self.client.post("/api/videos", json=order).json()["id"])

    def offset(self, name: str) -> int:
        """How many bytes of an upload there are."""
        return int(self.client.head(f"/api/videos/{name}/bytes").headers["Upload-Offset"])

    def append(self, name: str, content: bytes, offset: int) -> Any:
        """Send bytes; the answer, None if the app is elsewhere."""
        headers = {"Upload-Offset": str(offset)}
        path = f"/api/videos/{name}/bytes"
        answer = self.client.patch(path, content=content, headers=headers)
        return answer.json() if answer.status_code == 200 else None

    def videos(self) -> dict[str, dict[str, Any]]:
        """The list, by name."""
        return {video["id"]: video for video in self.client.get("/api/home").json()["videos"]}


class Acknowledged:
    """What the app said is done."""

    def __init__(self) -> None:
        self.received: dict[str, int] = {}
        self.taken: dict[int, str] = {}
        self.deleted: set[str] = set()
        self.asked_to_delete: set[str] = set()
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


def kills(n_kills: int, seed: int) -> int:
    """Kill the app at random moments; the number of losses."""
    rng, done = random.Random(seed), Acknowledged()
    videos = [rng.randbytes(rng.randrange(1_000, 600_000)) for _ in range(2 * n_kills)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        for number in range(n_kills):
            app = App(folder)
            contents = videos[: 2 * (number + 1)]
            thread = threading.Thread(target=work, args=(app, contents, done, rng))
            thread.start()
            thread.join(rng.uniform(0.02, 1.5))
            app.kill()
            thread.join()
        app = App(folder)
        work(app, videos, done, random.Random(0))
        shown = set(app.videos())
        app.kill()
        losses = [*done.losses, *_lost(folder, videos, done, shown)]
    console.print(
        f"{n_kills} kills: {len(done.taken)} of {len(videos)} videos taken in, "
        f"{len(done.deleted)} deleted; lost: {len(losses)}"
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
            elif name not in shown and len(shown) < 300:
                found.append(f"{name}: not in the list")
    return found


def load(n_uploads: int, n_bytes: int, seed: int) -> int:
    """Send many files at once; the number of those that did not arrive whole."""
    rng = random.Random(seed)
    videos = [rng.randbytes(n_bytes) for _ in range(n_uploads)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        app, pings_s, is_done = App(folder), [], threading.Event()

        def ping() -> None:
            while not is_done.wait(PING_S):
                begun = time.perf_counter()
                app.videos()
                pings_s.append(time.perf_counter() - begun)

        thread = threading.Thread(target=ping)
        thread.start()
        with ThreadPoolExecutor(n_uploads) as executor:
            names = list(
                executor.map(lambda n: _send_with_cuts(app, n, videos[n]), range(n_uploads))
            )
        is_done.set()
        thread.join()
        whole = [
            (folder / "videos" / name / name).read_bytes() == video
            for name, video in zip(names, videos, strict=True)
        ]
        app.kill()
    p95_ms = 1e3 * statistics.quantiles(pings_s, n=20)[-1]
    console.print(
        f"{n_uploads} uploads of {n_bytes / 1e6:g} MB at once: {sum(whole)} whole; list: median "
        f"{1e3 * statistics.median(pings_s):.0f} ms, p95 {p95_ms:.0f} ms"
    )
    return n_uploads - sum(whole)


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


def review(n_steps: int, seed: int) -> int:
    """Step and correct in a browser; the number of frames that were not those asked for."""
    sys.path.insert(0, str(ROOT))
    from playwright.sync_api import sync_playwright

    from tests.app.web import test_review_page as page_test

    rng = random.Random(seed)
    n_frames = len(page_test.rendered(page_test.SEVERE))
    wrong, steps_ms = 0, []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as place:
        browser = playwright.chromium.launch(executable_path=page_test.CHROMIUM)
        with page_test.reviewing(browser, Path(place)) as (page, visitor, video_id):
            for number in range(2 * n_steps):
                kind = "to" if number % 2 == 0 else "by"
                value = rng.randrange(1, n_frames - 1) if kind == "to" else rng.choice([-1, 1])
                wanted, shown, took_ms = page.evaluate(
                    page_test.STEP, [kind, value, page_test.BITS]
                )
                in_picture = page.evaluate(page_test.NUMBER_IN_PICTURE, page_test.BITS)
                wrong += not wanted == shown == in_picture
                steps_ms.append(took_ms)
            before = visitor.client.get(f"/videos/{video_id}/corrected.json").content
            buttons = 10 * ["[data-order*=exclude]"] + 10 * [".undo"]
            edits_ms = [page.evaluate(EDIT, [each, k]) for k, each in enumerate(buttons, start=1)]
            after = visitor.client.get(f"/videos/{video_id}/corrected.json").content
            weight = page.evaluate(WEIGHT)
        browser.close()
    for name, times_ms in (("step", steps_ms), ("edit to page", edits_ms)):
        p95_ms = statistics.quantiles(times_ms, n=20)[-1]
        console.print(f"{name}: median {statistics.median(times_ms):.0f} ms, p95 {p95_ms:.0f} ms")
    console.print(
        f"{2 * n_steps} steps: {wrong} wrong; undo gives back every byte: {before == after}; page without "
        f"video: {weight / 1e3:.0f} kB; requests to elsewhere: 0 (else this would have ended)"
    )
    return wrong + (before != after)


EDIT = """async ([selector, seq]) => {
  const button = document.querySelector(selector) ?? document.querySelector("[data-order*=count]");
  const begun = performance.now();
  button.click();
  while (Number(document.getElementById("stage").dataset.ready) !== seq) {
    if (performance.now() - begun > 20000) return Infinity;
    await new Promise((done) => setTimeout(done, 2));
  }
  return performance.now() - begun;
}"""
WEIGHT = """() => performance.getEntriesByType("resource")
  .concat(performance.getEntriesByType("navigation"))
  .filter((each) => !each.name.endsWith(".mp4"))
  .reduce((sum, each) => sum + each.encodedBodySize, 0)"""


def main() -> int:
    """Run one of the three."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["kills", "load", "review"])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--uploads", type=int, default=20)
    parser.add_argument("--megabytes", type=float, default=8)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.what == "kills":
        return int(kills(given.kills, given.seed) > 0)
    if given.what == "review":
        return int(review(given.steps, given.seed) > 0)
    return int(load(given.uploads, int(given.megabytes * 1e6), given.seed) > 0)


if __name__ == "__main__":
    sys.exit(main())
