"""Joints of the standing leg that the free leg hides."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.squat.analysis import analyze_pose
from kneescan.squat.verdict.hiding import distance_to_segment
from tests.squat.videos import (
    AS_SEEN,
    LEFT,
    RIGHT,
    changed,
    filmed,
    reasons_of,
    repetitions,
    squats,
)

FREE_FOOT = [RIGHT.landmark(part) for part in ("ankle", "heel", "foot_index")]


@pytest.mark.parametrize(
    ("point", "expected"),
    [((0, 0), 0), ((3, 5), 3), ((-4, 10), 4), ((0, -2), 2), ((3, 14), 5)],
    ids=["end", "beside", "beside the other end", "before", "beyond"],
)
def test_distances_from_an_upright_segment(point, expected):
    found = distance_to_segment(*(np.array(p, float) for p in (point, (0, 0), (0, 10))))
    assert_allclose(found, expected)


def test_a_segment_without_length_is_a_point_and_a_missing_end_gives_nan():
    point, end = np.array([3.0, 4.0]), np.zeros(2)
    assert_allclose(distance_to_segment(point, end, end), 5)
    assert np.isnan(distance_to_segment(point, end, np.full(2, np.nan)))


def reasons_if(*, away_px, hidden="knee", free_leg_seen=True, pan_px=0.0):
    """Reasons if a joint of the left leg is hardly seen, with the right foot this far from it.

    The camera moves everything to the right by ``pan_px`` in the course of the video.
    """
    pose = filmed(squats(peak_knee_flexion_deg=60)).pose
    xy_px, visibility = pose.xy_px.copy(), pose.visibility.copy()
    lifted = pose.time_s > 1.5
    joint = LEFT.landmark(hidden)
    xy_px[np.ix_(lifted, FREE_FOOT)] = xy_px[lifted, None, joint] + np.array([away_px, 5])
    visibility[lifted, joint] = 0.2
    if not free_leg_seen:
        visibility[lifted, RIGHT.landmark("ankle")] = 0.2
    camera_px = np.linspace((0, 0), (pan_px, 0), len(pose))
    xy_px += camera_px[:, None]
    moved = changed(pose, xy_px=xy_px, visibility=visibility, camera_px=camera_px)
    found = analyze_pose(moved, AS_SEEN)
    return [reasons_of(squat) for squat in repetitions(found)], reasons_of(found.leg(LEFT))


@pytest.mark.parametrize("hidden", ["knee", "hip"])
def test_a_joint_behind_the_free_foot_is_hidden_by_it(hidden):
    squat_reasons, leg_reasons = reasons_if(away_px=0, hidden=hidden)
    assert squat_reasons == [["free_leg_in_front"]] * 3
    assert leg_reasons == ["too_few_repetitions", "some_free_leg_in_front"]


@pytest.mark.parametrize("pan_px", [-250, 250])
def test_a_moving_camera_does_not_change_what_hides_a_joint(pan_px):
    assert reasons_if(away_px=0, pan_px=pan_px)[0] == [["free_leg_in_front"]] * 3
    assert reasons_if(away_px=-90, pan_px=pan_px)[0] == [["landmarks_missing"]] * 3


def test_a_joint_far_from_the_free_foot_is_missing_for_another_reason():
    assert reasons_if(away_px=-90)[0] == [["landmarks_missing"]] * 3


def test_a_free_leg_that_is_not_seen_itself_hides_nothing():
    assert reasons_if(away_px=0, free_leg_seen=False)[0] == [["landmarks_missing"]] * 3
