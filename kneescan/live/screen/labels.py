"""Draw the words, figures and panels of the live view as small pictures.

Good items have a tick and bad ones an exclamation mark, so that nobody needs to tell the colours.
"""

from collections.abc import Sequence
from dataclasses import replace

from PIL import ImageDraw, ImageFont

from kneescan.landmarks import Side
from kneescan.live.screen.scene import Check, LegScene, Result, Tone
from kneescan.output.overlay.style import (
    DARK,
    ORANGE,
    PALE,
    WHITE,
    Color,
    Sprite,
    blank,
    font,
    panel,
    text_size,
    wrap,
)
from kneescan.output.words.language import Words

GREEN: Color = (64, 212, 160)
COLORS = {Tone.PLAIN: WHITE, Tone.GOOD: GREEN, Tone.WARNING: ORANGE}
TICKS = {Tone.PLAIN: "·", Tone.GOOD: "✔", Tone.WARNING: "!"}

LEG_WIDTH, LEG_HEIGHT = 236.0, 640.0
"""Panel of a leg. [units]"""
FPPA_TOP = 222.0
"""Position of its running FPPA. [units]"""
CLEAR_DEG = 3
"""A smaller angle counts as straight, since a single picture is not more precise. [deg]"""
HEADLINE_SIZES = (60.0, 54.0, 48.0)
"""Text sizes of the headline; the largest that fits on a line is used. [units]"""
RESULT_SIZES = ((64.0, 42.0), (60.0, 38.0), (56.0, 34.0), (52.0, 31.0), (50.0, 28.0), (50.0, 25.0))
"""Text sizes of a verdict and its reason. The smallest capitals of a verdict are a twentieth of the height
of the screen, which is legible from 3 m. [units of a screen 720 units high]"""
BAR = (28.0, 350.0, 84.0, 262.0)
"""Its depth bar: left, top, width, height. [units]"""
DIGIT_SHARE = 0.729
"""Height of a digit, as a share of the text size."""


def headline(text: str, tone: Tone, unit: float, width_px: float) -> Sprite:
    """Large sentence after its symbol."""
    margin = 14 * unit
    sign = f"{TICKS[tone]} " if tone is not Tone.PLAIN else ""
    letters = _fitting(sign + text, HEADLINE_SIZES, unit, width_px - 2 * margin)
    indent = text_size(sign, letters)[0] if sign else 0.0
    lines = wrap(text, letters, width_px - 2 * margin - indent)
    line_px = text_size(text, letters)[1]
    width = max(text_size(line, letters)[0] for line in lines) + indent + 2 * margin
    image = panel(min(width, width_px), len(lines) * line_px + 1.2 * margin, unit)
    draw = ImageDraw.Draw(image)
    fill = (*COLORS[tone], 255)
    if sign:
        draw.text((margin, margin / 2), sign, font=letters, fill=fill)
    for row, line in enumerate(lines):
        draw.text((margin + indent, margin / 2 + row * line_px), line, font=letters, fill=fill)
    return Sprite.from_image(image)


def _fitting(
    text: str, sizes: Sequence[float], unit: float, width_px: float, *, bold: bool = True
) -> ImageFont.FreeTypeFont:
    """Largest text size that fits on a line; the smallest if none does."""
    letters = [font(size * unit, bold=bold) for size in sizes]
    return next((one for one in letters if text_size(text, one)[0] <= width_px), letters[-1])


def check_list(checks: tuple[Check, ...], unit: float) -> Sprite:
    """List of conditions for a good place, each with a tick once it is met."""
    letters, signs = font(34 * unit), font(38 * unit, bold=True)
    row_px, margin = 58 * unit, 16 * unit
    width = max(text_size(check.text, letters)[0] for check in checks) + 58 * unit + 2 * margin
    image = panel(width, len(checks) * row_px + 2 * margin, unit)
    draw = ImageDraw.Draw(image)
    for row, check in enumerate(checks):
        y = margin + row * row_px + row_px / 2
        fill = (*(PALE if check.tone is Tone.PLAIN else COLORS[check.tone]), 255)
        draw.text((margin + 18 * unit, y), TICKS[check.tone], font=signs, fill=fill, anchor="mm")
        draw.text((margin + 54 * unit, y), check.text, font=letters, fill=fill, anchor="lm")
    return Sprite.from_image(image)


