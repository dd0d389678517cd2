"""Keep the recent landmarks, and how long the person has stood correctly in front of the camera."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import PoseSequence
from kneescan.live.session.framing import MIN_PICTURES, Framing, judge_framing
from kneescan.squat.settings import Settings

FRAMING_WINDOW_S = 1.0
"""Period of landmarks for judging how a person stands. [s]"""
JUDGE_EVERY_S = 0.2
"""Interval between judgements. [s]"""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLandmarks:
    """Landmarks of one picture."""

    time_s: float
    xy_px: Array
    """Shape (33, 2); NaN where nobody was found. [px]"""
    visibility: Array
    """Shape (33,)."""

    @property
    def found(self) -> bool:
        """Whether a person was found."""
        return bool(np.isfinite(self.xy_px).any())


def pose_sequence(seen: Iterable[PictureLandmarks], size_px: tuple[int, int]) -> PoseSequence:
    """Combine the landmarks of several pictures."""
    pictures = list(seen)
    return PoseSequence(
        time_s=np.array([one.time_s for one in pictures]),
        xy_px=np.array([one.xy_px for one in pictures]),
        visibility=np.array([one.visibility for one in pictures]),
        size_px=size_px,
    )


class Place:
    """Judges from time to time how a person stands, and keeps track of since when.

    Parameters
    ----------
    size_px : tuple of int
        Width and height of the pictures. [px]
    settings : Settings
        Settings of the final analysis.
    """

    def __init__(self, size_px: tuple[int, int], settings: Settings) -> None:
        self.framing: Framing | None = None
        """How the person stands; None while too few pictures were seen."""
        self._size_px, self._settings = size_px, settings
        self._recent: deque[PictureLandmarks] = deque()
        self._judged_s = self._since_s = -np.inf

    def see(self, seen: PictureLandmarks) -> None:
        """Add the landmarks of a picture."""
        self._recent.append(seen)
        while self._recent[0].time_s < seen.time_s - FRAMING_WINDOW_S:
            self._recent.popleft()

    def judge(self, now_s: float) -> None:
        """Judge again if it is time."""
        if now_s < self._judged_s + JUDGE_EVERY_S or len(self._recent) < MIN_PICTURES:
            return
        self._judged_s = now_s
        was_good = self.framing.is_good if self.framing else None
        self.framing = judge_framing(pose_sequence(self._recent, self._size_px), self._settings)
        if self.framing.is_good is not was_good:
            self._since_s = now_s

    def good_for_s(self, now_s: float) -> float:
        """Time for which the person has stood correctly. [s]"""
        return now_s - self._since_s if self.framing and self.framing.is_good else 0.0

    def bad_for_s(self, now_s: float) -> float:
        """Time for which something has been wrong. [s]"""
        return now_s - self._since_s if self.framing and not self.framing.is_good else 0.0
