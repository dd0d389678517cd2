"""Filters against sines, whose gain and phase are known."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import butter, sosfiltfilt

from kneescan.kinematics.filters import BOTH_WAYS, band_pass, low_pass

HALF_POWER = 1 / np.sqrt(2)
FRAME_RATES = [24, 30, 60, 120]


def sine(frequency_hz, fps, duration_s=20.0):
    return np.sin(2 * np.pi * frequency_hz * np.arange(0, duration_s, 1 / fps))


def gain(filtered, signal, fps):
    """Ratio of the amplitudes away from the ends."""
    middle = slice(5 * fps, -5 * fps)
    return np.sqrt(np.mean(filtered[middle] ** 2) / np.mean(signal[middle] ** 2))


@pytest.mark.parametrize("fps", FRAME_RATES)
@pytest.mark.parametrize("cutoff_hz", [1.0, 3.0, 6.0])
def test_low_pass_keeps_71_percent_at_its_cutoff_after_both_passes(fps, cutoff_hz):
    signal = sine(cutoff_hz, fps)
    filtered = low_pass(signal, fps=fps, cutoff_hz=cutoff_hz)
    assert_allclose(gain(filtered, signal, fps), HALF_POWER, atol=0.01)


def scipys(signal, fps, frequency_hz, kind, padding):
    """Butterworth as SciPy designs and runs it, for an edge as high on the filter's warped axis."""
    factor = {"lowpass": 1 / BOTH_WAYS, "highpass": BOTH_WAYS}[kind]
    design_hz = fps / np.pi * np.arctan(factor * np.tan(np.pi * frequency_hz / fps))
    sections = butter(2, design_hz, kind, fs=fps, output="sos")
    return sosfiltfilt(sections, signal, axis=0, padtype="odd", padlen=padding)


@pytest.mark.parametrize("fps", [24, 29.97, 120, 240])
@pytest.mark.parametrize("frequency_hz", [0.2, 1.0, 6.0, 11.0])
def test_filters_are_scipys(fps, frequency_hz):
    signal = np.random.default_rng(5).normal(size=(2000, 2)).cumsum(axis=0) + 500
    padding = round(1.5 * fps / frequency_hz)
    low = scipys(signal, fps, frequency_hz, "lowpass", padding)
    assert_allclose(low_pass(signal, fps=fps, cutoff_hz=frequency_hz), low, atol=1e-8)
    high = scipys(signal, fps, frequency_hz, "highpass", padding)
    found = band_pass(signal, fps=fps, low_hz=frequency_hz, high_hz=0.5 * fps)
    assert_allclose(found, high, atol=1e-8)


@pytest.mark.parametrize("fps", [60, 120])
@pytest.mark.parametrize(("octaves", "expected"), [(-2, 1.0), (-1, 0.97), (1, 0.13), (2, 0.01)])
def test_low_pass_falls_off_as_a_butterworth_run_twice(fps, octaves, expected):
    # 1 / (1 + (0.802 f / cutoff) ** 4), of which the warped axis of a digital filter takes a bit off.
    signal = sine(6.0 * 2.0**octaves, fps)
    filtered = low_pass(signal, fps=fps, cutoff_hz=6.0)
    assert_allclose(gain(filtered, signal, fps), expected, atol=0.05)


@pytest.mark.parametrize("fps", FRAME_RATES)
@pytest.mark.parametrize("edge_hz", [1.0, 6.0])
def test_band_pass_keeps_71_percent_at_both_edges(fps, edge_hz):
    signal = sine(edge_hz, fps)
    filtered = band_pass(signal, fps=fps, low_hz=1.0, high_hz=6.0)
    assert_allclose(gain(filtered, signal, fps), HALF_POWER, atol=0.02)


@pytest.mark.parametrize("fps", FRAME_RATES)
def test_band_pass_keeps_the_middle_and_drops_what_is_slower_than_the_band(fps):
    middle, slow = sine(2.5, fps), sine(0.25, fps)
    assert gain(band_pass(middle, fps=fps, low_hz=1.0, high_hz=6.0), middle, fps) > 0.96
    assert gain(band_pass(slow, fps=fps, low_hz=1.0, high_hz=6.0), slow, fps) < 0.02


FILTERS = {
    "low pass": lambda signal, fps=60: low_pass(signal, fps=fps, cutoff_hz=6.0),
    "band pass": lambda signal, fps=60: band_pass(signal, fps=fps, low_hz=1.0, high_hz=6.0),
}
every_filter = pytest.mark.parametrize("run", FILTERS.values(), ids=FILTERS)


