"""Videos named as what they are: somebody walks, the video is short, or the other leg squats."""

import numpy as np
import pytest

from kneescan.simulate import Body, Camera, Noise
from kneescan.simulate.course.easing import hump, minimum_jerk
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import Verdict
from kneescan.squat.verdict.gait import is_walking
from tests.squat import other_movements as other
from tests.squat.videos import (
    LEFT,
    RIGHT,
    analysed,
    changed,
    filmed,
    reasons_of,
    squats,
    warnings_of,
)

BODY = Body()
STEP_S, STEP_M = 0.55, 0.65
FAR = {"distance_m": 6, "fov_deg": 40}


def walk(n_steps=8, fps=30.0, *, on_the_spot=False):
    """The feet swing past each other in turn, right foot first; on a treadmill, the body stays."""
    time_s = np.arange(0, n_steps * STEP_S, 1 / fps)
    step = np.floor(time_s / STEP_S).astype(int)
    swing = minimum_jerk(time_s / STEP_S - step)
    # Each foot has gone one step less than two per pair when the other has gone one more.
    gone = np.stack([2 * ((step + 1) // 2) - 0.5, 2 * (step // 2) + 0.5], axis=1)
    moving = np.stack([step % 2 == 1, step % 2 == 0], axis=1)
    z_m = STEP_M * (gone - 2 * moving + 2 * moving * swing[:, None])
    foothold = other.feet(time_s.size, BODY)
    foothold[:, :, 2] += z_m - (z_m.mean(axis=1, keepdims=True) if on_the_spot else z_m.mean())
    foothold[:, :, 1] += 0.1 * hump(time_s / STEP_S - step)[:, None] * moving
    support = foothold.mean(axis=1)
    support[:, 0], support[:, 1] = BODY.foot_spacing_m / 2, BODY.ankle_height_m
    apart_m = np.abs(np.diff(z_m, axis=1)[:, 0])
    return other.motion(
        foothold, BODY, flexion_deg=other.flexion_of_a_step(apart_m, BODY), support=support
    )


@pytest.mark.parametrize("on_the_spot", [False, True])
@pytest.mark.parametrize("yaw_deg", [0, 30, 60, 89])
def test_a_walk_is_named_first_from_any_direction(yaw_deg, on_the_spot):
    camera = Camera(yaw_deg=yaw_deg, **FAR)
    pose = other.film(walk(on_the_spot=on_the_spot), BODY, camera=camera, noise=Noise(jitter_px=1))
    analysis = analyze_pose(pose)
    assert warnings_of(analysis)[0] == "walking"
    for leg in analysis.legs:
        assert leg.verdict is Verdict.CANNOT_TELL
        assert reasons_of(leg)[0] == "walking"
        assert "no_single_leg_squat" not in reasons_of(leg)


@pytest.mark.parametrize("yaw_deg", [0, 60])
@pytest.mark.parametrize(
    "course",
    [
        other.squats_on_both_feet(BODY),
        other.lunges(BODY, alternating=True),
        other.side_lunges(BODY),
        other.leg_raises(BODY, alternating=True),
        other.jumping_jacks(BODY)[0],
    ],
    ids=["both feet", "lunges", "side lunges", "leg raises", "jumping jacks"],
)
def test_other_movements_are_not_called_a_walk(course, yaw_deg):
    pose = other.film(course, BODY, camera=Camera(yaw_deg=yaw_deg))
    assert "walking" not in warnings_of(analyze_pose(pose))


def test_a_few_steps_to_the_place_are_no_walk():
    pose = filmed(squats()).pose
    leg_length_px = analysed(squats()).quality.leg_length_px
    assert not is_walking(pose, leg_length_px)
    steps = other.film(walk(6), BODY, camera=Camera(**FAR))
    shown = np.r_[: len(steps), [len(steps) - 1] * 600]
    then_still = changed(
        steps,
        time_s=np.arange(shown.size) / 30,
        xy_px=steps.xy_px[shown],
        visibility=steps.visibility[shown],
    )
    assert not is_walking(then_still, leg_length_px)


@pytest.mark.parametrize(
    ("cut_s", "expected"), [((3, 5), True), ((4.5, 6.5), True), ((0, 2.9), True), ((3, 6.2), False)]
)
def test_a_video_shorter_than_3_seconds_is_called_too_short(cut_s, expected):
    start_s, stop_s = cut_s
    analysis = analyze_pose(filmed(squats(), start_s=start_s, stop_s=stop_s).pose)
    assert (warnings_of(analysis)[:1] == ["too_short"]) == expected
    assert {leg.verdict for leg in analysis.legs} == {Verdict.CANNOT_TELL}
    assert all((reasons_of(leg)[0] == "too_short") == expected for leg in analysis.legs)


def test_from_the_side_the_view_is_named_before_the_missing_squat():
    pose = other.film(other.leg_raises(BODY), BODY, camera=Camera(yaw_deg=89))
    leg = analyze_pose(pose).legs[0]
    assert reasons_of(leg)[:2] == ["view_from_side", "no_single_leg_squat"]


def test_squats_on_the_leg_not_asked_for_are_counted():
    pose = filmed(squats(5)).pose
    analysis = analyze_pose(pose, leg=RIGHT)
    assert [leg.side for leg in analysis.legs] == [RIGHT]
    assert reasons_of(analysis.legs[0]) == ["only_other_leg"]
    assert analysis.legs[0].reasons[0].values == {"n": 5}
    assert not analysis.quality.ok
    assert warnings_of(analyze_pose(pose, leg=LEFT)) == warnings_of(analyze_pose(pose))
