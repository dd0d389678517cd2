"""Wobble of knees that shake by a known amount."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.kinematics.wobble import (
    agreed_wobble,
    count_reversals,
    knee_sway,
    root_mean_square,
    without_floor,
    wobble_band,
)


def test_knee_sway_is_the_knees_place_over_the_ankle_in_shank_lengths():
    knee, ankle = np.array([[110.0, 0.0], [80.0, 5.0]]), np.array([[100.0, 200.0], [100.0, 190.0]])
    assert_allclose(knee_sway(knee, ankle, shank_length_px=200.0), [5.0, -10.0])


def test_knee_sway_mirrors_scales_and_passes_missing_landmarks_on():
    rng = np.random.default_rng(1)
    knee, ankle = rng.normal(size=(2, 9, 2))
    for point in (knee, ankle):
        point.flags.writeable = False
    sway = knee_sway(knee, ankle, shank_length_px=2.0)
    mirrored = knee_sway(knee * [-1, 1], ankle * [-1, 1], shank_length_px=2.0)
    assert_allclose(mirrored, -sway)
    assert_allclose(knee_sway(5 * knee + 3, 5 * ankle + 3, shank_length_px=10.0), sway)
    gone = knee.copy()
    gone[4] = np.nan
    found = np.isnan(knee_sway(gone, ankle, shank_length_px=2.0))
    assert_array_equal(np.flatnonzero(found), [4])


def shaking(hz, fps, amplitude_pct=2.0, duration_s=20.0):
    return amplitude_pct * np.sin(2 * np.pi * hz * np.arange(0, duration_s, 1 / fps))


def squatting(fps, duration_s=20.0, depth_pct=15.0, period_s=5.0):
    """Depth of one squat after another, as smooth as a cosine. [% of leg length]"""
    return depth_pct * (1 - np.cos(2 * np.pi * np.arange(0, duration_s, 1 / fps) / period_s)) / 2


def band_of(sway_pct, depth_pct, fps):
    return wobble_band(sway_pct, depth_pct, fps=fps, low_hz=1.0, high_hz=6.0)


def middle(signal, fps):
    return signal[5 * fps : -5 * fps]


@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize(
    ("hz", "least", "most"),
    [(1.5, 0.85, 1.0), (2.0, 0.93, 1.0), (3.0, 0.95, 1.0), (4.0, 0.90, 1.0), (5.0, 0.82, 0.92)],
)
def test_shaking_of_a_known_size_keeps_most_of_it(fps, hz, least, most):
    depth_pct = squatting(fps)
    band_pct = band_of(shaking(hz, fps), depth_pct, fps)
    gain = root_mean_square(middle(band_pct, fps)) / (2.0 / np.sqrt(2))
    assert least < gain < most


@pytest.mark.parametrize("fps", [30, 60])
def test_a_knee_that_goes_in_with_the_depth_does_not_wobble(fps):
    depth_pct = squatting(fps)
    band_pct = band_of(-20.0 + depth_pct + 0.05 * depth_pct**2, depth_pct, fps)
    assert_allclose(band_pct, 0.0, atol=1e-6)


def test_shaking_on_top_of_a_knee_that_goes_in_is_all_that_is_left():
    fps, depth_pct = 60, squatting(60)
    alone = band_of(shaking(3.0, fps), depth_pct, fps)
    together = band_of(shaking(3.0, fps) - 5.0 + 2.0 * depth_pct, depth_pct, fps)
    assert_allclose(together, alone, atol=1e-6)


def test_samples_left_out_do_not_show_how_the_sway_follows_the_depth():
    fps, depth_pct = 60, squatting(60)
    second_half = np.arange(depth_pct.size) >= depth_pct.size // 2
    sway_pct = np.where(
        second_half, 0.0, 20 * depth_pct
    )  # 0 at the change, where the squat is over
    band_pct = wobble_band(
        sway_pct, depth_pct, fps=fps, low_hz=1.0, high_hz=6.0, left_out=second_half
    )
    first = slice(fps, depth_pct.size // 2 - 2 * fps)
    assert_allclose(band_pct[first], 0.0, atol=0.1)
    assert np.abs(band_of(sway_pct, depth_pct, fps)[first]).max() > 0.2


def test_the_wobble_of_a_mirror_image_is_mirrored_and_scales():
    depth_pct = squatting(30)
    sway_pct = np.random.default_rng(2).normal(size=depth_pct.size)
    band_pct = band_of(sway_pct, depth_pct, 30)
    assert_allclose(band_of(-3 * sway_pct, depth_pct, 30), -3 * band_pct, atol=1e-9)


def test_the_wobble_is_missing_where_the_knee_is_and_nowhere_else():
    depth_pct, sway_pct = squatting(30), shaking(3.0, 30)
    sway_pct[200:210] = np.nan
    band_pct = band_of(sway_pct, depth_pct, 30)
    assert_array_equal(np.flatnonzero(np.isnan(band_pct)), np.arange(200, 210))
    assert_allclose(root_mean_square(band_pct), 2 / np.sqrt(2), rtol=0.05)


def test_a_knee_that_was_never_seen_has_no_wobble():
    depth_pct = squatting(30)
    assert np.isnan(band_of(np.full_like(depth_pct, np.nan), depth_pct, 30)).all()


def test_the_wobble_leaves_its_inputs_alone():
    depth_pct, sway_pct = squatting(30), shaking(3.0, 30)
    before = depth_pct.copy(), sway_pct.copy()
    for signal in (depth_pct, sway_pct):
        signal.flags.writeable = False
    band_of(sway_pct, depth_pct, 30)[...] = 0
    assert_array_equal(depth_pct, before[0])
    assert_array_equal(sway_pct, before[1])


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        ([3, -3, 3, -3], 3.0),
        ([3, 4], np.sqrt(12.5)),
        ([0, 0], 0.0),
        ([np.nan, 3, np.nan, 4], 3.5355),
    ],
    ids=["square wave", "by hand", "still", "with gaps"],
)
def test_root_mean_square_by_hand(signal, expected):
    assert_allclose(root_mean_square(np.array(signal, dtype=float)), expected, rtol=1e-4)


@pytest.mark.parametrize("fps", [24, 30, 60, 120])
def test_the_rms_of_a_sine_is_its_amplitude_over_the_root_of_two(fps):
    assert_allclose(root_mean_square(shaking(3.0, fps)), np.sqrt(2))


@pytest.mark.parametrize("signal", [[], [np.nan, np.nan]])
def test_nothing_known_has_no_rms(signal):
    assert np.isnan(root_mean_square(np.array(signal, dtype=float)))


@pytest.mark.parametrize(
    ("rms", "floor", "expected"),
    [(5.0, 3.0, 4.0), (5.0, 0.0, 5.0), (1.0, 1.0, 0.0), (0.5, 1.0, 0.0)],
    ids=["3-4-5", "no floor", "all noise", "quieter than standing"],
)
def test_the_floor_is_taken_out_as_squares_and_never_below_zero(rms, floor, expected):
    assert_allclose(without_floor(rms, floor), expected)


@pytest.mark.parametrize(("rms", "floor"), [(np.nan, 1.0), (1.0, np.nan)])
def test_an_unknown_rms_or_floor_leaves_an_unknown_wobble(rms, floor):
    assert np.isnan(without_floor(rms, floor))


def test_independent_noise_is_taken_out():
    rng = np.random.default_rng(3)
    noise, signal = rng.normal(scale=0.8, size=(2, 20000)), shaking(3.0, 1000)
    rms = root_mean_square(signal + noise[0])
    assert_allclose(without_floor(rms, root_mean_square(noise[1])), np.sqrt(2), rtol=0.02)


def looked_at(fps=7.5, duration_s=60.0, seed=0):
    """Times of close-ups, as uneven as in a video with changing frame rate. [s]"""
    time_s = np.arange(0, duration_s, 1 / fps)
    return time_s + np.random.default_rng(seed).uniform(-0.02, 0.02, size=time_s.size)


@pytest.mark.parametrize("hz", [1.5, 2.0, 3.6, 5.0, 6.0])
def test_two_measurements_of_one_wobble_agree_on_its_size_even_beyond_their_nyquist_rate(hz):
    time_s = looked_at()
    sway_pct = 2.0 * np.sin(2 * np.pi * hz * time_s + 0.3)
    slow_pct = 9 * np.sin(2 * np.pi * 0.05 * time_s) + 4
    agreed = agreed_wobble(sway_pct, sway_pct, sway_pct + slow_pct, time_s)
    assert_allclose(agreed.mean(), 2.0, rtol=0.08)  # the square of 2 / sqrt(2)


def test_jitter_that_differs_from_one_measurement_to_the_other_is_no_wobble():
    fps, every, n = 30, 4, 12000
    first, second = np.random.default_rng(5).normal(scale=0.8, size=(2, n))
    band_pct = band_of(first, np.zeros(n), fps)
    close_ups = slice(0, n, every)
    agreed = agreed_wobble(
        band_pct[close_ups], first[close_ups], second[close_ups], np.arange(n)[close_ups] / fps
    )
    # Slightly too much is removed: the moving line is not quite the band's lower edge.
    assert -0.2 < agreed.mean() / root_mean_square(band_pct) ** 2 < 0.05


def test_a_close_up_far_from_all_others_has_nothing_fast_to_show():
    time_s = np.array([0.0, 0.13, 0.26, 6.0])
    band_pct, sway_pct = np.ones(4), np.zeros(4)
    agreed = agreed_wobble(band_pct, sway_pct, np.array([3.0, 3.0, 3.0, 9.0]), time_s)
    assert_allclose(agreed, 1.0)


@pytest.mark.parametrize("share", [0.8, 1.0, 1.2])
def test_a_measurement_that_flattens_the_wobble_counts_by_the_product_of_both(share):
    time_s = looked_at()
    true_pct = 2.0 * np.sin(2 * np.pi * 3.1 * time_s)
    agreed = agreed_wobble(share * true_pct, share * true_pct, true_pct, time_s)
    assert_allclose(agreed.mean(), share * 2.0, rtol=0.03)


def test_shaking_of_one_measurement_alone_adds_nothing_to_what_both_see():
    time_s = looked_at()
    true_pct = 2.0 * np.sin(2 * np.pi * 3.1 * time_s)
    alone_pct = 2.0 * np.sin(2 * np.pi * 2.2 * time_s)
    agreed = agreed_wobble(true_pct + alone_pct, true_pct + alone_pct, true_pct, time_s)
    assert_allclose(agreed.mean(), 2.0, rtol=0.08)


@pytest.mark.parametrize(
    ("signal", "n_reversals"),
    [
        ([0, 1, 2, 3], 0),
        ([0, 2, 0], 1),
        ([0, 2, 0, 2], 2),
        ([0, -2, 0, -2, 0], 3),
        ([0, 3, 2.5, 3, 0], 1),
        ([0, 1, 0, 1, 0], 0),
        ([0, 1, -1, 1, -1], 2),
        ([0, 0.8, 0.4, 1.6, 1.2, 2.4, 2.0, 0.5], 1),
        ([2, 2, 2, 0, 0, 2, 2], 1),
        ([0, 2, np.nan, 0, np.nan, 2], 2),
        ([5, 5, 5], 0),
        ([0, 2], 0),
        ([], 0),
    ],
    ids=[
        "one way",
        "there and back",
        "and there again",
        "mirrored",
        "a small swing inside",
        "swings too small",
        "starting in the middle",
        "a small swing on the way",
        "with rests",
        "with gaps",
        "still",
        "too short",
        "empty",
    ],
)
def test_reversals_counted_by_hand(signal, n_reversals):
    signal = np.array(signal, dtype=float)
    assert count_reversals(signal, min_swing=1.5) == n_reversals
    assert count_reversals(-signal, min_swing=1.5) == n_reversals
    assert count_reversals(signal[::-1], min_swing=1.5) == n_reversals
    assert count_reversals(10 * signal + 7, min_swing=15.0) == n_reversals


@pytest.mark.parametrize("fps", [30, 60, 120])
def test_a_sine_turns_round_twice_in_every_period(fps):
    # Peaks at 1/12, 3/12, ... s: 2 turning points in each of the 6 periods; the first swing, from
    # 0 to 1, is too small to tell the direction.
    signal = shaking(3.0, fps, amplitude_pct=1.0, duration_s=2.0)
    assert count_reversals(signal, min_swing=1.5) == 10


def test_swings_just_below_the_smallest_do_not_count():
    signal = np.array([0, 1.49, 0, 1.49, 0])
    assert count_reversals(signal, min_swing=1.5) == 0
    assert count_reversals(signal, min_swing=1.49) == 3


def test_plateaus_are_no_reversals_even_without_a_smallest_swing():
    assert count_reversals(np.array([0.0, 1.0, 1.0, 2.0, 2.0, 1.0]), min_swing=0.0) == 1
