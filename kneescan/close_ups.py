"""Define `CloseUps`, what other networks read again in some frames of a video.

One network reads a picture of each leg, enlarged; another one reads the whole body.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.equality import EqualByValue

Array = NDArray[np.float64]

CLOSE_UP_PARTS = ("hip", "knee", "ankle", "heel", "foot_index")
"""Parts of a leg found in a close-up, in the order of its arrays."""
WHOLE_BODY_PARTS = ("hip", "knee", "ankle")
"""Parts of a leg found in a picture of the whole body, in the order of its arrays."""
WHOLE_BODY = ("whole_body_xy_px", "whole_body_score")
"""Arrays that files of earlier versions lack."""
PREFIX = "close_up_"
"""Prefix of the arrays in a landmark file."""
LARGEST = {
    "xy_px": 1e6,
    "spread_px": 1e6,
    "yaw_deg": 360.0,
    "knee_flexion_deg": 360.0,
    "whole_body_xy_px": 1e6,
    "whole_body_score": 1.0,
}
"""Values farther from 0 mean that a part was not found."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CloseUps(EqualByValue):
    """Landmarks of both legs, left first, found again by other networks; NaN if missing.

    The pose model sees the whole body at once, where a knee is only a few pixels wide. A close-up
    shows the leg several times larger. Near the squats, a network that learnt from photographs of other
    people reads the whole body once more.
    """

    frame: NDArray[np.int64]
    """Positions of the frames with a close-up, rising, shape (n_close_ups,)."""
    xy_px: Array
    """Parts of the leg, shape (n_close_ups, 2, 5, 2), in the order of `CLOSE_UP_PARTS`. [px]"""
    spread_px: Array
    """Spread of the network's heat map of each part, one SD, shape (n_close_ups, 2, 5). [px]"""
    yaw_deg: Array
    """Rotation of the subject away from the line of sight to the ankle, + = lens towards the subject's
    left, shape (n_close_ups, 2). [deg]"""
    knee_flexion_deg: Array
    """Flexion of the knee, shape (n_close_ups, 2). [deg]"""
    whole_body_xy_px: Array = field(default_factory=lambda: np.empty(0))
    """Parts of the leg in a picture of the whole body, shape (n_close_ups, 2, 3, 2), in the order of
    `WHOLE_BODY_PARTS`. [px]"""
    whole_body_score: Array = field(default_factory=lambda: np.empty(0))
    """Certainty of that network about each part, 0 to 1, shape (n_close_ups, 2, 3)."""

    def __post_init__(self) -> None:
        """Check the shapes and make private copies, in single precision as in the file."""
        n_close_ups, n_parts = len(self.frame), len(CLOSE_UP_PARTS)
        shapes = {
            "frame": (n_close_ups,),
            "xy_px": (n_close_ups, 2, n_parts, 2),
            "spread_px": (n_close_ups, 2, n_parts),
            "yaw_deg": (n_close_ups, 2),
            "knee_flexion_deg": (n_close_ups, 2),
            "whole_body_xy_px": (n_close_ups, 2, len(WHOLE_BODY_PARTS), 2),
            "whole_body_score": (n_close_ups, 2, len(WHOLE_BODY_PARTS)),
        }
        for name, shape in shapes.items():
            given = np.asarray(getattr(self, name))
            if name in WHOLE_BODY and not given.size:
                # Files of earlier versions have no readings of the whole body.
                given = np.full(shape, np.nan)
            if given.shape != shape:
                msg = f"expected {name} of shape {shape}, got {given.shape}"
                raise ValueError(msg)
            array = _positions(given) if name == "frame" else _within(given, LARGEST[name])
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def mirrored(self, width_px: float) -> "CloseUps":
        """Return the mirror image: x reversed, left and right exchanged."""
        xy_px = self.xy_px[:, ::-1].copy()
        xy_px[..., 0] = width_px - xy_px[..., 0]
        whole_body_xy_px = self.whole_body_xy_px[:, ::-1].copy()
        whole_body_xy_px[..., 0] = width_px - whole_body_xy_px[..., 0]
        return CloseUps(
            frame=self.frame,
            xy_px=xy_px,
            spread_px=self.spread_px[:, ::-1],
            yaw_deg=-self.yaw_deg[:, ::-1],
            knee_flexion_deg=self.knee_flexion_deg[:, ::-1],
            whole_body_xy_px=whole_body_xy_px,
            whole_body_score=self.whole_body_score[:, ::-1],
        )

    def arrays(self) -> dict[str, Any]:
        """Arrays by their names in a landmark file."""
        return {
            f"{PREFIX}{item.name}": (
                self.frame if item.name == "frame" else getattr(self, item.name).astype(np.float32)
            )
            for item in fields(self)
        }

    @classmethod
    def from_arrays(cls, file: Mapping[str, Any]) -> "CloseUps | None":
        """Read what :meth:`arrays` returned; None if the file has no close-ups."""
        if f"{PREFIX}frame" not in file:
            return None
        names = [item.name for item in fields(cls)]
        if f"{PREFIX}{WHOLE_BODY[0]}" not in file:
            names = [name for name in names if name not in WHOLE_BODY]
        return cls(**{name: file[f"{PREFIX}{name}"] for name in names})


def _positions(given: NDArray[Any]) -> NDArray[np.int64]:
    """Positions of frames, checked to be rising whole numbers, 0 or larger."""
    if given.size and given.dtype.kind not in "iu":
        msg = f"expected frame to hold whole numbers, got {given.dtype}"
        raise ValueError(msg)
    frame = given.astype(np.int64)
    if np.any(frame < 0) or np.any(np.diff(frame) <= 0):
        msg = "frame must be rising and not negative"
        raise ValueError(msg)
    return frame


def _within(given: NDArray[Any], largest: float) -> Array:
    """Values in single precision; NaN where they are out of range."""
    with np.errstate(over="ignore", invalid="ignore"):
        values = given.astype(np.float32).astype(np.float64)
        return np.where(np.abs(values) <= largest, values, np.nan)
