"""Lines and rings with dark edges, so that they can be seen on any background."""

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.output.overlay.style import DARK, Color, Picture

_SHIFT = 4
_FAR_PX = 30_000.0
"""Lines that reach further outside the picture would overflow OpenCV's integers. [px]"""

Array = NDArray[np.float64]
Fixed = NDArray[np.int32]


class Lines:
    """Lines to draw together: first all dark edges, then all colours, so that joints have no gaps.

    Parameters
    ----------
    unit : float
        Pixels in a unit of length. [px]
    """

    def __init__(self, unit: float) -> None:
        self._unit = unit
        self._edge_px = max(1.0, 1.8 * unit)
        self._lines: list[tuple[Fixed, Color, float]] = []
        self._rings: list[tuple[Array, float, Color, float]] = []

    def line(self, start: Array, stop: Array, color: Color, width: float) -> None:
        """Line with a width in units; nothing if an end is missing."""
        self._add(np.stack([start, stop])[None], color, width)

    def dashes(
        self, start: Array, stop: Array, color: Color, width: float, *, dash: float = 9.0
    ) -> None:
        """Dashed line; dashes and gaps have the same length in units."""
        length_px = float(np.linalg.norm(stop - start))
        if not np.isfinite(length_px):
            return
        # An odd number, so that there is a dash at both ends.
        n_parts = min(199, 2 * round(length_px / (2 * dash * self._unit)) + 1)
        ends = start + (stop - start) * np.linspace(0, 1, n_parts + 1)[:, None]
        self._add(ends.reshape(-1, 2, 2), color, width)

    def _add(self, pieces: Array, color: Color, width: float) -> None:
        if np.isfinite(pieces).all():
            self._lines.append((_fixed(pieces), color, width * self._unit))

    def ring(self, centre: Array, radius: float, color: Color, width: float = 0.0) -> None:
        """Ring with a radius in units, or a disc if it has no width."""
        if np.isfinite(centre).all():
            thickness = width * self._unit
            self._rings.append((centre, radius * self._unit, color, thickness))

    def draw(self, picture: Picture) -> None:
        """Draw everything into a picture in place."""
        for pieces, _, width_px in self._lines:
            _draw_lines(picture, pieces, DARK, width_px + 2 * self._edge_px)
        for pieces, color, width_px in self._lines:
            _draw_lines(picture, pieces, color, width_px)
        for centre, radius_px, color, width_px in self._rings:
            if width_px:
                _circle(picture, centre, radius_px, DARK, width_px + 2 * self._edge_px)
                _circle(picture, centre, radius_px, color, width_px)
            else:
                _circle(picture, centre, radius_px + self._edge_px, DARK, 0)
                _circle(picture, centre, radius_px, color, 0)


def shade_triangle(picture: Picture, corners: Array, color: Color, opacity: float) -> None:
    """Tint a triangle of a picture in place; nothing if a corner is missing."""
    if not np.isfinite(corners).all():
        return
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 2, picture.shape[1::-1])
    place = picture[low[1] : high[1], low[0] : high[0]]
    if not place.size:
        return
    tinted = place.copy()
    cv2.fillConvexPoly(tinted, _fixed(corners - low), color, cv2.LINE_AA, _SHIFT)
    blended = cv2.addWeighted(tinted, opacity, place, 1 - opacity, 0)
    picture[low[1] : high[1], low[0] : high[0]] = blended


def _fixed(points: Array) -> Fixed:
    """Points in OpenCV's fixed-point numbers, so that slow movements look smooth."""
    fixed = np.round(np.clip(points, -_FAR_PX, _FAR_PX) * 2**_SHIFT)
    return np.asarray(fixed, dtype=np.int32)


def _draw_lines(picture: Picture, pieces: Fixed, color: Color, width_px: float) -> None:
    thickness = max(1, round(width_px))
    cv2.polylines(picture, list(pieces), False, color, thickness, cv2.LINE_AA, _SHIFT)


def _circle(
    picture: Picture, centre: Array, radius_px: float, color: Color, width_px: float
) -> None:
    thickness = max(1, round(width_px)) if width_px else cv2.FILLED
    x, y = _fixed(centre).tolist()
    cv2.circle(picture, (x, y), round(radius_px * 2**_SHIFT), color, thickness, cv2.LINE_AA, _SHIFT)
