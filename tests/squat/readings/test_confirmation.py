"""Joints that a close-up confirms count as seen."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from kneescan.close_ups import CLOSE_UP_PARTS, CloseUps
from kneescan.landmarks import Side
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.readings.confirmation import confirmed_joints
from kneescan.squat.repetitions.tracks import LEG_PARTS
from tests.squat.videos import AS_SEEN, LEFT, changed, filmed, reasons_of, repetitions, squats

N_FRAMES, LEG_PX = 20, 100.0
TIME_S = np.arange(N_FRAMES) / 30
LEG = np.array([[0, 0], [0, 0.5], [0, 1], [0, 1.1]]) * LEG_PX
"""Hip, knee, ankle and front of the foot of a straight leg. [px]"""


def model():
    return np.broadcast_to(LEG, (N_FRAMES, 2, 4, 2)).copy()


def seen(frame, *, knee_away_px=0.0, spread_px=1.0):
    """Close-ups of that leg, with the left knee this far from its place."""
    n = len(frame)
    xy_px = np.broadcast_to(np.insert(LEG, 3, [0, 105], axis=0), (n, 2, 5, 2)).copy()
    xy_px[:, 0, 1, 0] += knee_away_px
    return CloseUps(
        frame=np.array(frame),
        xy_px=xy_px,
        spread_px=np.full((n, 2, 5), spread_px),
        yaw_deg=np.zeros((n, 2)),
        knee_flexion_deg=np.zeros((n, 2)),
    )


def confirmed(close_ups, xy_px=None, time_s=TIME_S):
    return confirmed_joints(model() if xy_px is None else xy_px, close_ups, time_s, LEG_PARTS)


def test_frames_at_and_between_close_ups_that_agree_are_confirmed():
    found = confirmed(seen([4, 8, 12]))
    assert_array_equal(np.flatnonzero(found.all(axis=(1, 2))), np.arange(4, 13))
    assert_array_equal(found.any(axis=(1, 2)), found.all(axis=(1, 2)))


@pytest.mark.parametrize(("away_px", "agrees"), [(2.9, True), (-2.9, True), (3.1, False)])
def test_a_joint_within_3_percent_of_the_leg_is_confirmed(away_px, agrees):
    found = confirmed(seen([4, 8], knee_away_px=away_px))
    assert found[4:9, 0, LEG_PARTS.index("knee")].all() == agrees
    assert found[4:9, 0, LEG_PARTS.index("ankle")].all()
    assert found[4:9, 1].all()


def test_a_blurred_close_up_a_missing_joint_and_close_ups_far_apart_confirm_nothing():
    assert not confirmed(seen([4, 8], spread_px=7)).any()
    assert not confirmed(seen([4, 8]), np.full_like(model(), np.nan)).any()
    assert_array_equal(np.flatnonzero(confirmed(seen([0, 19])).all(axis=(1, 2))), [0, 19])
    assert not confirmed(seen([])).any()


def hardly_seen(*, agreeing):
    """Squats whose left knee the model hardly sees, with close-ups that agree with it or not."""
    pose = filmed(squats()).pose
    visibility = pose.visibility.copy()
    visibility[:, LEFT.landmark("knee")] = 0.3
    frame = np.arange(0, len(pose), 4)
    index = np.array([[side.landmark(part) for part in CLOSE_UP_PARTS] for side in Side])
    xy_px = pose.xy_px[frame][:, index].copy()
    xy_px[:, 0, CLOSE_UP_PARTS.index("knee"), 0] += 0 if agreeing else 40
    close_ups = CloseUps(
        frame=frame,
        xy_px=xy_px,
        spread_px=np.ones(xy_px.shape[:3]),
        yaw_deg=np.zeros((frame.size, 2)),
        knee_flexion_deg=np.full((frame.size, 2), 40.0),
    )
    return replace(changed(pose, visibility=visibility), close_ups=close_ups)


def test_a_knee_that_the_model_hardly_sees_counts_if_close_ups_find_it_there():
    found = repetitions(analyze_pose(hardly_seen(agreeing=True), AS_SEEN))
    assert [reasons_of(squat) for squat in found] == [[], [], []]
    expected = repetitions(analyze_pose(filmed(squats()).pose, AS_SEEN))
    for one, other in zip(found, expected, strict=True):
        assert abs(one.fppa_deg - other.fppa_deg) < 0.5


def test_a_knee_that_close_ups_find_elsewhere_stays_missing():
    found = repetitions(analyze_pose(hardly_seen(agreeing=False), AS_SEEN))
    assert [reasons_of(squat) for squat in found] == [["landmarks_missing"]] * 3
