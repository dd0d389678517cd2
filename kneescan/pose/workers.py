"""Workers: threads that track the chunks of a video in parallel, independent of the pose library."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from kneescan.frames import Frame
from kneescan.landmarks import N_LANDMARKS
from kneescan.pose.close_ups.whole_body import BodyCrop

CLOSE_UPS_PER_BODY = 2
"""Close-ups of the legs for each picture of the whole body, whose reading takes six times as long."""
REPORT_INTERVAL_S = 0.1
"""Time between two checks of the workers' progress. [s]"""


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

    def take_close_up(
        self, image_rgb: NDArray[np.uint8], landmarks: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Find the joints of both legs in close-ups of a picture with these landmarks, shape (2, n)."""
        ...

    def cut_out_body(
        self, image_rgb: NDArray[np.uint8], landmarks: NDArray[np.float64]
    ) -> BodyCrop | None:
        """Cut the whole person out of a picture with these landmarks; None if there is nobody."""
        ...


@dataclass(frozen=True, slots=True)
class _Found:
    """Results of one frame."""

    index: int
    landmarks: NDArray[np.float64]
    close_up: NDArray[np.float64] | None
    body: BodyCrop | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllFound:
    """Results of all frames of a video."""

    landmarks: NDArray[np.float64]
    """In the order of the video, shape (n_frames, 33, 3)."""
    close_ups: dict[int, NDArray[np.float64]]
    """Results of the close-ups, by the frame's position in the video."""
    bodies: dict[int, BodyCrop]
    """Pictures of the whole person, to be read later, by the frame's position in the video."""


def n_available_processors() -> int:
    """Number of processors that this process may use."""
    if hasattr(os, "process_cpu_count"):
        return int(os.process_cpu_count() or 1)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Chunk:
    """Frames on their way from the thread that reads the video to the one that tracks them."""

    def __init__(self, lead_in: Sequence[Frame]) -> None:
        self.n_lead_in = len(lead_in)
        self.n_done = 0
        self._frames: SimpleQueue[Frame | None] = SimpleQueue()
        for frame in lead_in:
            self.put(frame)

    def put(self, frame: Frame | None) -> None:
        """Add a frame; None ends the chunk."""
        self._frames.put(frame)

    def __iter__(self) -> Iterator[Frame]:
        while (frame := self._frames.get()) is not None:
            yield frame


class Workers:
    """Threads that each track one chunk at a time with a fresh tracker; a context manager.

    An exception in any of them is raised in the thread that passes on the frames. When the context ends,
    with or without an exception, the threads have ended and the trackers are closed.

    Parameters
    ----------
    new_tracker : callable
        Returns a new tracker.
    n_workers : int
        Number of threads.
    buffer_frames : int
        Number of frames that may wait to be tracked; beyond it, the thread that passes them on has to wait.
        It determines the memory needed, which does not depend on the length of the video.
    progress : callable, optional
        Called now and then with the number of finished frames, in the thread that passes them on.
    close_up_every : int, optional
        Number of frames from one close-up of the legs to the next; no close-ups if omitted.
    """

    def __init__(
        self,
        new_tracker: Callable[[], Tracker],
        *,
        n_workers: int,
        buffer_frames: int,
        progress: Callable[[int], None] | None = None,
        close_up_every: int | None = None,
    ) -> None:
        self._close_up_every = close_up_every
        self._new_tracker = new_tracker
        self._progress = progress
        # Not a semaphore: Ctrl-C at a bad moment would leave its lock taken, and all threads waiting.
        self._places: SimpleQueue[None] = SimpleQueue()
        for _ in range(buffer_frames):
            self._places.put(None)
        self._is_leaving = threading.Event()
        self._next_report_s = 0.0
        self._chunks: list[_Chunk] = []
        self._tracks: list[Future[list[_Found]]] = []
        self._pool = ThreadPoolExecutor(n_workers, thread_name_prefix="kneescan-pose")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_leaving.set()
        self._end_chunk()
        self._pool.shutdown(cancel_futures=True)

    def begin_chunk(self, lead_in: Sequence[Frame]) -> None:
        """Begin the next chunk; its tracker first sees the lead-in, which gives no result."""
        self._end_chunk()
        self._chunks.append(_Chunk(lead_in))
        self._tracks.append(self._pool.submit(self._track_chunk, self._chunks[-1]))

    def take(self, frame: Frame) -> None:
        """Take the next frame of the chunk, once there is room for it."""
        # No endless wait, because Ctrl-C would not interrupt it on Windows.
        while not self._has_place():
            self._report()
        self._chunks[-1].put(frame)
        if time.monotonic() >= self._next_report_s:
            self._report()

    def _has_place(self) -> bool:
        try:
            self._places.get(timeout=REPORT_INTERVAL_S)
        except Empty:
            return False
        return True

    def found(self) -> AllFound:
        """Wait for the results of all frames, and return them."""
        self._end_chunk()
        while wait(self._tracks, timeout=REPORT_INTERVAL_S, return_when=FIRST_EXCEPTION).not_done:
            self._report()
        self._report()
        found = [frame for track in self._tracks for frame in track.result()]
        landmarks = np.array([frame.landmarks for frame in found]).reshape(-1, N_LANDMARKS, 3)
        return AllFound(
            landmarks=landmarks,
            close_ups={each.index: each.close_up for each in found if each.close_up is not None},
            bodies={each.index: each.body for each in found if each.body is not None},
        )

    def _end_chunk(self) -> None:
        if self._chunks:
            self._chunks[-1].put(None)

    def _report(self) -> None:
        """Report the progress, and raise exceptions of the workers."""
        self._next_report_s = time.monotonic() + REPORT_INTERVAL_S
        for track in self._tracks:
            if track.done():
                track.result()
        if self._progress is not None:
            self._progress(sum(chunk.n_done for chunk in self._chunks))

    def _track_chunk(self, chunk: _Chunk) -> list[_Found]:
        found: list[_Found] = []
        with self._new_tracker() as tracker:
            for position, frame in enumerate(chunk):
                if self._is_leaving.is_set():
                    break
                landmarks = tracker.track(frame.image_rgb)
                if position >= chunk.n_lead_in:
                    found.append(self._found_in(frame, landmarks, tracker))
                    self._places.put(None)
                    chunk.n_done += 1
        return found

    def _found_in(self, frame: Frame, landmarks: NDArray[np.float64], tracker: Tracker) -> _Found:
        """Results of a frame, with close-ups and the picture of the body in some of them."""
        every, image_rgb = self._close_up_every, frame.image_rgb
        close_up = body = None
        if every is not None and frame.index % every == 0:
            close_up = tracker.take_close_up(image_rgb, landmarks)
            if frame.index % (CLOSE_UPS_PER_BODY * every) == 0:
                body = tracker.cut_out_body(image_rgb, landmarks)
        return _Found(frame.index, landmarks, close_up, body)
