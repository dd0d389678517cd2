"""Background: points of the picture, followed from frame to frame while the frames pass by.

Each point is searched where it was in a key frame, and not where it was one frame before, because small
errors would add up to a drift. Points on people are followed too, and left out once landmarks are known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.frames import Frame

Array = NDArray[np.float64]
Points = NDArray[np.float32]
Picture = NDArray[np.uint8]

WATCH_EVERY_S = 0.06
"""Points are followed in frames at least this far apart: hands shake slower than 8 times a second, and the
feet are judged by tracks without anything faster than 3 Hz. [s]"""
SMALL_SIDE_PX = 240
"""Longer side of the pictures in which points are followed: 0.1 px in them is 0.1% of a leg. [px]"""
LIGHT_PX = 21
"""Side of the neighbourhood whose mean is subtracted from each pixel. Flicker and the camera's exposure
change the light of whole areas, which would look like movement. [small px]"""
CELLS = (12, 8)
"""Cells along the longer and the shorter side, each with one point at most, so that a checked shirt or a
plant does not outnumber the rest of the picture."""
CORNER_PX = 5
"""Side of the neighbourhood in which a corner is searched. [small px]"""
MIN_CONTRAST = 2e-4
"""Smaller eigenvalue of the gradient from which there is a corner: four times that of a blank wall with the
noise of a phone in a well-lit room."""
WINDOW_PX = 11
"""Side of the patch around a point that is found again. [small px]"""
SEARCH_END = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 6, 0.03)
"""A point is searched in up to 6 steps, until a step is shorter than 0.03 small px."""
MAX_DIFFERENCE = 12.0
"""A patch that differs more from that in the key frame is hidden or something else. [grey levels]"""
MAX_SHIFT = 0.035
"""If the points shift further than this share of the longer side, others are chosen before they leave."""
MIN_KEPT = 0.6
"""If a smaller share of the points is found again, others are chosen."""
MIN_POINTS = 6
"""Fewer points that follow the camera could do so by chance."""
MIN_KEY_FRAMES = 3
"""Points are kept for at least this many frames, because choosing them takes as long as following them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedPoints:
    """Points followed from key frame to key frame; places are shares of the picture's width and height."""

    time_s: Array
    """Time of each frame in which they were followed, shape (n_frames,). [s]"""
    key: NDArray[np.int64]
    """Position among these of the frame in which the points of each were chosen, shape (n_frames,)."""
    start: Array
    """Places of the points in that frame, shape (n_frames, n_points, 2); NaN if there is no point."""
    place: Array
    """Places in the frame itself, same shape; NaN also if the point was not found again."""


