"""Whole body: find hip, knee and ankle again in a picture of the whole person, by MoveNet Thunder.

MoveNet learnt from photographs of real people, kneescan's own network from rendered ones. Together with the
pose model, they give three readings of each leg, which show how certain each joint is.
"""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import WHOLE_BODY_PARTS
from kneescan.pose.close_ups.nets import Net

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

MODEL_NAME = "movenet_thunder.onnx"
SIZE, CELLS = 256, 64
"""Side of the network's input, and of its maps. [px, cells]"""
PERSON_SHARE = 1 / 1.3
"""Part of the side that the person's landmarks fill."""
NEAR_CELLS = 1.8
"""Distance at which a joint counts half as much as right at the expected place. [cells]"""
JOINTS = {"hip": (11, 12), "knee": (13, 14), "ankle": (15, 16)}
"""Numbers of the joints among MoveNet's 17, left and right."""
JPEG_QUALITY = 95
"""Quality of the pictures that wait for their reading."""


@dataclass(frozen=True, slots=True)
class BodyCrop:
    """Picture of a whole person, small enough to keep until it is known whether it is needed."""

    jpeg: bytes
    corner_px: tuple[float, float]
    """Top left corner of the crop in the picture. [px]"""
    scale: float
    """Pixels of the crop per pixel of the picture."""
    size_px: tuple[int, int]
    """Width and height of the picture. [px]"""


class WholeBodyModel:
    """Finds the joints of both legs in a `BodyCrop`; for use by one thread.

    Parameters
    ----------
    content : bytes
        Contents of `MODEL_NAME`.
    """

    def __init__(self, content: bytes) -> None:
        outputs = ["heatmap", "centre", "regress", "offset"]
        self._net = Net(content, name=MODEL_NAME, outputs=outputs)

    def read(self, body: BodyCrop) -> Array:
        """Hip, knee and ankle of both legs.

        Returns
        -------
        ndarray, shape (2, 3, 3)
            Left leg, then right: x and y as fractions of width and height of the picture, and score,
            0 to 1, of each of `WHOLE_BODY_PARTS`.
        """
        bgr = cv2.imdecode(np.frombuffer(body.jpeg, np.uint8), cv2.IMREAD_COLOR)
        rgb = np.asarray(bgr, dtype=np.float32)[..., ::-1]
        joints = decode(*self._net.run(np.ascontiguousarray(rgb.transpose(2, 0, 1)[None])))
        joints[:, :2] = (joints[:, :2] / body.scale + body.corner_px) / body.size_px
        return np.asarray(joints[np.array([JOINTS[part] for part in WHOLE_BODY_PARTS]).T])


def read_bodies(
    bodies: Mapping[int, BodyCrop], content: bytes, *, n_workers: int
) -> dict[int, Array]:
    """Read several pictures of whole persons, side by side.

    Parameters
    ----------
    bodies : mapping of BodyCrop
        By any key, such as the frame's position.
    content : bytes
        Contents of `MODEL_NAME`.
    n_workers : int
        Number of threads; the result does not depend on it.

    Returns
    -------
    dict
        Results of `WholeBodyModel.read` by the same keys.
    """
    of_thread = threading.local()

    def read(body: BodyCrop) -> Array:
        if not hasattr(of_thread, "model"):
            of_thread.model = WholeBodyModel(content)
        return np.asarray(of_thread.model.read(body))

    if not bodies:
        return {}
    pool = ThreadPoolExecutor(min(n_workers, len(bodies)), thread_name_prefix="kneescan-body")
    try:
        return dict(zip(bodies, pool.map(read, bodies.values()), strict=True))
    finally:
        # After Ctrl-C, those that have not begun are left out.
        pool.shutdown(cancel_futures=True)


def body_crop(image_rgb: Image, points_px: Array) -> BodyCrop | None:
    """Cut the whole person out of a picture; None if nobody was found.

    Parameters
    ----------
    image_rgb : ndarray, shape (height, width, 3)
        The picture.
    points_px : ndarray, shape (33, 2)
        Landmarks of the pose model in it. [px]
    """
    if not np.isfinite(points_px).all():
        return None
    low, high = points_px.min(axis=0), points_px.max(axis=0)
    side_px = round(float(np.max(high - low)) / PERSON_SHARE)
    if side_px < 2:
        return None
    left, top = np.round((low + high - side_px) / 2).astype(int).tolist()
    square = _square(image_rgb, left, top, side_px)
    if square is None:
        return None
    picture = cv2.resize(square, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    _, jpeg = cv2.imencode(".jpg", picture[..., ::-1], quality)
    height, width = image_rgb.shape[:2]
    return BodyCrop(
        jpeg=jpeg.tobytes(),
        corner_px=(float(left), float(top)),
        scale=SIZE / side_px,
        size_px=(width, height),
    )


def _square(image_rgb: Image, left: int, top: int, side_px: int) -> Image | None:
    """Square part of a picture, its edge repeated outside; None if all of it is outside."""
    height, width = image_rgb.shape[:2]
    right, bottom = left + side_px, top + side_px
    if left >= width or top >= height or right <= 0 or bottom <= 0:
        return None
    part = image_rgb[max(top, 0) : bottom, max(left, 0) : right]
    outside = (max(-top, 0), max(bottom - height, 0), max(-left, 0), max(right - width, 0))
    return np.asarray(cv2.copyMakeBorder(part, *outside, cv2.BORDER_REPLICATE), dtype=np.uint8)


def decode(heatmap: Array, centre: Array, regress: Array, offset: Array) -> Array:
    """Joints of the person in the middle from MoveNet's maps.

    Parameters
    ----------
    heatmap : ndarray, shape (17, 64, 64)
        Score of each joint in each cell.
    centre : ndarray, shape (1, 64, 64)
        Score of a person's centre.
    regress, offset : ndarray, shape (34, 64, 64)
        y and x of each joint in turn, from the centre and from the joint's own cell. [cells]

    Returns
    -------
    ndarray, shape (17, 3)
        x and y in the crop [px], and score.
    """
    rows, columns = np.mgrid[:CELLS, :CELLS]
    middle = (CELLS - 1) / 2
    nearness = 1 / (np.hypot(rows - middle, columns - middle) + NEAR_CELLS)
    row, column = np.unravel_index(np.argmax(centre[0] * nearness), (CELLS, CELLS))
    guess = regress[:, row, column].reshape(-1, 2) + np.array([row, column])
    far = np.hypot(rows - guess[:, :1, None], columns - guess[:, 1:, None])
    best = (heatmap / (far + NEAR_CELLS)).reshape(len(heatmap), -1).argmax(axis=1)
    y, x = np.divmod(best, CELLS)
    joint = np.arange(len(heatmap))
    dy, dx = offset[2 * joint, y, x], offset[2 * joint + 1, y, x]
    scale = SIZE / CELLS
    return np.stack([(x + dx) * scale, (y + dy) * scale, heatmap[joint, y, x]], axis=1)
