"""Chunks of a film tracked side by side by threads; which library tracks is not known here."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import N_LANDMARKS
from kneescan.pose.chunks import Chunk

_POLL_S = 0.1


class Tracker(Protocol):
    """Follows one person from picture to picture; entered before use and left after it."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def track(self, image_rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Find x and y as fractions of the picture, and visibility, shape (33, 3)."""
        ...


def n_available_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "process_cpu_count"):
        return int(os.process_cpu_count() or 1)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def track_chunks(
    chunks: Iterable[Chunk],
    new_tracker: Callable[[], Tracker],
    *,
    n_workers: int,
    progress: Callable[[int], None] | None = None,
) -> NDArray[np.float64]:
    """Landmarks of a film from its chunks, each tracked by a tracker of its own.

    At most one chunk more than there are workers exists at a time, so that memory does not grow
    with the film. An exception, be it a worker's or one from reading the film, ends the work of all
    and is raised here.

    Parameters
    ----------
    chunks : iterable of Chunk
        The film; read in the thread of the caller, while the workers track what was read before.
    new_tracker : callable
        Gives a fresh tracker.
    n_workers : int
        Threads that track.
    progress : callable, optional
        Told now and then how many frames are done, in the thread of the caller.

    Returns
    -------
    ndarray, shape (n_frames, 33, 3)
        What the trackers found, in the order of the film.
    """
    tracks = [np.empty((0, N_LANDMARKS, 3))]
    pending: deque[tuple[Chunk, Future[NDArray[np.float64]]]] = deque()
    stop = threading.Event()

    def report() -> None:
        if progress is not None:
            progress(sum(map(len, tracks)) + sum(chunk.n_done for chunk, _ in pending))

    def collect(*, n_left: int) -> None:
        while len(pending) > n_left:
            # Windows does not interrupt an endless wait when the user presses Ctrl-C.
            while not wait([pending[0][1]], timeout=_POLL_S).done:
                report()
            tracks.append(pending.popleft()[1].result())
            report()

    pool = ThreadPoolExecutor(n_workers, thread_name_prefix="kneescan-pose")
    try:
        for chunk in chunks:
            pending.append((chunk, pool.submit(_track_chunk, chunk, new_tracker, stop)))
            collect(n_left=n_workers)
        collect(n_left=0)
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)
    return np.concatenate(tracks)


def _track_chunk(
    chunk: Chunk, new_tracker: Callable[[], Tracker], stop: threading.Event
) -> NDArray[np.float64]:
    found: list[NDArray[np.float64]] = []
    with new_tracker() as tracker:
        while chunk.frames and not stop.is_set():
            landmarks = tracker.track(chunk.frames.popleft().image_rgb)
            if chunk.n_lead_in:
                chunk.n_lead_in -= 1
            else:
                found.append(landmarks)
                chunk.n_done += 1
    return np.array(found)
