"""Trackers that crash or hang in the middle of the squats; imported by child processes."""

import os
import time
from functools import partial

from tests.app.simulated_camera import BitTracker
from tests.live.people import filmed

POSE = filmed(3, 0, fps=20.0)
"""Three squats on the left leg."""
BREAKS_AT = len(POSE) * 4 // 5
"""Row within the last squat."""


class Fragile(BitTracker):
    """Tracks until the last squat, and then does something else."""

    def __init__(self, act=None):
        super().__init__(POSE)
        self._act = act

    def track(self, image_rgb):
        if self._act is not None and self.row(image_rgb) >= BREAKS_AT:
            self._act()
        return super().track(image_rgb)


def unloadable():
    msg = "no such model"
    raise ValueError(msg)


def without_a_library():
    msg = "libGLESv2.so.2: cannot open shared object file"
    raise OSError(msg)


def raising():
    msg = "a bug"
    raise ZeroDivisionError(msg)


sound = Fragile
aborting = partial(Fragile, os.abort)
hanging = partial(Fragile, partial(time.sleep, 600))
faulty = partial(Fragile, raising)
