import time
from itertools import pairwise

import numpy as np
import pytest

from kneescan.errors import CameraError
from kneescan.frames import Frame
from kneescan.live.camera.watcher import Watcher

PICTURE = np.zeros((48, 64, 3), dtype=np.uint8)
INTERVAL_S = 0.04


class Hasty:
    """Gives pictures as fast as they are read, then fails, or ends like a video."""

    size_px = (64, 48)

    def __init__(self, n, *, is_video):
        self.is_video, self.n, self.n_read, self.is_closed = is_video, n, 0, False

    def read(self):
        if self.n_read == self.n:
            if self.is_video:
                return None
            msg = "camera 0 stopped"
            raise CameraError(msg)
        self.n_read += 1
        return Frame(index=self.n_read - 1, time_s=self.now_s(), image_rgb=PICTURE)

    def now_s(self):
        return INTERVAL_S * self.n_read

    def close(self):
        self.is_closed = True


class Slow:
    has_others = False

    def __init__(self, duration_s):
        self._duration_s = duration_s

    def track(self, image_rgb):
        time.sleep(self._duration_s)
        return np.zeros((33, 3))

    def close(self):
        pass


def tracked_until_the_end(watcher):
    """Pictures that were tracked until the video ended or the camera failed."""
    found = []
    while not watcher.is_over:
        tracked, _ = watcher.take(0.05)
        found += [one.frame for one in tracked]
    return found


def take_all(watcher, found):
    """Read pictures until the camera fails; their numbers are added to the list."""
    while True:
        found += [one.frame.index for one in watcher.take(0.05)[0]]


def test_last_picture_is_tracked_before_the_failure_is_reported():
    camera = Hasty(30, is_video=False)
    watcher, found = Watcher(camera, lambda: Slow(0.2)), []
    with pytest.raises(CameraError, match="camera 0 stopped"):
        take_all(watcher, found)
    watcher.close()
    assert found[-1] == 29
    assert camera.is_closed


def test_a_camera_does_not_wait_and_the_newest_picture_is_tracked():
    watcher = Watcher(Hasty(1000, is_video=False), lambda: Slow(0.05))
    time.sleep(0.5)
    found = []
    with pytest.raises(CameraError):
        take_all(watcher, found)
    watcher.close()
    assert len(found) < 100
    assert found[-1] == 999


def test_a_video_waits_for_the_tracking():
    watcher = Watcher(Hasty(60, is_video=True), lambda: Slow(0.01))
    times_s = [frame.time_s for frame in tracked_until_the_end(watcher)]
    watcher.close()
    assert max(after - before for before, after in pairwise(times_s)) < 0.3
    assert times_s[-1] == pytest.approx(60 * INTERVAL_S)


def test_a_video_is_never_silent():
    watcher = Watcher(Hasty(2, is_video=True), lambda: Slow(0.3))
    assert watcher.silent_s == 0
    watcher.close()
