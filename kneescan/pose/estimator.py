"""What the pipeline asks of a pose estimator, whichever library it uses."""

from collections.abc import Callable, Iterable
from typing import Protocol

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
    ) -> PoseSequence:
        """Landmarks of every frame.

        Parameters
        ----------
        frames : iterable of Frame
            The video from its beginning, shrunk or not; read once.
        size_px : tuple of int
            Width and height of the picture as displayed, before any shrinking: the landmarks are
            scaled to it. [px]
        progress : callable, optional
            Told now and then how many frames are done, in the thread of the caller.
        close_up_every : int, optional
            Every so many frames the legs are looked at closely; never when left out.
        n_frames : int, optional
            Frames that the video says it has, by which the work is shared out evenly.

        Returns
        -------
        PoseSequence
            As many rows as there were frames; NaN and visibility 0 where nobody was found.
        """
        ...
