"""Measurements that take their process with them, as a broken library or a video without end would.

In a module of its own, because the child that measures imports it.
"""

import os
import signal
from pathlib import Path

from kneescan.batch.workers.one_video import MeasureInto

SEGFAULT, GREEDY = b"segfault ", b"greedy "
"""Beginnings of what does not survive."""
GROWN_MB = 900
TRIES = "tries"
"""Beside the video: the number of each process that began with it, one a line."""


class MeasureOrDie(MeasureInto):
    """Measures what is a video."""

    def telling(self, tell):
        video = Path(self.video)
        with video.with_name(TRIES).open("a", encoding="ascii") as tries:
            tries.write(f"{os.getpid()}\n")
        beginning = video.read_bytes()[:10]
        tell("tracking", 1, 10)
        if beginning.startswith(SEGFAULT):
            os.kill(os.getpid(), signal.SIGSEGV)
        if beginning.startswith(GREEDY):
            kept = bytearray(b"x") * (GROWN_MB * 1_000_000)
            signal.pause()
            del kept
        return super().telling(tell)
