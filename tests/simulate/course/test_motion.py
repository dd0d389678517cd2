"""Check that the movement in space follows the script."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.landmarks import Side
from kneescan.simulate import Body, Phase, SquatScript, simulate
from tests.simulate.clips import one_squat, space


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("valgus_deg", [-8, 0, 8, 25])
def test_flexion_and_valgus_come_out_in_space(side, valgus_deg):
    simulation = simulate(one_squat(side, peak_knee_flexion_deg=60, valgus_deg=valgus_deg))
    deepest = np.flatnonzero(simulation.truth.phase == Phase.HOLD)[3]
    hip, knee, ankle = (space(simulation, side, part)[deepest] for part in ("hip", "knee", "ankle"))
    thigh, shank = hip - knee, knee - ankle
    inward = -1 if side is Side.LEFT else 1
    lean_deg = [np.degrees(np.arctan2(inward * x, y)) for x, y, _ in (shank, thigh)]
    assert_allclose(lean_deg[0] - lean_deg[1], valgus_deg, atol=1e-6)
    cosine = thigh @ shank / np.linalg.norm(thigh) / np.linalg.norm(shank)
    assert_allclose(np.degrees(np.arccos(cosine)), 60, atol=1e-6)
    repetition = simulation.truth.repetitions[0]
    assert_allclose(repetition.valgus_frontal_deg, valgus_deg, atol=1e-6)
    assert_allclose(repetition.peak_knee_flexion_deg, 60, atol=1e-6)


def test_valgus_is_zero_standing_and_grows_with_flexion():
    truth = simulate(one_squat(valgus_deg=10)).truth
    assert_allclose(truth.valgus_frontal_deg[truth.phase == Phase.QUIET], 0, atol=1e-9)
    down = truth.phase == Phase.DESCENT
    assert (np.diff(truth.valgus_frontal_deg[down]) >= -1e-9).all()
    half = np.argmin(np.abs(truth.knee_flexion_deg - 32.5))
    assert_allclose(truth.valgus_frontal_deg[half], 5, atol=0.5)


def test_each_repetition_has_its_own_depth_and_valgus():
    peaks, valguses = [40, 60, 80], [2, 4, 6]
    script = SquatScript(n_repetitions=3, peak_knee_flexion_deg=peaks, valgus_deg=valguses)
    repetitions = simulate(script).truth.repetitions
    assert_allclose([r.peak_knee_flexion_deg for r in repetitions], peaks)
    assert_allclose([r.valgus_frontal_deg for r in repetitions], valguses)


@pytest.mark.parametrize(
    ("flexion_deg", "depth_pct"), [(30, 3.6), (45, 8.3), (60, 14.7), (70, 19.8), (80, 25.6)]
)
def test_depth_is_that_of_a_two_segment_leg(flexion_deg, depth_pct):
    repetition = simulate(one_squat(peak_knee_flexion_deg=flexion_deg)).truth.repetitions[0]
    assert_allclose(repetition.depth_pct, depth_pct, atol=1)


@pytest.mark.parametrize(("wobble_pct", "wobble_hz"), [(0.5, 1.5), (2.0, 3.0), (3.0, 5.0)])
def test_the_knee_wobbles_as_much_as_asked(wobble_pct, wobble_hz):
    calm, wobbly = (
        simulate(one_squat(valgus_deg=5, wobble_pct=pct, wobble_hz=wobble_hz), fps=60)
        for pct in (0, wobble_pct)
    )
    truth = wobbly.truth
    squatting = truth.repetition == 1
    assert_allclose(truth.repetitions[0].wobble_rms_pct, wobble_pct, rtol=0.01)
    assert_array_equal(truth.wobble_pct[~squatting], 0)
    # In space, the right knee moves inwards, to larger x, by about the true amount.
    moved_m = (space(wobbly, Side.RIGHT, "knee") - space(calm, Side.RIGHT, "knee"))[:, 0]
    assert_allclose(100 * moved_m / Body().shank_m, truth.wobble_pct, atol=0.02 * wobble_pct)
    crossings = np.count_nonzero(np.diff(np.sign(truth.wobble_pct[squatting])))
    assert abs(crossings / 2 - wobble_hz * 4.3) <= 1


def test_a_wobble_leaves_flexion_alone():
    truth = simulate(one_squat(wobble_pct=3)).truth
    assert_allclose(truth.knee_flexion_deg[truth.phase == Phase.HOLD], 60)


def test_too_much_wobble_for_the_depth_is_refused():
    with pytest.raises(ValueError, match="lower wobble_pct"):
        simulate(one_squat(peak_knee_flexion_deg=20, wobble_pct=20))


@pytest.mark.parametrize("side", list(Side))
def test_pelvis_drops_and_trunk_leans_at_the_deepest_point(side):
    truth = simulate(one_squat(side, pelvic_drop_deg=7, trunk_lean_deg=11)).truth
    hold, quiet = truth.phase == Phase.HOLD, truth.phase == Phase.QUIET
    assert_allclose(truth.pelvic_drop_deg[hold], 7)
    assert_allclose(truth.trunk_lean_deg[hold], 11)
    assert_allclose(truth.pelvic_drop_deg[quiet], 0, atol=1e-9)
    hips_m = truth.xyz_m[hold][:, [side.landmark("hip"), side.other.landmark("hip")], 1]
    assert (hips_m[:, 0] > hips_m[:, 1]).all()


def test_knee_over_foot_is_in_shank_lengths_of_the_picture():
    truth = simulate(one_squat(Side.LEFT, valgus_deg=15)).truth
    knee, ankle, toe = (
        truth.xy_px[:, Side.LEFT.landmark(part)] for part in ("knee", "ankle", "foot_index")
    )
    rest = np.argmin(np.abs(truth.time_s - truth.repetitions[0].start_s))
    standing_px = np.linalg.norm(knee[rest] - ankle[rest])
    deepest = np.argmin(np.abs(truth.time_s - truth.repetitions[0].deepest_s))
    expected_pct = 100 * (toe - knee)[deepest, 0] / standing_px
    assert_allclose(truth.knee_over_foot_pct[deepest], expected_pct, rtol=1e-3)
    assert expected_pct > 0
