"""Film a page of a browser, with pointer and captions, and write it as a video."""

import io
import time
from base64 import b64decode
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
from matplotlib.font_manager import findfont
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page

FPS = 15
MOST_S = 75.0
"""Longest video: what a busy computer took longer for is shown faster. [s]"""
SIZE_PX = (1040, 650)
"""Window of the browser. [px]"""
STRIP_PX = 70
"""Height of the strip with the caption, below the page. [px]"""
FONT_PX = 25
PAPER, INK, MARK = "#14181d", "#ffffff", "#e8590c"
ARROW = ((0, 0), (0, 21), (5, 16), (9, 24), (13, 22), (9, 15), (16, 15))
"""Outline of the pointer, from its tip. [px]"""
CLICK_S, CLICK_PX = 0.45, 26
"""How long a ring shows a click, and how large it grows."""
CODING = {"crf": "27", "preset": "slow", "movflags": "+faststart"}


@dataclass
class Screencast:
    """What a page showed, when, and what was done there; times are those of the clock. [s]"""

    page: Page
    frames: list[tuple[float, bytes]] = field(default_factory=list)
    pointer: list[tuple[float, float, float]] = field(default_factory=list)
    clicks_s: list[float] = field(default_factory=list)
    captions: list[tuple[float, str]] = field(default_factory=list)
    shortened: list[tuple[float, float, float]] = field(default_factory=list)
    """Start and end of a part that the video shows in fewer seconds, and in how many."""
    poster_s: float = 0.0

    def __post_init__(self) -> None:
        self._session = self.page.context.new_cdp_session(self.page)
        self._session.on("Page.screencastFrame", self._take)
        self.go_on()

    def go_on(self) -> None:
        """Take each picture of the page from now on."""
        self._session.send("Page.startScreencast", {"format": "jpeg", "quality": 92})

    def pause(self) -> None:
        """Take no pictures: where the page shows a camera, each would cost one of the camera's."""
        self._session.send("Page.stopScreencast")

    def look(self) -> None:
        """Take one picture of the page now."""
        self.frames.append((time.time(), self.page.screenshot(type="jpeg", quality=92)))

    def _take(self, message: dict[str, Any]) -> None:
        self._session.send("Page.screencastFrameAck", {"sessionId": message["sessionId"]})
        self.frames.append((message["metadata"]["timestamp"], b64decode(message["data"])))

    def say(self, caption: str) -> None:
        """Show a caption from now on."""
        self.captions.append((time.time(), caption))

    def point(self, x: float, y: float) -> None:
        """Note that the pointer is here now."""
        self.pointer.append((time.time(), x, y))

    def click(self) -> None:
        """Note a click."""
        self.clicks_s.append(time.time())

    def show_as_poster(self) -> None:
        """Let the present picture stand for the video until it plays."""
        self.poster_s = time.time()

    @contextmanager
    def within(self, most_s: float) -> Iterator[None]:
        """Show what happens meanwhile in at most so many seconds."""
        start_s = time.time()
        yield
        if time.time() - start_s > most_s:
            self.shortened.append((start_s, time.time(), most_s))

    def write(self, video: Path, poster: Path) -> float:
        """Write the video and its poster; how long the video lasts. [s]"""
        times_s = self._times()
        with av.open(str(video), "w", options={"movflags": "+faststart"}) as target:
            stream = target.add_stream("libx264", rate=FPS, options=CODING)
            stream.width, stream.height = SIZE_PX[0], SIZE_PX[1] + STRIP_PX
            stream.pix_fmt = "yuv420p"
            for at_s in times_s:
                frame = av.VideoFrame.from_image(self._picture(at_s))
                target.mux(stream.encode(frame))
            target.mux(stream.encode())
        self._picture(self.poster_s).save(poster, quality=80, optimize=True)
        return len(times_s) / FPS

    def _times(self) -> list[float]:
        """Time of the clock of each frame of the video. [s]"""
        clock_s, shown_s = [self.frames[0][0]], [0.0]
        for start_s, stop_s, most_s in self.shortened:
            shown_s += [shown_s[-1] + start_s - clock_s[-1], 0.0]
            shown_s[-1] = shown_s[-2] + most_s
            clock_s += [start_s, stop_s]
        end_s = time.time()
        shown_s.append(shown_s[-1] + end_s - clock_s[-1])
        clock_s.append(end_s)
        faster = max(shown_s[-1] / MOST_S, 1.0)
        ticks_s = np.arange(0, shown_s[-1], faster / FPS)
        return list(np.interp(ticks_s, shown_s, clock_s))

    def _picture(self, at_s: float) -> Image.Image:
        """The page at a time, with pointer and caption."""
        width, height = SIZE_PX
        newest = max(bisect_right(self.frames, at_s, key=lambda frame: frame[0]) - 1, 0)
        whole = Image.new("RGB", (width, height + STRIP_PX), PAPER)
        with Image.open(io.BytesIO(self.frames[newest][1])) as shown:
            whole.paste(shown.convert("RGB").resize(SIZE_PX), (0, 0))
        drawing = ImageDraw.Draw(whole)
        self._draw_pointer(drawing, at_s)
        drawing.rectangle((0, height, width, height + STRIP_PX), fill=PAPER)
        caption = next((text for said_s, text in reversed(self.captions) if said_s <= at_s), "")
        middle = (width // 2, height + STRIP_PX // 2)
        drawing.text(middle, caption, fill=INK, font=_font(), anchor="mm")
        return whole

    def _draw_pointer(self, drawing: ImageDraw.ImageDraw, at_s: float) -> None:
        if not self.pointer or at_s < self.pointer[0][0]:
            return
        moved_s, *place = zip(*self.pointer, strict=True)
        x, y = (float(np.interp(at_s, moved_s, each)) for each in place)
        for clicked_s in self.clicks_s:
            share = (at_s - clicked_s) / CLICK_S
            if 0 <= share <= 1:
                radius = 8 + share * (CLICK_PX - 8)
                drawing.ellipse(
                    (x - radius, y - radius, x + radius, y + radius), outline=MARK, width=4
                )
        drawing.polygon(
            [(x + dx, y + dy) for dx, dy in ARROW], fill=INK, outline="#000000", width=2
        )


def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(findfont("DejaVu Sans"), FONT_PX)
