"""Tracks moved to where close-ups show the joints."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.close_ups import CLOSE_UP_PARTS, CloseUps
from kneescan.landmarks import Side
from kneescan.simulate import SquatScript, simulate
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.readings.leg_readings import WEIGHTS
from kneescan.squat.repetitions.close_up_tracks import with_close_up_landmarks, with_close_ups
from kneescan.squat.repetitions.detection import find_repetitions
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.settings import Settings


@pytest.fixture(scope="module")
def pose():
    return simulate(SquatScript(side=Side.LEFT), seed=4).pose


def close_ups(pose, *, moved_px=(0.0, 0.0), part="knee", every=4, **changes):
    """Close-ups that agree with the landmarks except for one joint of the left leg."""
    frame = np.arange(0, len(pose), every)
    index = np.array([[side.landmark(name) for name in CLOSE_UP_PARTS] for side in Side])
    xy_px = pose.xy_px[frame][:, index].copy()
    xy_px[:, 0, CLOSE_UP_PARTS.index(part)] += moved_px
    fields = {
        "frame": frame,
        "xy_px": xy_px,
        "spread_px": np.ones(xy_px.shape[:3]),
        "yaw_deg": np.zeros((frame.size, 2)),
        "knee_flexion_deg": np.full((frame.size, 2), 30.0),
    }
    return CloseUps(**{**fields, **changes})


def closer(pose):
    tracks = prepare_tracks(pose, Settings())
    return with_close_ups(tracks, pose, find_repetitions(tracks, Settings()))


def knee(pose):
    return closer(pose).measured["left_knee"]


def test_close_ups_that_agree_change_next_to_nothing(pose):
    seen = replace(pose, close_ups=close_ups(pose))
    assert set(closer(seen).close_ups) == {Side.LEFT}
    assert_allclose(knee(seen), knee(pose), atol=1.0)


SHARE = WEIGHTS[1, 1] / (WEIGHTS[0, 1] + WEIGHTS[1, 1])
"""Weight of the close-up where it agrees with the pose model and there is no third reading."""


def test_the_knee_moves_towards_its_place_in_the_close_ups(pose):
    seen = replace(pose, close_ups=close_ups(pose, moved_px=(6.0, -3.0)))
    agreeing = replace(pose, close_ups=close_ups(pose))
    shift_px = knee(seen) - knee(agreeing)
    expected_px = SHARE * np.array([6.0, -3.0])
    assert_allclose(shift_px, np.broadcast_to(expected_px, shift_px.shape), atol=0.05)


def test_a_knee_moved_inwards_is_more_valgus(pose):
    inward = replace(pose, close_ups=close_ups(pose, moved_px=(-6.0, 0.0)))
    agreeing = replace(pose, close_ups=close_ups(pose))
    more = analyze_pose(inward).legs[0].fppa_deg.value
    assert more > analyze_pose(agreeing).legs[0].fppa_deg.value + 2


def test_close_ups_that_show_something_else_are_left_out(pose):
    far_px = 0.5 * prepare_tracks(pose, Settings()).leg_length_px
    wild = close_ups(pose)
    xy_px = wild.xy_px.copy()
    xy_px[::7, 0, 1, 0] += far_px
    seen = replace(pose, close_ups=close_ups(pose, xy_px=xy_px))
    used = closer(seen).close_ups[Side.LEFT]
    assert used.time_s.size == len(wild.frame) - len(wild.frame[::7])
    assert_allclose(knee(seen), knee(replace(pose, close_ups=wild)), atol=1.0)


@pytest.mark.parametrize("fault", ["too blurred", "hardly ever seen", "seen in few frames"])
def test_a_leg_with_too_few_usable_close_ups_keeps_its_tracks(pose, fault):
    changes = {
        "too blurred": {"spread_px": np.full((len(pose) // 4 + 1, 2, 5), 100.0)},
        "hardly ever seen": {},
        "seen in few frames": {"every": len(pose) // 3},
    }[fault]
    if fault == "too blurred":
        changes["spread_px"] = changes["spread_px"][: len(np.arange(0, len(pose), 4))]
    seen = close_ups(pose, **changes)
    if fault == "hardly ever seen":
        xy_px = seen.xy_px.copy()
        xy_px[: int(0.7 * len(xy_px))] = np.nan  # four of five squats
        seen = close_ups(pose, xy_px=xy_px)
    with_looks = replace(pose, close_ups=seen)
    assert closer(with_looks).close_ups == {}
    assert_allclose(knee(with_looks), knee(pose))


def test_a_pose_without_close_ups_says_so_by_a_wider_interval(pose):
    seen = replace(pose, close_ups=close_ups(pose))
    widths = []
    for one in (seen, pose):
        estimate = analyze_pose(one).legs[0].fppa_deg
        widths.append(estimate.high - estimate.low)
    assert widths[0] < widths[1]


def test_landmarks_to_draw_are_moved_as_the_tracks_are(pose):
    seen = replace(pose, close_ups=close_ups(pose, moved_px=(6.0, -3.0)))
    agreeing = replace(pose, close_ups=close_ups(pose))
    shift_px = with_close_up_landmarks(seen).xy_px - with_close_up_landmarks(agreeing).xy_px
    knees = [side.landmark("knee") for side in Side]
    assert_allclose(
        shift_px[:, knees[0]], np.full((len(pose), 2), SHARE * np.array([6.0, -3.0])), atol=0.05
    )
    assert_allclose(shift_px[:, knees[1]], 0.0, atol=0.01)


def test_landmarks_without_close_ups_are_drawn_where_they_are(pose):
    assert with_close_up_landmarks(pose) is pose
