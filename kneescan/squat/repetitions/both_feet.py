"""Both feet: whether the feet share the weight, so that a squat is not done on one leg.

A person on one leg keeps the centre of mass over that foot, and holds the other foot in the air, where it
moves with the body. On two feet, the centre of mass is between them, and they do not move relative to each
other. A foot that looks higher may just stand further back, so its height alone settles nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.landmarks import Side
from kneescan.squat.repetitions.stance_leg import NEIGHBOUR_S, FootEvidence

Array = NDArray[np.float64]

LOW_LIFT_PCT = 10.0
"""A foot that looks higher than the other by less than this may stand on the floor. [% of leg length]"""
FAR_PCT, FAR_FROM_LIFTED_PCT = 10.0, 13.0
"""A centre of mass further inside the foot than this is not over it: half the width of a foot, the errors of
the landmarks, and more of both if the other leg is lifted to the side. [% of leg length]"""
ASTRAY_PCT = 35.0
"""A centre of mass further inside the foot than this is not over it, wherever the other foot is. In squats on
one leg of the rendered videos it is 17 at most; a camera tilted by 10 degrees adds 18. [% of leg length]"""
BETWEEN = (0.3, 0.7)
"""Shares of the way from foot to foot between which the centre of mass is between them."""
NEAR_PCT, NEAR_LIFTED_PCT = 4.5, 8.0
"""Distance of the centre of mass from a foot that stands near the other, and that looks lower than the other,
from which on both carry weight if neither moves. [% of leg length]"""
BETWEEN_STILL = (0.33, 0.67)
"""The same shares for feet that do not move."""
STILL_PCT, STILL_SHARE = 2.5, 0.15
"""Feet stand if they move relative to each other by less than this, or less than this share of the depth,
while the body is low. [% of leg length]"""
STANDING_PCT, STANDING_SHARE = 1.5, 0.13
"""They have stood all the time if less than this, or less than this share of the depth, is found in their
movement relative to each other over the whole squat..."""
LANDED_SHARE = 0.25
"""...and have stood since the body is low if less than this share of that movement is left by then."""
LEAST_SHARE = 0.2
"""If feet at unlike heights have stood all the time, this share of the way is enough for the centre of mass:
a foot in the air would have moved with the body."""
STEADY_SHARE, BETWEEN_STEADY = 0.08, (0.25, 0.75)
"""If both feet move less than this share of the depth, both stand, since a free foot moves with the body; but
not if the centre of mass is outside these shares of the way, nearly over one of them..."""
LEVEL_PCT = 3.0
"""...unless they look level to within this and do not move relative to each other: a foot in the air hangs
higher, or in front and lower. [% of leg length]"""
STEADY_PCT, CENTRED_SHARE = 2.0, 0.42
"""If both move less than this, and the centre of mass is further than this share of the way from each, both
carry weight. [% of leg length]"""
UNEVEN_PCT = 8.0
"""Feet at unlike heights differ by more than this. [% of leg length]"""


CLEAR_TRAVEL_PCT = 10.0
"""A stance foot that travels less with the depth than this clearly stands. [% of leg length]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weight:
    """Where the centre of mass is, seen from the foot that may be the stance foot."""

    inside_pct: float
    """Distance inside the foot. [% of leg length]"""
    nearest_pct: float
    """The same in that half of the squat in which it is smaller. [% of leg length]"""
    share: float
    """Share of the way from this foot to the other one."""

    def between(self, shares: tuple[float, float]) -> bool:
        return shares[0] < self.share < shares[1]