def result_panel(
    results: tuple[Result, ...], unit: float, width_px: float, height_px: float
) -> Sprite:
    """Panel with the verdict on each leg, as large as fits; if nothing does, without the reasons."""
    margin = 20 * unit
    shown = [results] * len(RESULT_SIZES) + [tuple(replace(one, reason="") for one in results)]
    for which, sizes in zip(shown, (*RESULT_SIZES, RESULT_SIZES[-1]), strict=True):
        rows = _result_rows(which, sizes, unit, width_px - 2 * margin)
        height = sum(row_px for *_, row_px in rows) + 2 * margin
        if height <= height_px:
            break
    image = panel(width_px, height, unit)
    draw = ImageDraw.Draw(image)
    top = margin
    for text, letters, color, row_px in rows:
        draw.text((margin, top), text, font=letters, fill=(*color, 255))
        top += row_px
    return Sprite.from_image(image)


def _result_rows(
    results: tuple[Result, ...], sizes: tuple[float, float], unit: float, width_px: float
) -> list[tuple[str, ImageFont.FreeTypeFont, Color, float]]:
    """Lines of text with their letters, colour and height."""
    large, small = font(sizes[0] * unit, bold=True), font(sizes[1] * unit)
    rows: list[tuple[str, ImageFont.FreeTypeFont, Color, float]] = []
    for result in results:
        sign = "?" if result.tone is Tone.PLAIN else TICKS[result.tone]
        if rows:
            rows.append(("", small, PALE, 0.7 * sizes[1] * unit))
        for text, letters, color in (
            (result.name, small, PALE),
            (f"{sign} {result.verdict}", large, COLORS[result.tone]),
            (result.reason, small, WHITE),
        ):
            row_px = text_size(text, letters)[1]
            rows += [
                (line, letters, color, row_px)
                for line in (wrap(text, letters, width_px) if text else [])
            ]
    return rows


def big_figure(text: str, height_px: float) -> Sprite:
    """Number with digits of this height, on a dark disc, or an oblong for two digits."""
    letters = font(height_px / DIGIT_SHARE, bold=True)
    side = 1.55 * height_px
    image = blank(max(side, text_size(text, letters)[0] + side / 3), side)
    draw = ImageDraw.Draw(image)
    shape = (0, 0, image.width - 1, image.height - 1)
    draw.rounded_rectangle(shape, radius=side / 2, fill=(*DARK, 170))
    box = draw.textbbox((0, 0), text, font=letters)
    place = (image.width / 2 - (box[0] + box[2]) / 2, image.height / 2 - (box[1] + box[3]) / 2)
    draw.text(place, text, font=letters, fill=(*WHITE, 255))
    return Sprite.from_image(image)


def arrow(height_px: float) -> Sprite:
    """Arrow to the right."""
    image = blank(height_px, height_px)
    draw = ImageDraw.Draw(image)
    shape = [(0.05, 0.35), (0.5, 0.35), (0.5, 0.1), (0.95, 0.5), (0.5, 0.9), (0.5, 0.65)]
    points = [(x * height_px, y * height_px) for x, y in [*shape, (0.05, 0.65)]]
    draw.polygon(
        points, fill=(*ORANGE, 255), outline=(*DARK, 255), width=max(2, round(height_px / 40))
    )
    return Sprite.from_image(image)


def mirrored(sprite: Sprite) -> Sprite:
    """Same sprite, left and right exchanged."""
    return Sprite(sprite.added[:, ::-1].copy(), sprite.passed[:, ::-1].copy())


def small_text(text: str, size: float, unit: float, width_px: float, *, is_warning: bool) -> Sprite:
    """Line of text on a panel, in a smaller size if it would be too wide."""
    margin = 0.45 * size * unit
    shown = f"{TICKS[Tone.WARNING]} {text}" if is_warning else text
    sizes = [share * size for share in (1.0, 0.9, 0.8, 0.7)]
    letters = _fitting(shown, sizes, unit, width_px - 2 * margin, bold=is_warning)
    width, height = text_size(shown, letters)
    image = panel(width + 2 * margin, height + margin, unit)
    fill = (*(ORANGE if is_warning else WHITE), 255)
    ImageDraw.Draw(image).text((margin, margin / 2), shown, font=letters, fill=fill)
    return Sprite.from_image(image)


