"""Send damaged videos to the real measurement: does each end with a result or with one clear sentence?"""

import tempfile
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from mutating.mutators import mutated
from mutating.readers import READERS

from browser_app.running import ROOT, App, console

AT_ONCE = 25
"""Videos that are sent before their outcomes are waited for."""
PATIENCE_S = 600.0
"""Time for the outcomes. [s]"""
ENDED = ("done", "failed")


def damaged(n_videos: int, seed: int) -> list[bytes]:
    """Videos of all formats, damaged at random, always the same for the same seed."""
    with tempfile.TemporaryDirectory() as place:
        good = [reader.make(Path(place)) for reader in READERS if reader.name.startswith("video")]
        contents = [(file.read_bytes(), file.suffix) for file in (*good, _person(Path(place)))]
    return [
        mutated(*contents[number % len(contents)], Random(f"{seed}/{number}"))[1]
        for number in range(n_videos)
    ]


def _person(folder: Path) -> Path:
    """A second of a person, small."""
    import av

    file = folder / "person.mp4"
    with (
        av.open(str(ROOT / "sample_videos" / "good_right.mp4")) as source,
        av.open(str(file), "w") as container,
    ):
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 270, 480, "yuv420p"
        for picture in islice(source.decode(video=0), 60, 90):
            small = picture.reformat(width=270, height=480)
            small.pts = None
            container.mux(stream.encode(small))
        container.mux(stream.encode())
    return file


def hostile(n_videos: int, seed: int) -> int:
    """Send damaged videos; the number of complaints about how the app answered."""
    complaints: list[str] = []
    kinds: Counter[str] = Counter()
    videos = [video for video in damaged(n_videos, seed) if video]
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        app = App(Path(place) / "data")
        for first in range(0, len(videos), AT_ONCE):
            part = videos[first : first + AT_ONCE]
            names = [_sent(app, first + number, video) for number, video in enumerate(part)]
            for name, video in _outcomes(app, set(names)).items():
                kinds[_kind(video)] += 1
                complaints += [f"{name}: {complaint}" for complaint in _complaints(video, place)]
        is_alive = app.process.poll() is None
        app.kill()
    complaints += [] if is_alive else ["the app has ended"]
    outcomes = "; ".join(f"{n} {kind}" for kind, n in kinds.most_common())
    console.print(
        f"{len(videos)} damaged videos in {time.perf_counter() - begun:.0f} s: {outcomes}; "
        f"complaints: {len(complaints)}"
    )
    for complaint in complaints:
        console.print(complaint)
    return len(complaints)


def _sent(app: App, number: int, video: bytes) -> str:
    name = app.announce(video, number)
    answer = app.append(name, video, 0)
    return str(answer["same_as"] or name)


def _outcomes(app: App, names: set[str]) -> dict[str, dict[str, Any]]:
    """How the list shows videos when all of them have ended, or nobody waits any longer."""
    end_s = time.monotonic() + PATIENCE_S
    while True:
        shown = {name: video for name, video in app.videos().items() if name in names}
        has_ended = all(video["state"] in ENDED for video in shown.values())
        if (has_ended and len(shown) == len(names)) or time.monotonic() > end_s:
            return {name: shown.get(name, {"state": "lost"}) for name in names}
        time.sleep(0.2)


def _kind(video: dict[str, Any]) -> str:
    if video["state"] == "failed":
        return f"failed ({video['text']})"
    return str(video["state"])


def _complaints(video: dict[str, Any], place: str) -> list[str]:
    """What is wrong with an answer; a bug in kneescan is too."""
    if video["state"] not in ENDED:
        return [f"it is still {video['state']}"]
    said = f"{video['text']} {video['detail']}"
    found = []
    if video["state"] == "failed" and not (video["text"] and video["detail"]):
        found.append("no reason is given")
    if "bug in kneescan" in said:
        found.append(said)
    if place in said or "\n" in said or "Traceback" in said:
        found.append(f"not a sentence for people: {said}")
    return found
