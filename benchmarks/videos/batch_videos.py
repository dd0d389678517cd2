"""Make any number of short videos for the benchmark of batches, some broken in different ways."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

SAMPLES = Path(__file__).resolve().parents[2] / "sample_videos"
START_S, STOP_S = 1.5, 6.0
"""Length with about one squat of each sample video. [s]"""
FPS = 8
WIDTH_PX, HEIGHT_PX = 270, 480
N_TEMPLATES = 6


def make_videos(folder: Path, n_videos: int, n_broken: int) -> None:
    """Fill a folder with short videos that are all different.

    Parameters
    ----------
    folder : Path
        Folder to create, with two subfolders.
    n_videos : int
        Number of videos, including the broken ones.
    n_broken : int
        Number of videos that cannot be measured: empty, text, without index, nobody visible, too short.
    """
    templates = _templates(folder.parent)
    broken = _broken(templates[0], folder.parent)
    every = n_videos // n_broken if n_broken else n_videos + 1
    for number in range(n_videos):
        path = folder / f"session {number % 2 + 1}" / f"clip {number:04}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number % every == every // 2 and number // every < n_broken:
            path.write_bytes(broken[number // every % len(broken)])
        else:
            path.write_bytes(_numbered(templates[number % len(templates)], number))


def _numbered(video: bytes, number: int) -> bytes:
    """Video with a box at its end that players ignore."""
    return video + (16).to_bytes(4, "big") + b"free" + number.to_bytes(8, "big")


def _templates(folder: Path) -> list[bytes]:
    """A few different squats, shrunk for fast decoding."""
    # Not the one that is stored sideways: its rotation is lost here.
    samples = sorted(file for file in SAMPLES.glob("*.mp4") if "rotated" not in file.stem)
    path, videos = folder / "template.mp4", []
    for number in range(N_TEMPLATES):
        sample = samples[number % len(samples)]
        _shrink(sample, path, begin_s=START_S + 0.25 * (number // len(samples)))
        videos.append(path.read_bytes())
    path.unlink()
    return videos


def _shrink(sample: Path, path: Path, *, begin_s: float) -> None:
    with av.open(str(sample)) as source, av.open(str(path), "w") as target:
        pictures = source.decode(video=0)
        stream = target.add_stream("libx264", rate=FPS, options={"crf": "28"})
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        n_written = 0
        for picture in pictures:
            time_s = picture.time or 0.0
            if begin_s + n_written / FPS <= time_s < begin_s + STOP_S - START_S:
                small = picture.reformat(WIDTH_PX, HEIGHT_PX, "yuv420p")
                small.pts, small.time_base = n_written, Fraction(1, FPS)
                target.mux(stream.encode(small))
                n_written += 1
        target.mux(stream.encode(None))


def _broken(video: bytes, folder: Path) -> list[bytes]:
    path = folder / "broken.mp4"
    _paint(path, n_frames=20)
    nobody = path.read_bytes()
    _paint(path, n_frames=3)
    too_short = path.read_bytes()
    path.unlink()
    return [b"", b"no video", video[: len(video) // 2], nobody, too_short]


def _paint(path: Path, *, n_frames: int) -> None:
    """Write a video of a grey wall."""
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        wall = np.full((HEIGHT_PX, WIDTH_PX, 3), 120, np.uint8)
        for _ in range(n_frames):
            target.mux(stream.encode(av.VideoFrame.from_ndarray(wall, format="rgb24")))
        target.mux(stream.encode(None))
