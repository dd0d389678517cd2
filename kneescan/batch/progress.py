"""Progress: how far a run is, for whoever wants to show it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    stage: str
    """``reading`` the videos' contents, ``measuring``, ``analysing`` landmarks, or ``writing`` tables."""
    n_done: int
    """Videos done in this stage, failed ones too."""
    n_total: int
    """Videos to do in this stage."""
    n_failed: int
    """Videos that failed so far in this run."""


ProgressCallback = Callable[[Progress], None]
"""Called with the progress after every video, in the thread of the caller."""


class Counter:
    """Counts videos and tells of them.

    Parameters
    ----------
    tell : callable, optional
        Whom to tell.
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
