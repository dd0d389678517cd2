"""Show: what is on the screen from one moment to the next, and how fast."""

import statistics
import time
from collections import deque
from dataclasses import replace
from typing import Protocol

from kneescan.capture.webcam import Camera
from kneescan.frames import Frame
from kneescan.live.scene import Scene, make_scene, result_scene
from kneescan.live.screen import Screen
from kneescan.live.session import Session
from kneescan.output.film_style import Picture
from kneescan.output.words import Words
from kneescan.squat.results import SquatAnalysis

RECENT = 40
"""Pictures that the frame rate and the delay on the screen are taken over."""
MIRROR_KEY = "m"
POLL_S = 0.03
"""How often keys are asked for while nothing moves. [s]"""


class Display(Protocol):
    """Shows pictures and hears keys."""

    def show(self, picture: Picture) -> str:
        """Show a picture and give the key pressed, "" for none."""


class Show:
    """What is on the screen.

    Parameters
    ----------
    display : Display
        Shows the pictures.
    screen : Screen
        Draws them.
    words : Words
        Sentences of a language.
    is_mirrored : bool
        Whether it is a mirror, to begin with.
    """

    def __init__(
        self, display: Display, screen: Screen, words: Words, *, is_mirrored: bool
    ) -> None:
        self.words = words
        self.note = ""
        self._display, self._screen, self._is_mirrored = display, screen, is_mirrored
        self._delays_s: deque[float] = deque(maxlen=RECENT)
        self._shown_s: deque[float] = deque(maxlen=RECENT)
        self._last: tuple[Picture, Scene] | None = None
        self._total, self._told_s = 0, 0.0

    def frame(self, frame: Frame, session: Session, camera: Camera) -> tuple[str, float]:
        """Show a picture; the key pressed, and how long the picture took to get here. [s]"""
        scene = make_scene(session, self.words, is_mirrored=self._is_mirrored)
        scene = replace(scene, status=self._status(), note=self.note)
        key = self._draw(frame.image_rgb, scene)
        delay_s = camera.now_s() - frame.time_s
        self._delays_s.append(delay_s)
        self._shown_s.append(time.perf_counter())
        if key == MIRROR_KEY:
            self._is_mirrored = not self._is_mirrored
        return key, delay_s

    def progress(self, n_done: int, n_frames: int | None) -> None:
        """Tell how far the measuring has come."""
        now_s = time.perf_counter()
        if self._last is None or now_s < self._told_s + POLL_S:
            return
        self._told_s = now_s
        picture, scene = self._last
        if n_frames:
            percent = min(100, round(100 * n_done / n_frames))
            text = self.words("live.measuring_share", percent=percent)
        else:
            text = self.words("live.measuring")
        self._draw(picture, replace(scene, headline=text, xy=None, keys="", status="", note=""))

    def result(self, analysis: SquatAnalysis | None, result_s: float) -> None:
        """Show the verdicts until a key is pressed or the time is over."""
        if analysis is None or self._last is None:
            return
        until_s = time.perf_counter() + result_s
        picture, scene = self._last
        scene = result_scene(replace(scene, status="", xy=None), analysis, self.words)
        while self._draw(picture, scene) == "" and time.perf_counter() < until_s:
            time.sleep(POLL_S)

    def again(self) -> str:
        """Show the same picture once more, since there is no new one."""
        if self._last is None:
            time.sleep(POLL_S)
            return ""
        picture, scene = self._last
        return self._draw(picture, replace(scene, note=self.note))

    def _draw(self, picture: Picture, scene: Scene) -> str:
        self._last = picture, scene
        drawn = self._screen.draw(picture, scene, is_mirrored=self._is_mirrored)
        return self._display.show(drawn)

    def _status(self) -> str:
        if len(self._shown_s) < RECENT // 2:
            return ""
        fps = (len(self._shown_s) - 1) / (self._shown_s[-1] - self._shown_s[0])
        # A figure that changes with every picture cannot be read.
        return self.words(
            "live.status", fps=float(fps), delay=round(1e3 * statistics.median(self._delays_s), -1)
        )
