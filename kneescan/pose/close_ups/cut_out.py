"""Cut-out: a part of a picture, at the size and place that a network expects."""

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

MIN_BLUR_PX = 0.3


def crop_matrix(
    point_px: Array, *, place_px: tuple[float, float], scale: float, sign: float
) -> Array:
    """Affine map from the picture into the crop, pixel centres at whole numbers.

    Parameters
    ----------
    point_px : ndarray, shape (2,)
        Point of the picture, its corner being (0, 0). [px]
    place_px : tuple of float
        Its place in the crop. [px]
    scale : float
        Pixels of the crop per pixel of the picture.
    sign : {1, -1}
        -1 exchanges left and right.

    Returns
    -------
    ndarray, shape (2, 3)
    """
    centre = point_px - 0.5
    return np.array(
        [
            [sign * scale, 0.0, place_px[0] - sign * scale * centre[0]],
            [0.0, scale, place_px[1] - scale * centre[1]],
        ]
    )


def cut_out(
    image_rgb: Image, to_crop: Array, *, scale: float, size_px: tuple[int, int]
) -> NDArray[np.float32]:
    """Part of a picture as input for a network.

    Parameters
    ----------
    image_rgb : ndarray, shape (height, width, 3)
        The picture.
    to_crop, scale
        Result of `crop_matrix`, and the scale given to it.
    size_px : tuple of int
        Width and height of the crop. [px]

    Returns
    -------
    ndarray, shape (1, 3, crop height, crop width)
        From -1 to 1, blue first; grey where the crop is outside the picture.
    """
    corners = np.array([[0, 0], size_px]) - to_crop[:, 2]
    corners = corners / (to_crop[0, 0], to_crop[1, 1])
    margin = 4 + int(2 / scale)
    low = np.floor(corners.min(axis=0)).astype(int) - margin
    high = np.ceil(corners.max(axis=0)).astype(int) + margin
    low, high = np.maximum(low, 0), np.minimum(high, image_rgb.shape[1::-1])
    if np.any(high - low < 2):
        return np.zeros((1, 3, size_px[1], size_px[0]), dtype=np.float32)
    part = image_rgb[low[1] : high[1], low[0] : high[0]]
    part = softened(part, scale)
    shifted = to_crop.copy()
    shifted[:, 2] += to_crop[:, :2] @ low
    crop = cv2.warpAffine(
        part, shifted, size_px, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    blue_first = np.asarray(crop[..., ::-1], dtype=np.float32) / 127.5 - 1
    return blue_first.transpose(2, 0, 1)[None]


def softened(picture: Image, scale: float) -> Image:
    """Blur a picture before shrinking, so that edges move smoothly instead of jumping.

    Parameters
    ----------
    picture : ndarray, shape (height, width, 3)
        The picture.
    scale : float
        Factor by which it will be shrunk; 1 and more leave it unchanged.
    """
    sigma_px = 0.45 * np.sqrt(max(scale**-2 - 1, 0.0))
    if sigma_px <= MIN_BLUR_PX:
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px), dtype=np.uint8)
