"""Measure the speed of the live view: a video plays in real time in place of the camera.

    python benchmarks/live.py sample_videos/good_right.mp4
    python benchmarks/live.py sample_videos/good_right.mp4 --webcam --repeats 5

The video plays until its last squat. With `--webcam` it is first placed in the middle of pictures of a
webcam's size (1280 x 720), which takes more time for copying, drawing and encoding. The delay is the time
from when a picture is available (for a video, when it is due) until the window has it. The computer cannot
measure what camera and screen add. Without a screen, pictures are drawn and discarded.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

# Before PyAV: see kneescan.live.
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kneescan.errors import DisplayError
from kneescan.landmarks import Side
from kneescan.live.camera.nearest_person import tracker_maker
from kneescan.live.camera.patient import open_patiently
from kneescan.live.recording import Recorded, Recording
from kneescan.live.run import SCREEN_PX
from kneescan.live.screen.picture import Screen
from kneescan.live.screen.show import Display, DrawnScenes, Show
from kneescan.live.screen.window import Window
from kneescan.live.session.phases import Session
from kneescan.live.voice.announcements import Calls
from kneescan.live.voice.sound import Voice
from kneescan.output.overlay.style import Picture
from kneescan.output.words.language import Words
from kneescan.pose.models.model_file import find_model
from kneescan.squat.settings import Settings

COUNTDOWN_S = 1.0
"""Measurements begin with the squats. [s]"""


class Nowhere:
    """Display of a computer without a screen."""

    def show(self, _: Picture) -> str:
        """Discard the picture; no key is ever pressed."""
        return ""


def make_wide(video: Path, folder: Path) -> Path:
    """Place a video in the middle of grey pictures of a webcam's size."""
    import av

    width, height = 1280, 720
    wide = folder / f"{video.stem}_webcam.mp4"
    with av.open(str(video)) as source, av.open(str(wide), "w") as target:
        stored = source.streams.video[0]
        stream = target.add_stream("libx264", rate=stored.average_rate, options={"crf": "20"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in source.decode(stored):
            image = frame.to_ndarray(format="rgb24")
            inner = round(image.shape[1] * height / image.shape[0])
            canvas = np.full((height, width, 3), 128, dtype=np.uint8)
            left = (width - inner) // 2
            canvas[:, left : left + inner] = cv2.resize(image, (inner, height))
            target.mux(stream.encode(av.VideoFrame.from_ndarray(canvas, format="rgb24")))
        target.mux(stream.encode(None))
    return wide


def session(video: Path, folder: Path, display: Display, model: str | None) -> Recorded:
    """Record and count the squats of a video, without measuring them afterwards."""
    words, settings = Words(), Settings()
    camera = open_patiently(video)
    stages = Session(camera.size_px, settings=settings, countdown_s=COUNTDOWN_S, is_video=True)
    drawn = DrawnScenes(display, Screen(SCREEN_PX, words, settings))
    show = Show(drawn, words, is_mirrored=True)
    calls = Calls(Voice(is_on=False), words)
    make_tracker = tracker_maker(find_model(model))
    return Recording(camera, stages, show, calls, folder / "live.mp4", make_tracker).run()


def results_table(title: str, runs: Sequence[Recorded]) -> Table:
    """One row per run."""
    headings = ("camera", "tracked", "shown", "delay", "1 in 20 over", "cores busy", "counted")
    units = ("per s", "per s", "per s", "ms", "ms", "", "left, right")
    table = Table(title=title)
    for heading, unit in zip(headings, units, strict=True):
        table.add_column(f"{heading}\n{unit}", justify="right")
    for run in runs:
        if run.timing is None:
            continue
        timing, counted = run.timing, run.counts.counted
        table.add_row(
            f"{timing.grabbed_fps:.1f}",
            f"{timing.tracked_fps:.1f}",
            f"{timing.shown_fps:.1f}",
            f"{1e3 * timing.delay_s:.0f}",
            f"{1e3 * timing.late_s:.0f}",
            f"{timing.n_cores:.2f}",
            f"{counted[Side.LEFT]}, {counted[Side.RIGHT]}",
        )
    return table


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("video", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--model", help="lite, full or heavy")
    parser.add_argument("--webcam", action="store_true", help="widen the video to 1280 x 720 first")
    return parser.parse_args()


def main() -> None:
    """Play the video several times."""
    arguments = parse_arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        video = make_wide(arguments.video, folder) if arguments.webcam else arguments.video
        title = video.name
        display: Display
        try:
            display = stack.enter_context(Window("benchmark", SCREEN_PX))
        except DisplayError:
            display = Nowhere()
            title += ", no screen"
        runs = [session(video, folder, display, arguments.model) for _ in range(arguments.repeats)]
    Console().print(results_table(title, runs))


if __name__ == "__main__":
    main()
