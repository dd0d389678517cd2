"""Play a video in place of the camera that waits while the computer is too slow.

A video is then recorded picture by picture and counted correctly even on a busy computer, only slower
than in real time.
"""

import os

from kneescan.capture.playback_camera import VideoAsCamera
from kneescan.capture.webcam import Camera, open_camera
from kneescan.frames import Frame

MAX_LATE_S = 0.1
"""The video's clock stops once the next picture is later than this. [s]"""


class PatientVideo(VideoAsCamera):
    """A video whose clock stops while nobody reads its pictures.

    Parameters
    ----------
    path : path
        Video.
    rotate_deg : {0, 90, 180, 270}
        Clockwise rotation in addition to the one stored in the video. [deg]
    recorded_fps : float, optional
        As for `VideoFile`. [Hz]

    Raises
    ------
    VideoError
        If the video cannot be used.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        rotate_deg: int = 0,
        recorded_fps: float | None = None,
    ) -> None:
        self._held_s = 0.0
        self._given_s: float | None = None
        super().__init__(path, rotate_deg=rotate_deg, recorded_fps=recorded_fps)

    def now_s(self) -> float:
        """Time since the video was opened, without the time in which it waited. [s]"""
        return super().now_s() - self._held_s

    def read(self) -> Frame | None:
        """Next picture, at its time; None at the end of the video."""
        if self._given_s is not None:
            self._held_s += max(0.0, self.now_s() - self._given_s - MAX_LATE_S)
        frame = super().read()
        self._given_s = frame.time_s if frame else None
        return frame


def open_patiently(
    camera: int | str | os.PathLike[str],
    *,
    rotate_deg: int = 0,
    recorded_fps: float | None = None,
) -> Camera:
    """Open a camera by its number, or a video that waits; only a video can be rotated and retimed.

    Raises
    ------
    CameraError
        If there is no such camera, or it gives no pictures; the message says why and what to do.
    VideoError
        If a video is given that cannot be used.
    """
    source = open_camera(camera, rotate_deg=rotate_deg, recorded_fps=recorded_fps)
    if not isinstance(source, VideoAsCamera) or isinstance(camera, int):
        return source
    source.close()
    return PatientVideo(camera, rotate_deg=rotate_deg, recorded_fps=recorded_fps)
