"""Panels: the words, numbers and bars beside the person in the annotated film."""

import math
from collections.abc import Callable, Hashable

import cv2
from PIL import ImageDraw

from kneescan.output.film_moments import Moment, Phase
from kneescan.output.film_style import (
    DARK,
    ORANGE,
    PALE,
    SKY_BLUE,
    WHITE,
    YELLOW,
    Color,
    Picture,
    Sprite,
    blank,
    font,
    panel,
    text_panel,
    text_size,
    unit_of,
    wrap,
)
from kneescan.output.words import Words
from kneescan.squat.results import Repetition

MARGIN, LEFT_WIDTH, RIGHT_WIDTH = 10.0, 172.0, 118.0
"""Distance to the edge of the picture, widths of the two columns. [units]"""
NUMBER_HEIGHT, BAR_TOP, BAR_HEIGHT, BAR_WIDTH = 116.0, 40.0, 190.0, 26.0
"""The panel of the FPPA; the bar within the panel of the depth. [units]"""
PHASE_SIGNS = {
    Phase.STANDING: "■",
    Phase.DOWN: "▼",
    Phase.BOTTOM: "▬",
    Phase.UP: "▲",
}
MANY_DOTS = 10
"""More squats than this are not shown as dots."""
N_KEPT = 200
"""Sprites kept; the least recent ones go first, so that memory does not grow with the film."""

Line = tuple[str, float, bool, Color]


