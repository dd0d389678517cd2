"""Frames worth another reading: around each squat's deepest point and its half-way depth."""

import numpy as np
import pytest

from kneescan.landmarks import PoseSequence, Side
from kneescan.simulate import SquatScript, simulate
from kneescan.squat.repetitions.reading_moments import NEAR_S, worth_reading


@pytest.mark.parametrize("side", list(Side))
def test_the_deepest_points_are_read_and_standing_is_not(side):
    simulated = simulate(SquatScript(side=side), seed=2)
    near = worth_reading(simulated.pose)
    time_s = simulated.pose.time_s - simulated.pose.time_s[0]
    for repetition in simulated.truth.repetitions:
        deepest_s = repetition.deepest_s
        assert near[np.abs(time_s - deepest_s) < NEAR_S - 0.2].all()
    assert not near[time_s < simulated.truth.repetitions[0].start_s].any()
    assert near.mean() < 0.5


def test_nothing_is_read_without_a_person_or_without_squats():
    pose = simulate(SquatScript(), seed=2).pose
    nobody = PoseSequence(
        time_s=pose.time_s,
        xy_px=np.full_like(pose.xy_px, np.nan),
        visibility=np.zeros_like(pose.visibility),
        size_px=pose.size_px,
    )
    still = PoseSequence(
        time_s=pose.time_s,
        xy_px=np.repeat(pose.xy_px[:1], len(pose), axis=0),
        visibility=pose.visibility,
        size_px=pose.size_px,
    )
    for each in (nobody, still):
        near = worth_reading(each)
        assert near.shape == (len(each),)
        assert not near.any()
