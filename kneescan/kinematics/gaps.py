"""Missing and wrong samples: spikes are taken out, short gaps closed, long ones left open."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import median_filter

Array = NDArray[np.float64]

MAD_TO_SD = 1.4826
"""Standard deviation of a normal distribution per median absolute deviation."""


def mask_invisible(xy_px: Array, visibility: Array, *, min_visibility: float) -> Array:
    """Landmarks with those that the model hardly sees taken out.

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
    """Signal with single samples that jump out of their neighbourhood replaced by NaN (Hampel).

    Parameters
    ----------
    signal : ndarray, shape (n_frames, ...)
        Time first.
    half_window : int
        Neighbours on either side. [frames]
    n_deviations : float
        A sample is a spike when it lies further from the median of its window than so many robust
        standard deviations.
    min_deviation : float
        Distance from the median that is never a spike, in the unit of the signal: keeps the
        landmarks' ordinary jitter in a leg that stands still.

    References
    ----------
    Pearson et al. 2016, doi:10.1186/s13634-016-0383-6.
    """
    if signal.shape[0] < 3 or half_window < 1:
        return signal.copy()
    width = [(half_window, half_window)] + [(0, 0)] * (signal.ndim - 1)
    padded = np.pad(signal, width, constant_values=np.nan)
    windows = sliding_window_view(padded, 2 * half_window + 1, axis=0)
    far = np.abs(signal - _median_without_warning(windows))
    with np.errstate(invalid="ignore"):
        # Most signals never leave the allowed distance; the deviation, which costs most, is theirs not.
        doubtful = (far > min_deviation).any(axis=0)
        windows, far = windows[:, doubtful], far[:, doubtful]
        around = np.abs(windows - _median_without_warning(windows)[..., None])
        limit = np.maximum(
            MAD_TO_SD * n_deviations * _median_without_warning(around), min_deviation
        )
        clean = signal.copy()
        clean[:, doubtful] = np.where(far > limit, np.nan, signal[:, doubtful])
    return clean


def _median_without_warning(values: Array) -> Array:
    """NaN-aware median over the last axis: sorting puts NaN last, so the middle of the rest is picked."""
    ordered = np.sort(values, axis=-1)
    n_valid = np.isfinite(values).sum(axis=-1)
    low = np.take_along_axis(ordered, np.maximum(n_valid - 1, 0)[..., None] // 2, axis=-1)
    high = np.take_along_axis(
        ordered, np.minimum(n_valid, values.shape[-1] - 1)[..., None] // 2, -1
    )
    return np.asarray((low + np.where(n_valid[..., None] % 2 == 1, low, high))[..., 0] / 2)


def gap_lengths(missing: NDArray[np.bool_], time_s: Array) -> Array:
    """Duration of the gap that each sample lies in; 0 where the sample is there.

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
    """Signal with short gaps closed by a curve that does not overshoot (PCHIP); longer ones stay NaN.

    Parameters
    ----------
    signal : ndarray, shape (n_frames, ...)
        Time first.
    time_s : ndarray, shape (n_frames,)
        Times of the samples. [s]
    max_gap_s : float
        Longest time without a sample that is still closed. [s]
    """
    return resample(signal, time_s, time_s, max_gap_s=max_gap_s)


def resample(signal: Array, time_s: Array, new_time_s: Array, *, max_gap_s: float) -> Array:
    """Signal at other times, interpolated without overshoot (PCHIP); NaN inside longer gaps.

    Parameters
    ----------
    signal : ndarray, shape (n_frames, ...)
        Time first.
    time_s, new_time_s : ndarray, shapes (n_frames,) and (n_new,)
        Times of the given and of the wanted samples. [s]
    max_gap_s : float
        Longest time between two samples that is interpolated. [s]
    """
    columns = signal.reshape(signal.shape[0], -1)
    result = np.full((new_time_s.size, columns.shape[1]), np.nan)
    complete = np.isfinite(columns).all(axis=0)
    if new_time_s is time_s:
        # Nothing to interpolate where every sample is there already.
        result[:, complete] = columns[:, complete]
    elif complete.any() and time_s.size > 1:
        result[:, complete] = _interpolate(columns[:, complete], time_s, new_time_s, max_gap_s)
    for column in np.flatnonzero(~complete):
        known = np.isfinite(columns[:, column])
        if known.sum() > 1:
            values = columns[known, column]
            result[:, column] = _interpolate(values, time_s[known], new_time_s, max_gap_s)
    return result.reshape((new_time_s.size, *signal.shape[1:]))


def _interpolate(values: Array, time_s: Array, new_time_s: Array, max_gap_s: float) -> Array:
    """PCHIP through known samples, NaN outside of them and between samples too far apart."""
    after = np.clip(np.searchsorted(time_s, new_time_s, side="left"), 1, time_s.size - 1)
    # A microsecond of grace: times are sums of floating-point frame intervals.
    close = time_s[after] - time_s[after - 1] <= max_gap_s + 1e-6
    on_sample = (time_s[after] == new_time_s) | (time_s[after - 1] == new_time_s)
    curve = PchipInterpolator(time_s, values, axis=0, extrapolate=False)(new_time_s)
    keep = close | on_sample
    return np.where(keep.reshape((-1,) + (1,) * (values.ndim - 1)), curve, np.nan)


def repair_swaps(left: Array, right: Array, *, window: int) -> tuple[Array, Array]:
    """Both legs with frames put right in which the model took the left leg for the right one.

    Parameters
    ----------
    left, right : ndarray, shape (n_frames, n_parts, 2)
        The same parts of either leg. [px]
    window : int
        Frames over which the usual place of each landmark is taken; a swap must be shorter than
        half of it. [frames]

    Returns
    -------
    left, right : ndarray, shape (n_frames, n_parts, 2)
        A frame is exchanged where that brings the landmarks to less than half their distance from
        where they usually are.
    """
    if not _may_be_exchanged(left, right):
        return left.copy(), right.copy()
    usual_left, usual_right = _rolling_median(left, window), _rolling_median(right, window)
    as_named = _distance(left, usual_left) + _distance(right, usual_right)
    exchanged = _distance(left, usual_right) + _distance(right, usual_left)
    swapped = (exchanged < 0.5 * as_named)[:, None, None]
    return np.where(swapped, right, left), np.where(swapped, left, right)


def _may_be_exchanged(left: Array, right: Array) -> bool:
    """Whether a leg ever jumps a quarter of the way to the other: saves the medians if not."""
    known = np.isfinite(left).all(axis=(1, 2)) & np.isfinite(right).all(axis=(1, 2))
    left, right = left[known], right[known]
    apart = _distance(left, right)
    return bool(np.any(4 * _distance(left[1:], left[:-1]) > np.minimum(apart[1:], apart[:-1])))


def _rolling_median(track: Array, window: int) -> Array:
    """Median over time, missing frames counting as the nearest known one."""
    index = np.arange(track.shape[0])
    known = np.isfinite(track).all(axis=(1, 2))
    if not known.any():
        return track
    nearest = index[known][np.searchsorted(index[known], index).clip(max=known.sum() - 1)]
    size = (window,) + (1,) * (track.ndim - 1)
    # Reflected at the ends: repeating the first frame would let one wrong frame outvote the rest.
    return np.asarray(median_filter(track[nearest], size=size, mode="reflect"))


def _distance(track: Array, reference: Array) -> Array:
    """Sum over the parts of the distance to the reference, shape (n_frames,)."""
    return np.asarray(np.linalg.norm(track - reference, axis=-1).sum(axis=-1))
