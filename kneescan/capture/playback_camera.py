"""Play a video in place of a camera.

It shows its first picture until playback starts. It then plays in real time and skips the pictures
that were not read in time.
"""

import os
import time
from itertools import chain

from kneescan.capture.video_file import VideoFile
from kneescan.errors import CameraError, VideoTooShortError
from kneescan.frames import Frame

MAX_SIDE_PX = 1280
"""Longest side of the pictures, the same as for a camera. [px]"""
MAX_LATE_S = 0.5
"""Pictures later than this are skipped: about as many as a camera buffers... [s]"""
MAX_SKIP_S = 0.5
"""...but not for longer than this, or a video that decodes too slowly would show nothing. [s]"""
STILL_FPS = 30.0
"""How often a waiting video gives its first picture. [Hz]"""


class VideoAsCamera:
    """A video in place of a camera, see :class:`kneescan.capture.webcam.Camera`.

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

    is_video = True

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        rotate_deg: int = 0,
        recorded_fps: float | None = None,
    ) -> None:
        self._video = VideoFile(
            path,
            max_side_px=MAX_SIDE_PX,
            rotate_deg=rotate_deg,
            recorded_fps=recorded_fps,
        )
        frames = iter(self._video)
        first = next(frames, None)
        if first is None:
            self.close()
            msg = f"{path}: no pictures in it; give another video"
            raise CameraError(msg)
        self._first = first
        self._frames = chain([first], frames)
        self.size_px = (int(first.image_rgb.shape[1]), int(first.image_rgb.shape[0]))
        self._epoch_s = time.perf_counter()
        self._begun_s: float | None = None
        self._n_read = 0

    def begin(self) -> None:
        """Play the video from its first picture."""
        if self._begun_s is None:
            self._begun_s = self.now_s()

    def now_s(self) -> float:
        """Time since the video was opened. [s]"""
        return time.perf_counter() - self._epoch_s

    def close(self) -> None:
        """Close the video."""
        self._video.close()

    def read(self) -> Frame | None:
        """Next picture, at its time; None at the end of the video."""
        self._n_read += 1
        if self._begun_s is None:
            time.sleep(1 / STILL_FPS)
        if self._begun_s is None:
            return self._given(self._first, self.now_s())
        frame = self._next_due()
        if frame is None:
            return None
        time.sleep(max(0.0, self._begun_s + frame.time_s - self.now_s()))
        return self._given(frame, self._begun_s + frame.time_s)

    def _given(self, frame: Frame, time_s: float) -> Frame:
        return Frame(index=self._n_read - 1, time_s=time_s, image_rgb=frame.image_rgb)

    def _next_due(self) -> Frame | None:
        """First picture that is not too late."""
        left_out_from_s: float | None = None
        while (frame := self._next()) is not None:
            late_s = self.now_s() - (self._begun_s or 0.0) - frame.time_s
            if late_s <= MAX_LATE_S:
                break
            left_out_from_s = frame.time_s if left_out_from_s is None else left_out_from_s
            if frame.time_s - left_out_from_s >= MAX_SKIP_S:
                break
        return frame

    def _next(self) -> Frame | None:
        try:
            return next(self._frames, None)
        except VideoTooShortError:
            # Raised after the last picture; whether it contains a squat is checked later.
            return None
