"""Which way a whole body faces: what a net of our own sees in a picture of somebody on one leg."""

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.pose.close_ups.cut_out import crop_matrix, cut_out
from kneescan.pose.close_ups.nets import Net

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

MODEL_NAME = "body_yaw.onnx"
SIZE_PX = (128, 192)
"""Width and height of the picture that the net looks at. [px]"""
SHANK = 41.0
"""Length of the shank in that picture. [px]"""
FOOT_Y = 178.0
"""Row of the ankle in that picture. [px]"""
YAW_SCALE_DEG = 10.0
"""What one unit of the net's figure stands for. [deg]"""


class BodyYawModel:
    """Tells which way somebody who stands on one leg faces; one thread may use it.

    Parameters
    ----------
    content : bytes
        Contents of `MODEL_NAME`.
    """

    def __init__(self, content: bytes) -> None:
        self._net = Net(content, name=MODEL_NAME, outputs=["figures"])

    def read(self, image_rgb: Image, points_px: Array, side: Side, shank_px: float) -> float:
        """Turn of the subject out of the line of sight to the ankle, + = lens towards their left. [deg]

        Parameters
        ----------
        image_rgb : ndarray, shape (height, width, 3)
            The picture.
        points_px : ndarray, shape (33, 2)
            What the pose model found in it. [px]
        side : Side
            Leg that is stood on.
        shank_px : float
            Length of its shank. [px]
        """
        # The net knows people on their left leg only: others are shown in a mirror.
        sign = 1.0 if side is Side.LEFT else -1.0
        scale = SHANK / shank_px
        place = (SIZE_PX[0] / 2, FOOT_Y)
        to_crop = crop_matrix(
            standing_point(points_px, side), place_px=place, scale=scale, sign=sign
        )
        (figures,) = self._net.run(cut_out(image_rgb, to_crop, scale=scale, size_px=SIZE_PX))
        return float(sign * YAW_SCALE_DEG * figures[0])


def standing_point(points_px: Array, side: Side) -> Array:
    """Point of the floor that the crop is placed by: between trunk and foot, nearer to the trunk, shape (2,).

    Parameters
    ----------
    points_px : ndarray, shape (33, 2)
        What the pose model found. [px]
    side : Side
        Leg that is stood on.
    """
    trunk = [each.landmark(part) for each in Side for part in ("shoulder", "hip")]
    ankle = points_px[side.landmark("ankle")]
    return np.array([(2 * np.nanmedian(points_px[trunk, 0]) + ankle[0]) / 3, ankle[1]])
