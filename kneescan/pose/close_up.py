"""A closer look at one leg: where its joints are in a picture of the leg alone.

A small net of our own, trained on rendered people whose joints are known exactly, refines what the
pose model found: that one sees the whole body in 256 pixels, this one the leg alone in 176.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import CLOSE_UP_PARTS
from kneescan.errors import ModelFileError
from kneescan.landmarks import Side

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

MODEL_NAME = "leg_close_up.onnx"
WIDTH, HEIGHT = 112, 176
"""Size of the picture that the net looks at. [px]"""
SHANK = 50.0
"""Length of the shank in that picture. [px]"""
STRIDE = 4
"""Pixels of the picture per cell of the net's maps."""
SHANK_SHARE = 0.48
"""Part of hip to ankle that the shank looks long at least; less is the lens looking down on it."""
MIN_SHANK_PX = 12.0
"""A shank that looks shorter shows the net nothing that the pose model has not seen. [px]"""
MIN_BLUR_PX = 0.3
RAISED_SHARE = 0.30
"""A foot this part of the leg's length above the other is not stood on; its leg needs no look. A free foot
held towards a near and high camera looks lower than the one stood on, though less than this."""
YAW_SCALE_DEG = 10.0
FLEXION_MIDDLE_DEG, FLEXION_SCALE_DEG = 45.0, 20.0
"""What one unit of the net's last two figures stands for. [deg]"""

N_COLUMNS = len(CLOSE_UP_PARTS) * 3 + 2
"""x, y and spread of every joint, then yaw and knee flexion."""


class CloseUpModel:
    """Looks at either leg anew, given where the pose model found it; one thread may use it."""

    def __init__(self, model: bytes) -> None:
        try:
            self._net: Any = cv2.dnn.readNetFromONNX(np.frombuffer(model, dtype=np.uint8))
        except cv2.error as error:
            msg = f"{MODEL_NAME}: cannot be read ({error}); reinstall kneescan"
            raise ModelFileError(msg) from error
        self._outputs = ("maps", "figures")

    def look(self, image_rgb: Image, landmarks: Array) -> Array:
        """Joints of the legs that may be stood on in one picture.

        Parameters
        ----------
        image_rgb : ndarray, shape (height, width, 3)
            The picture.
        landmarks : ndarray, shape (33, >= 2)
            What the pose model found: x and y as fractions of width and height.

        Returns
        -------
        ndarray, shape (2, 17)
            Left leg, then right: x, y and spread (fractions of width, height and width) of each of
            `CLOSE_UP_PARTS`, then yaw and knee flexion [deg]; NaN for a leg that was not found or is
            clearly raised.
        """
        size_px = np.array(image_rgb.shape[1::-1], dtype=np.float64)
        points_px = landmarks[:, :2] * size_px
        raised = raised_leg(points_px)
        return np.stack(
            [
                np.full(N_COLUMNS, np.nan)
                if side is raised
                else self._look_at(image_rgb, points_px, side, size_px)
                for side in Side
            ]
        )

    def _look_at(self, image_rgb: Image, points_px: Array, side: Side, size_px: Array) -> Array:
        hip, knee, ankle = (points_px[side.landmark(part)] for part in ("hip", "knee", "ankle"))
        shank_px = leg_size(hip, knee, ankle)
        if not shank_px >= MIN_SHANK_PX:  # NaN included
            return np.full(N_COLUMNS, np.nan)
        # The net knows left legs only: a right one is shown in a mirror.
        sign = 1.0 if side is Side.LEFT else -1.0
        to_crop = _crop_matrix((hip + ankle) / 2, SHANK / shank_px, sign)
        maps, (yaw, flexion) = self._run(_cut_out(image_rgb, to_crop, SHANK / shank_px))
        xy, spread = expected_places(maps)
        scale = shank_px / SHANK
        xy_px = (xy - to_crop[:, 2]) * scale * (sign, 1.0) + 0.5
        columns = np.column_stack([xy_px / size_px, spread * scale / size_px[0]])
        yaw_deg = sign * YAW_SCALE_DEG * yaw
        flexion_deg = FLEXION_MIDDLE_DEG + FLEXION_SCALE_DEG * flexion
        return np.concatenate([columns.ravel(), [yaw_deg, flexion_deg]])

    def _run(self, crop: NDArray[np.float32]) -> tuple[Array, Array]:
        self._net.setInput(crop.transpose(2, 0, 1)[None])
        maps, figures = self._net.forward(self._outputs)
        return maps[0].astype(np.float64), figures[0].astype(np.float64)


