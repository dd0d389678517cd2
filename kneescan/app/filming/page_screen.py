"""Screen and voice of a page: scenes and words are sent to it, and it draws and speaks."""

import queue
from collections.abc import Callable
from typing import Any

from kneescan.app.filming.knee_place import KneePlaces
from kneescan.capture.webcam import Camera
from kneescan.frames import Frame
from kneescan.live.screen.picture import FULL_DEPTH_PCT
from kneescan.live.screen.scene import Scene
from kneescan.live.screen.scene_record import scene_record
from kneescan.live.screen.show import Show
from kneescan.live.session.phases import Session
from kneescan.live.voice.sound import Voice
from kneescan.output.overlay.style import Picture
from kneescan.output.words.language import Words
from kneescan.squat.settings import Settings

Send = Callable[[dict[str, Any]], None]
"""Sends a message to the page."""


class PageScreen:
    """Sends scenes to the page; the keys are what the page asks for.

    Parameters
    ----------
    send : callable
        Sends a message.
    settings : Settings
        Thresholds of the final analysis.
    is_practice : bool, default False
        Whether the page shows the knee beside the foot at once.
    """

    def __init__(self, send: Send, settings: Settings, *, is_practice: bool = False) -> None:
        self._send = send
        self._knees = KneePlaces(settings) if is_practice else None
        self._bar = {"enough": settings.min_depth_pct, "full": FULL_DEPTH_PCT}
        self._keys: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.number = 0
        """Of the picture that the next scene belongs to."""

    def press(self, key: str) -> None:
        """Press a key of the live view."""
        self._keys.put(key)

    def show_scene(self, picture: Picture, scene: Scene, *, is_mirrored: bool) -> str:
        """Send a scene, and return the key pressed; the page has the picture already."""
        shown = {**scene_record(scene), **self._bar, "is_mirrored": is_mirrored}
        # The keys of the window are not those of the page.
        del shown["keys"]
        if self._knees is not None:
            height_px, width_px = picture.shape[:2]
            shown["knee"] = self._knees.of(scene, (width_px, height_px))
        self._send({"type": "scene", "n": self.number, "scene": shown})
        return "" if self._keys.empty() else self._keys.get()


class PageShow(Show):
    """Controls a page's scenes; parameters are those of `Show`.

    Parameters
    ----------
    screen : PageScreen
        Where they are sent.
    words : Words
        Sentences in a language.
    is_mirrored : bool
        Whether the page shows a mirror.
    """

    def __init__(self, screen: PageScreen, words: Words, *, is_mirrored: bool) -> None:
        super().__init__(screen, words, is_mirrored=is_mirrored)
        self._screen = screen

    def frame(self, frame: Frame, session: Session, camera: Camera) -> str:
        """Show a scene for a picture and return the key pressed."""
        self._screen.number = frame.index
        return super().frame(frame, session, camera)


class PageVoice(Voice):
    """Has the page say the texts.

    Parameters
    ----------
    send : callable
        Sends a message.
    words : Words
        Sentences in a language.
    """

    def __init__(self, send: Send, words: Words) -> None:
        super().__init__(is_on=False)
        self._send = send
        self._numbers = set(words.entry("live.spoken.numbers"))
        self._left_out = words("live.spoken.left_out")

    def say(self, text: str) -> None:
        """Have the page say a text; a page without a voice makes a sound that tells the kinds apart."""
        is_number = text in self._numbers or text.isdecimal()
        kind = "left_out" if text == self._left_out else "number" if is_number else "sentence"
        self._send({"type": "say", "kind": kind, "text": text})
