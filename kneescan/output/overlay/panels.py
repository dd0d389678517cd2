"""Panels: places of the labels in the annotated video, and the depth bar."""

import math
from collections.abc import Callable, Hashable

import cv2
from PIL import ImageDraw

from kneescan.output.overlay.frame_values import FrameValues, shown_degrees
from kneescan.output.overlay.labels import (
    NUMBER_HEIGHT,
    RIGHT_WIDTH,
    legend_label,
    nobody_label,
    number_label,
    repetition_label,
    tag_label,
)
from kneescan.output.overlay.style import (
    DARK,
    PALE,
    SKY_BLUE,
    WHITE,
    Picture,
    Sprite,
    blank,
    font,
    panel,
    text_size,
    unit_of,
    wrap,
)
from kneescan.output.words.language import Words
from kneescan.squat.results import Repetition

MARGIN = 10.0
"""Distance to the edge of the picture. [units]"""
BAR_TOP, BAR_HEIGHT, BAR_WIDTH = 40.0, 190.0, 26.0
"""The bar in the depth panel. [units]"""
N_KEPT = 64
"""Number of sprites kept; the oldest are dropped, so that memory does not grow with the video."""


class Panels:
    """Draws the panels of one video.

    Parameters
    ----------
    size_px : tuple of int
        Width and height of the picture. [px]
    words : Words
        Sentences of a language.
    repetitions : list of Repetition
        All squats of the video.
    cut_deg, min_depth_pct, deepest_pct : float
        Cut-off of the FPPA, depth from which a squat counts, depth of the deepest squat.
    """

    def __init__(
        self,
        size_px: tuple[int, int],
        words: Words,
        repetitions: list[Repetition],
        *,
        cut_deg: float,
        min_depth_pct: float,
        deepest_pct: float,
    ) -> None:
        self.unit = unit_of(size_px)
        self._size_px = size_px
        self._words = words
        self._repetitions = repetitions
        self._cut_deg = cut_deg
        self._min_depth_pct = min_depth_pct
        self._full_pct = 5.0 * max(4, math.ceil(1.1 * deepest_pct / 5))
        self._kept: dict[Hashable, Sprite] = {}

    def draw(self, picture: Picture, moment: FrameValues, *, is_seen: bool, is_slow: bool) -> None:
        """Draw the panels of a moment into a picture in place."""
        u = self.unit
        if not is_seen:
            nobody = self._keep("nobody", lambda: nobody_label(self._words, u))
            nobody.paste(picture, MARGIN * u, MARGIN * u)
            return
        if moment.phase is None:
            return
        self._draw_repetition(picture, moment, is_slow=is_slow)
        if moment.side is not None:
            self._draw_number(picture, moment)
            self._draw_depth(picture, moment)
            legend = self._keep("legend", lambda: legend_label(self._words, u))
            bottom = self._size_px[1] - MARGIN * u - legend.size_px[1]
            legend.paste(picture, MARGIN * u, bottom)

    def tag(self, repetition: Repetition) -> Sprite:
        """Label next to the knee at the deepest point of a squat."""
        key = ("tag", repetition.index)
        return self._keep(key, lambda: tag_label(repetition, self._words, self.unit))

    def _keep(self, key: Hashable, make: Callable[[], Sprite]) -> Sprite:
        sprite = self._kept.pop(key, None) or make()
        self._kept[key] = sprite
        if len(self._kept) > N_KEPT:
            del self._kept[next(iter(self._kept))]
        return sprite

    def _draw_repetition(self, picture: Picture, moment: FrameValues, *, is_slow: bool) -> None:
        """Leg, squat and phase."""
        index = moment.repetition.index if moment.repetition else None
        key = (index, moment.phase, moment.side, is_slow)
        label = self._keep(
            key,
            lambda: repetition_label(
                moment, self._repetitions, self._words, self.unit, is_slow=is_slow
            ),
        )
        label.paste(picture, MARGIN * self.unit, MARGIN * self.unit)

    def _draw_number(self, picture: Picture, moment: FrameValues) -> None:
        """Current FPPA: number, and direction in a word."""
        u = self.unit
        degrees = shown_degrees(moment.fppa_deg)
        left = self._size_px[0] - (MARGIN + RIGHT_WIDTH) * u
        label = self._keep(
            ("fppa", degrees), lambda: number_label(degrees, self._cut_deg, self._words, u)
        )
        label.paste(picture, left, MARGIN * u)

    def _draw_depth(self, picture: Picture, moment: FrameValues) -> None:
        """Depth bar, filled from the top in proportion to the depth."""
        u = self.unit
        left = self._size_px[0] - (MARGIN + RIGHT_WIDTH) * u
        top = (2 * MARGIN + NUMBER_HEIGHT) * u
        self._keep("depth", self._depth_scale).paste(picture, left, top)
        if math.isnan(moment.depth_pct):
            return
        share = min(max(moment.depth_pct / self._full_pct, 0.0), 1.0)
        bar_left, bar_top = left + 14 * u, top + BAR_TOP * u
        level = bar_top + share * BAR_HEIGHT * u
        color = SKY_BLUE if moment.depth_pct >= self._min_depth_pct else PALE
        corner = (round(bar_left), round(bar_top))
        opposite = (round(bar_left + BAR_WIDTH * u), round(level))
        cv2.rectangle(picture, corner, opposite, color, cv2.FILLED)
        percent = max(0, round(moment.depth_pct))
        number = self._keep(("percent", percent), lambda: self._percent(percent))
        number.paste(picture, bar_left + (BAR_WIDTH + 6) * u, level - number.size_px[1] / 2)

    def _percent(self, percent: int) -> Sprite:
        letters = font(20 * self.unit, bold=True)
        text = self._words("video.percent", value=float(percent))
        image = blank(*text_size(text, letters))
        ImageDraw.Draw(image).text((0, 0), text, font=letters, fill=WHITE)
        return Sprite.from_image(image)

    def _depth_scale(self) -> Sprite:
        u = self.unit
        letters, width_px = font(13 * u), RIGHT_WIDTH * u
        counts = self._words("video.counts_from", depth=self._min_depth_pct)
        note = wrap(counts, letters, width_px - 20 * u)
        image = panel(width_px, (BAR_TOP + BAR_HEIGHT + 18 + 16 * len(note)) * u, u)
        draw = ImageDraw.Draw(image)
        for row, line in enumerate(note):
            y = (BAR_TOP + BAR_HEIGHT + 9 + 16 * row) * u
            draw.text((12 * u, y), line, font=letters, fill=PALE)
        draw.text((12 * u, 6 * u), self._words("video.depth"), font=font(16 * u), fill=PALE)
        x, y = 14 * u, BAR_TOP * u
        box = (x, y, x + BAR_WIDTH * u, y + BAR_HEIGHT * u)
        draw.rectangle(box, fill=DARK, outline=PALE, width=max(1, round(1.4 * u)))
        tick = y + self._min_depth_pct / self._full_pct * BAR_HEIGHT * u
        thin = max(2, round(2 * u))
        draw.line((x - 6 * u, tick, x, tick), fill=WHITE, width=thin)
        draw.line((x + BAR_WIDTH * u, tick, x + (BAR_WIDTH + 6) * u, tick), fill=WHITE, width=thin)
        return Sprite.from_image(image)