class Background:
    """Follows points of the pictures that pass by."""

    def __init__(self) -> None:
        self._time_s: list[float] = []
        self._keys: list[int] = []
        self._starts: list[Points] = []
        self._places: list[Points] = []
        self._key = 0
        self._key_picture: Picture = np.empty((0, 0), np.uint8)
        self._start: Points = np.empty((0, 2), np.float32)
        self._shift: Points = np.zeros(2, np.float32)

    def watch(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Pass the frames on and follow the points in some of them."""
        for frame in frames:
            if not self._time_s or frame.time_s >= self._time_s[-1] + WATCH_EVERY_S:
                self._follow(frame)
            yield frame

    def followed(self) -> FollowedPoints:
        """Points in the frames so far."""
        shape = (len(self._keys), CELLS[0] * CELLS[1], 2)
        return FollowedPoints(
            time_s=np.array(self._time_s),
            key=np.array(self._keys, dtype=np.int64),
            start=np.array(self._starts, dtype=np.float64).reshape(shape),
            place=np.array(self._places, dtype=np.float64).reshape(shape),
        )

    def _follow(self, frame: Frame) -> None:
        picture = small_picture(frame.image_rgb)
        if not self._keys:
            self._choose(picture)
        place = self._found_again(picture)
        size_px = np.array(picture.shape[::-1], np.float32)
        self._time_s.append(frame.time_s)
        self._keys.append(self._key)
        self._starts.append(self._start / size_px)
        self._places.append(place / size_px)
        if self._are_lost(place, picture):
            # This frame has its place relative to the points chosen before, which links both.
            self._choose(picture)

    def _found_again(self, picture: Picture) -> Points:
        """Places of the points in a picture; NaN if not found. [small px]"""
        place = np.full_like(self._start, np.nan)
        chosen = np.isfinite(self._start[:, 0])
        if not chosen.any():
            return place
        start = self._start[chosen]
        found, status, difference = cv2.calcOpticalFlowPyrLK(
            self._key_picture,
            picture,
            start,
            # The same movement for all, so that a point that was hidden is found again.
            start + self._shift,
            winSize=(WINDOW_PX, WINDOW_PX),
            maxLevel=1,
            criteria=SEARCH_END,
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        )
        is_found = (status[:, 0] == 1) & (difference[:, 0] < MAX_DIFFERENCE)
        is_found &= ((found >= 0) & (found < picture.shape[::-1])).all(axis=1)
        found[~is_found] = np.nan
        place[chosen] = found
        n_found = np.count_nonzero(is_found)
        if n_found:
            # The median; NumPy's own takes as long as the search for the points. NaN are sorted last.
            self._shift = np.sort(found - start, axis=0)[n_found // 2]
        return place

    def _are_lost(self, place: Points, picture: Picture) -> bool:
        """Whether other points are needed."""
        if len(self._keys) - self._key < MIN_KEY_FRAMES:
            return False
        n_chosen, n_found = (np.isfinite(each[:, 0]).sum() for each in (self._start, place))
        if n_found < MIN_POINTS <= n_chosen:
            # Something hides them, or this is another scene: nothing would link new points to these.
            return False
        is_far = float(np.hypot(*self._shift)) > MAX_SHIFT * max(picture.shape)
        return bool(n_found < MIN_KEPT * n_chosen or is_far or n_chosen < MIN_POINTS)

    def _choose(self, picture: Picture) -> None:
        self._key = max(0, len(self._keys) - 1)
        self._key_picture = picture
        self._start = chosen_points(picture)
        self._shift = np.zeros(2, np.float32)


def small_picture(image_rgb: NDArray[np.uint8]) -> Picture:
    """Small grey picture without differences of light between areas."""
    # Green alone is grey enough, and takes no computing.
    every = max(1, max(image_rgb.shape[:2]) // (2 * SMALL_SIDE_PX))
    green = np.ascontiguousarray(image_rgb[::every, ::every, 1])
    shrink = min(1.0, SMALL_SIDE_PX / max(green.shape))
    size_px = tuple(max(1, round(side_px * shrink)) for side_px in green.shape[::-1])
    small = cv2.resize(green, size_px, interpolation=cv2.INTER_AREA)
    around = cv2.blur(small, (LIGHT_PX, LIGHT_PX))
    return np.asarray(cv2.addWeighted(small, 1, around, -1, 128), dtype=np.uint8)


def chosen_points(picture: Picture) -> Points:
    """Clearest corner of each cell of a small picture.

    Returns
    -------
    ndarray, shape (n_points, 2)
        NaN for a cell without corners. [small px]
    """
    rows, columns = CELLS if picture.shape[0] >= picture.shape[1] else CELLS[::-1]
    height, width = picture.shape[0] // rows, picture.shape[1] // columns
    points = np.full((rows * columns, 2), np.nan, np.float32)
    if min(height, width) < CORNER_PX:
        return points
    contrast = np.zeros(picture.shape, np.float32)
    # The patch around a point at the edge would not be in the next picture.
    inner = slice(WINDOW_PX // 2, -(WINDOW_PX // 2))
    contrast[inner, inner] = cv2.cornerMinEigenVal(picture, CORNER_PX)[inner, inner]
    whole = contrast[: rows * height, : columns * width].reshape(rows, height, columns, width)
    cells = whole.swapaxes(1, 2).reshape(rows * columns, -1)
    row, column = np.divmod(np.arange(rows * columns), columns)
    row_inside, column_inside = np.divmod(cells.argmax(axis=1), width)
    points[:, 0] = column * width + column_inside
    points[:, 1] = row * height + row_inside
    points[cells.max(axis=1) < MIN_CONTRAST] = np.nan
    return points
