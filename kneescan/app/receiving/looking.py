"""Looking: size and frame rate of a video that has just arrived, read in a process of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kneescan.batch.clips import Failure
from kneescan.batch.workers.isolation import Children, join, run_isolated
from kneescan.batch.workers.watching import Limits
from kneescan.squat.settings import Settings

LIMITS = Limits(timeout_s=60.0, memory_mb=1000.0)
SMALL_PX = 720
"""In pictures whose longer side is shorter, joints are found less exactly. [px]"""
ADVISED_FPS = Settings().advised_fps
TOO_FEW_FPS = Settings().min_fps


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the header of a video says."""

    is_video: bool
    width_px: int = 0
    height_px: int = 0
    fps: float | None = None
    duration_s: float | None = None

    @property
    def is_small(self) -> bool:
        """Whether the picture is smaller than phones record it."""
        return max(self.width_px, self.height_px) < SMALL_PX

    @property
    def is_slow(self) -> bool:
        """Whether there are fewer frames per second than advised."""
        return self.fps is not None and self.fps < ADVISED_FPS

    @property
    def is_too_slow(self) -> bool:
        """Whether there are too few frames per second for any verdict."""
        return self.fps is not None and self.fps < TOO_FEW_FPS


@dataclass(frozen=True, slots=True)
class ReadHeader:
    """Read the header of a video; called in the process of a worker."""

    file: Path

    def __call__(self) -> Look:
        """Read it, with the first picture."""
        from kneescan.capture.video_file import VideoFile
        from kneescan.errors import VideoError

        try:
            with VideoFile(self.file, n_threads=1) as video:
                info = video.info
        except VideoError:
            return Look(is_video=False)
        return Look(
            is_video=True,
            width_px=info.width_px,
            height_px=info.height_px,
            fps=info.nominal_fps,
            duration_s=info.duration_s,
        )


class Looker:
    """Reads the headers of videos, one after the other."""

    def __init__(self) -> None:
        self._children = Children(is_polite=True)
        self._executor = ThreadPoolExecutor(
            1, "kneescan-looker", initializer=partial(join, self._children)
        )
        self._is_stopped = threading.Event()

    def look_at(self, file: Path, tell: Callable[[Look], None]) -> None:
        """Read a header, soon, and tell what it says; a file that ends the reader is no video."""
        self._executor.submit(self._look, file, tell)

    def stop(self) -> None:
        """Stop at once."""
        self._is_stopped.set()
        self._children.stop()
        self._executor.shutdown(cancel_futures=True)

    def _look(self, file: Path, tell: Callable[[Look], None]) -> None:
        found = run_isolated(ReadHeader(file), LIMITS, cancel=self._is_stopped)
        tell(Look(is_video=False) if isinstance(found, Failure) else found)
