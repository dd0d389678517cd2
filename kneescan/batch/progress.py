"""Report the progress of a run."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Progress of a run."""

    stage: str
    """``reading`` the videos' contents, ``measuring``, ``analysing`` landmarks, or ``writing`` tables."""
    n_done: int
    """Videos finished in this stage, including failed ones."""
    n_total: int
    """Total number of videos in this stage."""
    n_failed: int
    """Videos that failed so far in this run."""


ProgressCallback = Callable[[Progress], None]
"""Function called after every video, in the thread of the caller."""


class Counter:
    """Counts videos and reports the progress.

    Parameters
    ----------
    tell : callable, optional
        Function to call with the progress.
    """

    def __init__(self, tell: ProgressCallback | None = None) -> None:
        self._tell = tell
        self._stage, self._n_done, self._n_total, self._n_failed = "", 0, 0, 0

    def begin(self, stage: str, n_total: int) -> None:
        """Begin a stage."""
        self._stage, self._n_done, self._n_total = stage, 0, n_total
        self._say()

    def one(self, *, failed: bool) -> None:
        """Count one more video."""
        self._n_done += 1
        self._n_failed += failed
        self._say()

    def _say(self) -> None:
        if self._tell is not None:
            self._tell(
                Progress(
                    stage=self._stage,
                    n_done=self._n_done,
                    n_total=self._n_total,
                    n_failed=self._n_failed,
                )
            )
