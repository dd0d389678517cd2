"""Squats that are too deep, and angles that no leg has: seen, but not measured."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.landmarks import Side
from kneescan.simulate import Camera
from kneescan.squat.measures.domain import bent_too_far, counted_depth, possible
from kneescan.squat.measures.signals import OF_THE_LEG
from kneescan.squat.results import Verdict
from kneescan.squat.settings import Settings
from tests.squat.videos import LEFT, analysed, filmed, reasons_of, repetitions, squats

NAN = float("nan")
ANGLES = ("fppa_deg", "fppa_frontal_deg", "thigh_deg", "shank_deg")


@pytest.mark.parametrize(
    ("trunk_pct", "hips_pct", "expected_pct"),
    [(20, 16, 20), (20, 0, 2), (30, 5, 9.5), (73, 58, 68), (-1, 0, -1), (NAN, 5, NAN)],
    ids=["half", "bow", "deep bow", "pistol", "stretched", "missing"],
)
def test_the_trunk_counts_as_far_as_the_hips_sink_as_well(trunk_pct, hips_pct, expected_pct):
    assert_allclose(counted_depth(trunk_pct, hips_pct), expected_pct)


@pytest.mark.parametrize(
    ("depth_pct", "thigh_px", "too_far"),
    [(34, 100, False), (36, 100, True), (20, 51, False), (20, 49, True), (5, 49, False)],
    ids=["half", "deep", "leaning thigh", "thigh at the lens", "standing"],
)
def test_a_leg_is_bent_too_far_by_depth_or_by_a_short_thigh(depth_pct, thigh_px, too_far):
    depth, thigh = np.full(3, float(depth_pct)), np.full(3, float(thigh_px))
    assert_array_equal(bent_too_far(depth, thigh, 100.0, Settings()), [too_far] * 3)


def test_an_unknown_thigh_is_not_short():
    thigh_px = np.array([NAN, 10.0])
    assert not bent_too_far(np.full(2, 20.0), thigh_px, NAN, Settings()).any()
    assert not bent_too_far(np.full(2, 20.0), np.full(2, NAN), 100.0, Settings()).any()


def test_angles_up_to_60_degrees_are_possible_on_either_side():
    angles = np.array([0.0, 60.0, -60.0, 60.1, -60.1, 153.9, NAN])
    assert_array_equal(possible(angles), [True] * 3 + [False] * 4)
    assert_array_equal(possible(angles, np.zeros(7)), possible(angles))


# ---------------------------------------------------------------- whole videos

PISTOL = {"free_leg": "front", "descent_s": 1.5, "ascent_s": 1.5}


@pytest.mark.parametrize("peak_deg", [95, 110, 135])
@pytest.mark.parametrize("yaw_deg", [0, -4, -8])
def test_a_deep_squat_is_seen_but_not_measured(peak_deg, yaw_deg):
    script = squats(5, peak_knee_flexion_deg=peak_deg, valgus_deg=5, **PISTOL)
    leg = analysed(script, camera=Camera(yaw_deg=yaw_deg)).leg(LEFT)
    assert [reasons_of(squat) for squat in leg.repetitions] == [["too_deep"]] * 5
    for squat in leg.repetitions:
        assert all(np.isnan(getattr(squat, name)) for name in (*OF_THE_LEG, "wobble_pct"))
        assert np.isfinite([squat.depth_pct, squat.descent_s, squat.fppa_at_8_pct_deg]).all()
    assert leg.verdict is Verdict.CANNOT_TELL
    assert reasons_of(leg)[-2:] == ["too_few_repetitions", "some_too_deep"]
    assert leg.fppa_deg is leg.fppa_frontal_deg is leg.knee_over_foot_pct is leg.wobble_pct is None


@pytest.mark.parametrize("peak_deg", [45, 60, 80])
def test_a_squat_up_to_80_degrees_of_flexion_is_measured(peak_deg):
    for squat in repetitions(analysed(squats(peak_knee_flexion_deg=peak_deg))):
        assert squat.valid


def test_the_fppa_at_8_percent_of_a_deep_squat_is_that_of_the_picture():
    script = squats(peak_knee_flexion_deg=120, valgus_deg=8)
    truth, analysis = filmed(script).truth, analysed(script)
    for squat in repetitions(analysis):
        inside = (truth.time_s >= squat.start_s) & (truth.time_s <= squat.stop_s)
        deep = np.flatnonzero(inside & (analysis.signals.legs[LEFT].depth_pct >= 8))
        assert_allclose(squat.fppa_at_8_pct_deg, truth.fppa_deg[deep[[0, -1]]].mean(), atol=0.5)


@pytest.mark.parametrize("peak_deg", [60, 80, 100, 130])
@pytest.mark.parametrize("height_m", [0.5, 0.9, 1.3])
def test_the_depth_of_a_squat_is_at_most_10_percent_too_large(peak_deg, height_m):
    script = squats(peak_knee_flexion_deg=peak_deg)
    real = filmed(script, camera=Camera(height_m=height_m)).truth.repetitions
    found = repetitions(analysed(script, camera=Camera(height_m=height_m)))
    for squat, true in zip(found, real, strict=True):
        assert -3 < squat.depth_pct - true.depth_pct < 10


def test_a_deep_squat_among_others_changes_nothing_in_those():
    alike = {"valgus_deg": 6, "wobble_pct": 2}
    usual = repetitions(analysed(squats(4, peak_knee_flexion_deg=60, **alike)))
    mixed = analysed(squats(4, peak_knee_flexion_deg=(60, 120, 60, 60), **alike))
    assert [squat.valid for squat in repetitions(mixed)] == [True, False, True, True]
    for one, other in zip(repetitions(mixed), usual, strict=True):
        if one.valid:
            assert_allclose(one.fppa_deg, other.fppa_deg, atol=0.3)
            assert_allclose(one.wobble_pct, other.wobble_pct, atol=0.15)
    assert_allclose(mixed.quality.yaw_deg, analysed(squats(4, **alike)).quality.yaw_deg, atol=0.5)
    assert "some_too_deep" not in reasons_of(mixed.leg(LEFT))


@pytest.mark.parametrize("height_m", [0.2, 0.9, 2.2])
@pytest.mark.parametrize("yaw_deg", [-80, -40, 0, 15, 60])
@pytest.mark.parametrize("peak_deg", [40, 75, 105, 140])
def test_no_angle_beyond_60_degrees_is_ever_reported(peak_deg, yaw_deg, height_m):
    script = squats(2, peak_knee_flexion_deg=peak_deg, free_leg="front", valgus_deg=5)
    how = {"camera": Camera(yaw_deg=yaw_deg, height_m=height_m, distance_m=2)}
    analysis = analysed(script, **how)
    values = [
        getattr(squat, name)
        for squat in repetitions(analysis)
        for name in (*ANGLES, "fppa_standing_deg", "fppa_at_8_pct_deg")
    ]
    curves = [analysis.signals.legs[side].fppa_deg for side in Side if analysis.leg(side)]
    known = np.concatenate([np.array(values), *curves])
    assert (np.abs(known[np.isfinite(known)]) <= 60).all()


def test_the_curves_have_a_gap_where_the_leg_is_bent_too_far():
    legs = analysed(squats(peak_knee_flexion_deg=120)).signals.legs[LEFT]
    deep, half = legs.depth_pct > 50, (legs.depth_pct > 2) & (legs.depth_pct < 25)
    for curve in (legs.fppa_deg, legs.knee_over_foot_pct, legs.wobble_pct):
        assert np.isnan(curve[deep]).all()
        assert np.isfinite(curve[half]).all()
