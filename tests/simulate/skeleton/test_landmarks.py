"""Check what the body in space must keep to in every movement."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.landmarks import Landmark, Side
from kneescan.simulate import Body, Camera, Phase, simulate
from tests.simulate.clips import EVERYTHING, one_squat, space

SEGMENTS = [
    ("hip", "knee"),
    ("knee", "ankle"),
    ("ankle", "heel"),
    ("ankle", "foot_index"),
    ("heel", "foot_index"),
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
]


def test_a_straight_leg_reads_zero_from_everywhere():
    straight = Body(standing_knee_flexion_deg=0)
    for yaw_deg in (-40, 0, 25):
        truth = simulate(one_squat(), body=straight, camera=Camera(yaw_deg=yaw_deg)).truth
        assert_allclose(truth.fppa_deg[truth.phase == Phase.QUIET], 0, atol=1e-4)


def test_segments_keep_their_lengths_in_every_movement():
    simulation = simulate(EVERYTHING)
    for side in Side:
        for upper, lower in SEGMENTS:
            gap_m = space(simulation, side, upper) - space(simulation, side, lower)
            assert np.ptp(np.linalg.norm(gap_m, axis=-1)) < 1e-9
    body, legs = Body(), simulate(one_squat())
    thigh_m = space(legs, Side.LEFT, "hip") - space(legs, Side.LEFT, "knee")
    shank_m = space(legs, Side.LEFT, "knee") - space(legs, Side.LEFT, "ankle")
    assert_allclose(np.linalg.norm(thigh_m, axis=-1), body.thigh_m)
    assert_allclose(np.linalg.norm(shank_m, axis=-1), body.shank_m)


@pytest.mark.parametrize("side", list(Side))
def test_the_stance_foot_does_not_move(side):
    simulation = simulate(one_squat(side, valgus_deg=10, wobble_pct=2, pelvic_drop_deg=5))
    for part in ("ankle", "heel", "foot_index"):
        assert np.ptp(space(simulation, side, part), axis=0).max() < 1e-12
        assert np.ptp(space(simulation, side.other, part), axis=0).max() > 0.1


def test_nothing_jumps_and_nothing_sinks_into_the_floor():
    truth = simulate(EVERYTHING, fps=200).truth
    speed_m_per_s = np.linalg.norm(np.diff(truth.xyz_m, axis=0), axis=-1) * 200
    assert speed_m_per_s.max() < 5
    assert truth.xyz_m[..., 1].min() > 0.025


def test_every_landmark_is_somewhere():
    simulation = simulate(EVERYTHING)
    assert np.isfinite(simulation.pose.xy_px).all()
    assert simulation.pose.found.all()
    assert (simulation.pose.xy_px >= 0).all()
    assert (simulation.pose.xy_px <= simulation.pose.size_px).all()


def test_the_subject_faces_the_camera():
    pose = simulate(one_squat()).pose
    for part in ("eye", "ear", "shoulder", "elbow", "hip", "knee"):
        assert (pose.points(Side.LEFT, part)[:, 0] > pose.points(Side.RIGHT, part)[:, 0]).all()
    column = [Landmark.NOSE, Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP, Landmark.LEFT_KNEE]
    assert (np.diff(pose.xy_px[:, column, 1], axis=1) > 0).all()


def test_left_and_right_squats_are_mirror_images():
    left, right = (simulate(one_squat(side, valgus_deg=9, pelvic_drop_deg=4)) for side in Side)
    assert_allclose(left.pose.mirrored().xy_px, right.pose.xy_px, atol=1e-3)
    assert_allclose(left.truth.fppa_deg, right.truth.fppa_deg, atol=1e-9)
    assert_allclose(left.truth.knee_over_foot_pct, right.truth.knee_over_foot_pct, atol=1e-9)


def test_a_giant_filmed_from_afar_reads_the_same():
    small = simulate(one_squat(valgus_deg=9))
    camera = Camera(distance_m=6, height_m=1.8)
    lengths = {"height_m": 3.44, "thigh_m": 0.84, "shank_m": 0.82, "trunk_m": 0.92}
    widths = {"hip_half_width_m": 0.18, "shoulder_width_m": 0.72, "foot_spacing_m": 0.36}
    foot = {"foot_length_m": 0.5, "ankle_height_m": 0.16}
    large = simulate(one_squat(valgus_deg=9), camera=camera, body=Body(**lengths | widths | foot))
    assert_allclose(large.truth.fppa_deg, small.truth.fppa_deg, atol=1e-9)
    assert_allclose(large.truth.depth_pct, small.truth.depth_pct, atol=1e-9)
