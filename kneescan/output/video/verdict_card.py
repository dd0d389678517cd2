"""Verdict card: the verdict on each leg, as a still picture at the end of the annotated video."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from kneescan.output.figures.plots import MEASURES
from kneescan.output.overlay.style import (
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
    text_size,
    unit_of,
    wrap,
)
from kneescan.output.report.leg_section import Card, cards
from kneescan.output.words.language import Words
from kneescan.output.words.summary import counted
from kneescan.output.words.verdict_icons import GLYPHS
from kneescan.squat.results import Estimate, SquatAnalysis, Verdict

OPACITY = 0.86
"""Darkness of the picture behind, so that the letters keep their contrast."""
MARGIN, COLUMN_WIDTH = 26.0, 520.0
"""Distance to the edge of the picture, greatest width of a column. [units]"""
TRIED_SIZES = (1.15, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
"""Sizes of the letters: they shrink until everything fits; in the last size, the rest is cut off."""
VERDICT_COLORS: dict[Verdict, Color] = {
    Verdict.SUGGESTED: ORANGE,
    Verdict.NO_SIGN: SKY_BLUE,
    Verdict.CANNOT_TELL: YELLOW,
}

PLACE_COLORS = {"above": ORANGE, "below": SKY_BLUE, "undecided": YELLOW, "unjudged": PALE}

Draw = ImageDraw.ImageDraw


@dataclass(frozen=True, slots=True)
class Block:
    """Part of a column, with its height."""

    height_px: float
    draw: Callable[[Draw, float, float], None]
    """Draws the block at a given left and upper edge. [px]"""


def verdict_card(background: Picture, analysis: SquatAnalysis, words: Words) -> Picture:
    """Picture with the verdict on each leg in a sentence, and its values with their cut-offs.

    Parameters
    ----------
    background : ndarray, shape (height, width, 3)
        Last frame of the video, RGB; it shows through as a shadow and is not changed.
    analysis : SquatAnalysis
        Result to show.
    words : Words
        Sentences of a language.
    """
    height, width = background.shape[:2]
    size_px = (width, height)
    image = blank(width, height)
    image.paste((*DARK, round(255 * OPACITY)), (0, 0, width, height))
    legs = cards(analysis.legs, words)
    side_by_side = len(legs) if width > height else 1
    for size in TRIED_SIZES:
        unit = size * unit_of(size_px)
        room_px = (width - (side_by_side + 1) * MARGIN * unit) / side_by_side
        width_px = min(COLUMN_WIDTH * unit, room_px)
        columns = _columns(legs, words, unit, width_px, side_by_side)
        foot = _text(words("notices.not_a_device"), 15, PALE, unit, width - 2 * MARGIN * unit)
        tallest_px = max(_height(column) for column in columns)
        if tallest_px + foot.height_px + 3 * MARGIN * unit <= height:
            break
    _place(image, columns, foot, width_px, MARGIN * unit)
    blurred = cv2.GaussianBlur(background, (0, 0), 6 * unit_of(size_px))
    picture = np.asarray(blurred, dtype=np.uint8)
    Sprite.from_image(image).paste(picture, 0, 0)
    return picture


def _columns(
    legs: Sequence[Card], words: Words, unit: float, width_px: float, n_columns: int
) -> list[list[Block]]:
    """Blocks of each column: one leg in each, or all legs in one."""
    blocks = [_leg(card, words, unit, width_px) for card in legs]
    if n_columns > 1:
        return blocks
    gap = _gap(34 * unit)
    joined = [block for leg in blocks for block in (gap, *leg)]
    return [joined[1:]]


def _place(
    image: Image.Image, columns: list[list[Block]], foot: Block, width_px: float, margin_px: float
) -> None:
    """Draw the columns around the middle of the picture, and the footer at its lower edge."""
    draw = ImageDraw.Draw(image)
    foot_top = image.height - margin_px - foot.height_px
    total_px = len(columns) * width_px + (len(columns) - 1) * margin_px
    left = (image.width - total_px) / 2
    top = max(margin_px, (foot_top - max(_height(column) for column in columns)) / 2)
    for column in columns:
        y = top
        for block in column:
            block.draw(draw, left, y)
            y += block.height_px
        left += width_px + margin_px
    foot.draw(draw, margin_px, foot_top)


def _height(blocks: Sequence[Block]) -> float:
    return sum(block.height_px for block in blocks)


def _leg(card: Card, words: Words, unit: float, width_px: float) -> list[Block]:
    """Title, verdict, and the values on their scales."""
    leg = card.leg
    sign, color = GLYPHS[leg.verdict], VERDICT_COLORS[leg.verdict]
    blocks = [
        _text(f"{sign} {card.title}", 30, color, unit, width_px, bold=True),
        _gap(6 * unit),
        _text(card.sentence, 22, WHITE, unit, width_px, bold=True),
    ]
    if leg.repetitions:
        blocks += [_gap(6 * unit), _text(counted(leg, words), 18, PALE, unit, width_px)]
    for measure, attribute in zip(card.measures, MEASURES.values(), strict=False):
        estimate: Estimate | None = getattr(leg, attribute)
        blocks += [_gap(16 * unit), _pair(measure.name, measure.value, unit, width_px)]
        if estimate is not None:
            cut = words("video.card_cut", cut=measure.cut, place=measure.place_text)
            scale = _scale(estimate, PLACE_COLORS[measure.place], unit, width_px)
            blocks += [scale, _cut(estimate, cut, unit, width_px)]
    return blocks


def _gap(height_px: float) -> Block:
    return Block(height_px, lambda _draw, _left, _top: None)


def _text(
    text: str, size: float, color: Color, unit: float, width_px: float, *, bold: bool = False
) -> Block:
    """Lines of text."""
    letters = font(size * unit, bold=bold)
    lines = wrap(text, letters, width_px)
    _, line_px = text_size(text, letters)

    def draw_lines(draw: Draw, left: float, top: float) -> None:
        for number, line in enumerate(lines):
            draw.text((left, top + number * line_px), line, font=letters, fill=color)

    return Block(len(lines) * line_px, draw_lines)


def _pair(name: str, value: str, unit: float, width_px: float) -> Block:
    """Name at the left, value at the right."""
    plain, strong = font(18 * unit), font(20 * unit, bold=True)
    value_px, height_px = text_size(value, strong)

    def draw_pair(draw: Draw, left: float, top: float) -> None:
        draw.text((left, top + 2 * unit), name, font=plain, fill=WHITE)
        draw.text((left + width_px - value_px, top), value, font=strong, fill=WHITE)

    return Block(height_px, draw_pair)


def _share(value: float, estimate: Estimate) -> float:
    """Place of a value on the scale, 0 to 1; the cut-off is in the middle unless values are large."""
    low = min(0.0, estimate.low)
    high = max(2 * estimate.cut, estimate.high * 1.02)
    return (value - low) / (high - low)


def _scale(estimate: Estimate, color: Color, unit: float, width_px: float) -> Block:
    """Scale with the interval as a bar, the value as a dot and the cut-off as a dashed vertical line."""
    height_px = 26 * unit

    def draw_scale(draw: Draw, left: float, top: float) -> None:
        def at(value: float) -> float:
            return left + _share(value, estimate) * width_px

        middle, thin = top + height_px / 2, max(1, round(1.5 * unit))
        draw.line((left, middle, left + width_px, middle), fill=(*PALE, 150), width=thin)
        zero = at(0.0)
        draw.line((zero, middle - 5 * unit, zero, middle + 5 * unit), fill=(*PALE, 200), width=thin)
        bar = (at(estimate.low), middle - 4 * unit, at(estimate.high), middle + 4 * unit)
        draw.rounded_rectangle(bar, radius=4 * unit, fill=color)
        x, radius = at(estimate.value), 8 * unit
        dot = (x - radius, middle - radius, x + radius, middle + radius)
        draw.ellipse(dot, fill=WHITE, outline=DARK, width=2 * thin)
        _dashed_upright(draw, at(estimate.cut), top, top + height_px, unit)

    return Block(height_px, draw_scale)


def _dashed_upright(draw: Draw, x: float, top: float, bottom: float, unit: float) -> None:
    edges = np.linspace(top, bottom, 6)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        draw.line((x, start, x, stop), fill=WHITE, width=max(1, round(2.5 * unit)))


def _cut(estimate: Estimate, text: str, unit: float, width_px: float) -> Block:
    """Cut-off, and the side of it on which the value lies, in words below the scale."""
    letters = font(15 * unit)
    text_px, height_px = text_size(text, letters)

    def draw_cut(draw: Draw, left: float, top: float) -> None:
        x = _share(estimate.cut, estimate) * width_px - text_px / 2
        inside = min(max(0.0, x), max(0.0, width_px - text_px))
        draw.text((left + inside, top), text, font=letters, fill=PALE)

    return Block(height_px, draw_cut)
