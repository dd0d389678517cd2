"""Play a video as a camera that waits for each picture to be tracked, so that tests ignore the clock."""

import threading

from kneescan.capture.video_file import VideoFile
from kneescan.errors import CameraError, VideoTooShortError
from kneescan.frames import Frame
from kneescan.live.camera.nearest_person import tracker_maker
from kneescan.pose.models.model_file import find_model

STILL_FPS = 10.0
"""How often the first picture is given before the video begins. [Hz]"""
PATIENCE_S = 30.0
"""Longest wait for a picture that is never tracked. [s]"""


class PatientCamera:
    """Gives a picture of a video only after the previous one was tracked; its clock follows the pictures.

    Parameters
    ----------
    path : path
        Video.
    is_given : callable
        Tells by the number of a picture whether the camera gives or loses it.
    fails_at_s : float, optional
        Time in the video at which the camera stops. [s]
    """

    is_video = True

    def __init__(self, path, *, is_given=lambda number: True, fails_at_s=None):
        with VideoFile(path) as video:
            self._frames = [frame for frame in _all(video) if is_given(frame.index)]
        self._fails_at_s = fails_at_s
        first = self._frames[0].image_rgb
        self.size_px = (first.shape[1], first.shape[0])
        self.given_s, self.is_closed = [], False
        self._n_read, self._now_s, self._begun_s = 0, 0.0, None
        self._was_tracked = threading.Event()
        self._was_tracked.set()

    def read(self):
        self._was_tracked.wait(PATIENCE_S)
        self._was_tracked.clear()
        self._n_read += 1
        if self._begun_s is None:
            self._now_s += 1 / STILL_FPS
            return self._frame(self._frames[0].image_rgb)
        if len(self.given_s) == len(self._frames):
            return None
        frame = self._frames[len(self.given_s)]
        if self._fails_at_s is not None and frame.time_s >= self._fails_at_s:
            msg = "camera 0 stopped giving pictures; check its cable"
            raise CameraError(msg)
        self._now_s = self._begun_s + frame.time_s
        self.given_s.append(self._now_s)
        return self._frame(frame.image_rgb)

    def _frame(self, image_rgb):
        return Frame(index=self._n_read - 1, time_s=self._now_s, image_rgb=image_rgb)

    def begin(self):
        self._begun_s = self._now_s + 1 / STILL_FPS

    def now_s(self):
        return self._now_s

    def close(self):
        self.is_closed = True

    def go_on(self):
        """Allow the next picture."""
        self._was_tracked.set()


class PacingTracker:
    """The real tracker, which allows the next picture when it has finished one."""

    def __init__(self, camera):
        self._tracker, self._camera = tracker_maker(find_model())(), camera

    @property
    def has_others(self):
        return self._tracker.has_others

    def track(self, image_rgb):
        landmarks = self._tracker.track(image_rgb)
        self._camera.go_on()
        return landmarks

    def close(self):
        self._tracker.close()
        self._camera.go_on()


def _all(video):
    frames = iter(video)
    while True:
        try:
            frame = next(frames, None)
        except VideoTooShortError:
            return
        if frame is None:
            return
        yield frame
