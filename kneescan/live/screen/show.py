"""Show the scenes on the screen and measure the speed of the display."""

import statistics
import time
from collections import deque
from dataclasses import replace
from typing import Protocol, runtime_checkable

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
"""Number of pictures for measuring the frame rate and the delay on the screen."""
MIRROR_KEY = "m"
POLL_S = 0.03
"""Interval for checking keys while nothing moves. [s]"""
TELL_EVERY_S = 0.1
"""Interval for showing progress. [s]"""
N_PAINTED = 3
"""How often a new window is painted, until it certainly shows something."""


class Display(Protocol):
    """Shows pictures and reads keys."""

    def show(self, picture: Picture) -> str:
        """Show a picture and return the key pressed, "" for none."""


@runtime_checkable
class SceneDisplay(Protocol):
    """Shows scenes that it draws itself, such as a page in a browser, and reads keys."""

    def show_scene(self, picture: Picture, scene: Scene, *, is_mirrored: bool) -> str:
        """Show a scene over a picture of the camera and return the key pressed, "" for none."""


class DrawnScenes:
    """Draws scenes for a display that shows only pictures.

    Parameters
    ----------
    display : Display
        Shows the pictures.
    screen : Screen
        Draws them.
    """

    def __init__(self, display: Display, screen: Screen) -> None:
        self._display, self._screen = display, screen

    def show_scene(self, picture: Picture, scene: Scene, *, is_mirrored: bool) -> str:
        """Draw a scene over a picture, show both and return the key pressed."""
        return self._display.show(self._screen.draw(picture, scene, is_mirrored=is_mirrored))


class Show:
    """Controls the contents of the screen.

    Parameters
    ----------
    display : SceneDisplay
        Shows the scenes.
    words : Words
        Sentences in a language.
    is_mirrored : bool
        Whether the screen is mirrored at the start.
    """

    def __init__(self, display: SceneDisplay, words: Words, *, is_mirrored: bool) -> None:
        self.words = words
        self.note = ""
        self._display, self._is_mirrored = display, is_mirrored
        self.delays_s: list[float] = []
        """Delay of each picture from the camera to the screen. [s]"""
        self._index = -1
        self._shown_s: deque[float] = deque(maxlen=RECENT)
        self._last: tuple[Picture, Scene] | None = None
        self._told_s = -np.inf
        self._is_closing = False

    def frame(self, frame: Frame, session: Session, camera: Camera) -> str:
        """Show a picture of the camera and return the key pressed."""
        scene = make_scene(session, self.words, is_mirrored=self._is_mirrored)
        scene = replace(scene, status=self._status(), note=self.note)
        key = self._draw(frame.image_rgb, scene)
        # The same picture shown again with new landmarks does not count as another one.
        if frame.index != self._index:
            self._index = frame.index
            self.delays_s.append(camera.now_s() - frame.time_s)
            self._shown_s.append(time.perf_counter())
        if key == MIRROR_KEY:
            self._is_mirrored = not self._is_mirrored
        return key

    def opening(self, size_px: tuple[int, int]) -> None:
        """Show that the camera is being opened, which can take seconds."""
        picture = np.zeros((size_px[1], size_px[0], 3), dtype=np.uint8)
        scene = Scene(stage=Stage.DONE, headline=self.words("live.opening"), tone=Tone.PLAIN)
        # A new window takes a moment to be painted.
        for _ in range(N_PAINTED):
            self._draw(picture, scene)
            time.sleep(POLL_S)

    def measuring(self, n_done: int, n_frames: int | None) -> None:
        """Show the progress of the measurement."""
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
        """Show the progress of writing below the verdicts."""
        if self._last is None or not self._is_time():
            return
        picture, scene = self._last
        text = self._share("live.writing", n_done, n_frames)
        self._is_closing |= self._draw(picture, replace(scene, keys=text)) != ""

    def hold(self, duration_s: float) -> None:
        """Keep the verdicts on the screen until a key is pressed or the time is over."""
        if self._last is None:
            return
        until_s = time.perf_counter() + duration_s
        picture, scene = self._last
        scene = replace(scene, keys=self.words("live.close"))
        while not self._is_closing and time.perf_counter() < until_s:
            self._is_closing = self._draw(picture, scene) != ""
            time.sleep(POLL_S)

    def again(self) -> str:
        """Show the same picture again, since there is no new one."""
        if self._last is None:
            time.sleep(POLL_S)
            return ""
        picture, scene = self._last
        return self._draw(picture, replace(scene, note=self.note))

    def _draw(self, picture: Picture, scene: Scene) -> str:
        self._last = picture, scene
        return self._display.show_scene(picture, scene, is_mirrored=self._is_mirrored)

    def _is_time(self) -> bool:
        """Whether to update the progress: drawing takes time from the work itself."""
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
        # A number that changes with every picture cannot be read.
        return self.words(
            "live.status",
            fps=float(fps),
            delay=round(1e3 * statistics.median(self.delays_s[-RECENT:]), -1),
        )
