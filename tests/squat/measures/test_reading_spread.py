"""How far apart the readings of a leg are, and what this does to interval and verdict."""

from dataclasses import fields, replace

import numpy as np
import pytest

from kneescan.close_ups import CLOSE_UP_PARTS, WHOLE_BODY_PARTS, CloseUps
from kneescan.kinematics.angles import frontal_plane_projection_angle
from kneescan.landmarks import Side
from kneescan.simulate import SquatScript, simulate
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import Verdict
from kneescan.squat.settings import Settings


@pytest.fixture(scope="module")
def pose():
    return simulate(SquatScript(side=Side.LEFT), seed=4).pose


def read_again(pose, *, close_up_px=0.0, body_px=0.0):
    """Readings that agree with the landmarks, but for the left knee, moved sideways."""
    frame = np.arange(0, len(pose), 4)
    parts = {"xy_px": CLOSE_UP_PARTS, "whole_body_xy_px": WHOLE_BODY_PARTS}
    places = {}
    for (name, of), moved_px in zip(parts.items(), (close_up_px, body_px), strict=True):
        index = np.array([[side.landmark(part) for part in of] for side in Side])
        places[name] = pose.xy_px[frame][:, index].copy()
        places[name][:, 0, of.index("knee"), 0] += moved_px
    close_ups = CloseUps(
        frame=frame,
        spread_px=np.ones((frame.size, 2, len(CLOSE_UP_PARTS))),
        yaw_deg=np.zeros((frame.size, 2)),
        knee_flexion_deg=np.full((frame.size, 2), 30.0),
        whole_body_score=np.ones((frame.size, 2, len(WHOLE_BODY_PARTS))),
        **places,
    )
    return replace(pose, close_ups=close_ups)


def left(pose, **settings):
    return analyze_pose(pose, Settings(**settings)).leg(Side.LEFT)


def half_width(leg):
    return (leg.fppa_deg.high - leg.fppa_deg.low) / 2


def test_readings_that_agree_have_no_spread_and_the_narrowest_interval(pose):
    agreeing = left(read_again(pose))
    assert agreeing.reading_spread_deg < 0.3
    assert half_width(agreeing) < half_width(left(pose))


def test_a_pose_model_alone_has_no_spread_to_report(pose):
    assert np.isnan(left(pose).reading_spread_deg)


def test_the_further_apart_the_readings_the_wider_the_interval(pose):
    legs = [left(read_again(pose, close_up_px=px, body_px=-px)) for px in (0, 4, 8)]
    spreads = [leg.reading_spread_deg for leg in legs]
    assert spreads == sorted(spreads)
    widths = [half_width(leg) for leg in legs]
    assert widths == sorted(widths)
    assert widths[2] > widths[0] + 0.5


def test_one_wrong_reading_hardly_moves_the_angle(pose):
    right = left(read_again(pose)).fppa_deg.value
    for wrong in ({"close_up_px": 60.0}, {"body_px": 60.0}):
        assert left(read_again(pose, **wrong)).fppa_deg.value == pytest.approx(right, abs=1.0)


def test_readings_far_apart_are_not_judged(pose):
    apart = read_again(pose, close_up_px=14.0, body_px=-14.0)
    leg = left(apart)
    assert leg.reading_spread_deg > Settings().max_reading_spread_deg
    assert leg.verdict is Verdict.CANNOT_TELL
    [reason] = [reason for reason in leg.reasons if reason.code == "readings_disagree"]
    near = [np.abs(pose.time_s - rep.deepest_s) <= 0.3 for rep in leg.repetitions]
    hip, knee, ankle = (
        pose.points(Side.LEFT, part)[np.any(near, axis=0)] for part in ("hip", "knee", "ankle")
    )
    of_readings = [
        frontal_plane_projection_angle(
            hip, knee + np.array([moved_px, 0.0]), ankle, medial_sign=-1
        ).mean()
        for moved_px in (-14, 14)
    ]
    assert reason.values["range_deg"] == pytest.approx(np.ptp(of_readings), abs=0.5)
    assert "readings_disagree" not in {
        reason.code for reason in left(apart, max_reading_spread_deg=100).reasons
    }


