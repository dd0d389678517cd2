"""Leg readings: what each network reads of one leg, side by side, and how far each is believed."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.fusion import weighted_mean

Array = NDArray[np.float64]

LEG_PARTS = ("hip", "knee", "ankle", "foot_index")
"""Parts of the leg that every measured value needs."""
READINGS = ("pose_model", "close_up", "whole_body")
"""Names of the readings, in the order of all arrays."""
WEIGHTS = np.array([0.15, 0.70, 0.15])
"""Weights of readings that agree. On real people the error is the same for any weight of the close-up from
a third to 0.7 (benchmarks/real_people.py); on rendered people, a third would double it. Errors of the
pose model and the whole body are correlated, those of the close-up are independent of both."""
TOE_WEIGHTS = np.array([0.0, 1.0, 0.0])
"""The pose model's front of the foot is another point than the close-up's, and MoveNet has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegCloseUps:
    """Believed close-ups of one leg."""

    time_s: Array
    """Shape (n_close_ups,). [s]"""
    xy_px: Mapping[str, Array]
    """Joints, each of shape (n_close_ups, 2). [px]"""
    yaw_deg: Array
    """Turn of the subject away from the line of sight to the ankle, shape (n_close_ups,). [deg]"""
    knee_flexion_deg: Array
    """Shape (n_close_ups,). [deg]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegReadings:
    """Places of a leg's joints by each network, at the times of its close-ups."""

    time_s: Array
    """Shape (n_close_ups,). [s]"""
    xy_px: Array
    """Shape (3, n_close_ups, 4, 2), in the order of `READINGS` and `LEG_PARTS`; NaN where not read. [px]"""
    trust: Array
    """How far each is believed, 0 to 1, shape (3, n_close_ups, 4)."""

    @property
    def fused_px(self) -> Array:
        """Place of each joint from all readings, shape (n_close_ups, 4, 2). [px]"""
        return weighted_mean(self.xy_px, self.weights)

    @property
    def weights(self) -> Array:
        """Weight of each reading, shape (3, n_close_ups, 4)."""
        weights = self.trust * WEIGHTS[:, None, None]
        toe = LEG_PARTS.index("foot_index")
        weights[:, :, toe] = self.trust[:, :, toe] * TOE_WEIGHTS[:, None]
        # Where the close-up is not believed, the pose model's toe is all there is.
        weights[0, :, toe] = 1 - weights[1, :, toe]
        return np.asarray(weights)
