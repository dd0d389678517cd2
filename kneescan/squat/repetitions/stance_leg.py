"""Stance leg: whether a squat is done on the left foot, the right foot or both."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.body import centre_of_mass, foot_centre, trunk_centre
from kneescan.landmarks import Side
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds

Array = NDArray[np.float64]

CLEAR_LIFT_PCT = 8.0
"""A foot higher than the other by more than this is in the air. By less, it may stand further back or
reach towards the camera. [% of leg length]"""
LIFT_PER_UNIT_PCT, TRAVEL_PER_UNIT_PCT, BALANCE_PER_UNIT_PCT = 4.0, 2.0, 6.0
"""Amounts of each sign that have the same weight: about its spread over single squats."""
MAX_WEIGHT = 4.0
"""Limit of each sign, so that no sign alone outweighs the others."""
BALANCE_BIAS_PCT = 1.5
"""The centre of mass appears this far inside the stance foot: hip and foot landmarks lie too far outside."""
MAX_TRAVEL_PCT = 30.0
"""A foot that travels further while the body sinks is walking. [% of leg length]"""
STILL_SHARE = 0.08
"""If both feet move less than this share of the depth, both stand: a free foot moves with the body."""
CENTRED_SHARE = 0.42
"""A centre of mass further than this share of the way from each foot means that both carry weight."""
MAX_RISE_SHARE = 0.5
"""If more of a dip than this comes from the foot rising, it is a step."""
CLEAR_EVIDENCE = 1.0
"""Evidence weaker than this is combined with that of the neighbouring squats."""
NEIGHBOUR_S = 8.0
"""Evidence of squats further apart than this is not combined. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FootEvidence:
    """What both feet do during a dip, in per cent of leg length; left minus right unless stated."""

    depth_pct: float
    """Depth of the dip."""
    lift_pct: float
    """How much higher the right foot is than the left."""
    left_travel_pct: float
    """Movement of the left foot that follows the depth."""
    right_travel_pct: float
    left_rise_share: float
    """Share of the dip that comes from the left foot rising instead of the trunk sinking."""
    right_rise_share: float
    left_balance_pct: float
    """Centre of mass medial of the left foot."""
    right_balance_pct: float

    @property
    def evidence(self) -> float:
        """Positive for a squat on the left leg, negative for the right, about 0 for neither."""
        lift = math.copysign(max(0.0, abs(self.lift_pct) - CLEAR_LIFT_PCT), self.lift_pct)
        travel = self.right_travel_pct - self.left_travel_pct
        off_right = abs(self.right_balance_pct - BALANCE_BIAS_PCT)
        off_left = abs(self.left_balance_pct - BALANCE_BIAS_PCT)
        signs = (
            lift / LIFT_PER_UNIT_PCT,
            travel / TRAVEL_PER_UNIT_PCT,
            (off_right - off_left) / BALANCE_PER_UNIT_PCT,
        )
        return sum(min(max(sign, -MAX_WEIGHT), MAX_WEIGHT) for sign in signs)

    def is_step(self, side: Side) -> bool:
        """Whether this foot does not stand: it rises and causes the dip, or it walks.

        A foot well below the other one stands on the floor, even if a shaking camera moves it.
        """
        lift_pct = self.lift_pct if side is Side.LEFT else -self.lift_pct
        rise, travel = (
            (self.left_rise_share, self.left_travel_pct)
            if side is Side.LEFT
            else (self.right_rise_share, self.right_travel_pct)
        )
        return travel > MAX_TRAVEL_PCT or (lift_pct < CLEAR_LIFT_PCT and rise > MAX_RISE_SHARE)

    @property
    def on_both_feet(self) -> bool:
        """Whether neither foot leaves the floor: both stay in place, or share the weight."""
        travel = max(self.left_travel_pct, self.right_travel_pct)
        if abs(self.lift_pct) >= CLEAR_LIFT_PCT:
            return False
        if travel < STILL_SHARE * self.depth_pct:
            return True
        inside_both = min(self.left_balance_pct, self.right_balance_pct)
        width = self.left_balance_pct + self.right_balance_pct
        centred = width > 0 and inside_both > CENTRED_SHARE * width
        return travel < TRAVEL_PER_UNIT_PCT and centred


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """Feet, trunk and centre of mass over the whole video, which show the stance leg. [% of leg length]"""

    feet: Mapping[Side, Array]
    """Middle of each foot, each of shape (n_samples, 2)."""
    trunk_y: Array
    """Height of the trunk's middle, y down, shape (n_samples,)."""
    mass_x: Array
    """Sideways place of the body's centre of mass, shape (n_samples,)."""


