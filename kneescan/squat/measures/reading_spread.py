"""Reading spread: how far apart the readings of a leg are at its deepest points.

Independent readings that agree are probably right, and those that disagree show how uncertain this leg is
in this video: because of loose clothing, for example.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.angles import frontal_plane_projection_angle
from kneescan.landmarks import Side
from kneescan.squat.measures.signals import SideSignals
from kneescan.squat.readings.leg_readings import LEG_PARTS
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds
from kneescan.squat.repetitions.tracks import Tracks

Array = NDArray[np.float64]

NEAR_S = 0.3
"""Readings this near to a deepest point are compared. [s]"""
ROUNDING_S = 1e-6
"""Frames are often exactly that far away; rounding of their times must not decide. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSpread:
    """Spread of the readings of one leg around their mean, one standard deviation."""

    fppa_deg: float
    knee_over_foot_pct: float
    """Of the place of the knee. [% of shank length]"""
    fppa_range_deg: float
    """FPPA of the highest reading minus that of the lowest. [deg]"""
    close_up_share: float
    """How far the close-ups were believed, 0 to 1."""


def reading_spread(
    tracks: Tracks,
    side: Side,
    medial_sign: int,
    signals: SideSignals,
    all_bounds: Sequence[RepetitionBounds],
) -> ReadingSpread | None:
    """Compare the readings of one leg near the deepest points of its squats.

    Parameters
    ----------
    tracks : Tracks
        Tracks with their readings.
    side : Side
        Leg.
    medial_sign : {1, -1}
        1 if the body's midline is towards larger x, else -1.
    signals : SideSignals
        Signals of the leg.
    all_bounds : sequence of RepetitionBounds
        Its squats.

    Returns
    -------
    ReadingSpread or None
        None if the leg has only the pose model's reading.
    """
    readings = tracks.readings.get(side)
    if readings is None or not all_bounds:
        return None
    deepest_s = tracks.time_s[[bounds.deepest for bounds in all_bounds]]
    near = (np.abs(readings.time_s[:, None] - deepest_s) <= NEAR_S + ROUNDING_S).any(axis=1)
    parts = [LEG_PARTS.index(part) for part in ("hip", "knee", "ankle")]
    # An angle is as reliable as the least reliable of its joints.
    weights = readings.compared[:, :, parts].min(axis=-1)
    # A moment at which no network found the whole leg says nothing about how far they are apart.
    near &= weights.any(axis=0)
    if not near.any():
        return None
    leg_px, weights = readings.xy_px[:, near][:, :, parts], weights[:, near]
    fppa_deg = frontal_plane_projection_angle(
        leg_px[:, :, 0], leg_px[:, :, 1], leg_px[:, :, 2], medial_sign=medial_sign
    )
    knee_pct = 100 * medial_sign * leg_px[:, :, 1, 0] / signals.standing_shank_px
    of_fppa_deg, fppa_range_deg = weighted_spread(fppa_deg, weights)
    of_knee_pct, _ = weighted_spread(knee_pct - np.nanmean(knee_pct, axis=0), weights)
    return ReadingSpread(
        fppa_deg=of_fppa_deg,
        knee_over_foot_pct=of_knee_pct,
        fppa_range_deg=fppa_range_deg,
        close_up_share=float(readings.trust[1, near][:, parts].min(axis=-1).mean()),
    )


def weighted_spread(values: Array, weights: Array) -> tuple[float, float]:
    """How far apart the means of the readings are.

    Parameters
    ----------
    values, weights : ndarray, shape (n_readings, n_close_ups)
        Value and weight of every reading; NaN and 0 where it is missing.

    Returns
    -------
    spread, range : float
        Weighted standard deviation between the readings' means, and highest minus lowest mean.
    """
    weight = np.where(np.isfinite(values), weights, 0.0)
    of_reading = weight.sum(axis=1)
    known = of_reading > 0
    sums = np.sum(np.where(weight > 0, values, 0.0) * weight, axis=1)[known]
    share = of_reading[known] / of_reading.sum()
    means = sums / of_reading[known]
    variance = share @ (means - share @ means) ** 2
    return float(np.sqrt(variance)), float(np.ptp(means))