def sharing_vote(signs: FootEvidence, side: Side) -> int:
    """Whether both feet carry weight in a squat that would otherwise be one on the leg of ``side``.

    Returns
    -------
    int
        1 for both feet, -1 for one, 0 if the squat alone does not show it.
    """
    weight = _weight(signs, side)
    far_pct = FAR_PCT if abs(signs.lift_pct) < LOW_LIFT_PCT else FAR_FROM_LIFTED_PCT
    # On the way to putting the free foot down, the weight is still over the stance foot.
    far = weight.inside_pct > far_pct and weight.nearest_pct > far_pct / 2
    astray = weight.nearest_pct > ASTRAY_PCT
    if astray or (far and weight.between(BETWEEN)) or _planted(signs, weight) or _steady(signs):
        return 1
    travel_pct = signs.left_travel_pct if side is Side.LEFT else signs.right_travel_pct
    over_foot = weight.inside_pct < FAR_PCT or not weight.between(BETWEEN)
    doubtful = _still_while_low(signs) and weight.between(BETWEEN_STILL)
    return -1 if over_foot and travel_pct < CLEAR_TRAVEL_PCT and not doubtful else 0


def _still_while_low(signs: FootEvidence) -> bool:
    return signs.apart_range_pct <= max(STILL_PCT, STILL_SHARE * signs.depth_pct)


def _planted(signs: FootEvidence, weight: _Weight) -> bool:
    """Whether the feet do not move relative to each other, with weight on both."""
    if not _still_while_low(signs):
        return False
    lift_pct, travel_pct = abs(signs.lift_pct), signs.apart_travel_pct
    stood = travel_pct < max(STANDING_PCT, STANDING_SHARE * signs.depth_pct)
    if stood and lift_pct > UNEVEN_PCT and weight.between((LEAST_SHARE, 1 - LEAST_SHARE)):
        return True
    landed = signs.apart_range_pct < LANDED_SHARE * travel_pct
    near_pct = NEAR_PCT if stood or lift_pct < LOW_LIFT_PCT else NEAR_LIFTED_PCT
    between = weight.nearest_pct > near_pct and weight.between(BETWEEN_STILL)
    return between and (stood or landed)


def _steady(signs: FootEvidence) -> bool:
    """Whether both feet stay at the same place and height in the picture."""
    travel_pct = max(signs.left_travel_pct, signs.right_travel_pct)
    if abs(signs.lift_pct) >= UNEVEN_PCT:
        return False
    weight = _weight(signs, Side.LEFT)
    centred = weight.between((CENTRED_SHARE, 1 - CENTRED_SHARE))
    level = abs(signs.lift_pct) < LEVEL_PCT
    on_floor = level or weight.between(BETWEEN_STEADY)
    steady = travel_pct < STEADY_SHARE * signs.depth_pct and on_floor
    return steady or (travel_pct < STEADY_PCT and centred)


def _weight(signs: FootEvidence, side: Side) -> _Weight:
    width_pct = signs.left_balance_pct + signs.right_balance_pct
    balance_pct, nearest_pct = (
        (signs.left_balance_pct, signs.left_nearest_pct)
        if side is Side.LEFT
        else (signs.right_balance_pct, signs.right_nearest_pct)
    )
    if width_pct < 0:  # the person has turned round: what was medial is lateral
        width_pct, balance_pct, nearest_pct = (
            -width_pct,
            -balance_pct,
            nearest_pct - 2 * balance_pct,
        )
    return _Weight(
        inside_pct=balance_pct,
        nearest_pct=nearest_pct,
        share=balance_pct / max(width_pct, 1e-9),
    )


def settle_sharing(votes: NDArray[np.intp], deepest_s: Array) -> NDArray[np.bool_]:
    """Whether squats are done on both feet: if they and those nearby rather show it.

    Parameters
    ----------
    votes : ndarray of int, shape (n_repetitions,)
        Vote of each squat: see `sharing_vote`.
    deepest_s : ndarray, shape (n_repetitions,)
        Time of its deepest point. [s]

    Returns
    -------
    ndarray of bool, shape (n_repetitions,)
        Never for a squat that clearly is on one leg.
    """
    near = np.abs(deepest_s[:, None] - deepest_s[None, :]) <= NEIGHBOUR_S
    together = (near * votes[None, :]).sum(axis=1)
    return np.asarray(((votes > 0) & (together >= 0)) | ((votes == 0) & (together > 0)))