def footing(body: Mapping[str, Array], *, leg_length_px: float) -> Footing:
    """Compute feet, trunk and centre of mass from the landmarks.

    Parameters
    ----------
    body : mapping of str to ndarray, shape (n_samples, 2)
        Landmarks by name, smoothed, without gaps. [px]
    leg_length_px : float
        Standing hip-ankle height. [px]
    """
    pct = 100 / leg_length_px
    return Footing(
        feet={side: foot_centre(body, side) * pct for side in Side},
        trunk_y=trunk_centre(body)[:, 1] * pct,
        mass_x=centre_of_mass(body)[:, 0] * pct,
    )


def foot_evidence(
    where: Footing, bounds: RepetitionBounds, *, side: Side, medial_sign: int
) -> FootEvidence:
    """Compute the signs of the stance leg from both feet during one dip.

    Parameters
    ----------
    where : Footing
        Feet, trunk and centre of mass over the video.
    bounds : RepetitionBounds
        The dip, seen from the foot of ``side``.
    side : Side
        Foot that the dip's depth was measured against.
    medial_sign : {1, -1}
        1 where the body's midline lies towards larger x from the left leg, else -1.
    """
    inside = slice(bounds.start, bounds.stop)
    feet = {foot: track[inside] for foot, track in where.feet.items()}
    sinking = where.trunk_y[inside] - feet[side][:, 1]
    sinking = sinking - sinking.mean()
    unit = sinking / max(float(sinking.max() - sinking.min()), 1e-9)
    slope = {foot: unit @ feet[foot] / (unit @ unit) for foot in Side}
    middle = slice(len(unit) // 5, max(len(unit) // 5 + 1, len(unit) - len(unit) // 5))
    feet_middle = {foot: feet[foot][middle].mean(axis=0) for foot in Side}
    mass_x = where.mass_x[inside][middle].mean()
    left, right = Side.LEFT, Side.RIGHT
    return FootEvidence(
        depth_pct=bounds.depth_pct,
        lift_pct=float(feet_middle[left][1] - feet_middle[right][1]),
        left_travel_pct=math.hypot(*slope[left]),
        right_travel_pct=math.hypot(*slope[right]),
        left_rise_share=float(-slope[left][1] / bounds.depth_pct),
        right_rise_share=float(-slope[right][1] / bounds.depth_pct),
        left_balance_pct=float(medial_sign * (mass_x - feet_middle[left][0])),
        right_balance_pct=float(-medial_sign * (mass_x - feet_middle[right][0])),
    )


def settle_evidence(evidence: Array, deepest_s: Array) -> Array:
    """Evidence for the stance leg of each squat, with weak evidence supported by neighbouring squats.

    Parameters
    ----------
    evidence, deepest_s : ndarray, shape (n_dips,)
        Evidence of each dip alone (+ = left), and time of its deepest point. [s]

    Returns
    -------
    ndarray, shape (n_dips,)
        Unchanged if clear; otherwise the sum over the neighbours.
    """
    near = np.abs(deepest_s[:, None] - deepest_s[None, :]) <= NEIGHBOUR_S
    together = (near * evidence[None, :]).sum(axis=1)
    return np.where(np.abs(evidence) >= CLEAR_EVIDENCE, evidence, together)
