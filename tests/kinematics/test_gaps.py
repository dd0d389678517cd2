"""Missing and wrong samples in short signals drawn by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy.ndimage import median_filter

from kneescan.kinematics.gaps import (
    columns_alike,
    fill_gaps,
    gap_lengths,
    mask_invisible,
    median_of_five,
    remove_spikes,
    repair_swaps,
    resample,
    stretches,
)

NAN = np.nan


def frozen(values):
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


# ---------------------------------------------------------------- visibility


def test_landmarks_below_the_limit_are_masked_and_those_at_it_kept():
    xy_px, visibility = frozen([[1, 2], [3, 4], [5, 6]]), frozen([0.4999, 0.5, 1.0])
    masked = mask_invisible(xy_px, visibility, min_visibility=0.5)
    assert_array_equal(masked, [[NAN, NAN], [3, 4], [5, 6]])


def test_a_landmark_of_unknown_visibility_is_masked():
    masked = mask_invisible(frozen([[1, 2]]), frozen([NAN]), min_visibility=0.5)
    assert_array_equal(masked, [[NAN, NAN]])


def test_a_missing_landmark_stays_missing_however_visible():
    masked = mask_invisible(frozen([[NAN, NAN]]), frozen([1.0]), min_visibility=0.5)
    assert_array_equal(masked, [[NAN, NAN]])


def test_masking_treats_frames_and_videos_the_same():
    xy_px = frozen(np.arange(24).reshape(3, 4, 2))
    visibility = frozen(np.linspace(0, 1, 12).reshape(3, 4))
    video = mask_invisible(xy_px, visibility, min_visibility=0.5)
    frame = mask_invisible(xy_px[1], visibility[1], min_visibility=0.5)
    assert_array_equal(frame, video[1])


# ---------------------------------------------------------------- spikes


def despiked(signal, half_window=3, n_deviations=3.5, min_deviation=2.0):
    return remove_spikes(
        np.asarray(signal, dtype=np.float64),
        half_window=half_window,
        n_deviations=n_deviations,
        min_deviation=min_deviation,
    )


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        ([5, 5, 5, 50, 5, 5, 5], [5, 5, 5, NAN, 5, 5, 5]),
        ([5, 5, 5, -40, 5, 5, 5], [5, 5, 5, NAN, 5, 5, 5]),
        ([5, 5, 50, 50, 5, 5, 5], [5, 5, NAN, NAN, 5, 5, 5]),
        ([50, 5, 5, 5, 5, 5, 5], [NAN, 5, 5, 5, 5, 5, 5]),
        ([5, 5, 5, 7, 5, 5, 5], [5, 5, 5, 7, 5, 5, 5]),
        ([5, 5, 5, 7.1, 5, 5, 5], [5, 5, 5, NAN, 5, 5, 5]),
        ([5, 5, 5, 5, 25, 25, 25, 25], [5, 5, 5, 5, 25, 25, 25, 25]),
        ([0, 10, 20, 30, 40, 50, 60], [0, 10, 20, 30, 40, 50, 60]),
        ([0, 10, 20, 200, 40, 50, 60], [0, 10, 20, NAN, 40, 50, 60]),
    ],
    ids=[
        "up",
        "down",
        "two frames",
        "at the start",
        "as small as jitter",
        "just larger",
        "step",
        "steady movement",
        "in a movement",
    ],
)
def test_only_samples_that_jump_out_of_their_neighbourhood_are_taken_out(signal, expected):
    assert_array_equal(despiked(signal), expected)


def test_a_spike_is_measured_in_robust_standard_deviations():
    # Median 3 and median absolute deviation 1: four robust standard deviations are 5.93.
    signal = np.array([1, 2, 3, 0, 3, 4, 5], dtype=float)
    for jump, spike in [(5.9, False), (6.0, True)]:
        signal[3] = 3 + jump
        found = despiked(signal, n_deviations=4.0, min_deviation=0.0)
        assert np.isnan(found[3]) == spike


def test_a_slow_sine_has_no_spikes():
    signal = 100 * np.sin(2 * np.pi * np.arange(0, 5, 1 / 30))
    assert_array_equal(despiked(signal, half_window=8), signal)


def test_missing_samples_stay_missing_and_do_not_hide_a_spike():
    signal = [5, NAN, 5, 50, 5, NAN, 5]
    assert_array_equal(despiked(signal), [5, NAN, 5, NAN, 5, NAN, 5])


def test_nothing_but_missing_samples_is_left_alone():
    assert np.isnan(despiked([NAN] * 7)).all()


@pytest.mark.parametrize(
    ("signal", "half_window"), [([5, 50], 3), ([5], 3), ([], 3), ([5, 50, 5, 5], 0)]
)
def test_too_few_neighbours_make_no_spike(signal, half_window):
    assert_array_equal(despiked(signal, half_window=half_window), signal)


def test_x_y_and_landmarks_are_judged_each_on_its_own():
    signal = np.full((7, 2, 2), 5.0)
    signal[3, 1, 0] = 50.0
    expected = signal.copy()
    expected[3, 1, 0] = NAN
    assert_array_equal(despiked(signal), expected)


def test_spikes_do_not_depend_on_mirroring_place_or_scale():
    rng = np.random.default_rng(2)
    signal = rng.normal(size=60).cumsum() + 20 * (rng.uniform(size=60) > 0.9)
    plain = despiked(signal)
    assert np.isnan(plain).any()
    assert_allclose(despiked(-signal), -plain)
    assert_allclose(despiked(signal[::-1]), plain[::-1])
    assert_allclose(despiked(10 * signal + 3, min_deviation=20.0), 10 * plain + 3)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), half_window=st.integers(1, 9))
def test_spikes_are_those_of_the_median_and_deviation_of_every_window(seed, half_window):
    rng = np.random.default_rng(seed)
    signal = rng.normal(size=40).cumsum() + 9 * (rng.uniform(size=40) > 0.9)
    signal[rng.uniform(size=40) < 0.1] = NAN
    expected = signal.copy()
    for k in np.flatnonzero(np.isfinite(signal)):
        window = signal[max(0, k - half_window) : k + half_window + 1]
        middle = np.nanmedian(window)
        deviation = 1.4826 * np.nanmedian(np.abs(window - middle))
        if abs(signal[k] - middle) > max(3.5 * deviation, 2.0):
            expected[k] = NAN
    assert_array_equal(despiked(signal, half_window=half_window), expected)


def test_removing_spikes_leaves_the_signal_alone():
    signal = frozen([5, 5, 5, 50, 5, 5, 5])
    despiked(signal)[...] = 0
    despiked(signal, half_window=0)[...] = 0
    assert signal[3] == 50


def test_the_median_of_five_takes_out_one_or_two_wrong_frames():
    signal = frozen([1, 1, 9, 1, 1, 1, 9, 9, 1, 1])
    assert_array_equal(median_of_five(signal), np.ones(10))


def test_the_median_of_five_is_scipys():
    signal = np.random.default_rng(4).normal(size=(30, 3, 2))
    expected = median_filter(signal, size=(5, 1, 1), mode="nearest")
    assert_array_equal(median_of_five(signal), expected)
    assert_array_equal(median_of_five(signal[:1]), signal[:1])


# ---------------------------------------------------------------- gaps


def test_stretches_run_from_the_first_sample_to_the_one_after_the_last():
    known = np.array([1, 1, 0, 1, 0, 0, 1], dtype=bool)
    assert stretches(known).tolist() == [[0, 2], [3, 4], [6, 7]]
    assert stretches(~known).tolist() == [[2, 3], [4, 6]]
    assert stretches(np.zeros(3, dtype=bool)).tolist() == []


def test_columns_with_the_same_gaps_are_put_together():
    known = np.array([[1, 0, 1, 0], [1, 1, 1, 1]], dtype=bool)
    assert columns_alike(known) == [[0, 2], [1, 3]]


def test_a_gap_is_as_long_as_the_time_between_the_samples_around_it():
    missing = np.array([0, 1, 0, 1, 1, 0, 1], dtype=bool)
    time_s = np.array([0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8])
    assert_allclose(gap_lengths(missing, time_s), [0, 0.2, 0, 0.5, 0.5, 0, np.inf])


@pytest.mark.parametrize("n_frames", [0, 1, 4])
def test_without_samples_the_gap_has_no_end(n_frames):
    lengths_s = gap_lengths(np.ones(n_frames, dtype=bool), np.arange(n_frames) / 30)
    assert_array_equal(lengths_s, np.full(n_frames, np.inf))


@pytest.mark.parametrize(
    ("fps", "n_closed"), [(24, 1), (25, 1), (30, 2), (50, 4), (60, 5), (120, 11), (240, 23)]
)
def test_gap_limits_are_in_seconds_for_any_frame_rate(fps, n_closed):
    # A tenth of a second at 30 frames per second is 3 intervals, so 2 missing frames.
    time_s = np.arange(fps) / fps
    for n_missing, closed in [(n_closed, True), (n_closed + 1, False)]:
        signal = 3.0 * time_s
        signal[10 : 10 + n_missing] = NAN
        filled = fill_gaps(signal, time_s, max_gap_s=0.10)
        assert np.isfinite(filled).all() == closed
        if closed:
            assert_allclose(filled, 3.0 * time_s)
        else:
            assert_array_equal(filled, signal)


def test_gaps_at_the_ends_stay_open():
    time_s = np.arange(6) / 30
    signal = frozen([NAN, 1, 2, 3, 4, NAN])
    assert_array_equal(fill_gaps(signal, time_s, max_gap_s=1.0), signal)


def test_a_line_is_closed_to_a_line():
    signal = frozen([0, 1, NAN, NAN, 4, 5, NAN, 7])
    assert_allclose(fill_gaps(signal, np.arange(8) / 30, max_gap_s=0.1), np.arange(8))


def test_a_gap_beside_a_step_is_closed_without_overshoot():
    signal = frozen([0, 0, 0, NAN, NAN, 10, 10, 10])
    filled = fill_gaps(signal, np.arange(8) / 30, max_gap_s=0.1)
    assert np.all(np.diff(filled) >= 0)
    assert 0 < filled[3] < filled[4] < 10


@settings(max_examples=50)
@given(
    values=arrays(np.int64, 20, elements=st.integers(-10000, 10000)),
    missing=arrays(bool, 20, elements=st.booleans()),
)
def test_a_filled_gap_is_between_the_samples_around_it(values, missing):
    values = values / 100  # whole hundredths: nothing so small that slopes overflow
    signal, time_s = np.where(missing, NAN, values), np.arange(20) / 30
    filled = fill_gaps(signal, time_s, max_gap_s=0.2)
    if (~missing).sum() > 1:
        assert_allclose(filled[~missing], values[~missing], atol=1e-9)
    index = np.flatnonzero(~missing)
    for first, last in pairwise(index):
        low, high = sorted((values[first], values[last]))
        inside = filled[first : last + 1]
        assert np.isnan(inside[1:-1]).all() == (last - first > 6) or last - first == 1
        assert np.all(np.isnan(inside) | ((inside >= low - 1e-9) & (inside <= high + 1e-9)))


def test_each_landmark_keeps_its_own_gaps():
    time_s = np.arange(12) / 30
    signal = np.stack([np.arange(12.0), 2 * np.arange(12.0)], axis=-1)
    signal[3:9, 0] = NAN
    filled = fill_gaps(signal, time_s, max_gap_s=0.1)
    assert_array_equal(filled, signal)


@pytest.mark.parametrize("n_known", [0, 1])
def test_nothing_is_made_up_from_less_than_two_samples(n_known):
    signal = np.full(5, NAN)
    signal[2 : 2 + n_known] = 7.0
    filled = fill_gaps(signal, np.arange(5) / 30, max_gap_s=1.0)
    assert np.isnan(np.delete(filled, 2)).all()


def test_filling_and_resampling_leave_the_signal_alone():
    signal, time_s = frozen([0, 1, NAN, 3]), frozen([0, 0.1, 0.2, 0.3])
    fill_gaps(signal, time_s, max_gap_s=1.0)[...] = 9
    resample(signal, time_s, time_s, max_gap_s=1.0)[...] = 9
    assert_array_equal(signal, [0, 1, NAN, 3])


# ---------------------------------------------------------------- resampling


def test_an_uneven_line_is_resampled_to_the_line():
    time_s = np.array([0.0, 0.03, 0.07, 0.09, 0.15, 0.2])
    new_time_s = np.linspace(0, 0.2, 9)
    result = resample(2 + 30 * time_s, time_s, new_time_s, max_gap_s=0.1)
    assert_allclose(result, 2 + 30 * new_time_s)


def test_resampling_leaves_long_gaps_open_but_keeps_what_is_on_a_sample():
    time_s, new_time_s = np.array([0.0, 0.1, 0.5, 0.6]), np.linspace(0, 0.6, 13)
    result = resample(time_s.copy(), time_s, new_time_s, max_gap_s=0.1)
    assert_allclose(result[[0, 1, 2, 11, 12]], [0, 0.05, 0.1, 0.55, 0.6])
    assert np.isnan(result[3:10]).all()


def test_nothing_is_made_up_outside_of_the_video():
    time_s = np.array([1.0, 1.1, 1.2])
    result = resample(time_s.copy(), time_s, np.array([0.95, 1.0, 1.2, 1.25]), max_gap_s=1.0)
    assert_array_equal(result, [NAN, 1.0, 1.2, NAN])


def test_resampling_does_not_depend_on_mirroring_scale_or_a_shift_of_time():
    rng = np.random.default_rng(3)
    time_s = np.sort(rng.uniform(0, 1, size=30))
    new_time_s = np.linspace(time_s[0], time_s[-1], 40)
    signal = rng.normal(size=(30, 2))
    signal[5, 1] = NAN
    plain = resample(signal, time_s, new_time_s, max_gap_s=0.1)
    assert_allclose(resample(-4 * signal, time_s, new_time_s, max_gap_s=0.1), -4 * plain)
    shifted = resample(signal, time_s + 2.5, new_time_s + 2.5, max_gap_s=0.1)
    assert_allclose(shifted, plain, atol=1e-9)


# ---------------------------------------------------------------- swaps


def two_legs(n_frames=40):
    """Left leg about x = 300, right about x = 200, three parts one below the other, swaying."""
    sway = 5 * np.sin(np.arange(n_frames) / 5)[:, None]
    heights = np.array([100.0, 200.0, 220.0])
    legs = []
    for x in (300.0, 200.0):
        xy = np.stack(np.broadcast_arrays(x + sway, heights), axis=-1)
        legs.append(frozen(xy))
    return legs


def swapped(left, right, frames):
    new_left, new_right = left.copy(), right.copy()
    new_left[frames], new_right[frames] = right[frames], left[frames]
    return frozen(new_left), frozen(new_right)


@pytest.mark.parametrize(
    "frames", [slice(0, 4), slice(15, 16), slice(15, 24), slice(36, 40)], ids=str
)
def test_swapped_legs_are_corrected(frames):
    left, right = two_legs()
    found = repair_swaps(*swapped(left, right, frames), window=21)
    assert_array_equal(found[0], left)
    assert_array_equal(found[1], right)


def test_legs_that_are_not_swapped_are_left_alone():
    left, right = two_legs()
    found = repair_swaps(left, right, window=21)
    assert_array_equal(found[0], left)
    assert_array_equal(found[1], right)


def test_a_foot_that_slowly_crosses_the_other_is_not_swapped():
    left, right = two_legs(120)
    crossing = right + np.linspace(0, 200, 120)[:, None, None] * [1.0, 0.0]
    found = repair_swaps(left, crossing, window=31)
    assert_array_equal(found[1], crossing)


def test_swaps_next_to_missing_frames_are_corrected_and_the_frames_stay_missing():
    left, right = two_legs()
    spoilt = [leg.copy() for leg in swapped(left, right, slice(15, 18))]
    for leg in spoilt:
        leg[10:12] = NAN
    found = repair_swaps(*spoilt, window=21)
    for repaired, leg in zip(found, (left, right), strict=True):
        assert np.isnan(repaired[10:12]).all()
        assert_array_equal(np.delete(repaired, [10, 11], axis=0), np.delete(leg, [10, 11], axis=0))


def test_a_frame_with_a_missing_part_is_not_swapped():
    left, right = two_legs()
    left = left.copy()
    left[15, 0] = NAN
    found = repair_swaps(left, right, window=21)
    assert_array_equal(found[0], left)
    assert_array_equal(found[1], right)


def test_legs_that_were_never_seen_are_left_alone():
    nobody = np.full((10, 3, 2), NAN)
    for leg in repair_swaps(nobody, nobody, window=5):
        assert_array_equal(leg, nobody)


def test_swap_repair_of_a_mirror_image_is_the_mirror_image():
    left, right = swapped(*two_legs(), slice(15, 18))
    found = repair_swaps(left, right, window=21)
    mirrored = repair_swaps(right * [-1, 1], left * [-1, 1], window=21)
    assert_array_equal(mirrored[1], found[0] * [-1, 1])
    assert_array_equal(mirrored[0], found[1] * [-1, 1])
    large = repair_swaps(8 * left, 8 * right, window=21)
    assert_array_equal(large[0], 8 * found[0])


def test_a_swap_is_corrected_if_the_legs_are_close_together():
    left, right = two_legs(120)
    apart = np.interp(np.arange(120), [0, 60], [400, 40])[:, None, None] * [1.0, 0.0]
    left = right + apart
    found = repair_swaps(*swapped(left, right, slice(90, 94)), window=21)
    assert_array_equal(found[0], left)
