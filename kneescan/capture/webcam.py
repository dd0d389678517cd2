"""Read pictures from a camera, each with the moment it was taken."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.capture.playback_camera import VideoAsCamera
from kneescan.errors import CameraError
from kneescan.frames import Frame

WANTED_SIZE_PX = (1280, 720)
"""Size requested from a camera, which may choose another; larger pictures only cost time. [px]"""
WANTED_FPS = 30.0
"""Rate requested from a camera; many are slower in dim light. [Hz]"""
PATIENCE_S = 5.0
"""A camera that gives no picture within this time after it was opened will give none. [s]"""
SILENCE_S = 2.0
"""A camera that gives no picture for this long has stopped. [s]"""
RETRY_S = 0.02
"""Time between two attempts to get a picture. [s]"""


class Camera(Protocol):
    """A source of pictures; only one thread may read it."""

    size_px: tuple[int, int]
    """Width and height of the pictures. [px]"""
    is_video: bool
    """Whether this is a video, which shows a person who cannot follow instructions."""

    def read(self) -> Frame | None:
        """Next picture, or None at the end of a video; waits for it."""

    def begin(self) -> None:
        """Say that recording starts: a video begins to play."""

    def now_s(self) -> float:
        """Current time on the clock of the pictures. [s]"""

    def close(self) -> None:
        """Release the camera for other programs."""


def open_camera(
    camera: int | str | os.PathLike[str] = 0,
    *,
    rotate_deg: int = 0,
    recorded_fps: float | None = None,
) -> Camera:
    """Open a camera by its number, or a video in its place; only a video can be rotated and retimed.

    Raises
    ------
    CameraError
        If there is no such camera, or it gives no pictures; the message says why and what to do.
    VideoError
        If a video is given that cannot be used.
    """
    name = os.fspath(camera) if not isinstance(camera, int) else str(camera)
    number = name.removeprefix("/dev/video")
    if not number.isdecimal():
        return VideoAsCamera(name, rotate_deg=rotate_deg, recorded_fps=recorded_fps)
    if recorded_fps is not None:
        msg = (
            f"camera {number} keeps its own time; --recorded-fps works only with a video in its place: "
            "--camera video.mp4"
        )
        raise CameraError(msg)
    return Webcam(int(number))


class Webcam:
    """A camera of this computer.

    Parameters
    ----------
    number : int
        Number of the camera, from 0.
    open_capture : callable
        Function that opens it; by default that of OpenCV.

    Raises
    ------
    CameraError
        If it cannot be opened or gives no pictures.
    """

    is_video = False

    def __init__(
        self, number: int = 0, *, open_capture: Callable[[int], Any] = cv2.VideoCapture
    ) -> None:
        self._number = number
        self._n_read = 0
        self._epoch_s = time.perf_counter()
        self._capture = open_capture(number)
        if not self._capture.isOpened():
            self._capture.release()
            raise CameraError(_why_closed(number))
        # Compressed pictures, since USB is too slow for others at this size and rate. No queue, in
        # which pictures would get old.
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, WANTED_SIZE_PX[0])
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, WANTED_SIZE_PX[1])
        self._capture.set(cv2.CAP_PROP_FPS, WANTED_FPS)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        first = self._grab(PATIENCE_S)
        if first is None:
            self.close()
            raise CameraError(_why_silent(number))
        self.size_px = (int(first[1].shape[1]), int(first[1].shape[0]))
        self._epoch_s = first[0]

    def read(self) -> Frame | None:
        """Next picture, with the moment at which the camera delivered it.

        Raises
        ------
        CameraError
            If the camera has stopped.
        """
        grabbed = self._grab(SILENCE_S)
        if grabbed is None:
            msg = (
                f"camera {self._number} stopped giving pictures; check its cable, and that the "
                "computer did not go to sleep, then start again"
            )
            raise CameraError(msg)
        taken_s, image_bgr = grabbed
        size_px = (image_bgr.shape[1], image_bgr.shape[0])
        if size_px != self.size_px:
            msg = (
                f"camera {self._number} changed its picture from {self.size_px} to {size_px} "
                "pixels; close other programs that use it and start again"
            )
            raise CameraError(msg)
        self._n_read += 1
        image_rgb = np.asarray(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)
        return Frame(index=self._n_read - 1, time_s=taken_s - self._epoch_s, image_rgb=image_rgb)

    def begin(self) -> None:
        """Do nothing: a camera never waits."""

    def now_s(self) -> float:
        """Time since the first picture. [s]"""
        return time.perf_counter() - self._epoch_s

    def close(self) -> None:
        """Switch the camera off."""
        self._capture.release()

    def _grab(self, patience_s: float) -> tuple[float, NDArray[np.uint8]] | None:
        """Moment and picture, or None if none arrives in time."""
        until_s = time.perf_counter() + patience_s
        while True:
            if self._capture.grab():
                taken_s = time.perf_counter()
                is_there, image_bgr = self._capture.retrieve()
                if is_there and image_bgr is not None:
                    return taken_s, image_bgr
            if time.perf_counter() > until_s:
                return None
            time.sleep(RETRY_S)


def _why_closed(number: int) -> str:
    """Say why a camera cannot be opened, and what to do about it."""
    remedy = "or give another one or a video: --camera 1, --camera video.mp4"
    if sys.platform == "linux":
        device = Path(f"/dev/video{number}")
        if not device.exists():
            others = sorted(str(path) for path in Path("/dev").glob("video*"))
            there = f"there are {', '.join(others)}" if others else "no camera is connected"
            return f"there is no camera {number}: {there}; plug one in, {remedy}"
        if not os.access(device, os.R_OK | os.W_OK):
            return (
                f"camera {number} may not be used: no permission for {device}; "
                f"add yourself to its group (sudo usermod -aG video $USER) and log in again, {remedy}"
            )
        return f"camera {number} is busy: close the program that uses it, {remedy}"
    where = {
        "darwin": "System Settings > Privacy & Security > Camera",
        "win32": "Settings > Privacy > Camera",
    }.get(sys.platform, "the settings of the system")
    return (
        f"camera {number} cannot be opened: it is not there, in use by another program, or not "
        f"allowed; plug it in, close other programs, allow the camera in {where}, {remedy}"
    )


def _why_silent(number: int) -> str:
    return (
        f"camera {number} gives no pictures: another program may be using it, its cover may be "
        "closed, or it may not be a camera; close other programs and start again, or give "
        "another one or a video: --camera 1, --camera video.mp4"
    )
