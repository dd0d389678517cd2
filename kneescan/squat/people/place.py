"""Place: where one person stands and how large that person looks, to recognize somebody else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import PoseSequence, Side
from kneescan.squat.people.subject import trunk_middle

Array = NDArray[np.float64]

AWAY_PCT = 30.0
"""A trunk this far to the side is away from the place: twice as far as a person sways on one leg, and less
than the breadth of two people. [% of leg length]"""
OFF_PCT = 10.0
"""A trunk this far to the side may be on the way to somebody else. [% of leg length]"""
TRUNK_PCT = 15.0
"""A trunk longer by this much is that of somebody nearer to the camera; a shorter one may lean. [%]"""
FLOOR_PCT = 12.0
"""Whoever stands on one leg keeps a foot at the same height; feet of somebody nearer are lower. [% of leg
length]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one person stands in the picture, and how large that person looks."""

    x_px: float
    """Middle of the trunk. [px]"""
    floor_px: float
    """Height of the lower ankle, y down. [px]"""
    trunk_px: float
    """Length of the trunk. [px]"""
    leg_px: float
    """Standing hip-ankle height. [px]"""

    def is_away(self, pose: PoseSequence) -> NDArray[np.bool_]:
        """Whether the body is beside the place, shape (n_frames,)."""
        return np.asarray(self._aside_pct(pose) > AWAY_PCT)

    def is_somebody_else(self, pose: PoseSequence) -> NDArray[np.bool_]:
        """Whether the body is beside the place, nearer or at another height, shape (n_frames,)."""
        floor_pct = 100 * np.abs(_lower_ankle(pose) - self.floor_px) / self.leg_px
        trunk_pct = 100 * (_trunk_length(pose) / self.trunk_px - 1)
        return np.asarray(self.is_away(pose) | (floor_pct > FLOOR_PCT) | (trunk_pct > TRUNK_PCT))

    def is_off(self, pose: PoseSequence) -> NDArray[np.bool_]:
        """The same, or only a little to the side, shape (n_frames,)."""
        return np.asarray(self.is_somebody_else(pose) | (self._aside_pct(pose) > OFF_PCT))

    def _aside_pct(self, pose: PoseSequence) -> Array:
        return np.asarray(100 * np.abs(trunk_middle(pose)[:, 0] - self.x_px) / self.leg_px)


def place_at(x_px: float, pose: PoseSequence, leg_px: float) -> Place:
    """Place of the person whose trunk is at ``x_px``, from all frames in which it is close to it."""
    near = np.abs(trunk_middle(pose)[:, 0] - x_px) <= AWAY_PCT / 100 * leg_px
    return Place(
        x_px=x_px,
        floor_px=float(np.median(_lower_ankle(pose)[near])),
        trunk_px=float(np.median(_trunk_length(pose)[near])),
        leg_px=leg_px,
    )


def _lower_ankle(pose: PoseSequence) -> Array:
    return np.maximum(*(pose.points(side, "ankle")[:, 1] for side in Side))


def _trunk_length(pose: PoseSequence) -> Array:
    shoulder_px, hip_px = (
        np.mean([pose.points(side, part) for side in Side], axis=0) for part in ("shoulder", "hip")
    )
    return np.asarray(np.linalg.norm(shoulder_px - hip_px, axis=-1))
