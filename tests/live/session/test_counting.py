import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.landmarks import PoseSequence
from kneescan.live.session.counting import RunningValues, count_repetitions, counts_of, filled
from kneescan.simulate import SquatScript, simulate
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.settings import Settings
from tests.live.people import LEFT, RIGHT, filmed


def thinned(pose, keep):
    return PoseSequence(
        time_s=pose.time_s[keep],
        xy_px=pose.xy_px[keep],
        visibility=pose.visibility[keep],
        size_px=pose.size_px,
    )


@pytest.mark.parametrize("share", [1.0, 0.6, 0.4, 0.25])
def test_pictures_left_out_do_not_change_the_count(share):
    pose = filmed(3, 2, fps=30.0)
    kept = np.random.default_rng(3).random(len(pose)) < share
    counts = count_repetitions(thinned(pose, kept), Settings(), is_over=True)
    assert counts.counted == {LEFT: 3, RIGHT: 2}


def test_final_count_is_that_of_the_analysis():
    pose = filmed(3, 2)
    assert count_repetitions(pose, Settings(), is_over=True) == counts_of(analyze_pose(pose))


def test_a_squat_counts_only_once_it_is_over():
    pose = filmed(1, 0)
    squat = analyze_pose(pose).legs[0].repetitions[0]
    counted_s = [
        time_s
        for n, time_s in enumerate(pose.time_s)
        if n > 2 and count_repetitions(thinned(pose, slice(n)), Settings()).total
    ]
    assert squat.stop_s <= counted_s[0] <= squat.stop_s + 0.6
    assert len(counted_s) == sum(pose.time_s >= counted_s[0])


def test_nobody_has_no_running_values():
    running = RunningValues(Settings()).add(0.0, np.full((33, 2), np.nan))
    assert running.side is None
    assert np.isnan(running.depth_pct)


def test_a_squat_that_is_too_deep_has_a_depth_but_no_angle():
    script = SquatScript(side=LEFT, n_repetitions=1, peak_knee_flexion_deg=130, free_leg="front")
    pose, values = simulate(script).pose, RunningValues(Settings())
    seen = [values.add(t, xy_px) for t, xy_px in zip(pose.time_s, pose.xy_px, strict=True)]
    deep = [running for running in seen if running.depth_pct > 45]
    assert deep
    assert all(np.isnan(running.fppa_deg) for running in deep)
    assert all(np.isfinite(running.fppa_deg) for running in seen if running.depth_pct < 25)
    counts = count_repetitions(pose, Settings(), is_over=True)
    assert counts.total == 0
    assert [reason.code for reason in counts.left_out] == ["too_deep"]


def test_mirror_image_has_the_same_running_values_on_the_other_side():
    pose = filmed(1, 0)
    one, other = RunningValues(Settings()), RunningValues(Settings())
    for row, mirrored, time_s in zip(pose.xy_px, pose.mirrored().xy_px, pose.time_s, strict=True):
        seen, reflected = one.add(time_s, row), other.add(time_s, mirrored)
        assert (seen.side is None) == (reflected.side is None)
        if seen.side:
            assert reflected.side is seen.side.other
            assert reflected.fppa_deg == pytest.approx(seen.fppa_deg, abs=1e-3)
            assert reflected.depth_pct == pytest.approx(seen.depth_pct, abs=1e-3)


@pytest.mark.parametrize("fps", [5.0, 7.0, 12.0])
def test_a_slow_computer_counts_the_same(fps):
    pose = filmed(3, 2, fps=30.0)
    kept = np.unique(np.searchsorted(pose.time_s, np.arange(0, pose.time_s[-1], 1 / fps)))
    counts = count_repetitions(thinned(pose, kept), Settings(), is_over=True)
    assert counts.counted == {LEFT: 3, RIGHT: 2}
    assert counts.left_out == ()


def drawn(time_s, x):
    """Landmarks that are all in the same place."""
    xy = np.zeros((len(x), 33, 2)) + np.array(x)[:, None, None]
    return PoseSequence(
        time_s=np.array(time_s),
        xy_px=xy,
        visibility=np.linspace(0, 1, len(x))[:, None] * np.ones(33),
        size_px=(64, 48),
    )


def test_pictures_without_tracking_are_filled_in_evenly():
    pose = filled(drawn([0.0, 0.1, 0.4, 0.5], [0.0, 1.0, 4.0, 5.0]))
    assert_allclose(pose.time_s, [0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert_allclose(pose.xy_px[:, 0, 0], [0, 1, 2, 3, 4, 5], atol=1e-12)


def test_what_was_tracked_often_enough_stays_as_it_is():
    pose = drawn(np.arange(10) / 15, np.arange(10.0))
    assert_array_equal(filled(pose).xy_px, pose.xy_px)
    assert_array_equal(filled(pose).time_s, pose.time_s)


def test_landmarks_that_were_not_found_stay_missing():
    pose = filled(drawn([0.0, 0.3, 0.6, 0.9], [0.0, 3.0, np.nan, 9.0]))
    assert_allclose(pose.xy_px[:, 5, 1], [0, 1, 2, 3, *[np.nan] * 5, 9])


def test_longer_than_a_second_without_tracking_was_not_seen():
    pose = drawn([0.0, 0.1, 1.3, 1.4], [0.0, 1.0, 13.0, 14.0])
    assert_array_equal(filled(pose).time_s, pose.time_s)


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_pictures_are_left_alone(n):
    assert len(filled(drawn(np.arange(float(n)), np.arange(float(n))))) == n
