"""Fused legs: what kneescan makes of the three readings of legs in pictures; it does not see the clicks."""

import numpy as np
from numpy.typing import NDArray
from truth.clicked_legs import JOINTS, OWN, ClickedLegs

from kneescan import Settings
from kneescan.squat.measures.intervals import method_error
from kneescan.squat.measures.reading_spread import weighted_spread
from kneescan.squat.readings.leg_readings import LegReadings
from kneescan.squat.repetitions.read_again import joint_trust

Array = NDArray[np.float64]


def readings_of(legs: ClickedLegs) -> LegReadings:
    """Readings of all legs as kneescan joins them; it does not see the clicks."""
    of_networks = [legs.readings[network] for network in ("mediapipe", OWN, "movenet")]
    # The reader did not click the front of the foot.
    no_toe = np.full((len(of_networks), len(legs), 1, 2), np.nan)
    xy_px = np.concatenate([np.stack(of_networks), no_toe], axis=2)
    width_px = np.column_stack([legs.width_px, np.full(len(legs), np.nan)])
    length_px = np.linalg.norm(xy_px[0, :, 2] - xy_px[0, :, 0], axis=-1)
    trust, certainty = joint_trust(xy_px, width_px, length_px)
    at_s = np.arange(float(len(legs)))
    return LegReadings(time_s=at_s, xy_px=xy_px, trust=trust, certainty=certainty)


def fused(legs: ClickedLegs) -> Array:
    """Joints that kneescan makes of the three readings, shape (n_legs, 3, 2). [px]"""
    return readings_of(legs).fused_px[:, : len(JOINTS)]


def half_widths_deg(legs: ClickedLegs) -> Array:
    """Half of the 80% interval of each leg in one picture, from how far apart its readings are. [deg]"""
    readings, settings = readings_of(legs), Settings()
    weights = readings.weights[:, :, : len(JOINTS)].min(axis=-1)
    shares = readings.trust[1, :, : len(JOINTS)].min(axis=-1)
    fppa_deg = np.stack([legs.fppa(xy_px[:, : len(JOINTS)]) for xy_px in readings.xy_px])
    errors_deg = [
        method_error(
            settings.fppa_error_deg,
            settings.close_up_fppa_error_deg,
            float(shares[k]),
            weighted_spread(fppa_deg[:, [k]], weights[:, [k]])[0],
            settings,
        )
        for k in range(len(legs))
    ]
    return settings.interval_z * np.array(errors_deg)
