"""Squats found in heights drawn by hand."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.kinematics.depth import depth_from_knee_flexion, knee_flexion_from_depth
from kneescan.squat.repetitions.over_one_foot import repetitions_over_foot

FPS, LEG_PX, STANDING_PX = 30.0, 200.0, 300.0


STANDING_DEG = 7.0
"""Flexion of a standing knee. [deg]"""


def smooth(start_pct, stop_pct, duration_s, fps=FPS):
    """Depth while the knee bends smoothly (minimum jerk) from one depth to another. [% of leg length]"""
    u = np.arange(round(duration_s * fps)) / round(duration_s * fps)
    standing_pct = depth_from_knee_flexion(STANDING_DEG)
    first_deg, last_deg = knee_flexion_from_depth(standing_pct + np.array([start_pct, stop_pct]))
    flexion_deg = first_deg + (last_deg - first_deg) * u**3 * (10 - 15 * u + 6 * u**2)
    return depth_from_knee_flexion(flexion_deg) - standing_pct


def still(depth_pct, duration_s, fps=FPS):
    return np.full(round(duration_s * fps), float(depth_pct))


def squat(depth_pct=15.0, down_s=2.0, hold_s=0.0, up_s=2.0, fps=FPS):
    down, up = smooth(0, depth_pct, down_s, fps), smooth(depth_pct, 0, up_s, fps)
    return np.concatenate([down, still(depth_pct, hold_s, fps), up])


def found(*depths_pct, fps=FPS, scale=1.0, **limits):
    """Drops of a trunk that stands 300 px over the foot of a leg of 200 px."""
    depth_pct = np.concatenate(depths_pct)
    height_px = scale * (STANDING_PX - depth_pct * LEG_PX / 100)
    height_px.flags.writeable = False
    chosen = {"min_depth_pct": 2.5, "min_duration_s": 0.7, "max_duration_s": 20.0, **limits}
    return repetitions_over_foot(height_px, fps=fps, leg_length_px=scale * LEG_PX, **chosen)


def test_a_squat_has_the_depth_and_the_times_it_was_drawn_with():
    (bounds,) = found(still(0, 2), squat(15), still(0, 2))
    assert_allclose(bounds.depth_pct, 15, atol=0.05)
    assert_allclose(bounds.standing, 300, atol=0.1)
    assert_allclose([bounds.start, bounds.deepest, bounds.stop], [60, 120, 180], atol=4)


@pytest.mark.parametrize("fps", [24, 30, 60, 120])
def test_the_times_are_the_same_at_every_frame_rate(fps):
    (bounds,) = found(still(0, 2, fps), squat(15, fps=fps), still(0, 2, fps), fps=fps)
    times_s = np.array([bounds.start, bounds.deepest, bounds.stop]) / fps
    assert_allclose(times_s, [2, 4, 6], atol=0.12)


@pytest.mark.parametrize("n_squats", [0, 1, 2, 5, 10])
@pytest.mark.parametrize("pause_s", [0, 1, 4])
def test_squats_are_counted_with_or_without_a_pause(n_squats, pause_s):
    parts = [still(0, 2)]
    for _ in range(n_squats):
        parts += [squat(), still(0, pause_s)]
    all_bounds = found(*parts, still(0, 2))
    assert len(all_bounds) == n_squats
    bottoms = np.array([bounds.deepest for bounds in all_bounds]) / FPS
    assert_allclose(bottoms, 4 + (4 + pause_s) * np.arange(n_squats), atol=0.05)


@pytest.mark.parametrize(("depth_pct", "n_found"), [(2.0, 0), (3.0, 1), (30.0, 1)])
def test_repetitions_shallower_than_the_least_depth_are_overlooked(depth_pct, n_found):
    assert len(found(still(0, 2), squat(depth_pct), still(0, 2))) == n_found


@pytest.mark.parametrize(("half_s", "n_found"), [(0.2, 0), (0.6, 1), (4, 1)])
def test_repetitions_shorter_than_a_squat_are_overlooked(half_s, n_found):
    all_bounds = found(still(0, 2), squat(15, half_s, 0, half_s), still(0, 2))
    assert len(all_bounds) == n_found


@pytest.mark.parametrize("hold_s", [0.5, 1.0, 2.0])
def test_a_squat_that_is_held_is_one_and_deepest_in_the_middle(hold_s):
    (bounds,) = found(still(0, 2), squat(15, hold_s=hold_s), still(0, 2))
    assert_allclose(bounds.deepest / FPS, 4 + hold_s / 2, atol=0.07)
    assert_allclose(bounds.stop / FPS, 6 + hold_s, atol=0.12)


@pytest.mark.parametrize("bounce_pct", [0.5, 1.0, 2.0])
def test_a_bouncing_bottom_is_one_squat(bounce_pct):
    samples = np.arange(60)
    bounce = 15 + bounce_pct * np.sin(samples * 2 * np.pi / 15) + samples / 200
    parts = [smooth(0, 15, 2), bounce, smooth(15, 0, 2)]
    assert len(found(still(0, 2), *parts, still(0, 2))) == 1


@pytest.mark.parametrize("cut_at_s", [3.4, 4.0, 5.0])
def test_a_squat_that_begins_before_the_video_is_none(cut_at_s):
    depth_pct = np.concatenate([still(0, 2), squat(), still(0, 1), squat(), still(0, 2)])
    (bounds,) = found(depth_pct[round(cut_at_s * FPS) :])
    assert_allclose(bounds.deepest / FPS, 9 - cut_at_s, atol=0.05)


@pytest.mark.parametrize("cut_at_s", [8.0, 9.0, 9.6])
def test_a_squat_that_ends_after_the_video_is_none(cut_at_s):
    depth_pct = np.concatenate([still(0, 2), squat(), still(0, 1), squat(), still(0, 2)])
    (bounds,) = found(depth_pct[: round(cut_at_s * FPS)])
    assert_allclose(bounds.deepest / FPS, 4, atol=0.05)


def test_sitting_down_for_good_is_no_squat():
    assert found(still(0, 3), smooth(0, 20, 2), still(20, 8)) == []


def test_a_slow_drift_of_the_height_hides_no_squat():
    depth_pct = np.concatenate([still(0, 2), *[squat(), still(0, 1)] * 5, still(0, 2)])
    drift = np.linspace(0, 6, depth_pct.size)
    all_bounds = found(depth_pct + drift)
    assert len(all_bounds) == 5
    assert_allclose([bounds.depth_pct for bounds in all_bounds], 15, atol=1.0)


def test_squats_of_unlike_depth_are_each_held_against_their_own_standing():
    all_bounds = found(
        still(0, 2), squat(25), still(0, 1), squat(6), still(0, 1), squat(12), still(0, 2)
    )
    assert_allclose([bounds.depth_pct for bounds in all_bounds], [25, 6, 12], atol=0.1)


@pytest.mark.parametrize("n_apart", [12, 30, 60])
def test_two_samples_of_exactly_the_same_depth_are_one_squat(n_apart):
    bottom = still(14.9, n_apart / FPS + 1)
    bottom[[10, 10 + n_apart]] = 15.0
    parts = [smooth(0, 14.9, 2), bottom, smooth(14.9, 0, 2)]
    assert len(found(still(0, 2), *parts, still(0, 2))) == 1


def test_a_repetition_does_not_depend_on_the_size_of_the_picture():
    parts = still(0, 2), squat(), still(0, 2)
    (small,), (large,) = found(*parts), found(*parts, scale=4.0)
    assert (small.start, small.deepest, small.stop) == (large.start, large.deepest, large.stop)
    assert_allclose(large.depth_pct, small.depth_pct)
    assert_allclose(large.standing, 4 * small.standing)


def test_the_height_is_left_alone():
    depth_pct = np.concatenate([still(0, 2), squat(), still(0, 2)])
    before = depth_pct.copy()
    found(depth_pct)
    assert_array_equal(depth_pct, before)


@pytest.mark.parametrize("n_samples", [1, 2, 3, 10])
def test_hardly_any_samples_hold_no_squat(n_samples):
    assert found(np.linspace(0, 15, n_samples)) == []


def test_squats_without_a_rest_between_them_do_not_overlap():
    bounce = np.tile(squat(down_s=0.8, up_s=0.8)[:-1], 4)
    shaking = np.random.default_rng(2).normal(scale=0.6, size=bounce.size)
    all_bounds = found(still(0.0, 2.0), bounce + shaking, still(0.0, 2.0))
    assert len(all_bounds) == 4
    for one, other in pairwise(all_bounds):
        assert one.deepest < one.stop <= other.start < other.deepest