@every_filter
@pytest.mark.parametrize("frequency_hz", [1.0, 2.0, 4.0, 6.0])
def test_filters_are_not_late(run, frequency_hz):
    filtered, fps = run(sine(frequency_hz, 60)), 60
    time_s = np.arange(0, 20, 1 / fps)[5 * fps : -5 * fps]
    phase = np.mean(filtered[5 * fps : -5 * fps] * np.exp(-2j * np.pi * frequency_hz * time_s))
    assert_allclose(np.degrees(np.angle(phase)), -90.0, atol=0.5)  # that of a sine


@every_filter
def test_a_symmetric_pulse_stays_symmetric(run):
    pulse = np.zeros(601)
    pulse[295:306] = 1.0
    filtered = run(pulse)
    assert np.argmax(filtered) == 300
    assert_allclose(filtered, filtered[::-1], atol=1e-4)


def test_low_pass_keeps_what_does_not_move_and_what_moves_steadily():
    still, steady = np.full(90, 412.3), np.linspace(0.0, 300.0, 90)
    assert_allclose(low_pass(still, fps=30, cutoff_hz=6.0), still)
    assert_allclose(low_pass(steady, fps=30, cutoff_hz=6.0), steady, atol=0.2)


def test_band_pass_drops_what_does_not_move():
    still = np.full(90, 412.3)
    assert_allclose(band_pass(still, fps=30, low_hz=1.0, high_hz=6.0), 0.0, atol=1e-9)


@every_filter
def test_stretches_between_gaps_are_filtered_each_on_its_own(run):
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=80), 1000 + rng.normal(size=50)
    together = run(np.concatenate([first, [np.nan] * 4, second]))
    assert_array_equal(np.flatnonzero(np.isnan(together)), [80, 81, 82, 83])
    assert_allclose(together[:80], run(first), atol=1e-9)
    assert_allclose(together[84:], run(second), atol=1e-9)


@every_filter
def test_landmarks_and_coordinates_are_filtered_each_on_its_own(run):
    rng = np.random.default_rng(2)
    signal = rng.normal(size=(120, 3, 2))
    signal[40:44, 1, 0] = np.nan
    filtered = run(signal)
    assert filtered.shape == signal.shape
    for part in range(3):
        for axis in range(2):
            alone = run(signal[:, part, axis])
            assert_allclose(filtered[:, part, axis], alone, atol=1e-9)


@every_filter
def test_filters_are_linear_so_that_mirror_and_scale_carry_over(run):
    signal = np.random.default_rng(3).normal(size=120)
    assert_allclose(run(-7 * signal), -7 * run(signal), atol=1e-9)


@every_filter
def test_filters_leave_the_signal_alone(run):
    signal = np.random.default_rng(4).normal(size=120)
    signal.flags.writeable = False
    before = signal.copy()
    run(signal)[...] = 0.0
    run(signal, fps=1)[...] = 0.0
    assert_array_equal(signal, before)


def test_a_rate_too_low_for_the_cutoff_leaves_the_signal_as_it_is():
    signal = np.random.default_rng(5).normal(size=50)
    assert_array_equal(low_pass(signal, fps=10, cutoff_hz=6.0), signal)


def test_a_rate_too_low_for_the_band_shows_nothing_of_it():
    signal = np.random.default_rng(6).normal(size=50)
    assert np.isnan(band_pass(signal, fps=2, low_hz=1.0, high_hz=6.0)).all()


def test_a_sample_between_two_gaps_shows_nothing_of_the_band():
    signal = np.full(9, 300.0)
    signal[[3, 5]] = np.nan
    filtered = band_pass(signal, fps=30, low_hz=1.0, high_hz=6.0)
    assert_array_equal(np.flatnonzero(np.isnan(filtered)), [3, 4, 5])
    assert_allclose(filtered[[0, 1, 2, 6, 7, 8]], 0.0, atol=1e-9)


@pytest.mark.parametrize("n_frames", [1, 2, 3])
@every_filter
def test_the_shortest_videos_keep_their_shape(run, n_frames):
    assert run(np.full((n_frames, 2), 7.0)).shape == (n_frames, 2)


def test_the_ends_are_not_drawn_towards_anything():
    # Half a cosine that leaves the video at its top and bottom: nothing there to overshoot.
    slow = 100 * np.cos(np.pi * np.linspace(0, 1, 121))
    assert_allclose(low_pass(slow, fps=30, cutoff_hz=6.0), slow, atol=0.2)
