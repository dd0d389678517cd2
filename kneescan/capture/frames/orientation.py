"""Bring stored pictures upright, using the display matrix that phones store in their videos."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from av.buffer import Buffer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

TURNS_DEG = (0, 90, 180, 270)
"""Clockwise rotations that a picture can be given. [deg]"""

_CV2_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Orientation:
    """How to bring a stored picture upright: mirror it left to right if needed, then rotate it."""

    rotation_deg: int
    """Clockwise rotation: 0, 90, 180 or 270. [deg]"""
    flipped: bool
    """Whether to mirror the picture left to right before rotating it."""
    requested_rotation_deg: float
    """Clockwise rotation that the container asks for, 0 to 360, before rounding. [deg]"""

    def turned(self, rotate_deg: int) -> "Orientation":
        """Return the orientation with a further clockwise rotation of 0, 90, 180 or 270. [deg]"""
        return Orientation(
            rotation_deg=(self.rotation_deg + rotate_deg) % 360,
            flipped=self.flipped,
            requested_rotation_deg=(self.requested_rotation_deg + rotate_deg) % 360,
        )

    @property
    def swaps_sides(self) -> bool:
        """Whether the width of the stored picture becomes the height of the upright one."""
        return self.rotation_deg in (90, 270)

    @property
    def was_rounded(self) -> bool:
        """Whether the container asks for a rotation that is not a multiple of 90 degrees."""
        difference_deg = abs(self.requested_rotation_deg - self.rotation_deg)
        return min(difference_deg, 360 - difference_deg) > 1


def check_turn(rotate_deg: int) -> None:
    """Refuse a rotation that is not in `TURNS_DEG`.

    Raises
    ------
    ValueError
        If it is not; this is a mistake of the calling program.
    """
    if rotate_deg not in TURNS_DEG:
        msg = f"rotate_deg must be 0, 90, 180 or 270, got {rotate_deg}"
        raise ValueError(msg)


def display_matrix(picture: VideoFrame) -> NDArray[np.float64]:
    """Linear part of the display matrix that comes with a decoded picture.

    Parameters
    ----------
    picture : VideoFrame
        Picture as decoded.

    Returns
    -------
    ndarray, shape (2, 2)
        Maps a stored direction (x to the right, y down) to the displayed one:
        ``displayed = matrix @ stored``. The identity where the container asks for nothing.
    """
    try:
        # PyAV's type annotation knows only one kind of side data.
        side_data = cast("Mapping[str, Buffer]", picture.side_data)
        stored = side_data.get("DISPLAYMATRIX")
    except ValueError:
        # PyAV cannot list the side data of a picture if it contains a kind that PyAV does not know yet.
        # The angle (counterclockwise, without mirroring) is still available.
        angle = -math.radians(picture.rotation)
        return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    if stored is None:
        return np.eye(2)
    # FFmpeg's layout is that of the MP4 standard: a b u c d v x y w, with x' = a x + c y and
    # y' = b x + d y, in 16.16 fixed point.
    a, b, _, c, d = np.frombuffer(bytes(stored), dtype=np.int32)[:5] / 65536
    return np.array([[a, c], [b, d]])


def orientation_from_matrix(matrix: NDArray[np.float64]) -> Orientation:
    """Mirroring and rotation, to the nearest right angle, that a display matrix asks for.

    Parameters
    ----------
    matrix : ndarray, shape (2, 2)
        Maps a stored direction (x to the right, y down) to the displayed one.

    Returns
    -------
    Orientation
        No rotation and no mirroring if the matrix is zero.
    """
    flipped = bool(np.linalg.det(matrix) < 0)
    # Where the right-hand side of the picture ends up after mirroring; clockwise because y points down.
    right = -matrix[:, 0] if flipped else matrix[:, 0]
    requested_deg = math.degrees(math.atan2(right[1], right[0])) % 360
    return Orientation(
        rotation_deg=round(requested_deg / 90) % 4 * 90,
        flipped=flipped,
        requested_rotation_deg=requested_deg,
    )


def turn_upright(image: NDArray[np.uint8], orientation: Orientation) -> NDArray[np.uint8]:
    """Rotate a picture upright; the result is C-contiguous.

    Parameters
    ----------
    image : ndarray, shape (height, width, 3)
        Picture as stored.
    orientation : Orientation
        How to mirror and rotate it.

    Returns
    -------
    ndarray, shape (height, width, 3) or (width, height, 3)
        The picture itself if it is already upright, otherwise a new one.
    """
    # OpenCV, because NumPy's rot90 takes three times as long and nearly all phone videos need it.
    upright: NDArray[np.uint8] = np.ascontiguousarray(image)
    if orientation.flipped:
        upright = np.asarray(cv2.flip(upright, 1), dtype=np.uint8)
    if orientation.rotation_deg:
        upright = np.asarray(
            cv2.rotate(upright, _CV2_TURNS[orientation.rotation_deg]), dtype=np.uint8
        )
    return upright
