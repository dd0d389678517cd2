import numpy as np
import pytest

from kneescan.landmarks import PoseSequence
from kneescan.live.counting import RunningValues, count_squats, counts_of
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


@pytest.mark.parametrize("share", [1.0, 0.6, 0.4])
def test_pictures_left_out_do_not_change_the_count(share):
    pose = filmed(3, 2, fps=30.0)
    kept = np.random.default_rng(3).random(len(pose)) < share
    counts = count_squats(thinned(pose, kept), Settings(), is_over=True)
    assert counts.counted == {LEFT: 3, RIGHT: 2}


def test_final_count_is_that_of_the_analysis():
    pose = filmed(3, 2)
    assert count_squats(pose, Settings(), is_over=True) == counts_of(analyze_pose(pose))


def test_a_squat_counts_only_once_it_is_over():
    pose = filmed(1, 0)
    squat = analyze_pose(pose).legs[0].repetitions[0]
    counted_s = [
        time_s
        for n, time_s in enumerate(pose.time_s)
        if n > 2 and count_squats(thinned(pose, slice(n)), Settings()).total
    ]
    assert squat.stop_s <= counted_s[0] <= squat.stop_s + 0.6
    assert len(counted_s) == sum(pose.time_s >= counted_s[0])


def test_nobody_has_no_running_values():
    running = RunningValues(Settings()).add(0.0, np.full((33, 2), np.nan))
    assert running.side is None
    assert np.isnan(running.depth_pct)


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
