"""Halts: moments at which a movement stands still on its way down or up."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

N_STEPS = 15
"""Steps of equal depth into which a way is divided: a halt fills one or two of them."""
BOTTOM_SHARE, BOTTOM_PCT = 0.95, 2.0
"""Share of the depth, and distance from the deepest point in % of leg length, from which on the body is at
the bottom, where it may stand still. A held squat shakes around its depth, and so do its landmarks."""
STANDING_SHARE, STANDING_PCT = 0.15, 3.0
"""Share of the depth, and depth in % of leg length, up to which the body stands. People stand on one leg and
on both feet at slightly different heights."""
HALT_TIMES = 3.0
"""A halt takes this many times the median time of the steps, or more. From 15 to 95% of the depth, no step of
a minimum-jerk movement takes more than 2.5 times their median."""
MIN_HALT_S, MAX_HALT_S = 0.2, 2.2
"""Shorter halts do not disturb. Longer ones are no halts: people stand, perhaps on the other leg. [s]"""


def samples_in_motion(drop_pct: Array, standing_pct: float, *, fps: float) -> NDArray[np.intp]:
    """Samples of a way down or up that remain if halts are cut out.

    Without the halts, the way takes as long as if it had not been interrupted. A halt is found by the time
    spent in each step of the depth, which does not depend on how fast the whole movement is.

    Parameters
    ----------
    drop_pct : ndarray, shape (n_samples,)
        Drop of the trunk, going away from the deepest point (sample 0). [% of leg length]
    standing_pct : float
        Drop while standing. [% of leg length]
    fps : float
        Sampling rate. [Hz]

    Returns
    -------
    ndarray, shape (n_moving,)
        Indices in rising order; the first is 0.
    """
    depth_pct = drop_pct[0] - standing_pct
    deepest_pct = min(BOTTOM_SHARE * depth_pct, depth_pct - BOTTOM_PCT)
    shallowest_pct = max(STANDING_SHARE * depth_pct, STANDING_PCT)
    everything = np.arange(drop_pct.size)
    if shallowest_pct >= deepest_pct:
        return everything
    levels_pct = np.linspace(deepest_pct, shallowest_pct, N_STEPS + 1)
    risen_pct = drop_pct[0] - np.minimum.accumulate(drop_pct)
    arrival = np.searchsorted(risen_pct, depth_pct - levels_pct)
    steps = np.diff(arrival)
    usual = float(np.median(steps))
    excess = np.where(steps > HALT_TIMES * usual, steps - usual, 0.0)
    first = arrival[:-1] + usual / 2
    is_halt = (excess >= MIN_HALT_S * fps) & (excess <= MAX_HALT_S * fps)
    last = first + np.where(is_halt, excess, 0.0)
    halted = (everything >= first[:, None]) & (everything < last[:, None])
    return np.flatnonzero(~halted.any(axis=0))
