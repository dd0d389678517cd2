"""Sampling: evenly spaced times over a video, even if the camera's clock was irregular."""

import numpy as np
from numpy.typing import NDArray

from kneescan.kinematics.quantiles import median

Array = NDArray[np.float64]

LAID_OUT_S = 10.0
"""A longer time without any picture is shortened to this. The parts before and after it are too far apart to
be one movement, and nothing in between was filmed. [s]"""
MIN_STEP_S = 5e-4
"""Pictures nearer to each other than this are one moment, and do not count for the frame rate. [s]"""
MAX_SAMPLES, MAX_SAMPLES_PER_FRAME = 50_000, 10
"""Largest number of evenly spaced times, and largest number per frame."""


PAUSE_S = 0.5
"""A step from frame to frame that is longer than this, and than `PAUSE_STEPS`, is a pause. [s]"""
PAUSE_STEPS = 10.0
"""See `PAUSE_S`. [usual steps]"""
MOST = 0.6
"""Share of the steps that must be close to the usual one for a regular sequence of frames."""
BURST_RATIO = 1.5
"""If median and mean rate are further apart than this, frames come in bursts."""


def mean_frame_rate(time_s: Array) -> float:
    """Frames per second while filming, from the times of the frames.

    This is the mean and not the median, because clocks that jitter or frames in bursts have no usual step.

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
    """Frames per second from the median step, or from the mean step if frames come in bursts.

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
    """Frames per second between successive frames, used to detect slow motion.

    Missing frames and pauses do not count. If frames come in bursts, this is the mean rate.

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
    """Times from one picture to the next; pictures of one moment count once. [s]"""
    step_s = np.diff(time_s)
    apart = step_s >= MIN_STEP_S
    return step_s[apart] if apart.any() else np.maximum(step_s, MIN_STEP_S)


def even_times(time_s: Array) -> tuple[Array, float]:
    """Evenly spaced times over the video, and their rate; unchanged if they are even already.

    Times without any picture are gaps. Of a long gap, only the first and last `LAID_OUT_S` / 2 are kept, so
    that a clock that jumps costs no more than a short pause.

    Parameters
    ----------
    time_s : ndarray, shape (n_frames,)
        Times of the pictures, rising, from 0. [s]

    Returns
    -------
    new_time_s : ndarray, shape (n_samples,)
        Times, evenly spaced except for the parts left out. [s]
    fps : float
        Rate while filming. [Hz]
    """
    step_s = np.diff(time_s)
    typical_s = 1 / usual_frame_rate(time_s)
    if np.all(np.abs(step_s - typical_s) < 0.05 * typical_s):
        # Even except for the container's rounding: the mean step is exact, the median is rounded.
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
