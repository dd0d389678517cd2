"""Show: what is on the screen from one moment to the next, and how fast."""

import statistics
import time
from collections import deque
from dataclasses import replace
from typing import Protocol

import numpy as np

from kneescan.capture.webcam import Camera
from kneescan.frames import Frame
from kneescan.live.screen.picture import Screen
from kneescan.live.screen.scene import Scene, Tone, ended_scene, make_scene, result_scene
from kneescan.live.session.phases import Session, Stage
from kneescan.output.overlay.style import Picture
from kneescan.output.words.language import Words
from kneescan.squat.results import SquatAnalysis

RECENT = 40
"""Pictures that the frame rate and the delay on the screen are taken over."""
MIRROR_KEY = "m"
POLL_S = 0.03
"""How often keys are asked for while nothing moves. [s]"""
TELL_EVERY_S = 0.1
"""How often progress is told. [s]"""
N_PAINTED = 3
"""Times that a new window is painted, until it surely shows something."""


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
        self.delays_s: list[float] = []
        """How long each picture of the camera took to the screen. [s]"""
        self._index = -1
        self._shown_s: deque[float] = deque(maxlen=RECENT)
        self._last: tuple[Picture, Scene] | None = None
        self._told_s = -np.inf
        self._is_closing = False

    def frame(self, frame: Frame, session: Session, camera: Camera) -> str:
        """Show a picture of the camera and give the key pressed."""
        scene = make_scene(session, self.words, is_mirrored=self._is_mirrored)
        scene = replace(scene, status=self._status(), note=self.note)
        key = self._draw(frame.image_rgb, scene)
        # Shown again, with landmarks found meanwhile, it is no further picture.
        if frame.index != self._index:
            self._index = frame.index
            self.delays_s.append(camera.now_s() - frame.time_s)
            self._shown_s.append(time.perf_counter())
        if key == MIRROR_KEY:
            self._is_mirrored = not self._is_mirrored
        return key

    def opening(self, size_px: tuple[int, int]) -> None:
        """Tell that the camera is being opened, which can take seconds."""
        picture = np.zeros((size_px[1], size_px[0], 3), dtype=np.uint8)
        scene = Scene(stage=Stage.DONE, headline=self.words("live.opening"), tone=Tone.PLAIN)
        # A new window needs a moment until it is painted.
        for _ in range(N_PAINTED):
            self._draw(picture, scene)
            time.sleep(POLL_S)

    def measuring(self, n_done: int, n_frames: int | None) -> None:
        """Tell how far the measuring has come."""
        if self._last is None or not self._is_time():
            return
        picture, scene = self._last
        text = self._share("live.measuring", n_done, n_frames)
        self._draw(picture, replace(ended_scene(scene), headline=text, note=self.note))

    def result(self, analysis: SquatAnalysis) -> None:
        """Show the verdicts."""
        if self._last is not None:
            picture, scene = self._last
            scene = replace(ended_scene(scene), note=self.note)
            self._is_closing = False
            self._draw(picture, result_scene(scene, analysis, self.words))

    def writing(self, n_done: int, n_frames: int | None) -> None:
        """Tell under the verdicts how far the writing has come."""
        if self._last is None or not self._is_time():
            return
        picture, scene = self._last
        text = self._share("live.writing", n_done, n_frames)
        self._is_closing |= self._draw(picture, replace(scene, keys=text)) != ""

    def hold(self, duration_s: float) -> None:
        """Leave the verdicts on the screen until a key is pressed or the time is over."""
        if self._last is None:
            return
        until_s = time.perf_counter() + duration_s
        picture, scene = self._last
        scene = replace(scene, keys=self.words("live.close"))
        while not self._is_closing and time.perf_counter() < until_s:
            self._is_closing = self._draw(picture, scene) != ""
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

    def _is_time(self) -> bool:
        """Whether it is time to tell of progress anew: drawing takes time from the work itself."""
        now_s = time.perf_counter()
        if now_s < self._told_s + TELL_EVERY_S:
            return False
        self._told_s = now_s
        return True

    def _share(self, key: str, n_done: int, n_frames: int | None) -> str:
        if not n_frames:
            return self.words(key)
        return self.words(f"{key}_share", percent=min(100, round(100 * n_done / n_frames)))

    def _status(self) -> str:
        if len(self._shown_s) < RECENT // 2 or not self.delays_s:
            return ""
        fps = (len(self._shown_s) - 1) / (self._shown_s[-1] - self._shown_s[0])
        # A figure that changes with every picture cannot be read.
        return self.words(
            "live.status",
            fps=float(fps),
            delay=round(1e3 * statistics.median(self.delays_s[-RECENT:]), -1),
        )