def recording(text: str, unit: float) -> Sprite:
    """Recording time next to a disc."""
    letters = font(22 * unit, bold=True)
    width, height = text_size(text, letters)
    image = panel(width + 46 * unit, height + 10 * unit, unit)
    draw = ImageDraw.Draw(image)
    y, radius = image.height / 2, 7 * unit
    draw.ellipse((12 * unit, y - radius, 12 * unit + 2 * radius, y + radius), fill=(*ORANGE, 255))
    draw.text((34 * unit, y), text, font=letters, fill=(*WHITE, 255), anchor="lm")
    return Sprite.from_image(image)


def leg_panel(leg: LegScene, enough: float, words: Words, unit: float, *, has_bar: bool) -> Sprite:
    """Panel of a leg: name, count, and the empty depth bar; with a frame for the stance leg."""
    u = unit
    image = panel(LEG_WIDTH * u, (LEG_HEIGHT if has_bar else FPPA_TOP) * u, u)
    draw = ImageDraw.Draw(image)
    is_done = leg.counted >= leg.wanted
    color = GREEN if is_done else WHITE
    if leg.is_stance:
        box = (0, 0, image.width - 1, image.height - 1)
        draw.rounded_rectangle(box, radius=8 * u, outline=(*WHITE, 255), width=max(2, round(5 * u)))
    middle = image.width / 2
    # The same text size for both legs.
    longest = max((words.initial(words.side(side)) for side in Side), key=len)
    letters = _fitting(longest, (34, 31, 28, 25), u, image.width - 12 * u)
    draw.text((middle, 32 * u), leg.name, font=letters, fill=(*PALE, 255), anchor="mm")
    count, wanted = str(leg.counted), f"/{leg.wanted}" + (" ✔" if is_done else "")
    large, small = font(150 * u, bold=True), font(46 * u, bold=True)
    widths = [text_size(count, large)[0], text_size(wanted, small)[0]]
    left = middle - sum(widths) / 2
    base = 190 * u
    draw.text((left, base), count, font=large, fill=(*color, 255), anchor="ls")
    draw.text((left + widths[0], base), wanted, font=small, fill=(*color, 255), anchor="ls")
    if has_bar:
        _draw_bar(draw, enough, words, u)
    return Sprite.from_image(image)


def _draw_bar(draw: ImageDraw.ImageDraw, enough: float, words: Words, unit: float) -> None:
    """Empty depth bar, with a mark at the depth that a squat must reach."""
    u = unit
    x, y, width, height = (value * u for value in BAR)
    thin = max(1, round(2 * u))
    draw.rectangle(
        (x, y, x + width, y + height), fill=(*DARK, 255), outline=(*PALE, 255), width=thin
    )
    tick = y + enough * height
    letters = font(24 * u)
    draw.line((x - 10 * u, tick, x + width + 14 * u, tick), fill=(*WHITE, 255), width=2 * thin)
    text = words("live.deep_enough")
    draw.text((x + width + 20 * u, tick), text, font=letters, fill=(*WHITE, 255), anchor="lm")
    draw.text(
        (x + width + 20 * u, y), words("live.depth"), font=letters, fill=(*PALE, 255), anchor="lt"
    )


def fppa(degrees: int, cut_deg: float, words: Words, unit: float) -> Sprite:
    """Running FPPA as a number, and as a word for the direction of the knee."""
    u = unit
    image = blank(LEG_WIDTH * u, 110 * u)
    draw = ImageDraw.Draw(image)
    way = "straight" if abs(degrees) < CLEAR_DEG else "inward" if degrees > 0 else "outward"
    color = (*(ORANGE if degrees > cut_deg else WHITE), 255)
    number = words("video.degrees", value=float(degrees))
    middle = image.width / 2
    draw.text((middle, 36 * u), number, font=font(56 * u, bold=True), fill=color, anchor="mm")
    word = f"{words('live.fppa')}: {words(f'video.{way}')}"
    draw.text((middle, 86 * u), word, font=font(25 * u), fill=color, anchor="mm")
    return Sprite.from_image(image)
