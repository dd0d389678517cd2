"""Wobble: how much the knee shakes from side to side, beyond its jitter while standing still."""

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.filters import band_pass

Array = NDArray[np.float64]


def knee_sway(knee: Array, ankle: Array, *, shank_length_px: float) -> Array:
    """Sideways place of the knee over the ankle.

    Parameters
    ----------
    knee, ankle : ndarray, shape (..., 2)
        Landmarks of the stance leg, unfiltered. [px]
    shank_length_px : float
        Knee-ankle distance while standing. [px]

    Returns
    -------
    ndarray, shape (...)
        x of the knee minus x of the ankle. [% of shank length]
    """
    return np.asarray(100 * (knee[..., 0] - ankle[..., 0]) / shank_length_px)


def wobble_band(
    sway_pct: Array,
    depth_pct: Array,
    *,
    fps: float,
    low_hz: float,
    high_hz: float,
    left_out: NDArray[np.bool_] | None = None,
) -> Array:
    """Part of the knee's sway that is too fast for the squat itself: the wobble, not delayed.

    A knee that moves far in and out with the depth leaks into the band, because a squat is not a pure sine.
    The part that follows the depth and its square is therefore removed; it is not wobble.

    Parameters
    ----------
    sway_pct : ndarray, shape (n_samples,)
        Knee over ankle, unfiltered. [% of shank length]
    depth_pct : ndarray, shape (n_samples,)
        Depth of the squat, smooth and without gaps. [% of leg length]
    fps : float
        Sampling rate. [Hz]
    low_hz, high_hz : float
        Band. [Hz]
    left_out : ndarray of bool, shape (n_samples,), optional
        Samples that do not show how the sway follows the depth, as in squats that are too deep.

    References
    ----------
    Aoki 2021, doi:10.1080/23335432.2021.1936175 (6 Hz matched seen wobbling best).
    """
    signals = np.stack([sway_pct, depth_pct, depth_pct**2], axis=-1)
    signals = band_pass(signals, fps=fps, low_hz=low_hz, high_hz=high_hz)
    band_pct, carriers = signals[:, 0], signals[:, 1:]
    known = np.isfinite(band_pct)
    if left_out is not None:
        known &= ~left_out
    if known.sum() <= carriers.shape[-1]:
        return band_pct
    share, *_ = np.linalg.lstsq(carriers[known], band_pct[known])
    return np.asarray(band_pct - carriers @ share)


AGREEMENT_SIGMA_S = 0.28
"""Width of the moving line that is removed from the difference of two measurements: it keeps 97% of
shaking at 1.5 Hz. [s]"""


MIN_SPREAD_S2 = 1e-4
"""Times closer together (weighted) than this show no slope."""


def agreed_wobble(band_pct: Array, sway_pct: Array, again_pct: Array, time_s: Array) -> Array:
    """Square of the wobble that two measurements of the same knee both show.

    The jitter of each measurement is independent of the other, so it cancels in the mean of their products.
    No noise floor needs to be known.

    Parameters
    ----------
    band_pct : ndarray, shape (n_close_ups,)
        Wobble band of the first measurement, at the times of the second. [% of shank length]
    sway_pct, again_pct : ndarray, shape (n_close_ups,)
        Knee over ankle in the first and in the second measurement. [% of shank length]
    time_s : ndarray, shape (n_close_ups,)
        Times of the second, not necessarily even; 7 a second or more show wobble up to 6 Hz. [s]

    Returns
    -------
    ndarray, shape (n_close_ups,)
        Products whose mean over a squat is the squared RMS of the wobble; single products may be negative.
    """
    again_band_pct = band_pct + _without_moving_line(again_pct - sway_pct, time_s)
    return np.asarray(band_pct * again_band_pct)


def _without_moving_line(signal: Array, time_s: Array) -> Array:
    """Signal minus the straight line through its neighbours, weighted by how near they are."""
    apart_s = time_s - time_s[:, None]
    weight = np.exp(-0.5 * (apart_s / AGREEMENT_SIGMA_S) ** 2)
    n, first, second = (np.sum(weight * apart_s**power, axis=1) for power in range(3))
    level, slope = weight @ signal, (weight * apart_s) @ signal
    spread = n * second - first**2
    # A value without near neighbours has no slope, only a level.
    line = np.where(
        spread > MIN_SPREAD_S2,
        (second * level - first * slope) / np.maximum(spread, MIN_SPREAD_S2),
        level / n,
    )
    return np.asarray(signal - line)


def root_mean_square(signal: Array) -> float:
    """Root mean square without NaN; NaN if nothing is left."""
    known = signal[np.isfinite(signal)]
    return float(np.sqrt(np.mean(known**2))) if known.size else float("nan")


def without_floor(rms: float, floor_rms: float) -> float:
    """RMS that remains after independent noise with a known RMS is removed; NaN for NaN."""
    return float(np.sqrt(np.maximum(0.0, rms**2 - floor_rms**2)))


def count_reversals(signal: Array, *, min_swing: float) -> int:
    """Count the changes of direction, ignoring swings smaller than ``min_swing`` (hysteresis).

    Parameters
    ----------
    signal : ndarray, shape (n_samples,)
        Band-passed sway. [% of shank length]
    min_swing : float
        Smallest distance between a turning point and the next that counts. [% of shank length]
    """
    known = signal[np.isfinite(signal)]
    if known.size < 3:
        return 0
    step = np.diff(known)
    turning = known[np.concatenate(([True], step[1:] * step[:-1] <= 0, [True]))]
    min_swing = max(min_swing, float(np.finfo(np.float64).tiny))
    lowest = highest = turning[0]
    direction, n_reversals = 0, 0
    for value in turning[1:]:  # a few turning points, not frames
        lowest, highest = min(lowest, value), max(highest, value)
        if direction >= 0 and highest - value >= min_swing:
            turned = -1
        elif direction <= 0 and value - lowest >= min_swing:
            turned = 1
        else:
            continue
        n_reversals += int(direction != 0)
        direction, lowest, highest = turned, value, value
    return n_reversals
