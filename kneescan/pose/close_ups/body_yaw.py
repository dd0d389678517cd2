"""Body yaw: which way a body faces, from a picture of a person on one leg, by a small network."""

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.pose.close_ups.cut_out import crop_matrix, cut_out
from kneescan.pose.close_ups.nets import Net

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

MODEL_NAME = "body_yaw.onnx"
SIZE_PX = (128, 192)
"""Width and height of the network's input. [px]"""
SHANK = 41.0
"""Length of the shank in that picture. [px]"""
FOOT_Y = 178.0
"""Row of the ankle in that picture. [px]"""
YAW_SCALE_DEG = 10.0
"""Degrees per unit of the network's output. [deg]"""


class BodyYawModel:
    """Estimates which way a person on one leg faces; for use by one thread.

    Parameters
    ----------
    content : bytes
        Contents of `MODEL_NAME`.
    """

    def __init__(self, content: bytes) -> None:
        self._net = Net(content, name=MODEL_NAME, outputs=["figures"])

    def read(self, image_rgb: Image, points_px: Array, side: Side, shank_px: float) -> float:
        """Turn of the subject away from the line of sight to the ankle, + = lens towards their left. [deg]

        Parameters
        ----------
        image_rgb : ndarray, shape (height, width, 3)
            The picture.
        points_px : ndarray, shape (33, 2)
            Landmarks of the pose model in it. [px]
        side : Side
            Stance leg.
        shank_px : float
            Length of its shank. [px]
        """
        # The network knows only people on their left leg, so others are mirrored.
        sign = 1.0 if side is Side.LEFT else -1.0
        scale = SHANK / shank_px
        place = (SIZE_PX[0] / 2, FOOT_Y)
        to_crop = crop_matrix(
            standing_point(points_px, side), place_px=place, scale=scale, sign=sign
        )
        (figures,) = self._net.run(cut_out(image_rgb, to_crop, scale=scale, size_px=SIZE_PX))
        return float(sign * YAW_SCALE_DEG * figures[0])


def standing_point(points_px: Array, side: Side) -> Array:
    """Point of the floor that fixes the crop: between trunk and foot, nearer to the trunk, shape (2,).

    Parameters
    ----------
    points_px : ndarray, shape (33, 2)
        Landmarks of the pose model. [px]
    side : Side
        Stance leg.
    """
    trunk = [each.landmark(part) for each in Side for part in ("shoulder", "hip")]
    ankle = points_px[side.landmark("ankle")]
    return np.array([(2 * np.nanmedian(points_px[trunk, 0]) + ankle[0]) / 3, ankle[1]])
