"""File that a browser plays in place of a camera."""

from pathlib import Path

import av
import cv2
import numpy as np

FPS = 30
"""With which Chromium plays such a file. [Hz]"""
GREY = 128


def write_camera(
    video: Path,
    camera: Path,
    *,
    size_px: tuple[int, int],
    standing_s: float,
    quality: int = 90,
) -> None:
    """Write the pictures of a webcam with a video in their middle, one JPEG after the other.

    Parameters
    ----------
    video : Path
        What is filmed.
    camera : Path
        File to write, which ends with ``.mjpeg``.
    size_px : tuple of int
        Width and height of the pictures. [px]
    standing_s : float
        The first picture stays for this long: who squats is not told that filming can begin. [s]
    quality : int
        Of the JPEGs, up to 100.
    """
    width, height = size_px
    with av.open(str(video)) as source, camera.open("wb") as target:
        for number, frame in enumerate(source.decode(video=0)):
            image = frame.to_ndarray(format="bgr24")
            inner = min(round(image.shape[1] * height / image.shape[0]), width)
            canvas = np.full((height, width, 3), GREY, dtype=np.uint8)
            left = (width - inner) // 2
            canvas[:, left : left + inner] = cv2.resize(image, (inner, height))
            content = cv2.imencode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
            target.write(content * (1 if number else round(standing_s * FPS)))
