"""In use: videos that somebody is looking at, which nothing is taken away of meanwhile."""

import threading
import time

WHILE_S = 1800.0
"""A page that asked for something of a video is taken to be open for this long. [s]"""


class InUse:
    """Videos with the time when a page last asked for something of them."""

    def __init__(self) -> None:
        self._asked_s: dict[str, float] = {}
        self._lock = threading.Lock()

    def touch(self, video_id: str) -> None:
        """Note that somebody is looking at a video."""
        now_s = time.monotonic()
        with self._lock:
            self._asked_s = {
                name: at_s for name, at_s in self._asked_s.items() if now_s - at_s < WHILE_S
            }
            self._asked_s[video_id] = now_s

    def left_s(self, video_id: str) -> float:
        """Time until a video counts as not looked at, if nobody does again; 0 if it does now. [s]"""
        with self._lock:
            at_s = self._asked_s.get(video_id)
        return 0.0 if at_s is None else max(at_s + WHILE_S - time.monotonic(), 0.0)
