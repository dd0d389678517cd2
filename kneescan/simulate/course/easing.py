"""Compute smooth signals over time for limbs that start and stop, and for hands and noise that drift."""

import numpy as np
from numpy.typing import NDArray

N_WAVES = 6
"""Sine waves per drifting signal: enough for it not to look periodic."""


def minimum_jerk(progress: NDArray[np.float64]) -> NDArray[np.float64]:
    """Completed share of a movement that starts and stops smoothly (Flash & Hogan 1985).

    Parameters
    ----------
    progress : ndarray, shape (...)
        Elapsed share of the movement's time; below 0 before it begins, above 1 when it is over. [1]

    Returns
    -------
    ndarray, shape (...)
        0 to 1. [1]
    """
    x = np.clip(progress, 0.0, 1.0)
    return x**3 * (10 - 15 * x + 6 * x**2)


def hump(progress: NDArray[np.float64]) -> NDArray[np.float64]:
    """Height of something that rises to 1 halfway through a movement and returns to 0.

    Parameters
    ----------
    progress : ndarray, shape (...)
        Elapsed share of the movement's time; below 0 before it begins, above 1 when it is over. [1]

    Returns
    -------
    ndarray, shape (...)
        0 to 1. [1]
    """
    x = np.clip(progress, 0.0, 1.0)
    return 16 * x**2 * (1 - x) ** 2


def wander(
    time_s: NDArray[np.float64],
    shape: tuple[int, ...],
    *,
    low_hz: float,
    high_hz: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Slow random signals of unit RMS: sums of sine waves, which do not depend on the frame rate.

    Parameters
    ----------
    time_s : ndarray, shape (n_frames,)
        Times at which to evaluate them. [s]
    shape : tuple of int
        Shape of one frame's values.
    low_hz, high_hz : float
        Frequency band of the waves. [Hz]
    rng : numpy.random.Generator
        Source of frequencies and phases.

    Returns
    -------
    ndarray, shape (n_frames, *shape)
        Independent signals around 0, with an RMS of 1 over a long time. [1]
    """
    frequency_hz = rng.uniform(low_hz, high_hz, size=(N_WAVES, *shape))
    phase = rng.uniform(0, 2 * np.pi, size=(N_WAVES, *shape))
    time = time_s.reshape(-1, *(1,) * len(shape))
    waves = [np.sin(2 * np.pi * f * time + p) for f, p in zip(frequency_hz, phase, strict=True)]
    signals: NDArray[np.float64] = np.sqrt(2 / N_WAVES) * np.sum(waves, axis=0)
    return signals
