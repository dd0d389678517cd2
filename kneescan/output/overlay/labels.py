"""Labels: words and numbers of the annotated video, each as a small picture."""

import math

from PIL import ImageDraw

from kneescan.output.overlay.frame_values import FrameValues, Phase, shown_degrees
from kneescan.output.overlay.style import (
    ORANGE,
    PALE,
    SKY_BLUE,
    WHITE,
    YELLOW,
    Color,
    Sprite,
    font,
    panel,
    text_panel,
    text_size,
    wrap,
)
from kneescan.output.words.language import Words
from kneescan.output.words.numerals import MISSING
from kneescan.squat.results import Repetition

LEFT_WIDTH, RIGHT_WIDTH, NUMBER_HEIGHT = 190.0, 118.0, 116.0
"""Widths of the labels at the left and right, and height of the FPPA label. [units]"""
PHASE_SIGNS = {Phase.STANDING: "■", Phase.DOWN: "▼", Phase.BOTTOM: "▬", Phase.UP: "▲"}
MANY_DOTS = 10
"""More squats than this are not shown as dots."""
DOT_RADIUS, DOT_STEP = 5.5, 24.0

Line = tuple[str, float, bool, Color]


def nobody_label(words: Words, unit: float) -> Sprite:
    """Label shown if nobody was found."""
    return Sprite.from_image(text_panel(((words("video.nobody"), 20, True, YELLOW),), unit))


def repetition_label(
    moment: FrameValues, repetitions: list[Repetition], words: Words, unit: float, *, is_slow: bool
) -> Sprite:
    """Leg, number of the squat, phase, and why the squat does not count."""
    repetition, lines = moment.repetition, list[Line]()
    if moment.side is not None:
        lines.append((words.initial(words.side(moment.side)), 22, True, WHITE))
    if repetition is not None:
        lines.append((words("notices.squat", index=repetition.index), 22, True, WHITE))
    if moment.side is not None and moment.phase is not None:
        name = words(f"video.phases.{moment.phase}")
        lines.append((f"{PHASE_SIGNS[moment.phase]} {name}", 20, False, WHITE))
    if is_slow:
        lines.append((words("video.half_speed"), 17, False, PALE))
    if repetition is not None and not repetition.valid:
        lines += _why_not(repetition, words, unit)
    dots = _dots(moment, repetitions)
    if dots:
        # Space for the dots.
        lines.append((" ", 16, False, WHITE))
    image = text_panel(tuple(lines), unit, width_px=LEFT_WIDTH * unit)
    if dots:
        _draw_dots(ImageDraw.Draw(image), dots, image.height, unit)
    return Sprite.from_image(image)


def _why_not(repetition: Repetition, words: Words, unit: float) -> list[Line]:
    """Why a squat does not count."""
    lines: list[Line] = [("✕ " + words("video.not_counted"), 17, True, YELLOW)]
    letters = font(15 * unit)
    for reason in repetition.invalid_reasons:
        text = wrap(words.reason(reason), letters, (LEFT_WIDTH - 18) * unit)
        lines += [(line, 15, False, WHITE) for line in text]
    return lines


def _dots(moment: FrameValues, repetitions: list[Repetition]) -> list[tuple[str, bool]]:
    """State of every squat of the leg, and whether it is the current one."""
    own = [rep for rep in repetitions if rep.side is moment.side]
    if moment.side is None or moment.repetition is None or len(own) > MANY_DOTS:
        return []
    now = moment.repetition.index
    return [
        ("coming" if rep.index > now else "done" if rep.valid else "failed", rep.index == now)
        for rep in own
    ]