@dataclass(slots=True)
class _Looking:
    """Films whose legs are being looked at in this process."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    n_films: int = 0
    n_threads_before: int = 0


_looking = _Looking()


@contextmanager
def one_thread_per_look() -> Iterator[None]:
    """Keep OpenCV from sharing out single looks, while there are several threads that look already.

    The number of threads is OpenCV's for the whole process: the last film that is done gives it back.
    """
    with _looking.lock:
        if not _looking.n_films:
            _looking.n_threads_before = cv2.getNumThreads()
            cv2.setNumThreads(1)
        _looking.n_films += 1
    try:
        yield
    finally:
        with _looking.lock:
            _looking.n_films -= 1
            if not _looking.n_films:
                cv2.setNumThreads(_looking.n_threads_before)


def read_close_up_model() -> bytes:
    """Read the net that comes with kneescan.

    Raises
    ------
    ModelFileError
        If it is missing.
    """
    package = Path(__file__).resolve().parents[1]
    # A wheel holds the model inside the package, a checkout beside it.
    for folder in (package / "models", package.parent / "models"):
        if (folder / MODEL_NAME).is_file():
            return (folder / MODEL_NAME).read_bytes()
    msg = f"{MODEL_NAME} is missing from this installation; reinstall kneescan"
    raise ModelFileError(msg)


def raised_leg(points_px: Array) -> Side | None:
    """Leg whose foot is clearly off the floor, None where neither is or nothing is known.

    Parameters
    ----------
    points_px : ndarray, shape (33, 2)
        Landmarks of one person. [px]
    """
    ankle_px, hip_px = (
        np.array([points_px[side.landmark(part)] for side in Side]) for part in ("ankle", "hip")
    )
    leg_px = float(np.max(np.linalg.norm(ankle_px - hip_px, axis=1)))
    left_lower_px = float(ankle_px[0, 1] - ankle_px[1, 1])
    if not abs(left_lower_px) > RAISED_SHARE * leg_px:  # NaN included
        return None
    return Side.RIGHT if left_lower_px > 0 else Side.LEFT


def leg_size(hip: Array, knee: Array, ankle: Array) -> float:
    """Length of the shank, as the crop's yardstick. [px]"""
    return max(
        float(np.linalg.norm(knee - ankle)), SHANK_SHARE * float(np.linalg.norm(hip - ankle))
    )


def _crop_matrix(middle_px: Array, scale: float, sign: float) -> Array:
    """Affine map from the picture into the crop, shape (2, 3), pixel centres at whole numbers."""
    centre = middle_px - 0.5
    return np.array(
        [
            [sign * scale, 0.0, WIDTH / 2 - sign * scale * centre[0]],
            [0.0, scale, HEIGHT / 2 - scale * centre[1]],
        ]
    )


def _cut_out(image_rgb: Image, to_crop: Array, scale: float) -> NDArray[np.float32]:
    """Leg as the net wants it, shape (176, 112, 3), from -1 to 1, blue first."""
    corners = np.array([[0, 0], [WIDTH, HEIGHT]]) - to_crop[:, 2]
    corners = corners / (to_crop[0, 0], to_crop[1, 1])
    margin = 4 + int(2 / scale)
    low = np.floor(corners.min(axis=0)).astype(int) - margin
    high = np.ceil(corners.max(axis=0)).astype(int) + margin
    low, high = np.maximum(low, 0), np.minimum(high, image_rgb.shape[1::-1])
    if np.any(high - low < 2):
        return np.zeros((HEIGHT, WIDTH, 3), dtype=np.float32)
    part = image_rgb[low[1] : high[1], low[0] : high[0]]
    if scale < 1:
        # Shrinking by picking pixels would make edges jump; blurred first, they move smoothly.
        sigma = 0.45 * np.sqrt(max(scale**-2 - 1, 0.0))
        if sigma > MIN_BLUR_PX:
            part = np.asarray(cv2.GaussianBlur(part, (0, 0), sigma), dtype=np.uint8)
    shifted = to_crop.copy()
    shifted[:, 2] += to_crop[:, :2] @ low
    crop = cv2.warpAffine(
        part, shifted, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop[..., ::-1], dtype=np.float32) / 127.5 - 1


def expected_places(maps: Array) -> tuple[Array, Array]:
    """Mean place and spread of what each map shows.

    Parameters
    ----------
    maps : ndarray, shape (n_maps, n_rows, n_columns)
        Logarithm of how likely the joint is in each cell, up to a constant.

    Returns
    -------
    places : ndarray, shape (n_maps, 2)
        x and y in the picture. [px]
    spread : ndarray, shape (n_maps,)
        One standard deviation, the larger of x and y. [px]
    """
    likely = np.exp(maps - maps.max(axis=(1, 2), keepdims=True))
    likely /= likely.sum(axis=(1, 2), keepdims=True)
    places, spreads = [], []
    for axis in (1, 2):  # what is left after summing over rows is x
        marginal = likely.sum(axis=axis)
        at = (np.arange(marginal.shape[1]) + 0.5) * STRIDE - 0.5
        mean = marginal @ at
        places.append(mean)
        spreads.append(np.sqrt(np.sum(marginal * (at - mean[:, None]) ** 2, axis=1)))
    return np.stack(places, axis=-1), np.maximum(*spreads)