class Panels:
    """Draws the panels of one film.

    Parameters
    ----------
    size_px : tuple of int
        Width and height of the picture. [px]
    words : Words
        Sentences of a language.
    repetitions : list of Repetition
        All squats of the film.
    cut_deg, min_depth_pct, deepest_pct : float
        Cut of the FPPA, depth from which a squat counts, deepest squat.
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

    def draw(self, picture: Picture, moment: Moment, *, is_seen: bool) -> None:
        """Draw what goes with a moment into a picture, which is changed."""
        u = self.unit
        if not is_seen:
            self._keep("nobody", self._nobody).paste(picture, MARGIN * u, MARGIN * u)
            return
        repetition = moment.repetition
        if moment.phase is None:
            return
        index = repetition.index if repetition else None
        left = self._keep((index, moment.phase, moment.side), lambda: self._left(moment))
        left.paste(picture, MARGIN * u, MARGIN * u)
        if moment.side is not None:
            self._draw_number(picture, moment)
            self._draw_depth(picture, moment)
        legend = self._keep("legend", self._legend)
        bottom = self._size_px[1] - MARGIN * u - legend.size_px[1]
        legend.paste(picture, MARGIN * u, bottom)

    def tag(self, repetition: Repetition) -> Sprite:
        """What is said beside the knee at the deepest point of a squat."""
        return self._keep(("tag", repetition.index), lambda: self._tag(repetition))

    def _keep(self, key: Hashable, make: Callable[[], Sprite]) -> Sprite:
        sprite = self._kept.pop(key, None) or make()
        self._kept[key] = sprite
        if len(self._kept) > N_KEPT:
            del self._kept[next(iter(self._kept))]
        return sprite

    def _nobody(self) -> Sprite:
        lines: tuple[Line, ...] = ((self._words("film.nobody"), 20, True, YELLOW),)
        return Sprite.from_image(text_panel(lines, self.unit))

    def _left(self, moment: Moment) -> Sprite:
        """Leg, number of the squat, phase, and why the squat does not count."""
        words, repetition, lines = self._words, moment.repetition, list[Line]()
        if moment.side is not None:
            lines.append((words.initial(words.side(moment.side)), 22, True, WHITE))
        if repetition is not None:
            lines.append((words("notices.squat", index=repetition.index), 22, True, WHITE))
        if moment.side is not None and moment.phase is not None:
            name = words(f"film.phases.{moment.phase}")
            lines.append((f"{PHASE_SIGNS[moment.phase]} {name}", 20, False, WHITE))
        if repetition is not None and not repetition.valid:
            lines.append(("✕ " + words("film.not_counted"), 17, True, YELLOW))
            letters = font(15 * self.unit)
            for reason in repetition.invalid_reasons:
                text = wrap(words.reason(reason), letters, (LEFT_WIDTH - 18) * self.unit)
                lines += [(line, 15, False, WHITE) for line in text]
        dots = self._dots(moment)
        image = text_panel(
            (*lines, *(((" ", 16, False, WHITE),) if dots else ())),
            self.unit,
            width_px=LEFT_WIDTH * self.unit,
        )
        if dots:
            self._draw_dots(ImageDraw.Draw(image), dots, image.height)
        return Sprite.from_image(image)

    def _dots(self, moment: Moment) -> list[str]:
        """State of every squat of the leg: done, failed, now, or to come."""
        own = [rep for rep in self._repetitions if rep.side is moment.side]
        if moment.side is None or moment.repetition is None or len(own) > MANY_DOTS:
            return []
        now = moment.repetition.index
        return [
            "coming"
            if rep.index > now
            else ("done" if rep.valid else "failed") + (" now" if rep.index == now else "")
            for rep in own
        ]

    def _draw_dots(self, draw: ImageDraw.ImageDraw, dots: list[str], height_px: int) -> None:
        u = self.unit
        step, radius = min(24.0, (LEFT_WIDTH - 20) / len(dots)) * u, 5.5 * u
        y, thin = height_px - 18 * u, max(1, round(1.6 * u))
        for number, dot in enumerate(dots):
            x = 16 * u + number * step
            box = (x - radius, y - radius, x + radius, y + radius)
            if dot.startswith("done"):
                draw.ellipse(box, fill=(*WHITE, 255))
            elif dot.startswith("failed"):
                draw.line(box, fill=(*YELLOW, 255), width=2 * thin)
                draw.line((box[0], box[3], box[2], box[1]), fill=(*YELLOW, 255), width=2 * thin)
            else:
                draw.ellipse(box, outline=(*PALE, 255), width=thin)
            if dot.endswith("now"):
                bar = (x - radius, y + 9 * u, x + radius, y + 11 * u)
                draw.rectangle(bar, fill=(*WHITE, 255))

    def _draw_number(self, picture: Picture, moment: Moment) -> None:
        """Running FPPA: the number, and in a word which way."""
        u = self.unit
        degrees = None if math.isnan(moment.fppa_deg) else round(moment.fppa_deg)
        left = self._size_px[0] - (MARGIN + RIGHT_WIDTH) * u
        sprite = self._keep(("fppa", degrees), lambda: self._number(degrees))
        sprite.paste(picture, left, MARGIN * u)

    def _number(self, degrees: int | None) -> Sprite:
        u, words = self.unit, self._words
        image = panel(RIGHT_WIDTH * u, NUMBER_HEIGHT * u, u)
        draw = ImageDraw.Draw(image)
        is_over = degrees is not None and degrees > self._cut_deg
        color = (*(ORANGE if is_over else WHITE), 255)
        if degrees is None:
            number, word = "–", words("film.not_seen")
        else:
            number = words("film.degrees", value=float(degrees))
            way = "inward" if degrees > 0 else "outward" if degrees < 0 else "straight"
            word = words(f"film.{way}")
        middle = image.width / 2
        cut = words("film.over_cut" if is_over else "film.cut", cut=self._cut_deg)
        for text, size, bold, top, fill in (
            ("FPPA", 16, False, 6, (*PALE, 255)),
            (number, 38, True, 22, color),
            (word, 17, False, 66, color),
            (cut, 15, is_over, 90, color if is_over else (*PALE, 255)),
        ):
            letters = font(size * u, bold=bold)
            width, _ = text_size(text, letters)
            draw.text((middle - width / 2, top * u), text, font=letters, fill=fill)
        return Sprite.from_image(image)

    def _draw_depth(self, picture: Picture, moment: Moment) -> None:
        """Depth bar, filled from the top as far as the squat is deep."""
        u = self.unit
        left = self._size_px[0] - (MARGIN + RIGHT_WIDTH) * u
        top = (2 * MARGIN + NUMBER_HEIGHT) * u
        self._keep("depth", self._depth_scale).paste(picture, left, top)
        if math.isnan(moment.depth_pct):
            return
        share = min(max(moment.depth_pct / self._full_pct, 0.0), 1.0)
        bar_left, bar_top = left + 14 * u, top + BAR_TOP * u
        level = bar_top + share * BAR_HEIGHT * u
        counts = moment.depth_pct >= self._min_depth_pct
        corner, opposite = (round(bar_left), round(bar_top)), (bar_left + BAR_WIDTH * u, level)
        cv2.rectangle(
            picture,
            corner,
            (round(opposite[0]), round(opposite[1])),
            SKY_BLUE if counts else PALE,
            cv2.FILLED,
        )
        percent = max(0, round(moment.depth_pct))
        number = self._keep(("percent", percent), lambda: self._percent(percent))
        number.paste(picture, bar_left + (BAR_WIDTH + 6) * u, level - number.size_px[1] / 2)

    def _percent(self, percent: int) -> Sprite:
        letters = font(20 * self.unit, bold=True)
        text = self._words("film.percent", value=float(percent))
        image = blank(*text_size(text, letters))
        ImageDraw.Draw(image).text((0, 0), text, font=letters, fill=(*WHITE, 255))
        return Sprite.from_image(image)

    def _depth_scale(self) -> Sprite:
        u = self.unit
        letters, width_px = font(13 * u), RIGHT_WIDTH * u
        counts = self._words("film.counts_from", depth=self._min_depth_pct)
        note = wrap(counts, letters, width_px - 20 * u)
        image = panel(width_px, (BAR_TOP + BAR_HEIGHT + 18 + 16 * len(note)) * u, u)
        draw = ImageDraw.Draw(image)
        for row, line in enumerate(note):
            y = (BAR_TOP + BAR_HEIGHT + 9 + 16 * row) * u
            draw.text((12 * u, y), line, font=letters, fill=(*PALE, 255))
        draw.text(
            (12 * u, 6 * u), self._words("film.depth"), font=font(16 * u), fill=(*PALE, 255)
        )
        x, y = 14 * u, BAR_TOP * u
        box = (x, y, x + BAR_WIDTH * u, y + BAR_HEIGHT * u)
        draw.rectangle(box, fill=(*DARK, 255), outline=(*PALE, 255), width=max(1, round(1.4 * u)))
        tick = y + self._min_depth_pct / self._full_pct * BAR_HEIGHT * u
        thin = max(2, round(2 * u))
        draw.line((x - 6 * u, tick, x, tick), fill=(*WHITE, 255), width=thin)
        draw.line(
            (x + BAR_WIDTH * u, tick, x + (BAR_WIDTH + 6) * u, tick), fill=(*WHITE, 255), width=thin
        )
        return Sprite.from_image(image)

    def _tag(self, repetition: Repetition) -> Sprite:
        words = self._words
        lines: list[Line] = [(words("film.deepest"), 18, True, WHITE)]
        if not repetition.valid:
            lines.append((words("film.not_counted"), 17, False, YELLOW))
        else:
            fppa = words("film.tag_fppa", value=repetition.fppa_deg)
            offset = repetition.knee_over_foot_pct
            key = "film.knee_inside" if offset >= 0 else "film.knee_outside"
            lines.append((fppa, 17, False, WHITE))
            lines.append((words(key, value=abs(offset)), 17, False, WHITE))
        return Sprite.from_image(text_panel(tuple(lines), self.unit))

    def _legend(self) -> Sprite:
        """Which line is which."""
        u, words = self.unit, self._words
        letters = font(14 * u)
        entries = (("leg", SKY_BLUE), ("straight", WHITE), ("plumb", ORANGE))
        texts = [words(f"film.legend.{name}") for name, _ in entries]
        width = max(text_size(text, letters)[0] for text in texts) + 56 * u
        image = panel(width, (len(entries) * 19 + 12) * u, u)
        draw = ImageDraw.Draw(image)
        for row, (text, (name, color)) in enumerate(zip(texts, entries, strict=True)):
            y = (6 + 19 * row) * u
            pieces = [(0.0, 34.0)] if name == "leg" else [(0.0, 8.0), (13.0, 21.0), (26.0, 34.0)]
            for start, stop in pieces:
                line = ((9 + start) * u, y + 9.5 * u, (9 + stop) * u, y + 9.5 * u)
                draw.line(line, fill=(*color, 255), width=max(1, round(3.5 * u)))
            draw.text((50 * u, y), text, font=letters, fill=(*WHITE, 255))
        return Sprite.from_image(image)

