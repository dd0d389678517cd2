"""Zero-phase filters: they do not delay the signal, and their cut-off includes both passes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from kneescan.kinematics.gaps import columns_alike, stretches

Array = NDArray[np.float64]

BOTH_WAYS = 0.802
"""A 2nd-order Butterworth run both ways reaches -3 dB at this share of the frequency it was designed
for: (sqrt(2) - 1) ** (1 / 4)."""
HIGHEST_SHARE = 0.49
"""Share of the sampling rate above which a frequency is too high for a filter."""


def low_pass(signal: Array, *, fps: float, cutoff_hz: float) -> Array:
    """Signal without movement faster than ``cutoff_hz``, not delayed (Butterworth, both ways).

    Parameters
    ----------
    signal : ndarray, shape (n_frames, ...)
        Time first, evenly sampled. Stretches between gaps (NaN) are filtered each on its own.
    fps : float
        Sampling rate. [Hz]
    cutoff_hz : float
        Frequency that keeps 71 % of its amplitude, after both passes. [Hz]
        If the sampling rate is too low for it, the signal is returned unchanged.
    """
    if cutoff_hz >= HIGHEST_SHARE * fps:
        return signal.copy()
    design = _butterworth(_warped(cutoff_hz, fps) / BOTH_WAYS, high=False)
    return _filter_stretches(signal, design, fps / cutoff_hz)


def band_pass(signal: Array, *, fps: float, low_hz: float, high_hz: float) -> Array:
    """Part of a signal between two frequencies, not delayed (Butterworth, both ways).

    Parameters
    ----------
    signal : ndarray, shape (n_frames, ...)
        Time first, evenly sampled. Stretches between gaps (NaN) are filtered each on its own.
    fps : float
        Sampling rate. [Hz]
    low_hz, high_hz : float
        Frequencies that keep 71 % of their amplitude, after both passes. [Hz]
        If the sampling rate is too low for ``high_hz``, everything above ``low_hz`` passes. If it is too
        low even for ``low_hz``, the result is NaN. A single sample between two gaps gives NaN too.
    """
    if low_hz >= HIGHEST_SHARE * fps:
        return np.full_like(signal, np.nan)
    design = _butterworth(_warped(low_hz, fps) * BOTH_WAYS, high=True)
    slow_free = _filter_stretches(_without_single_samples(signal), design, fps / low_hz)
    return low_pass(slow_free, fps=fps, cutoff_hz=high_hz)


@dataclass(frozen=True, slots=True)
class _Design:
    """Filter in the form of `scipy.signal.lfilter`."""

    numerator: Array
    denominator: Array
    settled: Array
    """State after a signal that has always been 1, shape (2, 1)."""


def _warped(frequency_hz: float, fps: float) -> float:
    """Frequency on the warped axis of a digital filter, from 0 to infinity."""
    return float(np.tan(np.pi * frequency_hz / fps))


def _butterworth(warped: float, *, high: bool) -> _Design:
    """Low-pass or high-pass of the 2nd order: the bilinear transform of 1 / (s**2 + sqrt(2) s + 1).

    The formula is used because `scipy.signal.butter` gives the same numbers but takes longer than filtering.
    """
    scale = 1 + np.sqrt(2) * warped + warped**2
    ahead = np.array([1.0, -2.0, 1.0] if high else [1.0, 2.0, 1.0])
    ahead *= (1.0 if high else warped**2) / scale
    back = np.array(
        [1.0, 2 * (warped**2 - 1) / scale, (1 - np.sqrt(2) * warped + warped**2) / scale]
    )
    passed = 0.0 if high else 1.0
    second = ahead[2] - back[2] * passed
    first = ahead[1] - back[1] * passed + second
    return _Design(ahead, back, np.array([[first], [second]]))


def _without_single_samples(signal: Array) -> Array:
    """Signal in which samples without a neighbour in time are NaN."""
    if signal.shape[0] > 1 and np.isfinite(signal).all():
        return signal
    gap = np.full_like(signal[:1], np.nan)
    apart = np.isnan(np.concatenate([gap, signal[:-1]])) & np.isnan(
        np.concatenate([signal[1:], gap])
    )
    return np.where(apart, np.nan, signal)


def _filter_stretches(signal: Array, design: _Design, period: float) -> Array:
    """Filter every unbroken stretch; ``period`` in frames sets the padding at its ends."""
    columns = signal.reshape(signal.shape[0], -1)
    known = np.isfinite(columns)
    if known.all():
        return _filter(columns, design, period).reshape(signal.shape)
    result = columns.copy()
    for alike in columns_alike(known):
        for start, stop in stretches(known[:, alike[0]]):
            result[start:stop, alike] = _filter(columns[start:stop, alike], design, period)
    return result.reshape(signal.shape)


def _filter(values: Array, design: _Design, period: float) -> Array:
    """Filter both ways along time, with the ends extended by point reflection over one and a half periods."""
    n_padding = min(round(1.5 * period), values.shape[0] - 1)
    if n_padding < 1:
        return values.copy()
    before = 2 * values[0] - values[n_padding:0:-1]
    after = 2 * values[-1] - values[-2 : -n_padding - 2 : -1]
    there = _one_way(np.concatenate([before, values, after]), design)
    return _one_way(there[::-1], design)[::-1][n_padding:-n_padding]


def _one_way(values: Array, design: _Design) -> Array:
    """Filter along time, as if the signal had always had its first value."""
    state = design.settled * values[0]
    filtered, _ = lfilter(design.numerator, design.denominator, values, axis=0, zi=state)
    return np.asarray(filtered)
