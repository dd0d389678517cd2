"""Gaps: remove spikes, close short gaps, leave long gaps open."""

import numpy as np
import scipy
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from kneescan.kinematics.quantiles import median_of_known

Array = NDArray[np.float64]

MAD_TO_SD = 1.4826
"""Standard deviation of a normal distribution per median absolute deviation."""
GRACE_S = 1e-6
"""Tolerance for the length of gaps, since times are sums of floating-point frame intervals. [s]"""
MAX_WINDOWED = 1 << 22
"""Samples and neighbours processed at once, which limits the memory."""


def mask_invisible(xy_px: Array, visibility: Array, *, min_visibility: float) -> Array:
    """Landmarks without those that the model hardly sees.

    Parameters
    ----------
    xy_px : ndarray, shape (..., 2)
        Landmarks. [px]
    visibility : ndarray, shape (...)
        0 to 1.
    min_visibility : float
        Below it a landmark becomes NaN.
    """
    return np.where((visibility >= min_visibility)[..., None], xy_px, np.nan)


def remove_spikes(
    signal: Array, *, half_window: int, n_deviations: float, min_deviation: float
) -> Array:
    """Signal in which single samples that jump are replaced by NaN (Hampel).

    Parameters
    ----------
    signal : ndarray, shape (n_frames, ...)
        Time first.
    half_window : int
        Neighbours on either side. [frames]
    n_deviations : float
        A sample is a spike if it is further from the median of its window than this many robust standard
        deviations.
    min_deviation : float
        Distance from the median that is never a spike, in the unit of the signal. It keeps the ordinary
        jitter of the landmarks in a leg that stands still.

    References
    ----------
    Pearson et al. 2016, doi:10.1186/s13634-016-0383-6.
    """
    # There are no neighbours outside the video.
    half_window = min(half_window, signal.shape[0] - 1)
    if signal.shape[0] < 3 or half_window < 1:
        return signal.copy()
    clean = signal.copy()
    with np.errstate(invalid="ignore"):
        # A sample near to most of its window is also near to the median. This leaves few windows to sort,
        # which is the slowest step.
        doubtful = ~_is_near_around(signal, (half_window + 1) // 2, min_deviation)
        windows, where = _windows(signal, half_window), np.nonzero(doubtful)
        n_at_once = max(1, MAX_WINDOWED // windows.shape[-1])
        for start in range(0, where[0].size, n_at_once):  # blocks, not frames
            block = tuple(index[start : start + n_at_once] for index in where)
            clean[block] = _without_spikes(windows[block], n_deviations, min_deviation)
    return clean


def _without_spikes(windows: Array, n_deviations: float, min_deviation: float) -> Array:
    """Middle of each window, NaN if it is a spike, shape (n_windows,)."""
    half_window = windows.shape[-1] // 2
    samples = windows[:, half_window].copy()
    middle = median_of_known(windows)
    far = np.abs(samples - middle) > min_deviation
    around = np.abs(windows[far] - middle[far, None])
    limit = MAD_TO_SD * n_deviations * median_of_known(around)
    samples[far] = np.where(around[:, half_window] > limit, np.nan, samples[far])
    return samples


def _is_near_around(signal: Array, half_window: int, distance: float) -> NDArray[np.bool_]:
    """Whether all samples around each lie within a distance of it."""
    is_near = np.ones(signal.shape, dtype=bool)
    for apart in range(1, half_window + 1):  # neighbours, not frames
        near = np.abs(signal[apart:] - signal[:-apart]) <= distance
        is_near[apart:] &= near
        is_near[:-apart] &= near
    return is_near


def _windows(signal: Array, half_window: int) -> Array:
    """Samples around each sample along the last axis, NaN beyond the ends."""
    beyond = np.full((half_window, *signal.shape[1:]), np.nan)
    padded = np.concatenate([beyond, signal, beyond])
    return np.asarray(sliding_window_view(padded, 2 * half_window + 1, axis=0))


def median_of_five(signal: Array) -> Array:
    """Signal in which every sample is the median of itself and two neighbours on either side.

    Parameters
    ----------
    signal : ndarray, shape (n_frames, ...)
        Time first, without gaps; at the ends the first and the last sample count as their neighbours.
    """
    n_frames = signal.shape[0]
    padded = np.concatenate([signal[:1], signal[:1], signal, signal[-1:], signal[-1:]])
    a, b, middle, c, d = (padded[k : k + n_frames] for k in range(5))
    # The lowest and highest of the four neighbours cannot be the median; the other two limit the
    # middle.
    one, other = np.minimum(a, b), np.maximum(a, b)
    one = np.maximum(one, np.minimum(c, d), out=one)
    other = np.minimum(other, np.maximum(c, d), out=other)
    lower = np.minimum(one, other)
    upper = np.maximum(one, other, out=other)
    return np.asarray(np.minimum(np.maximum(middle, lower, out=lower), upper, out=lower))


def columns_alike(known: NDArray[np.bool_]) -> list[list[int]]:
    """Groups of columns that have the same samples, as x and y of a landmark do.

    Parameters
    ----------
    known : ndarray of bool, shape (n_frames, n_columns)
        Where there is a sample.
    """
    by_pattern: dict[bytes, list[int]] = {}
    for column, pattern in enumerate(known.T):
        by_pattern.setdefault(pattern.tobytes(), []).append(column)
    return list(by_pattern.values())


def stretches(known: NDArray[np.bool_]) -> NDArray[np.intp]:
    """First frame of each unbroken stretch and the frame after its last, shape (n_stretches, 2).

    Parameters
    ----------
    known : ndarray of bool, shape (n_frames,)
        Where there is a sample.
    """
    edges = np.flatnonzero(np.diff(known, prepend=False, append=False))
    return edges.reshape(-1, 2)


def gap_lengths(missing: NDArray[np.bool_], time_s: Array) -> Array:
    """Duration of the gap around each missing sample; 0 where the sample is present.

    Parameters
    ----------
    missing : ndarray of bool, shape (n_frames,)
        Where the signal is missing.
    time_s : ndarray, shape (n_frames,)
        Times of the samples. [s]

    Returns
    -------
    ndarray, shape (n_frames,)
        Time between the samples on either side of the gap, infinite for a gap that touches an end. [s]
    """
    index = np.arange(missing.size)
    before = np.maximum.accumulate(np.where(missing, -1, index))
    after = np.minimum.accumulate(np.where(missing, missing.size, index)[::-1])[::-1]
    open_ended = (before < 0) | (after >= missing.size)
    last = max(missing.size - 1, 0)
    length_s = time_s[np.minimum(after, last)] - time_s[np.maximum(before, 0)]
    return np.where(missing, np.where(open_ended, np.inf, length_s), 0.0)


def fill_gaps(signal: Array, time_s: Array, *, max_gap_s: float) -> Array:
    """Signal with short gaps closed by a curve without overshoot (PCHIP); longer gaps stay NaN.

    Parameters
    ----------
    signal : ndarray, shape (n_frames, ...)
        Time first.
    time_s : ndarray, shape (n_frames,)
        Times of the samples. [s]
    max_gap_s : float
        Longest time without a sample that is closed. [s]
    """
    columns = signal.reshape(signal.shape[0], -1)
    known = np.isfinite(columns)
    filled = columns.copy()
    if known.all():
        return filled.reshape(signal.shape)
    for alike in columns_alike(known):
        there = known[:, alike[0]]
        gap_s = gap_lengths(~there, time_s)
        short = ~there & (gap_s <= max_gap_s + GRACE_S)
        if short.any():
            curve = scipy.interpolate.PchipInterpolator(time_s[there], columns[there][:, alike])
            filled[np.flatnonzero(short)[:, None], alike] = curve(time_s[short])
    return filled.reshape(signal.shape)


def resample(signal: Array, time_s: Array, new_time_s: Array, *, max_gap_s: float) -> Array:
    """Signal at other times, interpolated without overshoot (PCHIP); NaN inside longer gaps.

    Parameters
    ----------
    signal : ndarray, shape (n_frames, ...)
        Time first.
    time_s, new_time_s : ndarray, shapes (n_frames,) and (n_new,)
        Times of the given and the wanted samples. [s]
    max_gap_s : float
        Longest time between two samples that is interpolated. [s]
    """
    columns = signal.reshape(signal.shape[0], -1)
    known = np.isfinite(columns)
    result = np.full((new_time_s.size, columns.shape[1]), np.nan)
    for alike in columns_alike(known):
        there = known[:, alike[0]]
        if np.count_nonzero(there) > 1:
            values = columns[there][:, alike]
            result[:, alike] = _interpolate(values, time_s[there], new_time_s, max_gap_s)
    return result.reshape((new_time_s.size, *signal.shape[1:]))


def _interpolate(values: Array, time_s: Array, new_time_s: Array, max_gap_s: float) -> Array:
    """PCHIP through known samples, NaN outside them and between samples too far apart."""
    after = np.clip(np.searchsorted(time_s, new_time_s, side="left"), 1, time_s.size - 1)
    close = time_s[after] - time_s[after - 1] <= max_gap_s + GRACE_S
    on_sample = (time_s[after] == new_time_s) | (time_s[after - 1] == new_time_s)
    curve = scipy.interpolate.PchipInterpolator(time_s, values, extrapolate=False)(new_time_s)
    return np.where((close | on_sample)[:, None], curve, np.nan)


def repair_swaps(left: Array, right: Array, *, window: int) -> tuple[Array, Array]:
    """Both legs, corrected in frames in which the model confused left and right.

    Parameters
    ----------
    left, right : ndarray, shape (n_frames, n_parts, 2)
        The same parts of each leg. [px]
    window : int
        Window for the usual place of each landmark; a swap must be shorter than half of it. [frames]

    Returns
    -------
    left, right : ndarray, shape (n_frames, n_parts, 2)
        The legs of a frame are exchanged if this brings the landmarks to less than half their distance
        from their usual places.
    """
    if not _may_be_exchanged(left, right):
        return left.copy(), right.copy()
    usual_left, usual_right = _rolling_median(left, window), _rolling_median(right, window)
    as_named = _distance(left, usual_left) + _distance(right, usual_right)
    exchanged = _distance(left, usual_right) + _distance(right, usual_left)
    swapped = (exchanged < 0.5 * as_named)[:, None, None]
    return np.where(swapped, right, left), np.where(swapped, left, right)


def _may_be_exchanged(left: Array, right: Array) -> bool:
    """Whether a leg ever jumps a quarter of the way to the other; if not, no medians are needed."""
    apart = _distance(left, right)
    known = np.isfinite(apart)
    left, apart = left[known], apart[known]
    return bool(np.any(4 * _distance(left[1:], left[:-1]) > np.minimum(apart[1:], apart[:-1])))


def _rolling_median(track: Array, window: int) -> Array:
    """Median over time; missing frames count as the nearest known one."""
    index = np.arange(track.shape[0])
    known = np.isfinite(track).all(axis=(1, 2))
    if not known.any():
        return track
    nearest = index[known][np.searchsorted(index[known], index).clip(max=known.sum() - 1)]
    columns = np.ascontiguousarray(track[nearest].reshape(track.shape[0], -1).T)
    # Reflected at the ends, because repeating the first frame would let one wrong frame outvote the rest.
    # One column at a time, which is five times as fast in SciPy.
    usual = [scipy.ndimage.median_filter(column, size=window, mode="reflect") for column in columns]
    return np.stack(usual, axis=-1).reshape(track.shape)


def _distance(track: Array, reference: Array) -> Array:
    """Sum over the parts of the distance to the reference, shape (n_frames,)."""
    apart = track - reference
    return np.asarray(np.hypot(apart[..., 0], apart[..., 1]).sum(axis=-1))