def _draw_dots(
    draw: ImageDraw.ImageDraw, dots: list[tuple[str, bool]], height_px: int, unit: float
) -> None:
    """Row of dots: full for a squat that counts, crossed for one that does not, empty for one to come."""
    step, radius = min(DOT_STEP, (LEFT_WIDTH - 20) / len(dots)) * unit, DOT_RADIUS * unit
    y, thin = height_px - 18 * unit, max(1, round(1.6 * unit))
    for number, (state, is_now) in enumerate(dots):
        x = 16 * unit + number * step
        left, top, right, bottom = box = (x - radius, y - radius, x + radius, y + radius)
        if state == "done":
            draw.ellipse(box, fill=WHITE)
        elif state == "failed":
            draw.line(box, fill=YELLOW, width=2 * thin)
            draw.line((left, bottom, right, top), fill=YELLOW, width=2 * thin)
        else:
            draw.ellipse(box, outline=PALE, width=thin)
        if is_now:
            draw.rectangle((left, y + 9 * unit, right, y + 11 * unit), fill=WHITE)


def number_label(degrees: int | None, cut_deg: float, words: Words, unit: float) -> Sprite:
    """Current FPPA: number, direction in a word, and cut-off; None if not measured."""
    image = panel(RIGHT_WIDTH * unit, NUMBER_HEIGHT * unit, unit)
    draw = ImageDraw.Draw(image)
    is_over = degrees is not None and degrees > cut_deg
    color = ORANGE if is_over else WHITE
    if degrees is None:
        number, word = MISSING, words("video.not_measured")
    else:
        number = words("video.degrees", value=float(degrees))
        way = "inward" if degrees > 0 else "outward" if degrees < 0 else "straight"
        word = words(f"video.{way}")
    cut = words("video.over_cut" if is_over else "video.cut", cut=cut_deg)
    for text, size, bold, top, fill in (
        (words("video.fppa"), 16, False, 6, PALE),
        (number, 38, True, 22, color),
        (word, 17, False, 66, color),
        (cut, 15, is_over, 90, color if is_over else PALE),
    ):
        letters = font(size * unit, bold=bold)
        width_px, _ = text_size(text, letters)
        left = (image.width - width_px) / 2
        draw.text((left, top * unit), text, font=letters, fill=fill)
    return Sprite.from_image(image)


def tag_label(repetition: Repetition, words: Words, unit: float) -> Sprite:
    """Label next to the knee at the deepest point of a squat."""
    lines: list[Line] = [(words("video.deepest"), 18, True, WHITE)]
    if not repetition.valid:
        lines.append((words("video.not_counted"), 17, False, YELLOW))
    else:
        degrees, offset_pct = shown_degrees(repetition.fppa_deg), repetition.knee_over_foot_pct
        value = math.nan if degrees is None else float(degrees)
        lines.append((words("video.tag_fppa", value=value), 17, False, WHITE))
        if math.isfinite(offset_pct):
            key = "video.knee_inside" if offset_pct >= 0 else "video.knee_outside"
            lines.append((words(key, value=abs(offset_pct)), 17, False, WHITE))
    return Sprite.from_image(text_panel(tuple(lines), unit))


def legend_label(words: Words, unit: float) -> Sprite:
    """Legend of the lines."""
    letters = font(14 * unit)
    entries = (("leg", SKY_BLUE), ("straight", WHITE), ("plumb", ORANGE))
    texts = [words(f"video.legend.{name}") for name, _ in entries]
    width_px = max(text_size(text, letters)[0] for text in texts) + 60 * unit
    image = panel(width_px, (len(entries) * 19 + 12) * unit, unit)
    draw = ImageDraw.Draw(image)
    for row, (text, (name, color)) in enumerate(zip(texts, entries, strict=True)):
        top = (6 + 19 * row) * unit
        pieces = [(0.0, 34.0)] if name == "leg" else [(0.0, 8.0), (13.0, 21.0), (26.0, 34.0)]
        for start, stop in pieces:
            y = top + 9.5 * unit
            line = ((9 + start) * unit, y, (9 + stop) * unit, y)
            draw.line(line, fill=color, width=max(1, round(3.5 * unit)))
        draw.text((50 * unit, top), text, font=letters, fill=WHITE)
    return Sprite.from_image(image)
