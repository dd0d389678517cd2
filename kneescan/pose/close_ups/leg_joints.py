"""Leg joints: find the joints of one leg in a close-up of the leg.

A small network, trained on rendered people whose joints are known exactly, refines the result of the pose
model. The pose model sees the whole body in 256 pixels; this network sees the leg alone in 176.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import CLOSE_UP_PARTS
from kneescan.landmarks import Side
from kneescan.pose.close_ups import body_yaw
from kneescan.pose.close_ups.body_yaw import BodyYawModel
from kneescan.pose.close_ups.cut_out import crop_matrix, cut_out
from kneescan.pose.close_ups.nets import Net
from kneescan.pose.models.model_file import read_net

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

MODEL_NAME = "leg_close_up.onnx"
WIDTH, HEIGHT = 112, 176
"""Size of the network's input. [px]"""
SHANK = 50.0
"""Length of the shank in that picture. [px]"""
STRIDE = 4
"""Pixels of the picture per cell of the network's maps."""
SHANK_SHARE = 0.48
"""Smallest length of the shank, as a share of hip to ankle; less means that the lens looks down on it."""
MIN_SHANK_PX = 12.0
"""For a shorter shank, a close-up shows nothing that the pose model has not seen. [px]"""
RAISED_SHARE = 0.30
"""A foot higher than the other by this share of the leg's length is not the stance foot, and its leg needs no
close-up. A free foot held towards a near and high camera looks lower than the stance foot, but by less."""
FLEXION_MIDDLE_DEG, FLEXION_SCALE_DEG = 45.0, 20.0
"""Degrees per unit of the network's output. [deg]"""

N_COLUMNS = len(CLOSE_UP_PARTS) * 3 + 2
"""x, y and spread of every joint, then yaw and knee flexion."""


class CloseUpModel:
    """Takes close-ups of each leg where the pose model found it; for use by one thread."""

    def __init__(self, nets: Mapping[str, bytes]) -> None:
        self._leg = Net(nets[MODEL_NAME], name=MODEL_NAME, outputs=["maps", "figures"])
        self._body = BodyYawModel(nets[body_yaw.MODEL_NAME])

    def read(self, image_rgb: Image, landmarks: Array) -> Array:
        """Joints of the legs in one picture that may be the stance leg.

        Parameters
        ----------
        image_rgb : ndarray, shape (height, width, 3)
            The picture.
        landmarks : ndarray, shape (33, >= 2)
            Landmarks of the pose model: x and y as fractions of width and height.

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
                else self._close_up_of(image_rgb, points_px, side, size_px)
                for side in Side
            ]
        )

    def _close_up_of(self, image_rgb: Image, points_px: Array, side: Side, size_px: Array) -> Array:
        hip, knee, ankle = (points_px[side.landmark(part)] for part in ("hip", "knee", "ankle"))
        shank_px = leg_size(hip, knee, ankle)
        if not shank_px >= MIN_SHANK_PX:  # NaN included
            return np.full(N_COLUMNS, np.nan)
        # The network knows only left legs, so a right leg is mirrored.
        sign = 1.0 if side is Side.LEFT else -1.0
        scale = SHANK / shank_px
        place = (WIDTH / 2, HEIGHT / 2)
        to_crop = crop_matrix((hip + ankle) / 2, place_px=place, scale=scale, sign=sign)
        crop = cut_out(image_rgb, to_crop, scale=scale, size_px=(WIDTH, HEIGHT))
        # The yaw from the leg adds nothing to the yaw from the whole body.
        maps, (_, flexion) = self._leg.run(crop)
        xy, spread = expected_places(maps)
        xy_px = (xy - to_crop[:, 2]) / scale * (sign, 1.0) + 0.5
        columns = np.column_stack([xy_px / size_px, spread / scale / size_px[0]])
        yaw_deg = self._body.read(image_rgb, points_px, side, shank_px)
        flexion_deg = FLEXION_MIDDLE_DEG + FLEXION_SCALE_DEG * flexion
        return np.concatenate([columns.ravel(), [yaw_deg, flexion_deg]])


def read_close_up_nets() -> dict[str, bytes]:
    """Read the networks for close-ups, by the names of their files.

    Raises
    ------
    ModelFileError
        If one is missing or damaged.
    """
    return {name: read_net(name) for name in (MODEL_NAME, body_yaw.MODEL_NAME)}


def raised_leg(points_px: Array) -> Side | None:
    """Leg whose foot is clearly off the floor; None if neither is, or if unknown.

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
    """Length of the shank, which sets the scale of the crop. [px]"""
    return max(
        float(np.linalg.norm(knee - ankle)), SHANK_SHARE * float(np.linalg.norm(hip - ankle))
    )


def expected_places(maps: Array) -> tuple[Array, Array]:
    """Mean place and spread of each map.

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
    for axis in (1, 2):  # summing over rows leaves x
        marginal = likely.sum(axis=axis)
        at = (np.arange(marginal.shape[1]) + 0.5) * STRIDE - 0.5
        mean = marginal @ at
        places.append(mean)
        spreads.append(np.sqrt(np.sum(marginal * (at - mean[:, None]) ** 2, axis=1)))
    return np.stack(places, axis=-1), np.maximum(*spreads)
