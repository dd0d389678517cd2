"""Repair frame times so that they rise from 0, whatever the container stores."""

import math
from collections import deque
from collections.abc import Iterable, Iterator
from statistics import median
from typing import TypeVar

MIN_STEP_S = 1e-4
"""Times closer than this are one time stored twice: no phone records 10,000 frames a second. [s]"""

MAX_STEP_S = 60.0
"""A camera never waits longer for a frame: its clock was set, or the file is damaged. [s]"""
GAP_S = 1.0
"""Gap that replaces such a jump: too long for a squat to be measured across it. [s]"""

WRAPS_S = (2**33 / 90_000, 2**32 / 90_000, 2**32 / 1000)
"""Periods after which clocks restart at 0: MPEG-TS (26.5 hours), RTP, FLV. [s]"""
WRAP_TOLERANCE_S = 10.0
"""A step this close to one of these periods is a restart of the clock. [s]"""

_N_REMEMBERED_STEPS = 31

Picture = TypeVar("Picture")


class WrappingClock:
    """Corrects a clock with too few digits, which restarts at 0 and may jump back."""

    def __init__(self) -> None:
        self.n_wraps = 0
        """How often the clock restarted."""
        self._offset_s = 0.0
        self._last_s: float | None = None

    def unwrapped(self, stored_s: float) -> float:
        """Time of the next frame that the clock would show if it had enough digits. [s]"""
        time_s = stored_s + self._offset_s
        if self._last_s is not None:
            step_s = time_s - self._last_s
            for wrap_s in WRAPS_S:
                if abs(abs(step_s) - wrap_s) < WRAP_TOLERANCE_S:
                    self._offset_s -= math.copysign(wrap_s, step_s)
                    self.n_wraps += 1
        self._last_s = stored_s + self._offset_s
        return self._last_s


class TimestampRepair:
    """Gives each frame a time later than that of the previous frame.

    A stored time is kept, counted from the first frame, wherever possible. It is replaced if it is

    - missing, repeated or a step back: by the mean of its neighbours, or by the usual interval if
      the next time cannot be used either;
    - an outlier far ahead, later than the next one: by the mean of its neighbours;
    - the first of a new count (joined videos): the new count continues where the old one ended;
    - further ahead than a camera ever waits: the following times continue `GAP_S` after the previous one.

    Parameters
    ----------
    nominal_interval_s : float
        Interval between frames until the video has shown its own. [s]
    """

    def __init__(self, nominal_interval_s: float) -> None:
        self.n_stored = 0
        """Frames that had a stored time."""
        self.n_repaired = 0
        """Frames whose stored time was replaced."""
        self.jumps_s: list[float] = []
        """Jumps too long to be true, each replaced by `GAP_S`. [s]"""
        self.last_s: float | None = None
        """Time of the latest frame. [s]"""
        self._nominal_interval_s = nominal_interval_s
        self._steps_s: deque[float] = deque(maxlen=_N_REMEMBERED_STEPS)
        self._origin_s: float | None = None

    @property
    def interval_s(self) -> float:
        """Usual interval between recent frames. [s]"""
        return median(self._steps_s) if self._steps_s else self._nominal_interval_s

    def rising_times(
        self, video: Iterable[tuple[Picture, float | None]]
    ) -> Iterator[tuple[Picture, float]]:
        """Give out the pictures with rising times, one frame behind the video.

        Parameters
        ----------
        video : iterable of (picture, stored time)
            In display order; the time is None where it is missing. [s]

        Yields
        ------
        picture, time
            The time since the first frame. [s]
        """
        waiting: list[tuple[Picture, float | None]] = []
        for picture, stored_s in video:
            if waiting:
                earlier, earlier_s = waiting.pop()
                yield earlier, self._place(earlier_s, next_s=stored_s)
            waiting.append((picture, stored_s))
        for picture, stored_s in waiting:
            yield picture, self._place(stored_s, next_s=None)

    def _place(self, stored_s: float | None, *, next_s: float | None) -> float:
        """Time for a frame with this stored time, given that of the next frame. [s]"""
        kept_s = self._kept(stored_s, next_s)
        time_s = self._replaced(stored_s, next_s) if kept_s is None else kept_s
        if kept_s is not None and self.last_s is not None:
            self._steps_s.append(time_s - self.last_s)
        if self._origin_s is None and stored_s is not None:
            self._origin_s = stored_s - time_s
        self.n_stored += stored_s is not None
        self.n_repaired += kept_s is None
        self.last_s = time_s
        return time_s

    def _kept(self, stored_s: float | None, next_s: float | None) -> float | None:
        """Stored time as the video counts it, or None if it cannot be used. [s]"""
        if stored_s is None:
            return None
        if self.last_s is None:
            return 0.0
        if self._origin_s is None:
            # The previous frames had no time, so there is nothing to measure this one from.
            return self.last_s + self.interval_s
        step_s = stored_s - self._origin_s - self.last_s
        next_step_s = step_s if next_s is None else next_s - self._origin_s - self.last_s
        if step_s <= MIN_STEP_S or self._is_stray(step_s, next_step_s):
            return None
        if step_s > MAX_STEP_S:
            self.jumps_s.append(step_s)
            self._origin_s += step_s - GAP_S
            # The difference, because the stored time itself may be millions of seconds and lose precision.
            return self.last_s + GAP_S
        return stored_s - self._origin_s

    def _is_stray(self, step_s: float, next_step_s: float) -> bool:
        """Whether the first of two times in the wrong order is the one that is out of place."""
        if not MIN_STEP_S < next_step_s < step_s:
            return False
        return abs(step_s - self.interval_s) > abs(next_step_s - 2 * self.interval_s)

    def _replaced(self, stored_s: float | None, next_s: float | None) -> float:
        """Time of a frame whose stored time cannot be used. [s]"""
        if self.last_s is None:
            return 0.0
        if next_s is not None and self._origin_s is not None:
            step_s = next_s - self._origin_s - self.last_s
            if 2 * MIN_STEP_S < step_s <= MAX_STEP_S:
                return self.last_s + step_s / 2
        time_s = self.last_s + self.interval_s
        if stored_s is not None and next_s is not None and next_s > stored_s + MIN_STEP_S:
            # This time and the next are both too early but in order: a new count has begun.
            self._origin_s = stored_s - time_s
        return time_s
