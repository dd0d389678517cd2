"""Landmark and Side: the points of the body, and its two sides."""

from enum import IntEnum, StrEnum
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray


class Landmark(IntEnum):
    """The 33 points of the body, in the order of the BlazePose model (left is the subject's own)."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32


N_LANDMARKS = len(Landmark)


class Side(StrEnum):
    """One of the subject's two sides."""

    LEFT = "left"
    RIGHT = "right"

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        msg = f"expected 'left' or 'right', got {value!r}"
        raise ValueError(msg)

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT

    def landmark(self, part: str) -> Landmark:
        """Landmark of a paired body part on this side, e.g. ``Side.LEFT.landmark("knee")``."""
        return Landmark[f"{self.name}_{part.upper()}"]


MIRRORED_ORDER = np.array(
    [
        Landmark[name.replace("LEFT", "*").replace("RIGHT", "LEFT").replace("*", "RIGHT")]
        for name in Landmark.__members__
    ]
)
"""Index of every landmark's partner on the other side."""


def is_upside_down(landmarks: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a person is upside down: shoulders below the hips, and hips below the ankles.

    Parameters
    ----------
    landmarks : ndarray, shape (..., 33, >= 2)
        x and y, y down, in any unit.

    Returns
    -------
    ndarray, shape (...)
        False if a landmark is missing.
    """
    pairs = [[side.landmark(part) for side in Side] for part in ("ankle", "hip", "shoulder")]
    ankle, hip, shoulder = (landmarks[..., pair, 1].mean(axis=-1) for pair in pairs)
    return np.asarray((ankle < hip) & (hip < shoulder))
