"""Check other actions: both feet, pistol squats, touch-downs, hops, walking in."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.landmarks import Landmark, Side
from kneescan.simulate import Body, Phase, SquatScript, simulate
from tests.simulate.clips import one_squat, space


def test_squats_on_both_feet_have_no_stance_leg():
    simulation = simulate(SquatScript(side=None, n_repetitions=2, valgus_deg=8))
    truth = simulation.truth
    assert not truth.stance_side.any()
    for name in ("fppa_deg", "valgus_frontal_deg", "pelvic_drop_deg", "knee_over_foot_pct"):
        assert np.isnan(getattr(truth, name)).all()
    for side in Side:
        assert np.ptp(space(simulation, side, "ankle"), axis=0).max() < 1e-12
    assert [r.side for r in truth.repetitions] == [None, None]
    assert_allclose([r.peak_knee_flexion_deg for r in truth.repetitions], 60)
    assert_allclose([r.depth_pct for r in truth.repetitions], 14.7, atol=1)
    gap_m = (space(simulation, Side.LEFT, "knee") - space(simulation, Side.RIGHT, "knee"))[:, 0]
    assert gap_m[truth.phase == Phase.HOLD].max() < gap_m[truth.phase == Phase.STAND].min() - 0.04


def test_standing_still_on_both_feet_is_still():
    truth = simulate(SquatScript(side=None, n_repetitions=0, quiet_s=1.5)).truth
    assert np.ptp(truth.xyz_m, axis=0).max() < 1e-12
    assert truth.repetitions == ()
    assert truth.time_s.size == 90


@pytest.mark.parametrize("free_leg", ["behind", "front"])
def test_the_free_foot_is_where_the_script_puts_it(free_leg):
    truth = simulate(one_squat(Side.RIGHT, free_leg=free_leg, peak_knee_flexion_deg=80)).truth
    one_leg = np.isin(truth.phase, [Phase.QUIET, Phase.DESCENT, Phase.HOLD, Phase.ASCENT])
    forward_m = truth.xyz_m[one_leg, Landmark.LEFT_ANKLE, 2]
    in_front = free_leg == "front"
    assert (forward_m > 0.2).all() if in_front else (forward_m < -0.2).all()
    # Reaching towards the camera, the free ankle is the lower one in the picture.
    lower = truth.xy_px[:, Landmark.LEFT_ANKLE, 1] > truth.xy_px[:, Landmark.RIGHT_ANKLE, 1]
    assert (lower[one_leg] == in_front).all()


def test_in_a_touchdown_the_free_foot_is_on_the_floor_for_a_second():
    script = SquatScript(side=Side.LEFT, n_repetitions=3, touchdown_repetition=2)
    simulation = simulate(script, fps=100)
    truth = simulation.truth
    assert [r.touched_down for r in truth.repetitions] == [False, True, False]
    one_leg = (truth.stance_side != 0) & ~np.isin(truth.phase, [Phase.LIFT, Phase.LOWER])
    standing = space(simulation, Side.RIGHT, "ankle")[:, 1] < Body().ankle_height_m + 1e-9
    assert_allclose((standing & one_leg).sum() / 100, 1.0, atol=0.05)
    assert set(truth.repetition[standing & one_leg]) == {2}


def test_a_hop_moves_the_stance_foot_outwards_for_good():
    script = SquatScript(side=Side.LEFT, n_repetitions=3, foot_shift_cm=6, foot_shift_repetition=2)
    simulation = simulate(script)
    truth, ankle = simulation.truth, space(simulation, Side.LEFT, "ankle")
    before, after = (ankle[truth.repetition == number] for number in (1, 3))
    assert_allclose(before, before[:1].repeat(len(before), axis=0))
    assert_allclose(after - before[0], [[0.06, 0, 0]] * len(after), atol=1e-12)
    assert [r.foot_moved for r in truth.repetitions] == [False, True, False]


def test_someone_who_walks_in_comes_from_farther_away():
    script = one_squat(walk_in=True, walk_m=2)
    truth = simulate(script).truth
    hips_z = truth.xyz_m[:, Landmark.LEFT_HIP, 2]
    walking = truth.phase == Phase.WALK
    assert_allclose(hips_z[0], hips_z[truth.phase == Phase.STAND][0] - 2)
    assert (np.diff(hips_z[walking]) >= 0).all()
    tall_px = np.ptp(truth.xy_px[..., 1], axis=1)
    assert_allclose(tall_px[0] / tall_px[truth.phase == Phase.STAND][0], 3 / 5, rtol=0.05)


def test_legs_can_alternate():
    sides = [Side.LEFT, Side.RIGHT, Side.LEFT]
    truth = simulate([one_squat(side) for side in sides]).truth
    assert [r.side for r in truth.repetitions] == sides
    assert [truth.stance_side[truth.repetition == n][0] for n in (1, 2, 3)] == [1, -1, 1]


def test_each_part_is_measured_against_its_own_standing():
    hop = SquatScript(side=Side.LEFT, n_repetitions=1, foot_shift_cm=15)
    truth = simulate([hop, SquatScript(side=None, n_repetitions=1), one_squat(Side.LEFT)]).truth
    starts = [np.flatnonzero(truth.repetition == number)[0] for number in (1, 2, 3)]
    assert_allclose(truth.depth_pct[starts], 0, atol=1e-3)
