"""Zero-phase filters: what leaves them is neither late nor smoothed more than they say."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label
from scipy.signal import butter, sosfiltfilt

Array = NDArray[np.float64]

BOTH_WAYS = 0.802
"""A 2nd-order Butterworth run both ways reaches -3 dB at this share of the frequency it was designed
for: (sqrt(2) - 1) ** (1 / 4)."""
HIGHEST_SHARE = 0.49
"""Share of the sampling rate from which a frequency is too high for a filter."""


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
    if cutoff_hz >= HIGHEST_SHARE * fps:
        return signal.copy()
    design_hz = _design_frequency(cutoff_hz, 1 / BOTH_WAYS, fps)
    return _filter_stretches(signal, _design(design_hz, "lowpass", fps), fps / cutoff_hz)


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
        A rate too low for ``high_hz`` lets everything above ``low_hz`` through; one too low even
        for ``low_hz`` shows nothing of the band: NaN. So does a single sample between two gaps.
    """
    if low_hz >= HIGHEST_SHARE * fps:
        return np.full_like(signal, np.nan)
    design_hz = _design_frequency(low_hz, BOTH_WAYS, fps)
    high_passed = butter(2, design_hz, btype="highpass", fs=fps, output="sos")
    slow_free = _filter_stretches(_without_single_samples(signal), high_passed, fps / low_hz)
    return low_pass(slow_free, fps=fps, cutoff_hz=high_hz)


def _design_frequency(edge_hz: float, factor: float, fps: float) -> float:
    """Frequency ``factor`` times as high as an edge, on the warped axis of a digital filter. [Hz]"""
    warped = np.tan(np.pi * edge_hz / fps)
    return float(fps / np.pi * np.arctan(factor * warped))


def _without_single_samples(signal: Array) -> Array:
    """Signal with samples that have no neighbour in time set to NaN."""
    gap = np.full_like(signal[:1], np.nan)
    apart = np.isnan(np.concatenate([gap, signal[:-1]])) & np.isnan(
        np.concatenate([signal[1:], gap])
    )
    return np.where(apart, np.nan, signal)


@lru_cache(maxsize=64)
def _design(cutoff_hz: float, kind: str, fps: float) -> Array:
    """Coefficients of the filter; designing it costs more than filtering a film's worth of samples."""
    return np.asarray(butter(2, cutoff_hz, btype=kind, fs=fps, output="sos"))


def _filter_stretches(signal: Array, sos: Array, period: float) -> Array:
    """Filter every unbroken stretch; ``period`` in frames sets the padding at its ends."""
    columns = signal.reshape(signal.shape[0], -1)
    result = columns.copy()
    # Columns with the same gaps, such as x and y of a landmark, are filtered in one go.
    known = np.isfinite(columns).T
    by_pattern: dict[bytes, list[int]] = {}
    for column, pattern in enumerate(known):
        by_pattern.setdefault(pattern.tobytes(), []).append(column)
    for alike in by_pattern.values():
        stretches, n_stretches = label(known[alike[0]])
        for number in range(1, n_stretches + 1):
            inside = np.ix_(stretches == number, alike)
            result[inside] = _filter(columns[inside], sos, period)
    return result.reshape(signal.shape)


def _filter(values: Array, sos: Array, period: float) -> Array:
    """Both ways along time, the ends continued by point reflection over one and a half periods."""
    padding = min(round(1.5 * period), values.shape[0] - 1)
    if padding < 1:
        return values
    return np.asarray(sosfiltfilt(sos, values, axis=0, padtype="odd", padlen=padding))
