"""Camera of a page: the pictures that a page sends, as a camera of the live view."""

import queue
import time
from collections import deque
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.app.filming.messages import Lost, MessageError, Picture
from kneescan.errors import CameraError
from kneescan.frames import Frame

MAX_WAITING = 8
"""Pictures that may wait for being decoded; a page sends fewer, and waits."""
SILENCE_S = 5.0
"""A page that sends no picture for this long has lost its camera; so has one whose clock jumps. [s]"""
PATIENCE_S = 15.0
"""Longest wait for the first picture: a camera needs a moment, and so does the person. [s]"""
MAX_BROKEN = 30
"""More broken pictures in a row than this are no accident."""
N_TIMES = 100
"""Pictures by which the page's clock is compared with that of the app."""


class PicturesEndedError(CameraError):
    """There are no more pictures."""

    def __init__(self, why: Lost) -> None:
        super().__init__(why)
        self.why = why


class PageCamera:
    """Gives the pictures that arrive, in order, with the times of the page's clock.

    Parameters
    ----------
    taken_over : callable
        Called with the number of a picture that the page need not keep any longer.
    """

    is_video = False

    def __init__(self, taken_over: Callable[[int], None]) -> None:
        self.size_px = (0, 0)
        self.n_read = 0
        """Pictures since filming began."""
        self._taken_over = taken_over
        self._waiting: queue.Queue[Picture | Lost] = queue.Queue()
        self._recent_s: deque[float] = deque(maxlen=N_TIMES)
        self._ahead_s = 0.0
        self._told: Lost | None = None
        self._first: Picture | None = None
        self._last: Picture | None = None
        self._begun: int | None = None
        self.lost: Lost | None = None
        """Why there are no more pictures; None while there are."""
        self._n_broken = 0

    @property
    def n_missing(self) -> int:
        """Pictures since filming began that the camera gave to the page, but that did not arrive."""
        if self._begun is None or self._last is None:
            return 0
        return self._last.number - self._begun - self.n_read

    def arrive(self, picture: Picture) -> None:
        """Take a picture from the page, at the moment it arrives.

        Raises
        ------
        MessageError
            If too many wait already.
        """
        # A message that was on its way for longer shows the page's clock as further behind.
        self._recent_s.append(picture.sent_s - time.perf_counter())
        self._ahead_s = max(self._recent_s)
        if self._first is None:
            self._first = picture
        if picture.size_px != self._first.size_px:
            # A phone was turned, or another camera took its place: no video holds both.
            self.lose(Lost.TURNED)
            return
        if self._waiting.qsize() >= MAX_WAITING:
            msg = "too many pictures at once"
            raise MessageError(msg)
        self._waiting.put(picture)

    def lose(self, why: Lost) -> None:
        """Say that no more pictures will come; those that did are still given."""
        self._told = self._told or why
        self._waiting.put(why)

    def wait(self) -> None:
        """Return when the first picture is there, which tells the size.

        Raises
        ------
        PicturesEndedError
            If none comes.
        """
        end_s = time.perf_counter() + PATIENCE_S
        while self._first is None:
            if self._told or time.perf_counter() > end_s:
                raise PicturesEndedError(self._told or Lost.SILENT)
            time.sleep(0.02)
        self.size_px = self._first.size_px

    def read(self) -> Frame | None:
        """Next picture that can be decoded.

        Raises
        ------
        PicturesEndedError
            If there are no more.
        """
        while True:
            picture = self._next()
            is_late = self._last is not None and (
                picture.number <= self._last.number or picture.taken_s <= self._last.taken_s
            )
            image_rgb = None if is_late else self._decoded(picture)
            self._taken_over(picture.number)
            if image_rgb is not None and self._first is not None:
                self._last, self.n_read = picture, self.n_read + 1
                time_s = picture.taken_s - self._first.taken_s
                return Frame(index=picture.number, time_s=time_s, image_rgb=image_rgb)

    def begin(self) -> None:
        """Count the pictures from here on."""
        self._begun, self.n_read = (self._last.number if self._last else 0), 0

    def now_s(self) -> float:
        """Time since the first picture was taken, on the page's clock. [s]"""
        if self._first is None:
            return 0.0
        return time.perf_counter() + self._ahead_s - self._first.taken_s

    def close(self) -> None:
        """Do nothing: the page switches its camera off."""

    def _next(self) -> Picture:
        if self.lost is not None:
            raise PicturesEndedError(self.lost)
        try:
            given = self._waiting.get(timeout=SILENCE_S)
        except queue.Empty:
            given = Lost.SILENT
        if isinstance(given, Picture) and self._is_jump(given):
            given = Lost.ASLEEP
        if isinstance(given, Lost):
            self.lost = given
            raise PicturesEndedError(given)
        return given

    def _is_jump(self, picture: Picture) -> bool:
        """Whether so much time has passed since the last picture that the computer must have slept."""
        return self._last is not None and picture.taken_s > self._last.taken_s + SILENCE_S

    def _decoded(self, picture: Picture) -> NDArray[np.uint8] | None:
        # What a JPEG says about its own orientation does not hold for a picture of a page.
        flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
        image_bgr = cv2.imdecode(np.frombuffer(picture.jpeg, dtype=np.uint8), flags)
        if image_bgr is None or image_bgr.shape[1::-1] != self.size_px:
            self._n_broken += 1
            if self._n_broken > MAX_BROKEN:
                raise PicturesEndedError(Lost.PICTURE)
            return None
        self._n_broken = 0
        return np.asarray(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)
