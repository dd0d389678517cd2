"""Sampling: evenly spaced times over what was filmed, however the camera's clock ran."""

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.quantiles import median

Array = NDArray[np.float64]

LAID_OUT_S = 10.0
"""A longer time without any picture is laid out as so long a one: whatever was before and after it is too far
apart to be one movement, and nothing of it was filmed. [s]"""
MIN_STEP_S = 5e-4
"""Pictures nearer to each other than this are of one moment, and no rate is taken from them. [s]"""
MAX_SAMPLES, MAX_SAMPLES_PER_FRAME = 50_000, 10
"""Even times are at most so many, or so many times as many as there are frames."""


PAUSE_S = 0.5
"""A step from frame to frame that is longer than this, and than `PAUSE_STEPS`, is a pause. [s]"""
PAUSE_STEPS = 10.0
"""See `PAUSE_S`. [usual steps]"""
MOST = 0.6
"""Share of the steps that must be like the usual one where frames follow each other regularly."""
BURST_RATIO = 1.5
"""Frames come in bursts where median and mean rate are further apart than this."""


def mean_frame_rate(time_s: Array) -> float:
    """Frames per second while filming, by the times of the frames.

    The mean and not the median: clocks that jitter or give frames in bursts have no usual step.

    Parameters
    ----------
    time_s : ndarray, shape (n_frames,)
        Rising times. [s]

    Returns
    -------
    float
        At most one per `MIN_STEP_S`; NaN for fewer than two frames. [Hz]
    """
    step_s = _steps(time_s)
    if not step_s.size:
        return float("nan")
    recording_s = step_s[step_s <= max(PAUSE_S, PAUSE_STEPS * float(median(step_s)))]
    return float(recording_s.size / recording_s.sum())


def usual_frame_rate(time_s: Array) -> float:
    """Frames per second by the median step, or the mean one where frames come in bursts.

    Parameters
    ----------
    time_s : ndarray, shape (n_frames,)
        Rising times. [s]

    Returns
    -------
    float
        At most one per `MIN_STEP_S`; NaN for fewer than two frames. [Hz]
    """
    step_s = _steps(time_s)
    if not step_s.size:
        return float("nan")
    median_fps, mean_fps = float(1 / median(step_s)), mean_frame_rate(time_s)
    is_steady = 1 / BURST_RATIO < median_fps / mean_fps < BURST_RATIO
    return median_fps if is_steady else mean_fps


def playing_frame_rate(time_s: Array) -> float:
    """Frames per second where one frame follows the other, by which slow motion is told.

    Frames that were left out, and pauses, do not count. The mean rate where frames come in bursts.

    Parameters
    ----------
    time_s : ndarray, shape (n_frames,)
        Rising times. [s]

    Returns
    -------
    float
        At most one per `MIN_STEP_S`; NaN for fewer than two frames. [Hz]
    """
    step_s = _steps(time_s)
    if not step_s.size:
        return float("nan")
    usual_s = float(median(step_s))
    near_s = step_s[np.abs(step_s - usual_s) < usual_s / 2]
    if near_s.size < MOST * step_s.size:
        return mean_frame_rate(time_s)
    return float(near_s.size / near_s.sum())


def _steps(time_s: Array) -> Array:
    """Times from one picture to the next; those of one moment count once. [s]"""
    step_s = np.diff(time_s)
    apart = step_s >= MIN_STEP_S
    return step_s[apart] if apart.any() else np.maximum(step_s, MIN_STEP_S)


def even_times(time_s: Array) -> tuple[Array, float]:
    """Evenly spaced times over what was filmed, and their rate; the given ones where they are even already.

    Times without any picture are gaps: of a long one only the first and the last `LAID_OUT_S` / 2 are
    there, so that a clock that jumps costs no more than a short pause.

    Parameters
    ----------
    time_s : ndarray, shape (n_frames,)
        Times of the pictures, rising, from 0. [s]

    Returns
    -------
    new_time_s : ndarray, shape (n_samples,)
        Times, evenly spaced but for what is left out. [s]
    fps : float
        Rate within what was filmed. [Hz]
    """
    step_s = np.diff(time_s)
    typical_s = 1 / usual_frame_rate(time_s)
    if np.all(np.abs(step_s - typical_s) < 0.05 * typical_s):
        # Even but for the container's rounding: the mean step is exact where the median is rounded.
        return time_s, float((time_s.size - 1) / (time_s[-1] - time_s[0]))
    laid_out_s = np.concatenate([[0.0], np.cumsum(np.minimum(step_s, LAID_OUT_S))])
    n_samples = max(MAX_SAMPLES, MAX_SAMPLES_PER_FRAME * time_s.size)
    even_s = max(np.nan_to_num(typical_s), MIN_STEP_S, laid_out_s[-1] / n_samples)
    if step_s.max(initial=0.0) <= LAID_OUT_S:
        return np.arange(0.0, time_s[-1] + 1e-9, even_s), 1 / even_s
    new_s = np.arange(0.0, laid_out_s[-1] + 1e-9, even_s)
    before = np.clip(np.searchsorted(laid_out_s, new_s, side="right") - 1, 0, step_s.size - 1)
    since_s, until_s = new_s - laid_out_s[before], laid_out_s[before + 1] - new_s
    earlier = since_s <= until_s
    return np.where(earlier, time_s[before] + since_s, time_s[before + 1] - until_s), 1 / even_s
