"""Zero-phase filters: they do not delay the signal, and their cut-off includes both passes."""

from functools import lru_cache

import numpy as np
import scipy
from numpy.typing import NDArray

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
        Frequency that keeps 71% of its amplitude, after both passes. [Hz]
        If the sampling rate is too low for it, the signal is returned unchanged.
    """
    if cutoff_hz >= HIGHEST_SHARE * fps:
        return signal.copy()
    design = _butterworth(cutoff_hz, fps, high=False)
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
        Frequencies that keep 71% of their amplitude, after both passes. [Hz]
        If the sampling rate is too low for ``high_hz``, everything above ``low_hz`` passes. If it is too
        low even for ``low_hz``, the result is NaN. A single sample between two gaps gives NaN too.
    """
    if low_hz >= HIGHEST_SHARE * fps:
        return np.full_like(signal, np.nan)
    design = _butterworth(low_hz, fps, high=True)
    slow_free = _filter_stretches(_without_single_samples(signal), design, fps / low_hz)
    return low_pass(slow_free, fps=fps, cutoff_hz=high_hz)


@lru_cache(maxsize=64)
def _butterworth(frequency_hz: float, fps: float, *, high: bool) -> tuple[Array, Array]:
    """Numerator and denominator of the 2nd order that has -3 dB at a frequency once it was run both ways.

    The result is cached, because designing a filter takes longer than using it.
    """
    warped = np.tan(np.pi * frequency_hz / fps)
    warped = warped * BOTH_WAYS if high else warped / BOTH_WAYS
    kind = "highpass" if high else "lowpass"
    numerator, denominator = scipy.signal.butter(2, np.arctan(warped) / np.pi, kind, fs=1)
    return numerator, denominator


def _without_single_samples(signal: Array) -> Array:
    """Signal in which samples without a neighbour in time are NaN."""
    if signal.shape[0] > 1 and np.isfinite(signal).all():
        return signal
    gap = np.full_like(signal[:1], np.nan)
    apart = np.isnan(np.concatenate([gap, signal[:-1]])) & np.isnan(
        np.concatenate([signal[1:], gap])
    )
    return np.where(apart, np.nan, signal)


def _filter_stretches(signal: Array, design: tuple[Array, Array], period: float) -> Array:
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


def _filter(values: Array, design: tuple[Array, Array], period: float) -> Array:
    """Filter both ways along time, with the ends extended by point reflection over one and a half periods."""
    n_padding = min(round(1.5 * period), values.shape[0] - 1)
    if n_padding < 1:
        return values.copy()
    # For one 2nd-order section, `sosfiltfilt` is the same filter but takes 1.7 times as long.
    return np.asarray(scipy.signal.filtfilt(*design, values, axis=0, padlen=n_padding))
