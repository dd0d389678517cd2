"""What finds the landmarks in the pictures of a camera."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import KneescanError


class TrackerLostError(KneescanError):
    """The tracker has ended or does not answer, so that nothing can be counted any more."""


class Tracker(Protocol):
    """Finds the landmarks in pictures that arrive one by one."""

    @property
    def has_others(self) -> bool:
        """Whether there are other people in the picture, who are not followed."""

    def track(self, image_rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Landmarks, shape (33, 3): fractions of width and height, visibility; NaN if none.

        Raises
        ------
        TrackerLostError
            If there will be no more.
        """

    def close(self) -> None:
        """Free the memory."""
