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
MAX_TRAVEL_PCT = 20.0
"""A foot that travels further while the body sinks is walking or jumping. [% of leg length]"""
MAX_RISE_SHARE = 0.5
"""If more of the depth than this comes from the foot rising, it is a step."""
RAISE_TIMES, RAISE_PCT = 4.0, 10.0
"""If the free foot travels by more than this many times the depth, and by this much more in % of leg length,
it is a raise of the leg: in squats it travels at most three times as far as the body sinks."""
LOW_SHARE = 0.5
"""Share of the depth from which the body is low: both feet of a lunge stand by then."""
CLEAR_EVIDENCE = 1.0
"""Evidence weaker than this is combined with that of the neighbouring squats."""
NEIGHBOUR_S = 8.0
"""Evidence of squats further apart than this is not combined. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FootEvidence:
    """What both feet do during a repetition, in per cent of leg length; left minus right unless stated."""

    depth_pct: float
    """Depth of the repetition."""
    lift_pct: float
    """How much higher the right foot is than the left."""
    left_travel_pct: float
    """Movement of the left foot that follows the depth."""
    right_travel_pct: float
    left_rise_share: float
    """Share of the depth that comes from the left foot rising instead of the trunk sinking."""
    right_rise_share: float
    left_balance_pct: float
    """Centre of mass medial of the left foot."""
    right_balance_pct: float
    left_nearest_pct: float
    """Same as the balance, but of that half of the repetition in which the centre of mass is nearer to the
    foot, or beyond it."""
    right_nearest_pct: float
    apart_travel_pct: float
    """Movement of the feet relative to each other that follows the depth."""
    apart_range_pct: float
    """Range of their movement relative to each other while the body is low."""

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
        """Whether this foot does not stand, but rises and causes the apparent depth, or walks.

        A foot well below the other one stands on the floor, even if a shaking camera moves it. If the
        other foot travels much further than the body sinks, a leg is raised.
        """
        lift_pct = self.lift_pct if side is Side.LEFT else -self.lift_pct
        rise, travel = (
            (self.left_rise_share, self.left_travel_pct)
            if side is Side.LEFT
            else (self.right_rise_share, self.right_travel_pct)
        )
        raised = self.apart_travel_pct > RAISE_TIMES * self.depth_pct + RAISE_PCT
        rises = lift_pct < CLEAR_LIFT_PCT and rise > MAX_RISE_SHARE
        return travel > MAX_TRAVEL_PCT or rises or raised


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
    """Compute the signs of the stance leg from both feet during one repetition.

    Parameters
    ----------
    where : Footing
        Feet, trunk and centre of mass over the video.
    bounds : RepetitionBounds
        Bounds of the repetition over the foot of ``side``.
    side : Side
        Foot relative to which the depth was measured.
    medial_sign : {1, -1}
        1 if the body's midline is towards larger x from the left leg, else -1.
    """
    inside = slice(bounds.start, bounds.stop)
    feet = {foot: track[inside] for foot, track in where.feet.items()}
    left, right = Side.LEFT, Side.RIGHT
    apart = feet[left] - feet[right]
    drop = where.trunk_y[inside] - feet[side][:, 1]
    slope = {foot: _following(feet[foot], drop) for foot in Side}
    middle = slice(len(drop) // 5, max(len(drop) // 5 + 1, len(drop) - len(drop) // 5))
    lift_pct = apart[middle, 1].mean()
    medial = {
        left: medial_sign * (where.mass_x[inside] - feet[left][:, 0])[middle],
        right: -medial_sign * (where.mass_x[inside] - feet[right][:, 0])[middle],
    }
    low = drop >= drop.min() + LOW_SHARE * (drop.max() - drop.min())
    return FootEvidence(
        depth_pct=bounds.depth_pct,
        lift_pct=float(lift_pct),
        left_travel_pct=math.hypot(*slope[left]),
        right_travel_pct=math.hypot(*slope[right]),
        left_rise_share=float(-slope[left][1] / bounds.depth_pct),
        right_rise_share=float(-slope[right][1] / bounds.depth_pct),
        left_balance_pct=float(medial[left].mean()),
        right_balance_pct=float(medial[right].mean()),
        left_nearest_pct=_nearest_half(medial[left]),
        right_nearest_pct=_nearest_half(medial[right]),
        apart_travel_pct=math.hypot(*_following(apart, drop)),
        apart_range_pct=math.hypot(*(apart[low].max(axis=0) - apart[low].min(axis=0))),
    )


def _following(track: Array, drop: Array) -> Array:
    """Movement in x and y that follows the drop, over the whole drop."""
    unit = (drop - drop.mean()) / max(float(drop.max() - drop.min()), 1e-9)
    return np.asarray(unit @ track / (unit @ unit))


def _nearest_half(medial: Array) -> float:
    """Mean of that half which is smaller."""
    half = (medial.size + 1) // 2
    return float(min(medial[:half].mean(), medial[-half:].mean()))


def settle_evidence(evidence: Array, deepest_s: Array) -> Array:
    """Evidence for the stance leg of each squat, with weak evidence supported by neighbouring squats.

    Parameters
    ----------
    evidence, deepest_s : ndarray, shape (n_repetitions,)
        Evidence of each repetition alone (+ = left), and time of its deepest point. [s]

    Returns
    -------
    ndarray, shape (n_repetitions,)
        Unchanged if clear; otherwise the sum over the neighbours.
    """
    near = np.abs(deepest_s[:, None] - deepest_s[None, :]) <= NEIGHBOUR_S
    together = (near * evidence[None, :]).sum(axis=1)
    return np.where(np.abs(evidence) >= CLEAR_EVIDENCE, evidence, together)
