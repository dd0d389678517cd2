"""Check the actions of a script and their times."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.landmarks import Side
from kneescan.simulate import Body, Phase, SquatScript, simulate


def phases_of(parts):
    phase = simulate(parts, fps=100).truth.phase
    return [str(phase[0]), *phase[1:][phase[1:] != phase[:-1]]]


def test_a_part_on_one_leg_lifts_squats_and_lowers():
    script = SquatScript(n_repetitions=2)
    squat = ["descent", "hold", "ascent"]
    expected = ["stand", "lift", "quiet", *squat, "pause", *squat, "quiet", "lower"]
    assert phases_of(script) == expected


def test_a_part_on_both_feet_only_has_standing_between_squats():
    script = SquatScript(side=None, n_repetitions=1, walk_in=True)
    assert phases_of(script) == ["walk", "stand", "descent", "hold", "ascent", "stand"]


def test_durations_add_up():
    script = SquatScript(
        n_repetitions=3,
        descent_s=1,
        hold_s=0.5,
        ascent_s=1.5,
        pause_s=2,
        stand_s=0.25,
        lift_s=0.75,
        quiet_s=4,
    )
    assert_allclose(script.duration_s, 0.25 + 0.75 + 4 + 3 * 3 + 2 * 2 + 4 + 0.75)


def test_actions_without_duration_are_left_out():
    script = SquatScript(n_repetitions=2, stand_s=0, quiet_s=0, pause_s=0, hold_s=0)
    squats = ["descent", "ascent", "descent", "ascent"]
    assert phases_of(script) == ["lift", *squats, "lower"]


def test_repetitions_are_counted_through_all_parts():
    parts = [SquatScript(side=side, n_repetitions=2) for side in Side]
    truth = simulate(parts).truth
    assert [(r.index, r.part, r.side) for r in truth.repetitions] == [
        (1, 0, Side.LEFT),
        (2, 0, Side.LEFT),
        (3, 1, Side.RIGHT),
        (4, 1, Side.RIGHT),
    ]
    assert list(np.unique(truth.repetition)) == [0, 1, 2, 3, 4]
    assert not truth.repetition[truth.phase == Phase.PAUSE].any()


def test_repetitions_begin_and_end_where_the_script_says():
    truth = simulate(SquatScript(n_repetitions=2)).truth
    starts_s = [r.start_s for r in truth.repetitions]
    assert_allclose(starts_s, [0.5 + 0.8 + 2, 0.5 + 0.8 + 2 + 4.3 + 1])
    assert_allclose([r.deepest_s - r.start_s for r in truth.repetitions], 2.15)
    assert_allclose([r.stop_s - r.start_s for r in truth.repetitions], 4.3)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"descent_s": 0}, "descent_s above 0"),
        ({"quiet_s": -1}, "quiet_s of 0 or more"),
        ({"n_repetitions": 2, "valgus_deg": [1, 2, 3]}, "valgus_deg for 2 repetitions, got 3"),
        ({"peak_knee_flexion_deg": 170}, "peak_knee_flexion_deg from 0 to 150"),
        ({"touchdown_repetition": 6}, "touchdown_repetition from 1 to n_repetitions=5"),
        ({"side": None, "touchdown_repetition": 1}, "got 1 with side=None"),
        ({"foot_shift_cm": 3, "foot_shift_repetition": 0}, "foot_shift_repetition from 1"),
        ({"free_leg": "sideways"}, "'behind' or 'front'"),
    ],
)
def test_impossible_scripts_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        SquatScript(**wrong)


def test_nobody_walks_in_twice():
    with pytest.raises(ValueError, match="only the first part"):
        simulate([SquatScript(), SquatScript(walk_in=True)])


def test_a_clip_in_which_nothing_happens_is_refused():
    with pytest.raises(ValueError, match="nothing happens"):
        simulate(SquatScript(side=None, n_repetitions=0, quiet_s=0))


def test_a_body_is_scaled_as_a_whole():
    assert Body.of_height(1.72) == Body()
    assert_allclose(Body.of_height(0.86).shank_m, Body().shank_m / 2)
    assert Body.of_height(0.86).toe_out_deg == Body().toe_out_deg


@pytest.mark.parametrize(
    "wrong", [{"thigh_m": 0}, {"standing_knee_flexion_deg": -1}, {"shank_share": 1.5}]
)
def test_impossible_bodies_are_refused(wrong):
    with pytest.raises(ValueError, match=f"expected {next(iter(wrong))}"):
        Body(**wrong)


@pytest.mark.parametrize("side", list(Side))
def test_a_side_may_be_given_by_its_name(side):
    by_name, by_side = (
        simulate(SquatScript(side=given, n_repetitions=1), fps=5) for given in (side.value, side)
    )
    assert np.array_equal(by_name.pose.xy_px, by_side.pose.xy_px)
