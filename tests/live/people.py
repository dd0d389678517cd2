"""Simulate people in front of the camera, and a camera, a tracker and a screen."""

from functools import cache

import numpy as np

from kneescan.errors import CameraError
from kneescan.frames import Frame
from kneescan.landmarks import Side
from kneescan.live.session.place import PictureLandmarks
from kneescan.simulate import Camera, SquatScript, simulate

FPS = 20.0
LEFT, RIGHT = Side.LEFT, Side.RIGHT


@cache
def filmed(*counts, fps=FPS, **how):
    """Landmarks of this many squats left, right, ..., cached."""
    sides = (LEFT, RIGHT) * len(counts)
    parts = [
        SquatScript(side=side, n_repetitions=n, quiet_s=1.5, pause_s=0.7)
        for side, n in zip(sides, counts, strict=False)
        if n
    ]
    return simulate(parts, fps=fps, seed=1, **how).pose


@cache
def standing(**how):
    """Landmarks of a person who stands on both feet, shape (33, 2). [px]"""
    camera = Camera(**how)
    return simulate([SquatScript(stand_s=2.0)], camera=camera, fps=FPS, seed=1).pose.xy_px[0]


def seen(xy_px, time_s, visibility=0.98):
    return PictureLandmarks(time_s=time_s, xy_px=xy_px, visibility=np.full(33, visibility))


def one_foot_hidden(time_s):
    """The right foot is lifted behind the left leg, where it cannot be seen."""
    row = seen(standing(), time_s)
    row.visibility[[RIGHT.landmark(part) for part in ("ankle", "heel", "foot_index")]] = 0.1
    return row


def nobody(time_s):
    return seen(np.full((33, 2), np.nan), time_s, 0.0)


class FakeCamera:
    """Plays landmarks as a video as fast as requested, on its own clock; the pictures contain numbers.

    Until it begins, it shows the first row, like a person who waits.
    """

    is_video = False

    def __init__(self, pose, *, fails_at=None, ends_at=None, step_s=0.002):
        self.size_px = (64, 48)
        self.pose, self.is_closed = pose, False
        self._fails_at, self._ends_at = fails_at, ends_at
        self._step_s = step_s
        self._n_read, self._row, self._begun = 0, 0, False
        self._interval_s = 1 / pose.fps

    def read(self):
        import time

        time.sleep(self._step_s)
        if self._begun:
            self._row = min(self._row + 1, len(self.pose) - 1)
        if self._fails_at is not None and self._row >= self._fails_at:
            msg = "camera 0 stopped giving pictures; check its cable"
            raise CameraError(msg)
        if self._ends_at is not None and self._row >= self._ends_at:
            return None
        self._n_read += 1
        image = np.full((48, 64, 3), 90, dtype=np.uint8)
        image[0, 0] = self._row // 256, self._row % 256, 0
        return Frame(index=self._n_read - 1, time_s=self.now_s(), image_rgb=image)

    def begin(self):
        self._begun = True

    def now_s(self):
        return self._n_read * self._interval_s

    def close(self):
        self.is_closed = True


class FakeTracker:
    """Finds the landmarks whose number is in the picture."""

    has_others = False

    def __init__(self, pose):
        self._pose = pose

    def track(self, image_rgb):
        row = int(image_rgb[0, 0, 0]) * 256 + int(image_rgb[0, 0, 1])
        xy = self._pose.xy_px[row] / self._pose.size_px
        return np.column_stack([xy, self._pose.visibility[row]])

    def close(self):
        pass


class FakeDisplay:
    """Keeps only counts, and presses keys at certain pictures."""

    def __init__(self, keys=None):
        self.n_shown, self._keys = 0, dict(keys or {})
        self.last = None

    def show(self, picture):
        self.last = picture
        self.n_shown += 1
        return self._keys.pop(self.n_shown, "")
