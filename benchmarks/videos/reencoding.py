"""Encode a video again: in other qualities, sizes, frame rates or light, mirrored, or repeated."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.capture.video_file import FALLBACK_FPS, VideoFile
from kneescan.frames import Frame

TICKS_PER_S = 90_000
"""Clock of the encoded videos, as in MPEG. [Hz]"""
GOOD_CRF = 18
"""Quality for testing another change: almost no visible loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Changes to a video; by default only the encoding."""

    name: str
    crf: int = GOOD_CRF
    """Constant rate factor of x264: 18 is good, 28 is typical of a messaging app, 35 is poor."""
    scale: float = 1.0
    every: int = 1
    """Keep one frame out of this many."""
    mirrored: bool = False
    brightness: float = 1.0
    times: int = 1
    """Number of times that the video is played in a row."""


def encode(video: Path, target: Path, variant: Variant, *, preset: str = "medium") -> Path:
    """Write a changed copy of a video, upright, with the true time of every frame.

    Parameters
    ----------
    video, target : Path
        Video to read, and MP4 file to write.
    variant : Variant
        Changes to make.
    preset : str
        Trade-off between time and size in x264.
    """
    with VideoFile(video) as opened:
        size_px = tuple(
            2 * round(side * variant.scale / 2)
            for side in (opened.info.width_px, opened.info.height_px)
        )
        fps = Fraction(opened.info.nominal_fps or FALLBACK_FPS).limit_denominator(1001)
    with av.open(str(target), "w") as container:
        options = {"crf": str(variant.crf), "preset": preset}
        stream = container.add_stream("libx264", rate=fps / variant.every, options=options)
        stream.width, stream.height = size_px
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        for time_s, image_rgb in _changed(video, variant, size_px, 1 / float(fps)):
            picture = av.VideoFrame.from_ndarray(image_rgb, format="rgb24")
            picture.pts, picture.time_base = round(time_s * TICKS_PER_S), Fraction(1, TICKS_PER_S)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return target


def _changed(
    video: Path, variant: Variant, size_px: tuple[int, ...], interval_s: float
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Time and picture of every frame to write."""
    begun_s, time_s = 0.0, 0.0
    for _ in range(variant.times):
        with VideoFile(video) as opened:
            for frame in islice(opened, None, None, variant.every):
                time_s = begun_s + frame.time_s
                yield time_s, change(frame, variant, size_px)
        begun_s = time_s + interval_s * variant.every


def change(frame: Frame, variant: Variant, size_px: tuple[int, ...]) -> NDArray[np.uint8]:
    """Picture of a frame in the variant."""
    image_rgb = frame.image_rgb
    if image_rgb.shape[1::-1] != size_px:
        shrinks = size_px[0] < image_rgb.shape[1]
        method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        image_rgb = np.asarray(cv2.resize(image_rgb, size_px, interpolation=method), np.uint8)
    if variant.mirrored:
        image_rgb = image_rgb[:, ::-1]
    if variant.brightness != 1:
        image_rgb = np.clip(np.rint(image_rgb * variant.brightness), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(image_rgb)
