"""People who do not squat on one leg, and squats on one leg that look much like theirs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from kneescan.simulate import Body, Camera, Noise
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.repetitions.both_feet import settle_sharing, sharing_vote
from kneescan.squat.repetitions.stance_leg import FootEvidence
from kneescan.squat.results import Verdict
from tests.squat import other_movements as other
from tests.squat.videos import AS_SEEN, LEFT, RIGHT, analysed, filmed, repetitions, sides, squats

JITTER = Noise(jitter_px=1.0, drift_px=1.0)
every_view = pytest.mark.parametrize(
    "camera",
    [
        Camera(height_m=height_m, yaw_deg=yaw_deg)
        for height_m, yaw_deg in ((0.4, -8), (0.4, 8), (0.9, 0), (1.6, -8), (1.6, 8))
    ],
    ids=lambda camera: f"{camera.height_m} m {camera.yaw_deg} deg",
)
every_width = pytest.mark.parametrize("width_m", [0.12, 0.2, 0.5])

OVER_LEFT = FootEvidence(
    depth_pct=15.0,
    lift_pct=2.0,
    left_travel_pct=1.0,
    right_travel_pct=6.0,
    left_rise_share=0.0,
    right_rise_share=0.0,
    left_balance_pct=3.0,
    right_balance_pct=15.0,
    left_nearest_pct=3.0,
    right_nearest_pct=15.0,
    apart_travel_pct=6.0,
    apart_range_pct=4.0,
)
"""Squat on the left leg, with the other foot held low in front."""
BETWEEN = {"left_balance_pct": 11.0, "right_balance_pct": 12.0}
BETWEEN |= {"left_nearest_pct": 11.0, "right_nearest_pct": 12.0}
OVER_THE_OTHER = {"left_balance_pct": 42.0, "right_balance_pct": 17.0}
OVER_THE_OTHER |= {"left_nearest_pct": 41.0, "right_nearest_pct": 16.0}
STOOD = {"apart_travel_pct": 0.5, "apart_range_pct": 0.5, "right_travel_pct": 1.4}


def seen(course, body, **how):
    return analyze_pose(other.film(course, body, **{"noise": JITTER, "seed": 3, **how}), AS_SEEN)


def on_one_leg(analysis):
    """Squats that count for a leg."""
    return [squat for leg in analysis.legs for squat in leg.repetitions if squat.valid]


@pytest.mark.parametrize(
    ("changes", "vote"),
    [
        ({}, -1),
        (BETWEEN, 1),
        ({**BETWEEN, "left_nearest_pct": 0.0}, 0),
        ({**BETWEEN, "lift_pct": 30.0}, 0),
        ({**BETWEEN, "lift_pct": 30.0, **STOOD}, 1),
        ({"lift_pct": 30.0, "right_travel_pct": 20.0, "apart_travel_pct": 20.0}, -1),
        ({"left_travel_pct": 15.0}, 0),
        (OVER_THE_OTHER, 1),
    ],
    ids=[
        "over the left foot",
        "between the feet",
        "over the left foot on the way down",
        "one foot looks higher and moves",
        "one foot looks higher but stands",
        "one foot hangs behind",
        "no foot stands",
        "over the right foot",
    ],
)
def test_signs_of_both_feet_are_weighed(changes, vote):
    assert sharing_vote(replace(OVER_LEFT, **changes), LEFT) == vote


def test_a_person_who_has_turned_round_stands_between_the_feet_as_well():
    turned = {name: -value for name, value in BETWEEN.items()}
    assert sharing_vote(replace(OVER_LEFT, **turned), LEFT) == 1


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ([1, 1, 1], [1, 1, 1]),
        ([1, 0, 1], [1, 1, 1]),
        ([1, -1, 1], [1, 0, 1]),
        ([-1, 1, -1], [0, 0, 0]),
        ([0, 0, 0], [0, 0, 0]),
        ([-1, 0, -1], [0, 0, 0]),
    ],
    ids=["all", "doubtful between", "one leg between", "one of three", "doubtful", "one leg"],
)
def test_doubtful_squats_go_with_those_nearby(votes, expected):
    deepest_s = 3.0 * np.arange(3)
    assert_array_equal(settle_sharing(np.array(votes), deepest_s), np.array(expected, dtype=bool))


@every_view
@every_width
@pytest.mark.parametrize("peak_deg", [50, 100])
def test_squats_on_both_feet_are_squats_on_both_feet(camera, width_m, peak_deg):
    body = Body(foot_spacing_m=width_m)
    course = other.squats_on_both_feet(body, flexion_deg=peak_deg)
    assert sides(seen(course, body, camera=camera)) == [None] * 4


@every_view
@every_width
@pytest.mark.parametrize("forward_m", [-0.2, 0.1, 0.3])
def test_a_foot_that_stands_further_back_is_not_in_the_air(camera, width_m, forward_m):
    body = Body(foot_spacing_m=width_m)
    course = other.squats_on_both_feet(body, forward_m=forward_m)
    assert sides(seen(course, body, camera=camera)) == [None] * 4


@every_view
@pytest.mark.parametrize("forward_m", [-0.6, 0.5])
@pytest.mark.parametrize("width_m", [0.2, 0.3])
def test_a_split_squat_is_not_on_one_leg(camera, forward_m, width_m):
    body = Body(foot_spacing_m=width_m)
    course = other.squats_on_both_feet(body, forward_m=forward_m, flexion_deg=50)
    assert on_one_leg(seen(course, body, camera=camera)) == []


@every_view
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("alternating", [False, True])
def test_lunges_give_no_verdict(camera, back, alternating):
    body = Body(foot_spacing_m=0.25)
    course = other.lunges(body, back=back, alternating=alternating, flexion_deg=50)
    analysis = seen(course, body, camera=camera)
    assert {leg.verdict for leg in analysis.legs} == {Verdict.CANNOT_TELL}
    assert len(on_one_leg(analysis)) <= 1


@every_view
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("over", [0.3, 0.6, 0.9])
def test_lunges_to_the_side_give_no_verdict(camera, sign, over):
    body = Body()
    course = other.side_lunges(body, sign=sign, over=over)
    found = seen(course, body, camera=camera)
    assert {leg.verdict for leg in found.legs} == {Verdict.CANNOT_TELL}


RAISES = {
    "sideways": {},
    "sideways with a lean": {"lean_deg": 20.0, "sink_deg": 5.0},
    "in front": {"out_m": 0.0, "forward_m": 0.5, "up_m": 0.3},
    "marching on the spot": {
        "out_m": 0.0, "forward_m": 0.1, "up_m": 0.3, "period_s": 1.5, "n": 8, "alternating": True
    },
}  # fmt: skip


@every_view
@pytest.mark.parametrize("raised", RAISES.values(), ids=RAISES)
@pytest.mark.parametrize("width_m", [0.12, 0.3])
def test_raising_a_leg_is_no_squat(camera, raised, width_m):
    body = Body(foot_spacing_m=width_m)
    assert on_one_leg(seen(other.leg_raises(body, **raised), body, camera=camera)) == []


@every_view
def test_jumping_jacks_are_no_squats_on_one_leg(camera):
    course, raised_m = other.jumping_jacks(Body())
    assert on_one_leg(seen(course, Body(), camera=camera, arms_m=raised_m)) == []


@settings(max_examples=25)
@given(
    width_m=st.floats(0.15, 0.6),
    peak_deg=st.floats(45, 105),
    period_s=st.floats(2, 6),
    towards=st.floats(-0.2, 0.2),
    yaw_deg=st.floats(-15, 15),
    height_m=st.floats(0.4, 1.6),
    distance_m=st.floats(2.2, 4),
    fps=st.sampled_from([25.0, 30.0, 60.0]),
    seed=st.integers(0, 1000),
)
def test_nobodys_squats_on_both_feet_count_for_a_leg(
    width_m, peak_deg, period_s, towards, yaw_deg, height_m, distance_m, fps, seed
):
    body = Body(foot_spacing_m=width_m)
    course = other.squats_on_both_feet(
        body, flexion_deg=peak_deg, period_s=period_s, towards=towards, fps=fps
    )
    camera = Camera(yaw_deg=yaw_deg, height_m=height_m, distance_m=distance_m)
    analysis = seen(course, body, camera=camera, fps=fps, seed=seed)
    assert sides(analysis) == [None] * 4


@settings(max_examples=25)
@given(
    side=st.sampled_from([LEFT, RIGHT]),
    free_leg=st.sampled_from(["behind", "front"]),
    peak_deg=st.floats(45, 110),
    half_s=st.floats(1, 3),
    lean_deg=st.floats(-5, 8),
    drop_deg=st.floats(-5, 8),
    yaw_deg=st.floats(-10, 10),
    height_m=st.floats(0.4, 1.6),
    seed=st.integers(0, 1000),
)
def test_anybodys_squats_on_one_leg_are_still_found(
    side, free_leg, peak_deg, half_s, lean_deg, drop_deg, yaw_deg, height_m, seed
):
    script = squats(
        3,
        side,
        free_leg=free_leg,
        peak_knee_flexion_deg=peak_deg,
        descent_s=half_s,
        ascent_s=half_s,
        trunk_lean_deg=lean_deg,
        pelvic_drop_deg=drop_deg,
    )
    camera = Camera(yaw_deg=yaw_deg, height_m=height_m)
    video = filmed.__wrapped__(script, camera=camera, noise=JITTER, seed=seed)
    found = sides(analyze_pose(video.pose, AS_SEEN))
    if free_leg == "behind":
        assert found == [side] * 3
    else:
        # A foot held still in front may look level with the stance foot, as if it stood.
        assert len(found) == 3
        assert set(found) <= {side, None}


@pytest.mark.parametrize("towards", [0.5, 0.7, 0.9, 1.0])
@pytest.mark.parametrize("spacing_m", [0.15, 0.3, 0.4])
def test_feet_that_stand_level_and_still_are_both_on_the_floor(towards, spacing_m):
    body = Body(foot_spacing_m=spacing_m)
    movement = other.squats_on_both_feet(body, n=5, towards=towards, flexion_deg=70, period_s=3.0)
    pose = other.film(movement, body, camera=Camera(yaw_deg=0, height_m=0.9), noise=JITTER, seed=2)
    assert set(sides(analyze_pose(pose, AS_SEEN))) <= {None}


def test_squats_on_both_feet_between_those_on_one_leg_stay_apart():
    order = [None, LEFT, None, RIGHT]
    assert sides(analysed(*[squats(2, side) for side in order])) == [
        side for side in order for _ in range(2)
    ]


def test_a_squat_on_both_feet_has_its_phases_even_if_one_leg_does_not_squat():
    course = other.lunges(Body(), alternating=True)
    assert all(np.isfinite(squat.hold_s) for squat in repetitions(seen(course, Body())))
