"""Vary clothes, floors and walls of training pictures: rendered people wear too few kinds of them."""

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Image = NDArray[np.uint8]
DARK_SHARE = 0.5
"""Share of dark ones among new colours: folds and hems are hard to see in dark cloth."""
HIP, KNEE, ANKLE = 0, 1, 2


def colour(rng: np.random.Generator) -> Array:
    """Colour of a cloth, often dark. [0 to 255]"""
    if rng.random() < DARK_SHARE:
        return np.clip(rng.uniform(5, 60) + rng.normal(0, 8, 3), 0, 255)
    return rng.uniform(0, 255, 3)


def pattern(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Stripes, checks or blots between two colours, shape (height, width, 3). [0 to 255]"""
    y, x = np.mgrid[: shape[0], : shape[1]]
    period, angle, kind = rng.uniform(3, 30), rng.uniform(0, np.pi), rng.random()
    along = np.cos(angle) * x + np.sin(angle) * y
    across = np.cos(angle) * y - np.sin(angle) * x
    if kind < 0.6:
        wave = np.sin(2 * np.pi * along / period + rng.uniform(0, 6))
        if kind < 0.25:
            wave = wave * np.sin(2 * np.pi * across / period)
        share = np.clip(wave * rng.uniform(1, 10) + 0.5 + rng.normal(0, 0.5), 0, 1)
    else:
        share = np.clip(0.5 + blots(shape, rng.uniform(2, 20), rng), 0, 1)
    first, second = colour(rng), rng.uniform(0, 255, 3)
    return share[..., None] * first + (1 - share[..., None]) * second


def blots(shape: tuple[int, int], size_px: float, rng: np.random.Generator) -> Array:
    """Smooth noise of SD 0.5 with spots of about a given size."""
    small = rng.normal(0, 1, [max(2, int(n / size_px)) for n in shape]).astype(np.float32)
    noise = cv2.resize(small, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(0.5 * noise / (noise.std() + 1e-6), np.float64)


def recoloured(picture: Image, cloth: Image, rng: np.random.Generator) -> Image:
    """Give the shorts or trousers another colour or pattern; their shading stays."""
    share = cloth[..., None] / 255.0
    if share.sum() < 100:
        return picture
    brightness = picture.mean(-1, keepdims=True) + 4
    shading = brightness / (np.sum(brightness * share) / share.sum())
    shading = np.clip(shading, 0, 3) ** rng.uniform(0.3, 1.2)
    shading = (
        shading
        * (1 + rng.uniform(0, 0.35) * blots(cloth.shape, rng.uniform(5, 25), rng))[..., None]
    )
    cloth_colour = pattern(cloth.shape, rng) if rng.random() < 0.25 else colour(rng)
    new = np.clip(shading * cloth_colour, 0, 255)
    return (share * new + (1 - share) * picture).astype(np.uint8)


def on_patterned_ground(picture: Image, person: Image, rng: np.random.Generator) -> Image:
    """Put the person on a patterned floor, before a patterned wall, or both."""
    height, width = person.shape
    edge, y = rng.uniform(0.2, 0.95) * height, np.arange(height)[:, None, None]
    wall = np.where(rng.random() < 0.5, pattern((height, width), rng), picture)
    floor = np.where(rng.random() < 0.7, pattern((height, width), rng), picture)
    behind = np.where(y < edge + rng.normal(0, 0.1) * np.arange(width)[:, None], wall, floor)
    share = person[..., None] / 255.0
    return (share * picture + (1 - share) * behind).astype(np.uint8)


def with_loose_cloth(picture: Image, joints: Array, rng: np.random.Generator) -> Image:
    """Draw one leg of wide shorts or trousers, a sleeve or a sock over the leg.

    The cloth hangs out by different lengths on both sides of the leg. So its outline says little about the
    joints under it, as in real loose clothes.
    """
    thigh = float(np.linalg.norm(joints[KNEE] - joints[HIP]))
    start, stop, half = _extent(rng)
    path = np.array([_along(joints, at) for at in np.linspace(start, stop, 6)])
    down = np.gradient(path, axis=0)
    aside = np.stack([down[:, 1], -down[:, 0]], axis=1)
    aside /= np.linalg.norm(aside, axis=1, keepdims=True) + 1e-6
    widths = thigh * half * np.exp(rng.normal(0, 0.25, (2, 6)))
    widths = (widths + widths.mean(axis=1, keepdims=True)) / 2
    outline = np.concatenate(
        [path + aside * widths[0, :, None], (path - aside * widths[1, :, None])[::-1]]
    )
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(outline * 8).astype(np.int32)], 255, cv2.LINE_AA, shift=3)
    share = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.4, 1.2))[..., None] / 255.0
    folds = 1 + rng.uniform(0, 0.6) * blots(mask.shape, rng.uniform(5, 20), rng)[..., None]
    tint = pattern(mask.shape, rng) if rng.random() < 0.15 else colour(rng)
    return (share * np.clip(tint * folds, 0, 255) + (1 - share) * picture).astype(np.uint8)


def _extent(rng: np.random.Generator) -> tuple[float, float, float]:
    """Start and end along the leg (hip 0, knee 1, ankle 2), and half the width as a share of the thigh."""
    kind = rng.random()
    if kind < 0.55:  # shorts
        return rng.uniform(-0.35, 0.1), rng.uniform(0.4, 1.15), rng.uniform(0.2, 0.38)
    if kind < 0.75:  # trousers
        return rng.uniform(-0.3, 0.6), rng.uniform(1.5, 1.95), rng.uniform(0.15, 0.32)
    if kind < 0.9:  # knee sleeve
        return rng.uniform(0.6, 0.85), rng.uniform(1.1, 1.4), rng.uniform(0.12, 0.2)
    return rng.uniform(1.2, 1.6), rng.uniform(1.85, 2.0), rng.uniform(0.1, 0.15)  # sock


def _along(joints: Array, at: float) -> Array:
    """Point of the leg: 0 at the hip, 1 at the knee, 2 at the ankle; less than 0 is above the hip."""
    lower = KNEE if at > 1 else HIP
    return joints[lower] + (at - lower) * (joints[lower + 1] - joints[lower])
