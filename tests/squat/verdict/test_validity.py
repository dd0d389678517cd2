"""Reasons why squats do not count, with their figures."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.landmarks import Landmark
from kneescan.simulate import Body, Camera
from kneescan.squat.analysis import analyze_pose
from tests.squat.videos import (
    AS_SEEN,
    LEFT,
    RIGHT,
    analysed,
    changed,
    filmed,
    reasons_of,
    repetitions,
    squats,
)


def reason(analysis, number, code):
    """One of the reasons why a squat, numbered from 1, does not count."""
    return next(r for r in repetitions(analysis)[number - 1].invalid_reasons if r.code == code)


@pytest.mark.parametrize(("peak_deg", "counts"), [(30, False), (35, False), (40, True), (45, True)])
def test_a_squat_counts_from_about_38_degrees_of_knee_flexion(peak_deg, counts):
    for squat in repetitions(analysed(squats(peak_knee_flexion_deg=peak_deg))):
        assert reasons_of(squat) == ([] if counts else ["too_shallow"])


def test_a_shallow_squat_says_how_shallow():
    values = reason(analysed(squats(peak_knee_flexion_deg=30)), 1, "too_shallow").values
    assert_allclose(values["depth_pct"], 3.8, atol=0.8)
    assert values["limit_pct"] == 6


@pytest.mark.parametrize("side", [LEFT, RIGHT])
@pytest.mark.parametrize(("shift_cm", "moved"), [(4, False), (6, False), (8, True), (12, True)])
def test_a_stance_foot_moves_from_8_percent_of_the_legs_length(side, shift_cm, moved):
    # 8 % of a leg of 83 cm are 6.6 cm.
    script = squats(side=side, foot_shift_cm=shift_cm, foot_shift_repetition=2)
    found = [reasons_of(squat) for squat in repetitions(analysed(script))]
    assert found == [[], ["stance_foot_moved"] if moved else [], []]


def test_a_moved_foot_says_how_far():
    body = Body()
    script = squats(foot_shift_cm=12, foot_shift_repetition=2)
    values = reason(analysed(script), 2, "stance_foot_moved").values
    assert_allclose(values["shift_pct"], 12 / (body.thigh_m + body.shank_m), rtol=0.05)


@pytest.mark.parametrize("shake_px", [2, 4, 6])
@pytest.mark.parametrize("free_leg", ["behind", "front"])
@pytest.mark.parametrize("seed", range(2))
def test_a_camera_held_in_the_hand_does_not_move_the_foot(shake_px, free_leg, seed):
    script = squats(free_leg=free_leg)
    analysis = analysed(script, camera=Camera(shake_px=shake_px), seed=seed)
    assert [reasons_of(squat) for squat in repetitions(analysis)] == [[], [], []]


def panned(pose, *, camera_known):
    """The same squats, filmed by a camera that pans by half a leg in the second of them."""
    leg_px = analyze_pose(pose, AS_SEEN).quality.leg_length_px
    squat = repetitions(analyze_pose(pose, AS_SEEN))[1]
    share = np.clip((pose.time_s - squat.start_s) / (squat.stop_s - squat.start_s), 0, 1)
    moved_px = share[:, None] * (-0.5 * leg_px, 0.1 * leg_px)
    xy_px = pose.xy_px + moved_px[:, None]
    return changed(pose, xy_px=xy_px, camera_px=moved_px if camera_known else None)


@pytest.mark.parametrize("free_leg", ["behind", "front"])
def test_a_pan_costs_no_squat_if_the_background_shows_it(free_leg):
    pose = filmed(squats(free_leg=free_leg)).pose
    found = {
        known: [
            reasons_of(squat)
            for squat in repetitions(analyze_pose(panned(pose, camera_known=known), AS_SEEN))
        ]
        for known in (False, True)
    }
    assert found == {False: [[], ["stance_foot_moved"], []], True: [[], [], []]}


def test_a_foot_that_moves_during_a_pan_has_moved():
    pose = filmed(squats(foot_shift_cm=12, foot_shift_repetition=2)).pose
    analysis = analyze_pose(panned(pose, camera_known=True), AS_SEEN)
    assert [reasons_of(squat) for squat in repetitions(analysis)] == [[], ["stance_foot_moved"], []]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_touch_down_during_a_pan_costs_its_squat(number):
    pose = filmed(squats(touchdown_repetition=number)).pose
    analysis = analyze_pose(panned(pose, camera_known=True), AS_SEEN)
    expected = [[], [], []]
    expected[number - 1] = ["touch_down"]
    assert [reasons_of(squat) for squat in repetitions(analysis)] == expected


def test_a_pan_that_is_known_changes_no_value_but_that_of_the_camera():
    pose = filmed(squats()).pose
    still = analyze_pose(pose, AS_SEEN)
    moved = analyze_pose(panned(pose, camera_known=True), AS_SEEN)
    for squat, other in zip(repetitions(moved), repetitions(still), strict=True):
        assert_allclose(squat.fppa_deg, other.fppa_deg, atol=0.01)
        assert_allclose(squat.depth_pct, other.depth_pct, atol=0.01)
        assert_allclose(squat.knee_over_foot_pct, other.knee_over_foot_pct, atol=0.01)
        assert_allclose(squat.deepest_s, other.deepest_s, atol=1e-9)


@pytest.mark.parametrize("side", [LEFT, RIGHT])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_touch_down_costs_the_squat_it_happens_in(side, number):
    script = squats(side=side, touchdown_repetition=number)
    found = [reasons_of(squat) for squat in repetitions(analysed(script))]
    expected = [[], [], []]
    expected[number - 1] = ["touch_down"]
    assert found == expected


def test_putting_the_foot_down_between_squats_costs_none():
    # One squat at a time, standing on both feet before and after each.
    parts = [squats(1, LEFT, quiet_s=0.3, stand_s=0.3) for _ in range(4)]
    assert [reasons_of(squat) for squat in repetitions(analysed(*parts))] == [[]] * 4


def hidden(landmark, start_s, stop_s):
    """Analysis of three squats in which the model hardly sees a landmark for a while."""
    pose = filmed(squats()).pose
    visibility = pose.visibility.copy()
    visibility[(pose.time_s >= start_s) & (pose.time_s < stop_s), landmark] = 0.2
    return analyze_pose(changed(pose, visibility=visibility), AS_SEEN)


@pytest.mark.parametrize("part", ["HIP", "KNEE", "ANKLE", "FOOT_INDEX"])
def test_a_part_of_the_stance_leg_hidden_at_the_bottom_costs_the_squat(part):
    analysis = hidden(Landmark[f"LEFT_{part}"], 5.3, 5.6)
    found = [reasons_of(squat) for squat in repetitions(analysis)]
    assert found == [["landmarks_missing"], [], []]


@pytest.mark.parametrize("part", ["KNEE", "ANKLE", "FOOT_INDEX"])
def test_a_part_of_the_free_leg_hidden_at_the_bottom_costs_nothing(part):
    analysis = hidden(Landmark[f"RIGHT_{part}"], 5.3, 5.6)
    assert [reasons_of(squat) for squat in repetitions(analysis)] == [[], [], []]


@pytest.mark.parametrize(("hidden_s", "counts"), [(1.1, True), (1.5, False)])
def test_30_percent_of_a_squat_may_be_hidden(hidden_s, counts):
    # 1.3 s of 4.3 s are 30 %.
    squat = repetitions(hidden(Landmark.LEFT_FOOT_INDEX, 3.4, 3.4 + hidden_s))[0]
    assert reasons_of(squat) == ([] if counts else ["landmarks_missing"])
    if not counts:
        missing_pct = squat.invalid_reasons[0].values["missing_pct"]
        assert_allclose(missing_pct, 100 * hidden_s / 4.3, atol=2)


@pytest.mark.parametrize(("moved_pct", "touched"), [(8, False), (16, True)])
def test_a_foot_in_front_that_hangs_elsewhere_after_the_bottom_was_put_down(moved_pct, touched):
    pose = filmed(squats(free_leg="front")).pose
    xy_px = pose.xy_px.copy()
    foot = [RIGHT.landmark(part) for part in ("ankle", "heel", "foot_index")]
    leg_px = analysed(squats(free_leg="front")).quality.leg_length_px
    after = np.flatnonzero(pose.time_s > 10.75)[:, None]  # the bottom of the second squat
    xy_px[after, foot, 0] -= moved_pct / 100 * leg_px
    found = repetitions(analyze_pose(changed(pose, xy_px=xy_px), AS_SEEN))
    assert [reasons_of(squat) for squat in found] == [[], ["touch_down"] if touched else [], []]
