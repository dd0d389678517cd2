"""Faces: hide the head in every frame, even if it was not found.

Only the head of the tracked person is hidden; other people in the picture stay visible.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Landmark, PoseSequence
from kneescan.output.overlay.style import Picture

HEAD = [landmark for landmark in Landmark if landmark < Landmark.LEFT_SHOULDER]
"""Nose, eyes, ears and mouth."""
FACE_MARGIN = 2.0
"""Hair and chin reach this much further from the middle of the face than the landmarks."""
TORSO_SHARE = 0.36
"""Half a head with margin, as a share of the distance from shoulder to hip. This distance does not shrink
when the head turns to the side."""
NEARBY_S = 0.5
"""A head is never smaller than most of its largest size within this time. [s]"""
LEAST_SHARE = 0.8
HEIGHT_TO_WIDTH = 1.25
GROWTH_PER_S = 3.0
"""A head that is not found may move this many radii further away per second. [1/s]"""
N_BLOCKS = 5
"""Blocks across a head: too few to tell one face from another."""
UPPER_PART = 0.6
"""Upper part of the picture that is hidden if no head was ever found."""

Array = NDArray[np.float64]


class FaceBlur:
    """Hides the head of the person.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks of the video.
    size_px : tuple of float
        Width and height to which the whole frame is shrunk. [px]
    """

    def __init__(self, pose: PoseSequence, size_px: tuple[float, float]) -> None:
        self._time_s = pose.time_s - pose.time_s[:1]
        scale = np.array(size_px) / np.array(pose.size_px)
        self._heads = head_circles(pose.xy_px * scale, self._time_s)

    def hide(self, picture: Picture, time_s: float) -> None:
        """Make the head in a picture unrecognizable, in place.

        Parameters
        ----------
        picture : ndarray, shape (height, width, 3)
            RGB.
        time_s : float
            Time since the first frame. [s]
        """
        height, width = picture.shape[:2]
        circles = circles_at(self._heads, self._time_s, time_s)
        if not circles.size:
            upper = picture[: round(UPPER_PART * height)]
            upper[:] = _coarse(upper, width / 12)
        # At most three circles: one if the head was found, three if it was not.
        for x, y, radius in circles:
            blur_ellipse(picture, (x, y), (radius, HEIGHT_TO_WIDTH * radius))


def head_circles(xy_px: Array, time_s: Array) -> Array:
    """Middle and radius of the head with hair, chin and a margin.

    Parameters
    ----------
    xy_px : ndarray, shape (n_frames, 33, 2)
        Landmarks. [px]
    time_s : ndarray, shape (n_frames,)
        Times of the frames. [s]

    Returns
    -------
    ndarray, shape (n_frames, 3)
        x, y, radius; NaN where no landmark of the head was found. [px]
    """
    head = xy_px[:, HEAD]
    found = np.asarray(np.isfinite(head).all(axis=-1))
    known = np.asarray(found.any(axis=1))
    low = np.where(found[..., None], head, np.inf).min(axis=1)
    high = np.where(found[..., None], head, -np.inf).max(axis=1)
    with np.errstate(invalid="ignore"):
        centre = np.where(known[:, None], (low + high) / 2, np.nan)
        reach = np.linalg.norm(high - low, axis=-1) / 2
    face = np.where(known, FACE_MARGIN * reach, np.nan)
    radius = np.fmax(face, TORSO_SHARE * _torso_length(xy_px))
    return np.column_stack([centre, np.where(known, _held_up(radius, time_s), np.nan)])


def _torso_length(xy_px: Array) -> Array:
    """Longer distance from shoulder to hip, shape (n_frames,); NaN where missing. [px]"""
    shoulders = xy_px[:, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]]
    hips = xy_px[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
    lengths = np.linalg.norm(shoulders - hips, axis=-1)
    return np.asarray(np.fmax(lengths[:, 0], lengths[:, 1]))


def _held_up(radius: Array, time_s: Array) -> Array:
    """Radius kept near the largest in nearby frames, because a head does not shrink within a moment."""
    starts = np.searchsorted(time_s, time_s - NEARBY_S)
    stops = np.searchsorted(time_s, time_s + NEARBY_S, side="right")
    filled = np.where(np.isfinite(radius), radius, 0.0)
    largest = np.array(
        [filled[start:stop].max() for start, stop in zip(starts, stops, strict=True)]
    )
    return np.fmax(radius, LEAST_SHARE * largest)


def circles_at(heads: Array, time_s: Array, now_s: float) -> Array:
    """Where the head may be at a time.

    Parameters
    ----------
    heads : ndarray, shape (n_frames, 3)
        x, y, radius; NaN where unknown. [px]
    time_s : ndarray, shape (n_frames,)
        Times of the frames. [s]
    now_s : float
        Time of interest. [s]

    Returns
    -------
    ndarray, shape (n_circles, 3)
        The known place; otherwise the last and next known places and one between them, larger the longer
        the head has not been seen; none if it was never seen.
    """
    known = np.flatnonzero(np.isfinite(heads).all(axis=1))
    if not known.size:
        return np.empty((0, 3))
    at = int(np.searchsorted(time_s[known], now_s - 1e-3))
    near = known[[index for index in (at - 1, at) if 0 <= index < known.size]]
    unseen_s = np.abs(time_s[near] - now_s)
    if unseen_s.min() <= 2e-3:
        return np.asarray(heads[near[[int(unseen_s.argmin())]]])
    circles = heads[near].copy()
    circles[:, 2] *= 1 + GROWTH_PER_S * unseen_s
    if near.size == 2:
        share = (now_s - time_s[near[0]]) / (time_s[near[1]] - time_s[near[0]])
        between = heads[near[0]] + share * (heads[near[1]] - heads[near[0]])
        between[2] *= 1 + GROWTH_PER_S * unseen_s.min()
        circles = np.vstack([circles, between])
    return np.asarray(circles)


def blur_ellipse(
    picture: Picture, centre: tuple[float, float], half_axes: tuple[float, float]
) -> None:
    """Blur an upright ellipse of a picture in place, in blocks of a fraction of its width."""
    corner = np.array(picture.shape[1::-1])
    low = np.clip(np.floor(np.subtract(centre, half_axes)), 0, corner).astype(int)
    high = np.clip(np.ceil(np.add(centre, half_axes)), 0, corner).astype(int)
    place = picture[low[1] : high[1], low[0] : high[0]]
    if not place.size:
        return
    mask = np.zeros(place.shape[:2], np.uint8)
    middle = tuple(np.subtract(centre, low).tolist())
    size = tuple((2 * np.array(half_axes)).tolist())
    cv2.ellipse(mask, (middle, size, 0.0), 255, cv2.FILLED)
    cv2.copyTo(_coarse(place, 2 * half_axes[0] / N_BLOCKS), mask, place)


def _coarse(place: Picture, block_px: float) -> Picture:
    """Means over large blocks, with the edges of the blocks smoothed away.

    Details are lost in the means, and no filter can restore them.
    """
    height, width = place.shape[:2]
    blocks = (max(1, round(width / block_px)), max(1, round(height / block_px)))
    small = cv2.resize(place, blocks, interpolation=cv2.INTER_AREA)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large, dtype=np.uint8)
