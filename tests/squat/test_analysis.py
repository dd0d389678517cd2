"""Complete analyses of simulated videos, compared with their ground truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from kneescan.landmarks import Landmark
from kneescan.simulate import Camera, Noise
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import Finding, Verdict
from tests.squat.videos import (
    AS_SEEN,
    LEFT,
    RIGHT,
    analysed,
    filmed,
    reasons_of,
    repetitions,
    sides,
    squats,
    warnings_of,
)

MOVING = {"valgus_deg": 8, "pelvic_drop_deg": 5, "trunk_lean_deg": -6}
DURATION_S = squats(5).duration_s


def uneven_times(seed=1, slowest_fps=22, fastest_fps=40):
    """Times of a video whose frame rate wanders, to the end of a script of three squats."""
    rng = np.random.default_rng(seed)
    steps_s = rng.uniform(1 / fastest_fps, 1 / slowest_fps, size=1000)
    time_s = np.cumsum(steps_s)
    return time_s[time_s < squats().duration_s]


def fails(reason):
    return pytest.mark.xfail(strict=True, reason=reason)


def condition(*parts, id, marks=(), **how):  # noqa: A002
    return pytest.param(parts, how, id=id, marks=marks)


EXACT = [
    *(
        condition(squats(side=side, free_leg=free, **MOVING), id=f"{side} leg, other {free}")
        for side in (LEFT, RIGHT)
        for free in ("behind", "front")
    ),
    *(condition(squats(**MOVING), fps=fps, id=f"{fps} fps") for fps in (24, 25, 60, 120)),
    condition(squats(side=RIGHT, walk_in=True, **MOVING), id="walk in"),
    *(
        condition(squats(**MOVING), camera=Camera(distance_m=metres), id=f"{metres} m")
        for metres in (2, 4)
    ),
    *(
        condition(
            squats(free_leg=free, **MOVING), camera=Camera(yaw_deg=yaw), id=f"yaw {yaw} {free}"
        )
        for yaw in (-8, 8)
        for free in ("behind", "front")
    ),
    condition(squats(**MOVING), camera=Camera(height_m=0.4), id="lens at knee height"),
    condition(squats(**MOVING), camera=Camera(mirrored=True), id="mirrored camera"),
    condition(squats(**MOVING), noise=Noise(gap_fraction=0.1), id="missing frames"),
    condition(squats(**MOVING), noise=Noise(swaps=((5, 5.2), (11, 11.3))), id="left for right"),
    condition(squats(**MOVING), camera=Camera(shake_px=4), id="handheld"),
    condition(squats(5), squats(5, RIGHT), id="five left, then five right"),
    condition(*(squats(1, side, quiet_s=0.5) for side in (LEFT, RIGHT) * 3), id="alternating"),
    condition(squats(2, None), squats(), id="two on both feet first"),
    condition(squats(2, None), id="both feet"),
    condition(squats(5), start_s=5.3, id="starts at the bottom"),
    condition(squats(5), stop_s=DURATION_S - 5, id="ends at the bottom"),
    condition(squats(5), start_s=6.5, stop_s=DURATION_S - 6, id="starts and ends half-way"),
    condition(squats(pause_s=0, hold_s=0), id="without a pause"),
    condition(squats(pause_s=6, hold_s=2), id="long pauses up and down"),
    condition(squats(descent_s=0.8, ascent_s=0.8, hold_s=0), id="fast"),
    condition(squats(descent_s=4, ascent_s=4), id="slow"),
    condition(squats(peak_knee_flexion_deg=(60, 80, 45)), id="unlike depths"),
    condition(squats(valgus_deg=(-10, 0, 20)), id="varus, straight and valgus"),
    condition(squats(quiet_s=0.2, stand_s=0), id="hardly any standing"),
]
"""Videos with exact landmarks, all of whose squats count."""
NOISY = [
    condition(squats(**MOVING), noise=Noise(jitter_px=1), id="jitter"),
    condition(squats(free_leg="front", **MOVING), noise=Noise(jitter_px=1), id="jitter, pistol"),
    condition(squats(**MOVING), noise=Noise(jitter_px=1), fps=60, id="jitter at 60 fps"),
    condition(squats(**MOVING), noise=Noise(jitter_px=1, drift_px=2), id="drift"),
    condition(squats(wobble_pct=3), id="wobble"),
]
every_video = pytest.mark.parametrize(("parts", "how"), EXACT + NOISY)
every_exact_video = pytest.mark.parametrize(("parts", "how"), EXACT)


def whole(video):
    return [repetition for repetition in video.truth.repetitions if repetition.completed]


@every_video
def test_every_whole_squat_is_found_on_its_leg(parts, how):
    expected = [repetition.apparent_side for repetition in whole(filmed(*parts, **how))]
    assert sides(analysed(*parts, **how)) == expected


@every_video
def test_squats_without_a_fault_count(parts, how):
    for squat in repetitions(analysed(*parts, **how)):
        assert reasons_of(squat) == ([] if squat.side else ["both_feet_down"])


@every_video
def test_squats_start_and_stop_within_a_quarter_of_a_second(parts, how):
    found, real = repetitions(analysed(*parts, **how)), whole(filmed(*parts, **how))
    assert_allclose([s.start_s for s in found], [r.start_s for r in real], atol=0.25)
    assert_allclose([s.stop_s for s in found], [r.stop_s for r in real], atol=0.25)


@every_video
def test_the_deepest_moment_is_within_a_tenth_of_a_second(parts, how):
    found, real = repetitions(analysed(*parts, **how)), whole(filmed(*parts, **how))
    assert_allclose([s.deepest_s for s in found], [r.deepest_s for r in real], atol=0.10)


@every_exact_video
def test_the_fppa_is_that_of_the_picture(parts, how):
    for squat, real in paired(parts, how):
        assert_allclose(squat.fppa_deg, real.fppa_deg, atol=0.3)


@every_exact_video
def test_the_knee_over_the_foot_is_that_of_the_picture(parts, how):
    truth = filmed(*parts, **how).truth
    for squat, real in paired(parts, how):
        frame = np.argmin(np.abs(truth.time_s - real.deepest_s))
        assert_allclose(squat.knee_over_foot_pct, truth.knee_over_foot_pct[frame], atol=0.5)


@every_exact_video
def test_pelvis_and_trunk_lean_as_in_the_picture(parts, how):
    truth = filmed(*parts, **how).truth
    for squat, real in paired(parts, how):
        frame = np.argmin(np.abs(truth.time_s - real.deepest_s))
        drop_deg, lean_deg = pelvis_and_trunk(truth.xy_px[frame], squat.side)
        assert_allclose(squat.pelvic_drop_deg, drop_deg, atol=0.3)
        assert_allclose(squat.trunk_lean_deg, lean_deg, atol=0.3)


def paired(parts, how):
    """Squats on one leg, with their ground truth."""
    found, real = repetitions(analysed(*parts, **how)), whole(filmed(*parts, **how))
    return [pair for pair in zip(found, real, strict=True) if pair[0].side]


def pelvis_and_trunk(xy_px, side):
    """Tilt of the hips and lean of the trunk in a picture, towards the side that is the smaller x."""
    stance, free = xy_px[side.landmark("hip")], xy_px[side.other.landmark("hip")]
    shoulders = xy_px[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]].mean(axis=0)
    lean = shoulders - xy_px[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    to_stance = np.sign(stance[0] - free[0])
    drop_deg = np.degrees(np.arctan((free[1] - stance[1]) / abs(free[0] - stance[0])))
    return drop_deg, np.degrees(np.arctan(to_stance * lean[0] / -lean[1]))


def test_a_variable_frame_rate_changes_nothing():
    time_s = uneven_times()
    video, even = simulated(squats(**MOVING), time_s=time_s), filmed(squats(**MOVING))
    found, expected = repetitions(analyze_pose(video.pose, AS_SEEN)), whole(even)
    assert [squat.side for squat in found] == [LEFT] * 3
    for squat, real in zip(found, expected, strict=True):
        assert squat.valid
        assert_allclose(squat.start_s, real.start_s - time_s[0], atol=0.25)
        assert_allclose(squat.deepest_s, real.deepest_s - time_s[0], atol=0.10)
        assert_allclose(squat.stop_s, real.stop_s - time_s[0], atol=0.25)
        assert_allclose(squat.fppa_deg, real.fppa_deg, atol=0.3)


def simulated(*parts, **how):
    """Video that cannot be cached because its arguments are arrays."""
    return filmed.__wrapped__(*parts, **how)


# ---------------------------------------------------------------- faults

FAULTS = [
    condition(squats(5, touchdown_repetition=3), id="touch-down"),
    condition(squats(5, RIGHT, touchdown_repetition=3), id="touch-down, right leg"),
    condition(
        squats(5, touchdown_repetition=3, free_leg="front"),
        id="touch-down of a pistol squat",
        marks=fails("a foot held in front that is put down and lifted again is not seen"),
    ),
    condition(
        squats(5, peak_knee_flexion_deg=(60, 60, 30, 60, 60)),
        id="one too shallow",
    ),
    condition(squats(5, foot_shift_cm=10, foot_shift_repetition=3), id="foot moved"),
    condition(squats(5, RIGHT, foot_shift_cm=10, foot_shift_repetition=3), id="right foot moved"),
    condition(squats(5), noise=Noise(gaps=((15.8, 16.2),)), id="not seen at the bottom"),
    condition(
        squats(5),
        noise=Noise(gaps=((15.8, 16.2),), gap_landmarks=(Landmark.LEFT_KNEE,)),
        id="knee not seen at the bottom",
    ),
]
CODES = {
    "touch": "touch_down",
    "one": "too_shallow",
    "foot": "stance_foot_moved",
    "right": "stance_foot_moved",
    "not": "landmarks_missing",
    "knee": "landmarks_missing",
}


@pytest.mark.parametrize(("parts", "how"), FAULTS)
def test_a_fault_costs_the_third_squat_alone_and_is_named(parts, how, request):
    code = CODES[request.node.callspec.id.split()[0].split("-")[0]]
    found = repetitions(analysed(*parts, **how))
    assert [reasons_of(squat) for squat in found] == [[], [], [code], [], []]


def test_a_squat_that_nobody_saw_is_left_out():
    analysis = analysed(squats(5), noise=Noise(gaps=((8.2, 13.2),)))
    assert [round(squat.deepest_s) for squat in repetitions(analysis)] == [5, 16, 21, 27]
    assert analysis.leg(LEFT).verdict is Verdict.NO_SIGN


@pytest.mark.parametrize("landmark", [Landmark.LEFT_WRIST, Landmark.NOSE, Landmark.RIGHT_KNEE])
def test_a_landmark_that_is_not_measured_may_be_out_of_sight(landmark):
    noise = Noise(gaps=((8.2, 13.2),), gap_landmarks=(landmark,))
    assert len(repetitions(analysed(squats(5), noise=noise))) == 5


@pytest.mark.parametrize(("descent_s", "ascent_s"), [(1, 3), (3, 1)])
def test_the_deepest_moment_is_found_in_a_lopsided_squat(descent_s, ascent_s):
    script = squats(2, descent_s=descent_s, ascent_s=ascent_s)
    found, real = repetitions(analysed(script)), whole(filmed(script))
    assert_allclose([s.deepest_s for s in found], [r.deepest_s for r in real], atol=0.10)


OUTLIERS = Noise(outlier_frames=(160, 320, 480))
"""One wrong frame in each of three squats, near the bottom."""


def test_a_frame_gone_wrong_does_not_change_the_fppa():
    found, real = repetitions(analysed(squats(), noise=OUTLIERS)), whole(filmed(squats()))
    assert sides(analysed(squats(), noise=OUTLIERS)) == [LEFT] * 3
    assert_allclose([s.fppa_deg for s in found], [r.fppa_deg for r in real], atol=0.3)


def test_a_frame_gone_wrong_does_not_move_the_deepest_moment_or_the_trunk():
    found, real = repetitions(analysed(squats(), noise=OUTLIERS)), whole(filmed(squats()))
    undisturbed = repetitions(analysed(squats()))
    lean_deg = [squat.trunk_lean_deg for squat in undisturbed]
    assert_allclose([s.deepest_s for s in found], [r.deepest_s for r in real], atol=0.10)
    assert_allclose([s.trunk_lean_deg for s in found], lean_deg, atol=0.3)


def test_a_squat_held_perfectly_still_is_one_squat():
    assert len(repetitions(analysed(squats(hold_s=2.3)))) == 3


@pytest.mark.parametrize("hold_s", [5, 8])
def test_a_squat_held_for_long_is_found_from_start_to_stop(hold_s):
    script = squats(2, hold_s=hold_s, pause_s=2)
    found, real = repetitions(analysed(script)), whole(filmed(script))
    assert len(found) == 2
    assert_allclose([s.stop_s for s in found], [r.stop_s for r in real], atol=0.25)


@pytest.mark.parametrize(("side", "roll_deg"), [(LEFT, -3), (RIGHT, 3)])
def test_a_slightly_tilted_phone_does_not_change_the_leg_of_a_pistol_squat(side, roll_deg):
    script = squats(2, side, free_leg="front", peak_knee_flexion_deg=50, pelvic_drop_deg=-4)
    found = analysed(script, camera=Camera(roll_deg=roll_deg))
    assert sides(found) == [side, side]


def alternating(**changes):
    return [squats(1, side, free_leg="front", **changes) for side in (LEFT, RIGHT) * 3]


@pytest.mark.parametrize("tilt_deg", [-3, 3])
def test_a_slightly_tilted_phone_does_not_hide_a_change_of_legs(tilt_deg):
    camera = Camera(roll_deg=tilt_deg, yaw_deg=tilt_deg)
    analysis = analysed(*alternating(peak_knee_flexion_deg=50), camera=camera)
    assert sides(analysis) == [LEFT, RIGHT] * 3


@pytest.mark.parametrize("hold_s", [2, 3])
def test_held_pistol_squats_with_a_change_of_legs_start_when_they_start(hold_s):
    parts = alternating(hold_s=hold_s, quiet_s=1)
    found, real = repetitions(analysed(*parts)), whole(filmed(*parts))
    assert [reasons_of(squat) for squat in found] == [[]] * 6
    assert_allclose([s.start_s for s in found], [r.start_s for r in real], atol=0.25)


@pytest.mark.parametrize(
    "script",
    [squats(0), squats(0, None), squats(0, None, walk_in=True)],
    ids=["standing on one leg", "standing", "walking in"],
)
def test_without_a_squat_none_is_found(script):
    analysis = analysed(script)
    assert repetitions(analysis) == []
    assert warnings_of(analysis) == ["no_single_leg_squat"]


# ---------------------------------------------------------------- values


@pytest.mark.parametrize("fps", [30, 60])
@pytest.mark.parametrize("wobble_hz", [2, 3, 4])
def test_a_known_wobble_is_measured_to_15_percent(wobble_hz, fps):
    script = squats(wobble_pct=2.5, wobble_hz=wobble_hz)
    for squat in repetitions(analysed(script, fps=fps)):
        assert_allclose(squat.wobble_pct, 2.5, rtol=0.15)


@pytest.mark.parametrize("wobble_hz", [2, 3, 4])
def test_a_wobbling_knee_turns_round_about_twice_in_every_period(wobble_hz):
    # 4.3 s long, of which about a sixth at either end hardly wobbles: the leg is straight.
    script = squats(wobble_pct=2.5, wobble_hz=wobble_hz)
    for squat in repetitions(analysed(script)):
        assert 0.6 < squat.n_reversals / (2 * 4.3 * wobble_hz) < 1.0


def test_a_knee_that_does_not_wobble_has_no_wobble_and_no_reversals():
    for squat in repetitions(analysed(squats(valgus_deg=20))):
        assert squat.wobble_pct < 0.1
        assert squat.n_reversals == 0


def test_jitter_of_the_landmarks_is_no_wobble():
    noise = Noise(jitter_px=1)
    still = analysed(squats(5), noise=noise).leg(LEFT)
    shaking = analysed(squats(5, wobble_pct=2.5), noise=noise).leg(LEFT)
    assert still.wobble_floor_pct > 0.4
    assert still.wobble_pct.value < 0.4
    assert_allclose(shaking.wobble_pct.value, 2.5, rtol=0.15)


def test_a_squat_too_fast_to_tell_its_wobble_has_none():
    analysis = analysed(squats(descent_s=0.6, ascent_s=0.6, hold_s=0))
    assert all(np.isnan(squat.wobble_pct) for squat in repetitions(analysis))
    assert "wobble_not_measurable" in reasons_of(analysis.leg(LEFT))


@pytest.mark.parametrize("free_leg", ["behind", "front"])
def test_the_knee_flexion_is_estimated_to_8_degrees(free_leg):
    peaks_deg = (45, 60, 75, 90)
    script = squats(4, peak_knee_flexion_deg=peaks_deg, free_leg=free_leg)
    found_deg = [squat.knee_flexion_estimate_deg for squat in repetitions(analysed(script))]
    assert_allclose(found_deg, peaks_deg, atol=8)


def test_thigh_and_shank_add_up_to_the_fppa():
    for squat in repetitions(analysed(squats(**MOVING))):
        assert_allclose(squat.thigh_deg + squat.shank_deg, squat.fppa_deg, atol=0.01)


def test_the_phases_fill_the_squat_and_a_longer_hold_is_held_longer():
    short, long = (repetitions(analysed(squats(hold_s=hold_s)))[1] for hold_s in (0.3, 2.0))
    for squat in (short, long):
        total_s = squat.descent_s + squat.hold_s + squat.ascent_s
        assert_allclose(total_s, squat.stop_s - squat.start_s, atol=2 / 30)
    assert_allclose(long.hold_s - short.hold_s, 1.7, atol=0.1)
    assert_allclose(long.descent_s, short.descent_s, atol=0.1)


def test_descent_and_ascent_are_distinguished():
    squat = repetitions(analysed(squats(descent_s=3, ascent_s=1.5)))[1]
    assert_allclose(squat.descent_s / squat.ascent_s, 2.0, atol=0.3)


def test_the_fppa_standing_and_at_matched_depth_are_below_that_at_the_bottom():
    truth = filmed(squats(valgus_deg=15)).truth
    standing_deg = truth.fppa_deg[truth.phase == "pause"].mean()
    for squat in repetitions(analysed(squats(valgus_deg=15))):
        assert_allclose(squat.fppa_standing_deg, standing_deg, atol=0.5)
        assert squat.fppa_standing_deg < squat.fppa_at_8_pct_deg < squat.fppa_deg
        assert_allclose(squat.fppa_change_deg, squat.fppa_deg - squat.fppa_standing_deg)


def test_the_fppa_at_matched_depth_hardly_depends_on_the_depth():
    deep, shallow = squats(peak_knee_flexion_deg=80), squats(peak_knee_flexion_deg=55)
    at_8_pct_deg = [repetitions(analysed(s))[1].fppa_at_8_pct_deg for s in (deep, shallow)]
    at_bottom_deg = [repetitions(analysed(s))[1].fppa_deg for s in (deep, shallow)]
    assert abs(np.diff(at_8_pct_deg)) < 0.5 < abs(np.diff(at_bottom_deg))


def test_a_squat_that_does_not_get_to_8_percent_has_no_fppa_there():
    script = squats(2, peak_knee_flexion_deg=(60, 38))
    at_8_pct_deg = [squat.fppa_at_8_pct_deg for squat in repetitions(analysed(script))]
    assert [bool(np.isnan(value)) for value in at_8_pct_deg] == [False, True]


def test_the_trend_is_the_slope_over_the_squats():
    script = squats(5, valgus_deg=(4, 6, 8, 10, 12))
    real_deg = [repetition.fppa_deg for repetition in whole(filmed(script))]
    slope_deg = np.polyfit(range(5), real_deg, 1)[0]
    assert slope_deg > 1
    assert_allclose(analysed(script).leg(LEFT).fppa_trend_deg, slope_deg, atol=0.05)


def test_two_squats_have_no_trend():
    assert np.isnan(analysed(squats(2)).leg(LEFT).fppa_trend_deg)


def test_the_asymmetry_is_left_less_right():
    parts = squats(valgus_deg=12), squats(side=RIGHT, valgus_deg=4)
    analysis, real = analysed(*parts), whole(filmed(*parts))
    expected_deg = real[0].fppa_deg - real[3].fppa_deg
    assert expected_deg > 5
    assert_allclose(analysis.asymmetry_fppa_deg, expected_deg, atol=0.3)
    assert analysed(squats()).asymmetry_fppa_deg is None


# ---------------------------------------------------------------- verdicts


@pytest.mark.parametrize("side", [LEFT, RIGHT])
@pytest.mark.parametrize(
    ("script", "verdict", "findings"),
    [
        ({"valgus_deg": 4}, Verdict.NO_SIGN, ()),
        ({"valgus_deg": -10}, Verdict.NO_SIGN, ()),
        ({"valgus_deg": 25}, Verdict.SUGGESTED, (Finding.INWARD,)),
        ({"wobble_pct": 3.5}, Verdict.SUGGESTED, (Finding.WOBBLE,)),
        ({"valgus_deg": 25, "wobble_pct": 3.5}, Verdict.SUGGESTED, tuple(Finding)),
        ({"valgus_deg": 13}, Verdict.CANNOT_TELL, ()),
        ({"valgus_deg": (25, 25, 0, 0, 0)}, Verdict.CANNOT_TELL, ()),
    ],
    ids=["over the foot", "varus", "inward", "wobble", "both", "close call", "two of five"],
)
def test_a_leg_gets_the_verdict_that_its_squats_deserve(side, script, verdict, findings):
    leg = analysed(squats(5, side, **script)).leg(side)
    assert (leg.verdict, leg.findings) == (verdict, findings)


@pytest.mark.parametrize("n_squats", [1, 2])
def test_too_few_squats_settle_nothing(n_squats):
    leg = analysed(squats(n_squats, valgus_deg=25)).leg(LEFT)
    assert leg.verdict is Verdict.CANNOT_TELL
    assert reasons_of(leg) == ["too_few_repetitions"]


def test_faults_that_leave_too_few_squats_are_named():
    leg = analysed(squats(4, peak_knee_flexion_deg=(60, 30, 30, 60))).leg(LEFT)
    assert leg.verdict is Verdict.CANNOT_TELL
    assert reasons_of(leg) == ["too_few_repetitions", "some_too_shallow"]
    assert leg.reasons[0].values == {"n_valid": 2, "n": 4, "needed": 3}
    assert leg.reasons[1].values == {"n": 2}


def test_each_leg_gets_its_own_verdict():
    analysis = analysed(squats(valgus_deg=25), squats(side=RIGHT))
    verdicts = {leg.side: leg.verdict for leg in analysis.legs}
    assert verdicts == {LEFT: Verdict.SUGGESTED, RIGHT: Verdict.NO_SIGN}


def test_only_the_leg_asked_for_is_judged():
    pose = filmed(squats(), squats(side=RIGHT)).pose
    both = analyze_pose(pose, AS_SEEN)
    for leg in ("left", "right", LEFT, RIGHT):
        one = analyze_pose(pose, AS_SEEN, leg=leg)
        assert [result.side for result in one.legs] == [leg]
        assert one.legs[0].verdict is both.leg(leg).verdict
        assert_allclose(one.legs[0].fppa_deg.value, both.leg(leg).fppa_deg.value)


def test_a_leg_that_did_not_squat_cannot_be_judged():
    analysis = analyze_pose(filmed(squats()).pose, AS_SEEN, leg=RIGHT)
    assert [(leg.side, leg.verdict) for leg in analysis.legs] == [(RIGHT, Verdict.CANNOT_TELL)]
    assert reasons_of(analysis.legs[0]) == ["only_other_leg"]
    assert analysis.leg(LEFT) is None


def test_an_unknown_leg_is_refused():
    with pytest.raises(ValueError, match="middle"):
        analyze_pose(filmed(squats()).pose, leg="middle")


def test_squats_on_both_feet_are_reported_and_give_no_verdict():
    analysis = analysed(squats(3, None))
    assert {leg.side: leg.verdict for leg in analysis.legs} == dict.fromkeys(
        (LEFT, RIGHT), Verdict.CANNOT_TELL
    )
    assert "both_feet" in warnings_of(analysis)


def test_the_origin_of_the_numbers_is_kept():
    analysis = analyze_pose(filmed(squats()).pose, AS_SEEN, provenance={"note": "first visit"})
    assert analysis.provenance["note"] == "first visit"
    assert analysis.provenance["source"] == "kneescan.simulate"
    assert analysis.provenance["settings"]["fppa_gain"] == 1
    assert analysis.provenance["numpy"] == np.__version__


def test_the_signals_are_those_of_the_whole_video():
    video, analysis = filmed(squats(**MOVING)), analysed(squats(**MOVING))
    signals = analysis.signals
    assert_allclose(signals.time_s, video.truth.time_s)
    assert list(signals.legs) == [LEFT]
    during = video.truth.repetition > 0
    assert_allclose(signals.legs[LEFT].fppa_deg[during], video.truth.fppa_deg[during], atol=0.3)
    offset_pct = video.truth.knee_over_foot_pct
    assert_allclose(signals.legs[LEFT].knee_over_foot_pct[during], offset_pct[during], atol=0.3)
    deepest = np.argmax(signals.legs[LEFT].depth_pct)
    assert video.truth.phase[deepest] in ("descent", "hold", "ascent")


# ---------------------------------------------------------------- anybody's squats


@settings(max_examples=15)
@given(
    side=st.sampled_from([LEFT, RIGHT]),
    peak_deg=st.floats(45, 80),
    valgus_deg=st.floats(-10, 18),
    half_s=st.floats(0.9, 3),
    hold_s=st.floats(0, 1.5),
    pause_s=st.floats(0, 3),
    yaw_deg=st.floats(-8, 8),
    distance_m=st.floats(2.2, 4),
    fps=st.sampled_from([24, 25, 30, 50]),
)
def test_the_fppa_of_anybodys_squats_is_that_of_the_picture(
    side, peak_deg, valgus_deg, half_s, hold_s, pause_s, yaw_deg, distance_m, fps
):
    script = squats(
        2,
        side,
        peak_knee_flexion_deg=peak_deg,
        valgus_deg=valgus_deg,
        descent_s=half_s,
        ascent_s=half_s,
        hold_s=hold_s,
        pause_s=pause_s,
    )
    video = simulated(script, camera=Camera(yaw_deg=yaw_deg, distance_m=distance_m), fps=fps)
    found = repetitions(analyze_pose(video.pose, AS_SEEN))
    assert [squat.side for squat in found] == [side, side]
    for squat, real in zip(found, whole(video), strict=True):
        assert squat.valid
        assert_allclose(squat.fppa_deg, real.fppa_deg, atol=0.3)
        assert_allclose(squat.deepest_s, real.deepest_s, atol=0.10)
