"""Squats that stop on the way down or up, as real people do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.landmarks import PoseSequence
from kneescan.simulate import Noise, simulate
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.repetitions.halts import samples_in_motion
from tests.squat.repetitions.test_over_one_foot import FPS, found, smooth, squat, still
from tests.squat.videos import AS_SEEN, LEFT, RIGHT, repetitions, squats

N_SQUATS = 3
AS_DEEP_PCT = 1.5
"""A halt this near to the deepest point is at the bottom: a held squat shakes as much. [% of leg length]"""


def one_way(halt_pct, halt_s, depth_pct=20.0):
    """Way up from the deepest point with a halt at some depth."""
    up = smooth(depth_pct, 0, 2)
    at = int((up < halt_pct).argmax())
    return np.concatenate([up[:at], np.full(round(halt_s * FPS), up[at]), up[at:], still(0, 1)])


@pytest.mark.parametrize("halt_s", [0.4, 1.0, 2.0])
@pytest.mark.parametrize("halt_pct", [5, 10, 16])
def test_a_halt_is_cut_out_to_the_tenth_of_a_second(halt_pct, halt_s):
    way = one_way(halt_pct, halt_s)
    moving = samples_in_motion(way, 0.0, fps=FPS)
    assert_allclose((way.size - moving.size) / FPS, halt_s, atol=0.1)
    same = min(moving.size, 60)
    assert_allclose(way[moving][:same], one_way(halt_pct, 0.0)[:same], atol=2.0)


@pytest.mark.parametrize("seconds", [0.5, 1, 2, 6])
def test_a_way_without_a_halt_is_left_whole(seconds):
    way = np.concatenate([still(20, 1), smooth(20, 0, seconds), still(0, 3)])
    assert_array_equal(samples_in_motion(way, 0.0, fps=FPS), np.arange(way.size))


def test_standing_still_at_the_bottom_or_standing_is_no_halt():
    way = np.concatenate([still(20, 3), smooth(20, 0.5, 2), still(0.5, 3), smooth(0.5, 0, 1)])
    assert samples_in_motion(way, 0.0, fps=FPS).size == way.size


@pytest.mark.parametrize("depth_pct", [0.0, 1.0, 4.0])
def test_hardly_any_depth_has_no_halts(depth_pct):
    way = np.linspace(depth_pct, 0, 200)
    assert samples_in_motion(way, 0.0, fps=FPS).size == way.size


@pytest.mark.parametrize("up", [False, True], ids=["down", "up"])
@pytest.mark.parametrize("halt_pct", [5, 8, 10, 12, 16])
def test_the_depth_and_the_end_of_a_squat_do_not_change_by_a_halt(halt_pct, up):
    way = one_way(halt_pct, 2.0)
    whole = np.concatenate([still(0, 1), smooth(0, 20, 2), way])
    (bounds,) = found(whole if up else whole[::-1])
    assert_allclose(bounds.depth_pct, 20, atol=0.1)
    assert_allclose(np.array([bounds.start, bounds.stop]) / FPS, [1, 7], atol=0.2)
    assert_allclose(bounds.deepest / FPS, 3 if up else 5, atol=0.1)


def test_a_halt_that_gives_way_a_little_is_not_a_squat_of_its_own():
    down = [smooth(0, 9, 1), smooth(9, 5.5, 0.6), smooth(5.5, 18, 1.5)]
    (bounds,) = found(still(0, 2), *down, smooth(18, 0, 2), still(0, 2))
    assert_allclose(bounds.deepest / FPS, 5.1, atol=0.1)


def test_squats_before_and_after_one_with_a_halt_are_as_they_were():
    halted = np.concatenate([squat(20)[:60], one_way(9, 2.0)])
    all_bounds = found(still(0, 2), squat(12), still(0, 1), halted, squat(12), still(0, 2))
    assert_allclose([bounds.depth_pct for bounds in all_bounds], [12, 20, 12], atol=0.2)
    assert_allclose([bounds.deepest / FPS for bounds in all_bounds], [4, 9, 16], atol=0.1)


def with_halts(script, halts, *, fps, noise, seed):
    """Video of a script whose clock stops: landmarks, true depth, and the time of a moment of the script.

    ``halts`` are pairs of a moment of the script and the time for which it lasts. [s]
    """
    begin_s, lasting_s = np.array(sorted(halts)).reshape(-1, 2).T
    waited_s = np.concatenate(([0.0], np.cumsum(lasting_s)))
    script_s = np.ravel([begin_s, begin_s + 1e-6], order="F")
    real_s = np.ravel([begin_s + waited_s[:-1], begin_s + waited_s[1:]], order="F")
    script_s = np.concatenate(([0.0], script_s, [script.duration_s]))
    real_s = np.concatenate(([0.0], real_s, [script.duration_s + waited_s[-1]]))
    time_s = np.arange(0, real_s[-1] - 0.01, 1 / fps)
    video = simulate(script, time_s=np.interp(time_s, real_s, script_s), seed=seed)
    xy_px, visibility = noise.spoil(time_s, video.pose.xy_px, seed=seed)
    pose = PoseSequence(
        time_s=time_s, xy_px=xy_px, visibility=visibility, size_px=video.pose.size_px
    )
    return pose, video.truth.depth_pct, lambda moment_s: np.interp(moment_s, script_s, real_s)


one_halt = st.tuples(
    st.integers(0, N_SQUATS - 1),  # in which squat
    st.booleans(),  # on the way up
    st.floats(0.2, 0.85),  # share of the time of that way
    st.floats(0.2, 2.0),  # how long
)


@settings(max_examples=40, deadline=None)
@given(
    halts=st.lists(one_halt, min_size=1, max_size=6, unique_by=lambda halt: halt[:2]),
    side=st.sampled_from([LEFT, RIGHT]),
    peak_deg=st.floats(50, 110),
    down_s=st.floats(0.8, 3),
    up_s=st.floats(0.8, 3),
    hold_s=st.floats(0, 0.6),
    pause_s=st.sampled_from([0.0, 0.5, 2.0]),
    fps=st.sampled_from([25, 30, 60]),
    jitter_px=st.floats(0, 1.5),
    seed=st.integers(0, 1000),
)
def test_halts_neither_split_merge_lose_nor_move_anybodys_squats(
    halts, side, peak_deg, down_s, up_s, hold_s, pause_s, fps, jitter_px, seed
):
    script = squats(
        N_SQUATS,
        side,
        peak_knee_flexion_deg=peak_deg,
        descent_s=down_s,
        ascent_s=up_s,
        hold_s=hold_s,
        pause_s=pause_s,
    )
    first_s = script.stand_s + script.lift_s + script.quiet_s
    start_s = first_s + (down_s + hold_s + up_s + pause_s) * np.arange(N_SQUATS)
    moments = [
        (start_s[k] + (down_s + hold_s + share * up_s if up else share * down_s), lasting_s)
        for k, up, share, lasting_s in halts
    ]
    noise = Noise(jitter_px=jitter_px, drift_px=0.7 * jitter_px)
    pose, depth_pct, real_time = with_halts(script, moments, fps=fps, noise=noise, seed=seed)
    squatted = repetitions(analyze_pose(pose, AS_SEEN))
    assert [squat.side for squat in squatted] == [side] * N_SQUATS
    for deep, begin_s in zip(squatted, start_s, strict=True):
        bottom_s = real_time(begin_s + down_s + np.array([0, hold_s / 2, hold_s]))
        full_pct, there_pct = np.interp([bottom_s[1], deep.deepest_s], pose.time_s, depth_pct)
        in_time = bottom_s[0] - 0.25 < deep.deepest_s < bottom_s[2] + 0.25
        assert in_time or full_pct - there_pct < max(0.07 * full_pct, AS_DEEP_PCT)
