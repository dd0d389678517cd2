"""Read and track the pictures of a camera in two threads.

Every picture is recorded. Tracking takes the newest picture and skips those that it has no time for.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.capture.recorder import Recorder
from kneescan.capture.webcam import Camera
from kneescan.errors import CameraError
from kneescan.frames import Frame
from kneescan.live.camera.tracking import Tracker
from kneescan.pipeline import MAX_SIDE_PX

SILENT_S = 10.0
"""A camera that gave no picture for this long has stopped, even without an error. [s]"""
MAX_AHEAD_S = 0.1
"""A video in place of the camera waits if it is ahead of tracking by more than this... [s]"""
AHEAD_PATIENCE_S = 5.0
"""...but no longer than this. [s]"""
LAST_S = 1.0
"""Longest wait for the last picture to be tracked. [s]"""
JOIN_S = 3.0
"""Longest wait for a thread to end. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """A picture and its landmarks."""

    frame: Frame
    landmarks: NDArray[np.float64]
    """Shape (33, 3)."""


class Watcher:
    """Watches a camera until it is closed.

    Parameters
    ----------
    camera : Camera
        Read by the watcher's own thread.
    make_tracker : callable
        Creates the tracker in the thread that uses it.
    """

    def __init__(self, camera: Camera, make_tracker: Callable[[], Tracker]) -> None:
        self._camera = camera
        self._make_tracker = make_tracker
        self._changed = threading.Condition()
        self._newest: Frame | None = None
        self._tracked: list[Tracked] = []
        self._recorder: Recorder | None = None
        self._failure: Exception | None = None
        self._is_over = self._is_closing = False
        self._heard_s = camera.now_s()
        self._tracked_s = -math.inf
        self.n_grabbed = self.n_tracked = 0
        self.has_others = False
        """Whether there are other people in the picture, who are not followed."""
        self._threads = [
            threading.Thread(target=self._run, args=(work,), name=work.__name__, daemon=True)
            for work in (self._grab_all, self._track_all)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def silent_s(self) -> float:
        """Time since the last picture; 0 for a video, which may be waiting. [s]"""
        return 0.0 if self._camera.is_video else self._camera.now_s() - self._heard_s

    @property
    def is_over(self) -> bool:
        """Whether a video in place of the camera has ended, and all of it was tracked."""
        with self._changed:
            return self._is_over and self._newest is None and not self._tracked

    def take(self, timeout_s: float) -> tuple[list[Tracked], Frame | None]:
        """Everything tracked since the last call, and the newest picture; waits for either.

        Raises
        ------
        KneescanError
            If the camera, the tracking or the recording failed.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._tracked or self._failure or self._is_over, timeout_s
            )
            if self._failure is not None and not self._tracked:
                raise self._failure
            tracked, self._tracked = self._tracked, []
            newest = tracked[-1].frame if tracked else self._newest
        if newest is None and self.silent_s > SILENT_S and not self._is_over:
            msg = (
                f"no picture came for {SILENT_S:.0f} s, so the camera has stopped; check its "
                "cable and that no other program uses it, then start again"
            )
            raise CameraError(msg)
        return tracked, newest

    def record(self, recorder: Recorder | None) -> None:
        """Pass every picture from now on to a recorder; None stops this."""
        with self._changed:
            self._recorder = recorder

    def close(self) -> None:
        """Stop both threads and switch the camera off, unless a thread is stuck waiting for the camera."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=JOIN_S)
        if not self._threads[0].is_alive():
            self._camera.close()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 (raised again where it is heard, by `take`)
            with self._changed:
                if work == self._grab_all:
                    # Pictures that came before are still counted.
                    self._changed.wait_for(lambda: self._newest is None, LAST_S)
                self._failure = self._failure or error
                self._changed.notify_all()

    def _grab_all(self) -> None:
        while not self._is_closing:
            if self._camera.is_video:
                self._wait_for_tracking()
            frame = self._camera.read()
            with self._changed:
                self._heard_s = self._camera.now_s()
                self._newest, self._is_over = frame or self._newest, frame is None
                recorder = self._recorder
                self._changed.notify_all()
            if frame is None:
                return
            self.n_grabbed += 1
            if recorder is not None:
                recorder.add(frame)

    def _wait_for_tracking(self) -> None:
        """Wait for tracking to catch up, which only a video can do."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._newest is None
                    or self._is_closing
                    or self._newest.time_s <= self._tracked_s + MAX_AHEAD_S
                ),
                AHEAD_PATIENCE_S,
            )

    def _track_all(self) -> None:
        tracker = self._make_tracker()
        try:
            while (frame := self._next()) is not None:
                landmarks = tracker.track(_shrunk(frame.image_rgb))
                self.n_tracked += 1
                self.has_others = tracker.has_others
                with self._changed:
                    self._tracked.append(Tracked(frame=frame, landmarks=landmarks))
                    self._newest = None if self._newest is frame else self._newest
                    self._tracked_s = frame.time_s
                    self._changed.notify_all()
        finally:
            tracker.close()

    def _next(self) -> Frame | None:
        """Newest picture, as soon as there is a new one; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest or self._is_closing or self._is_over)
            return None if self._is_closing else self._newest


def _shrunk(image_rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Picture in the size that the final analysis also uses."""
    scale = MAX_SIDE_PX / max(image_rgb.shape[:2])
    if scale >= 1:
        return image_rgb
    size_px = (round(image_rgb.shape[1] * scale), round(image_rgb.shape[0] * scale))
    return np.asarray(cv2.resize(image_rgb, size_px, interpolation=cv2.INTER_AREA), dtype=np.uint8)
