"""Frame times: when each frame of the video is shown in the annotated video."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SLOW_S = 0.5
"""Half speed lasts from this long before a deepest point to this long after it. [s]"""

Array = NDArray[np.float64]


class Playback:
    """Convert times of the video to times of the annotated video.

    Parameters
    ----------
    slow_around_s : sequence of float
        Moments around which the video is played at half speed; none for the original timing. [s]
    """

    def __init__(self, slow_around_s: Sequence[float] = ()) -> None:
        intervals = _merged([(time_s - SLOW_S, time_s + SLOW_S) for time_s in slow_around_s])
        # There is nothing to slow down before the video begins.
        edges = np.clip(np.array(intervals, dtype=np.float64).reshape(-1, 2), 0.0, None)
        self._starts_s, self._stops_s = edges.T

    def shown_at(self, time_s: float) -> float:
        """Time at which a frame is shown. [s]"""
        spent_s = np.clip(time_s, self._starts_s, self._stops_s) - self._starts_s
        return float(time_s + spent_s.sum())

    def is_slow(self, time_s: float) -> bool:
        """Whether a frame is played at half speed."""
        return bool(np.any((self._starts_s <= time_s) & (time_s < self._stops_s)))


def _merged(intervals: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Merge intervals that overlap."""
    merged: list[tuple[float, float]] = []
    for start, stop in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
