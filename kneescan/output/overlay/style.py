"""Style of the annotated video: colours, sizes, letters and the small pictures made of them.

Colours are those of Okabe and Ito, which colour-blind people can tell apart; no meaning depends on colour
alone. Everything else is a sprite: drawn once, kept, and laid over many frames.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Color = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""
Picture = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""

WHITE: Color = (255, 255, 255)
PALE: Color = (205, 208, 212)
DARK: Color = (16, 18, 22)
SKY_BLUE: Color = (86, 180, 233)
ORANGE: Color = (255, 159, 28)
YELLOW: Color = (240, 228, 66)

PANEL_OPACITY = 0.72
"""Panel colour: white letters on it keep a contrast above 7, even over a white wall."""
REFERENCE_SIDE_PX = 540.0
"""Shorter side of the picture to which the sizes refer. [px]"""


def unit_of(size_px: tuple[int, int]) -> float:
    """Pixels per unit of the design, from the picture's shorter side."""
    return min(size_px) / REFERENCE_SIDE_PX


@cache
def font(size_px: float, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Letters of a given size; the font comes with matplotlib, so every computer shows the same."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    file = resources.files("matplotlib").joinpath("mpl-data", "fonts", "ttf", name)
    with resources.as_file(file) as path:
        return ImageFont.truetype(str(path), max(6, round(size_px)))


@cache
def text_size(text: str, letters: ImageFont.FreeTypeFont) -> tuple[float, float]:
    """Width of a line of text, and height of every line in this font. [px]"""
    ascent, descent = letters.getmetrics()
    return letters.getlength(text), float(ascent + descent)


def wrap(text: str, letters: ImageFont.FreeTypeFont, width_px: float) -> list[str]:
    """Break a text into lines between words, so that none is too wide unless a single word is."""
    lines: list[str] = []
    # A line may also end at a hyphen.
    for word in text.replace("-", "-\u200b ").split(" "):
        joined = f"{lines[-1]} {word}".replace("\u200b ", "\u200b") if lines else word
        if lines and text_size(joined.replace("\u200b", ""), letters)[0] <= width_px:
            lines[-1] = joined
        else:
            lines.append(word)
    return [line.replace("\u200b", "") for line in lines]


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """A small picture multiplied by its transparency."""

    added: Picture
    """Colours multiplied by their opacity."""
    passed: Picture
    """Share of the picture underneath that stays visible, 255 for all of it."""

    @classmethod
    def from_image(cls, image: Image.Image) -> "Sprite":
        """Make a sprite from a picture with transparency (RGBA)."""
        rgba = np.asarray(image, dtype=np.uint16)
        opacity = rgba[..., 3:]
        added = (rgba[..., :3] * opacity + 127) // 255
        passed = np.repeat(255 - opacity, 3, axis=-1)
        return cls(added.astype(np.uint8), passed.astype(np.uint8))

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height. [px]"""
        return int(self.added.shape[1]), int(self.added.shape[0])

    def paste(self, picture: Picture, left_px: float, top_px: float) -> None:
        """Lay the sprite over a picture in place; parts outside the picture are cut off."""
        x, y = round(left_px), round(top_px)
        width, height = self.size_px
        rows = slice(max(0, y), max(0, min(y + height, picture.shape[0])))
        columns = slice(max(0, x), max(0, min(x + width, picture.shape[1])))
        place = picture[rows, columns]
        if not place.size:
            return
        own = np.s_[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
        seen = cv2.multiply(place, self.passed[own], scale=1 / 255)
        picture[rows, columns] = cv2.add(seen, self.added[own])


def blank(width_px: float, height_px: float) -> Image.Image:
    """Empty picture."""
    return Image.new("RGBA", (max(1, round(width_px)), max(1, round(height_px))), (0, 0, 0, 0))


def panel(width_px: float, height_px: float, unit: float) -> Image.Image:
    """Dark panel with rounded corners, on which letters are legible over any background."""
    image = blank(width_px, height_px)
    fill = (*DARK, round(255 * PANEL_OPACITY))
    box = (0, 0, image.width - 1, image.height - 1)
    ImageDraw.Draw(image).rounded_rectangle(box, radius=8 * unit, fill=fill)
    return image


def text_panel(
    lines: tuple[tuple[str, float, bool, Color], ...], unit: float, *, width_px: float | None = None
) -> Image.Image:
    """Panel with lines of text below each other.

    Parameters
    ----------
    lines : tuple of (text, size, bold, colour)
        Sizes in units.
    unit : float
        Pixels in a unit. [px]
    width_px : float, optional
        Width of the panel; that of the longest line if omitted. [px]
    """
    margin = 9 * unit
    set_lines = [(text, font(size * unit, bold=bold), color) for text, size, bold, color in lines]
    sizes = [text_size(text, letters) for text, letters, _ in set_lines]
    width = width_px or max(width for width, _ in sizes) + 2 * margin
    image = panel(width, sum(height for _, height in sizes) + 2 * margin, unit)
    draw = ImageDraw.Draw(image)
    top = margin
    for (text, letters, color), (_, height) in zip(set_lines, sizes, strict=True):
        draw.text((margin, top), text, font=letters, fill=color)
        top += height
    return image