def test_a_mirrored_video_has_the_same_spread(pose):
    apart = read_again(pose, close_up_px=5.0, body_px=-3.0)
    mirrored = analyze_pose(apart.mirrored()).leg(Side.RIGHT)
    assert mirrored.reading_spread_deg == pytest.approx(left(apart).reading_spread_deg, abs=1e-6)


@pytest.mark.parametrize("lost", [slice(None), CLOSE_UP_PARTS.index("ankle")], ids=["leg", "ankle"])
def test_the_whole_body_is_believed_where_the_close_up_found_nothing(pose, lost):
    # The pose model's knee lies 16 px inside the place that the others have for it.
    found = read_again(pose, close_up_px=16.0, body_px=16.0)
    places_px = found.close_ups.xy_px.copy()
    places_px[:, :, lost] = np.nan
    arrays = {item.name: getattr(found.close_ups, item.name) for item in fields(CloseUps)}
    unread = replace(found, close_ups=CloseUps(**{**arrays, "xy_px": places_px}))
    alone = left(replace(pose, close_ups=None), max_reading_spread_deg=100)
    both = left(unread, max_reading_spread_deg=100)
    assert both.fppa_deg.value < alone.fppa_deg.value - 1
    assert half_width(both) > half_width(alone)
    assert [r.code for r in left(unread).reasons if r.code == "readings_disagree"]


def test_moments_at_which_nobody_is_found_are_left_out(pose):
    found = read_again(pose, close_up_px=5.0)
    xy_px, close_ups = found.xy_px.copy(), found.close_ups
    places_px = close_ups.xy_px.copy()
    for repetition in left(found).repetitions:
        after_s = pose.time_s - pose.time_s[0] - repetition.deepest_s
        lost = (after_s > 0.15) & (after_s < 0.35)
        xy_px[lost] = np.nan
        places_px[lost[close_ups.frame]] = np.nan
    arrays = {item.name: getattr(close_ups, item.name) for item in fields(CloseUps)}
    lost_for_a_moment = replace(
        found, xy_px=xy_px, close_ups=CloseUps(**{**arrays, "xy_px": places_px})
    )
    spread_deg = left(lost_for_a_moment).reading_spread_deg
    assert spread_deg == pytest.approx(left(found).reading_spread_deg, abs=0.3)


@pytest.mark.parametrize("later_s", [0.1, 1234.5, 98765.4])
def test_the_clock_of_the_camera_does_not_change_which_readings_are_compared(pose, later_s):
    apart = read_again(pose, close_up_px=5.0, body_px=-3.0)
    later = replace(apart, time_s=apart.time_s + later_s)
    assert left(later).reading_spread_deg == pytest.approx(left(apart).reading_spread_deg, abs=1e-6)


def test_two_readings_that_contradict_each_other_are_not_judged(pose):
    """Not even where the pose model alone would be: nothing shows which of the two is wrong."""
    knee_px = 60.0
    two = read_again(pose, close_up_px=knee_px)
    never_px = np.full_like(two.close_ups.whole_body_xy_px, np.nan)
    two = replace(two, close_ups=replace(two.close_ups, whole_body_xy_px=never_px))
    leg = left(two)
    assert leg.verdict is Verdict.CANNOT_TELL
    assert "readings_disagree" in {reason.code for reason in leg.reasons}


def test_the_angle_straight_ahead_is_less_certain_in_deep_squats():
    """The more the thigh points at the lens, the less the picture shows of its direction."""
    widths = []
    for flexion_deg in (60, 85):
        deep = simulate(SquatScript(side=Side.LEFT, peak_knee_flexion_deg=flexion_deg), seed=4)
        estimate = left(read_again(deep.pose)).fppa_frontal_deg
        widths.append(estimate.high - estimate.low)
    assert widths[1] > widths[0] + 1.0
