"""Zero-phase filters: what leaves them is neither late nor smoothed more than they say."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label
from scipy.signal import butter, sosfiltfilt

Array = NDArray[np.float64]

BOTH_WAYS = 0.802
"""A 2nd-order Butterworth run both ways reaches -3 dB at this share of the frequency it was designed
for: (sqrt(2) - 1) ** (1 / 4)."""


def low_pass(signal: Array, *, fps: float, cutoff_hz: float) -> Array:
    """Signal without what is faster than ``cutoff_hz``, not delayed (Butterworth, both ways).

    Parameters
    ----------
    signal : ndarray, shape (n_frames, ...)
        Time first, evenly sampled. Stretches between gaps (NaN) are filtered each on its own.
    fps : float
        Sampling rate. [Hz]
    cutoff_hz : float
        Frequency that keeps 71 % of its amplitude, after both passes. [Hz]
        A rate too low for it returns the signal as it is.
    """
    design_hz = cutoff_hz / BOTH_WAYS
    if design_hz >= 0.49 * fps:
        return signal.copy()
    return _filter_stretches(signal, butter(2, design_hz, fs=fps, output="sos"), fps / cutoff_hz)


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
    """
    high_passed = butter(2, low_hz * BOTH_WAYS, btype="highpass", fs=fps, output="sos")
    slow_free = _filter_stretches(signal, high_passed, fps / low_hz)
    return low_pass(slow_free, fps=fps, cutoff_hz=high_hz)


def _filter_stretches(signal: Array, sos: Array, period: float) -> Array:
    """Filter every unbroken stretch of every column; ``period`` in frames sets the padding at its ends."""
    columns = signal.reshape(signal.shape[0], -1)
    result = columns.copy()
    complete = np.isfinite(columns).all(axis=0)
    if complete.any():
        result[:, complete] = _filter(columns[:, complete], sos, period)
    for column in np.flatnonzero(~complete):
        stretches, n_stretches = label(np.isfinite(columns[:, column]))
        for number in range(1, n_stretches + 1):
            inside = stretches == number
            result[inside, column] = _filter(columns[inside, column], sos, period)
    return result.reshape(signal.shape)


def _filter(values: Array, sos: Array, period: float) -> Array:
    """Both ways along time, the ends continued by point reflection over one and a half periods."""
    padding = min(round(1.5 * period), values.shape[0] - 1)
    if padding < 1:
        return values
    return np.asarray(sosfiltfilt(sos, values, axis=0, padtype="odd", padlen=padding))
