"""The view, from close-ups with an invented yaw."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.close_ups import CLOSE_UP_PARTS, CloseUps
from kneescan.landmarks import Side
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.repetitions.close_up_tracks import with_close_ups
from kneescan.squat.repetitions.detection import find_repetitions
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.settings import Settings
from kneescan.squat.verdict.view import CLOSE_UP_CUE_WEIGHTS, view_samples, yaw_cues
from tests.squat.videos import LEFT, RIGHT, filmed, squats


def seen(side, *, standing_deg, deepest_deg):
    """Video of one leg whose close-ups agree with the landmarks and show these yaws."""
    pose = filmed(squats(3, side)).pose
    frame = np.arange(0, len(pose), 4)
    index = np.array([[each.landmark(name) for name in CLOSE_UP_PARTS] for each in Side])
    analysis = analyze_pose(pose)
    time_s = pose.time_s[frame]
    squatting = np.any(
        [(time_s > rep.start_s) & (time_s < rep.stop_s) for rep in analysis.leg(side).repetitions],
        axis=0,
    )
    yaw_deg = np.where(squatting, deepest_deg, standing_deg)[:, None]
    xy_px = pose.xy_px[frame][:, index]
    return replace(
        pose,
        close_ups=CloseUps(
            frame=frame,
            xy_px=xy_px,
            spread_px=np.ones(xy_px.shape[:3]),
            yaw_deg=np.repeat(yaw_deg, 2, axis=1).astype(float),
            knee_flexion_deg=np.full((frame.size, 2), 30.0),
        ),
    )


def signs_of(pose, side):
    tracks = prepare_tracks(pose, Settings())
    found = find_repetitions(tracks, Settings())
    tracks = with_close_ups(tracks, pose, found)
    return yaw_cues(tracks, side, view_samples(tracks, found, side, Settings()))


def test_close_ups_count_standing_as_much_as_at_the_deepest_point():
    assert_allclose(signs_of(seen(LEFT, standing_deg=4.0, deepest_deg=10.0), LEFT)[0], 7.0)


@pytest.mark.parametrize("side", [LEFT, RIGHT])
def test_the_yaw_follows_that_of_the_close_ups(side):
    first, second = (
        analyze_pose(seen(side, standing_deg=yaw_deg, deepest_deg=yaw_deg)).quality.yaw_deg
        for yaw_deg in (0.0, 10.0)
    )
    assert_allclose(second - first, 10 * CLOSE_UP_CUE_WEIGHTS[0])


def test_in_a_mirror_the_yaw_is_the_opposite():
    pose = seen(LEFT, standing_deg=3.0, deepest_deg=5.0)
    mirrored = analyze_pose(pose.mirrored()).quality.yaw_deg
    assert_allclose(mirrored, -analyze_pose(pose).quality.yaw_deg, atol=1e-6)


def test_a_straight_view_is_read_as_one():
    for side in (LEFT, RIGHT):
        outward = 1 if side is LEFT else -1
        # The ankle is to the side of the middle, at which the camera points.
        at_ankle_deg = -2.0 * outward
        pose = seen(side, standing_deg=at_ankle_deg, deepest_deg=at_ankle_deg)
        assert abs(analyze_pose(pose).quality.yaw_deg) < 3.0


def test_a_knee_bent_towards_the_right_of_the_picture_is_a_bend_of_that_size():
    valgus = filmed(squats(3, LEFT, valgus_deg=12)).pose
    straight = filmed(squats(3, LEFT, valgus_deg=0)).pose
    more_deg = signs_of(valgus, LEFT)[4] - signs_of(straight, LEFT)[4]
    assert -16 < more_deg < -8  # the left knee moves inward towards the left of the picture
