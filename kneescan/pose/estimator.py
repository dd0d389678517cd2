"""Estimator: the interface of a pose estimator, independent of its library."""

from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kneescan.frames import Frame
from kneescan.landmarks import PoseSequence


class PoseEstimator(Protocol):
    """Finds the landmarks of one person in the frames of a video."""

    def estimate(
        self,
        frames: Iterable[Frame],
        *,
        size_px: tuple[int, int],
        progress: Callable[[int], None] | None = None,
        close_up_every: int | None = None,
        n_frames: int | None = None,
        whole_body_at: Callable[[PoseSequence], NDArray[np.bool_]] | None = None,
    ) -> PoseSequence:
        """Landmarks of every frame.

        Parameters
        ----------
        frames : iterable of Frame
            The video from its beginning, at any size; read once.
        size_px : tuple of int
            Width and height of the picture as displayed, before any shrinking; the landmarks are scaled to
            it. [px]
        progress : callable, optional
            Called now and then with the number of finished frames, in the thread of the caller.
        close_up_every : int, optional
            Number of frames from one close-up of the legs to the next; no close-ups if omitted.
        n_frames : int, optional
            Number of frames that the video states, used to divide the work evenly.
        whole_body_at : callable, optional
            Takes the landmarks and returns the frames near which the whole body is to be read again by
            another network, shape (n_frames,); nowhere if omitted.

        Returns
        -------
        PoseSequence
            One row per frame; NaN and visibility 0 where nobody was found.
        """
        ...
