"""Sampling: even times over the filmed parts only."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.kinematics.sampling import (
    LAID_OUT_S,
    even_times,
    playing_frame_rate,
    usual_frame_rate,
)


@pytest.mark.parametrize("fps", [24, 29.97, 30, 60])
def test_even_times_are_kept(fps):
    time_s = np.arange(100) / fps
    new_time_s, rate = even_times(time_s)
    assert_array_equal(new_time_s, time_s)
    assert_allclose(rate, fps)


def test_times_rounded_to_milliseconds_are_even_and_give_the_exact_rate():
    time_s = np.round(np.arange(300) / 30, 3)
    new_time_s, rate = even_times(time_s)
    assert_array_equal(new_time_s, time_s)
    assert_allclose(rate, 30, rtol=1e-4)


def test_uneven_times_are_spaced_by_their_usual_step_over_the_same_span():
    time_s = np.array([0.0, 0.1, 0.2, 0.3, 0.5, 0.6, 0.9, 1.0])
    new_time_s, rate = even_times(time_s)
    assert_allclose(new_time_s, np.linspace(0, 1, 11))
    assert_allclose(rate, 10)


def with_gap(gap_s):
    """Ten seconds at 30 frames per second, a gap, and ten seconds more."""
    time_s = np.arange(600) / 30
    return np.where(time_s < 10, time_s, time_s + gap_s)


def test_a_gap_shorter_than_what_is_laid_out_stays_as_long_as_it_is():
    new_time_s, fps = even_times(with_gap(5.0))
    assert_allclose(fps, 30)
    assert_allclose(np.diff(new_time_s), 1 / 30)
    assert_allclose(new_time_s[-1], 24.967, atol=0.034)


@pytest.mark.parametrize("gap_s", [20.0, 97_500.0, 1e7, 1e11])
def test_a_long_gap_costs_no_more_than_a_short_one(gap_s):
    new_time_s, fps = even_times(with_gap(gap_s))
    assert_allclose(fps, 30)
    assert new_time_s.size == pytest.approx(30 * (20 + LAID_OUT_S), abs=2)
    step_s = np.diff(new_time_s)
    assert np.all(step_s > 0)
    # One jump, in the middle of the gap; what was filmed on either side is evenly spaced.
    jump = int(step_s.argmax())
    assert_allclose(step_s[jump], gap_s - LAID_OUT_S, atol=0.1, rtol=1e-9)
    assert_allclose(np.delete(step_s, jump), 1 / 30, atol=max(1e-6, 1e-15 * gap_s))
    assert_allclose(new_time_s[jump], 10 + LAID_OUT_S / 2, atol=0.1)


@pytest.mark.parametrize("steps", [[1e-9] * 300, [1e-12] * 300, [1e-12, 0.05] * 150])
def test_frames_of_one_moment_tell_no_rate(steps):
    time_s = np.concatenate([[0.0], np.cumsum(steps)])
    new_time_s, fps = even_times(time_s)
    assert fps <= 2000
    assert new_time_s.size <= time_s.size
    assert usual_frame_rate(time_s) == pytest.approx(20 if 0.05 in steps else 2000)


@pytest.mark.parametrize("n_gaps", [1, 20, 99])
def test_there_are_never_many_more_samples_than_frames(n_gaps):
    steps = np.full(1000, 0.001)
    steps[:: 1000 // n_gaps] = 500.0
    new_time_s, _ = even_times(np.concatenate([[0.0], np.cumsum(steps)]))
    assert new_time_s.size <= 50_001


def test_times_are_left_as_they_were():
    time_s = with_gap(100.0)
    before = time_s.copy()
    even_times(time_s)
    assert_array_equal(time_s, before)


@pytest.mark.parametrize("left_out", [0.0, 0.05, 0.12])
@pytest.mark.parametrize("pause_s", [0.0, 3.0])
@pytest.mark.parametrize("digits", [9, 3])
def test_frames_left_out_and_pauses_do_not_change_the_rate_at_which_a_video_plays(
    left_out, pause_s, digits
):
    time_s = np.arange(900) / 30
    time_s = np.where(time_s < 10, time_s, time_s + pause_s)
    kept = np.random.default_rng(1).random(900) >= left_out
    assert playing_frame_rate(np.round(time_s[kept], digits)) == pytest.approx(30, rel=1e-3)
