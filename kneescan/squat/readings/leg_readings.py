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
WEIGHTS = np.array(
    [
        (0.15, 0.70, 0.15),  # hip
        (0.10, 0.80, 0.10),  # knee
        (0.08, 0.84, 0.08),  # ankle
        (0.00, 1.00, 0.00),  # front of the foot
    ]
).T
"""Weights of readings that agree, for each joint, shape (3, 4).

On rendered people the close-up is the best reading by far. In pictures of real people in wide clothes it is
the worst, so how far it is believed there matters more than its weight, and least at the hip
(benchmarks/real_people.py). The pose model's front of the foot is another point than the close-up's, and the
whole body has none."""


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
    certainty: Array
    """How certain each is of itself, 0 to 1, same shape; 0 where not read."""

    @property
    def fused_px(self) -> Array:
        """Place of each joint from all readings, shape (n_close_ups, 4, 2). [px]"""
        return weighted_mean(self.xy_px, self.weights)

    @property
    def compared(self) -> Array:
        """Weights with which the readings are compared, shape (3, n_close_ups, 4).

        Two readings do not show which of them is wrong. So if there are no more, both count, even if only
        one is believed.
        """
        are_three = (self.certainty[:, :, : len(LEG_PARTS) - 1] > 0).all(axis=(0, 2)).any()
        return self.weights if are_three else np.asarray(self.certainty * WEIGHTS[:, None])

    @property
    def weights(self) -> Array:
        """Weight of each reading, shape (3, n_close_ups, 4)."""
        weights = self.trust * WEIGHTS[:, None]
        toe = LEG_PARTS.index("foot_index")
        # Where the close-up is not believed, the pose model's toe is all there is.
        weights[0, :, toe] = 1 - weights[1, :, toe]
        return np.asarray(weights)
