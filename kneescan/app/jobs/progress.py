"""Progress: how far the measurement of a video is."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the job in work is."""

    video_id: str
    stage: str = "starting"
    n_done: int = 0
    n_total: int | None = None
    begun_s: float = 0.0
    """When the stage began, on the clock of `time.monotonic`. [s]"""

    @property
    def left_s(self) -> float | None:
        """Time until the end of the stage, at the speed so far; None if unknown. [s]"""
        passed_s = time.monotonic() - self.begun_s
        if not self.n_total or not self.n_done or passed_s < 1:
            return None
        return passed_s / self.n_done * max(self.n_total - self.n_done, 0)
