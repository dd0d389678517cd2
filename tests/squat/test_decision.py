"""Verdicts from estimates and squats made by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.squat.decision import (
    blocking_reasons,
    decide,
    estimate,
    estimate_agreed_wobble,
    estimate_fppa,
    estimate_offset,
    estimate_wobble,
    shows_wobble,
)
from kneescan.squat.quality import BLOCKING
from kneescan.squat.results import Estimate, Finding, Quality, Reason, Repetition, Verdict
from kneescan.squat.settings import Settings
from tests.squat.films import LEFT, RIGHT, reasons_of

NAN = float("nan")
NUMBERS = {
    "fppa_frontal_deg": 0.0,
    "fppa_standing_deg": 0.0,
    "thigh_deg": 0.0,
    "shank_deg": 0.0,
    "fppa_at_8_pct_deg": 0.0,
    "depth_pct": 12.0,
    "knee_flexion_estimate_deg": 55.0,
    "n_reversals": 0,
    "pelvic_drop_deg": 0.0,
    "trunk_lean_deg": 0.0,
    "descent_s": 2.0,
    "hold_s": 0.3,
    "ascent_s": 2.0,
}


def squat(index=1, fppa_deg=0.0, offset_pct=0.0, wobble_pct=0.0, faults=()):
    return Repetition(
        index=index,
        side=LEFT,
        start_s=0.0,
        deepest_s=2.0,
        stop_s=4.0,
        invalid_reasons=tuple(Reason(code=code) for code in faults),
        fppa_deg=fppa_deg,
        knee_over_foot_pct=offset_pct,
        wobble_pct=wobble_pct,
        **NUMBERS,
    )


def five(**values):
    return [squat(index, **values) for index in range(1, 6)]


CUTS = {"fppa": 10.0, "offset": 7.0, "wobble": 1.5}


def place(name, where):
    """Estimate on one side of its cut, on it, or none."""
    cut = CUTS[name]
    middle = {"above": 2 * cut, "unsure": cut, "below": 0.0}.get(where)
    if middle is None:
        return None
    return Estimate(value=middle, low=middle - 0.1 * cut, high=middle + 0.1 * cut, cut=cut)


def decided(fppa, offset, wobble, squats=None):
    """Verdict on five squats that are all over every cut, unless others are given."""
    estimates = (
        place(name, where) for name, where in zip(CUTS, (fppa, offset, wobble), strict=True)
    )
    squats = five(fppa_deg=20.0, offset_pct=14.0, wobble_pct=3.0) if squats is None else squats
    return decide(*estimates, squats)


INWARD, WOBBLE = Finding.INWARD, Finding.WOBBLE


@pytest.mark.parametrize(
    ("fppa", "offset", "wobble", "findings"),
    [
        ("above", "above", "below", (INWARD,)),
        ("above", "unsure", "below", (INWARD,)),
        ("unsure", "above", "unsure", (INWARD,)),
        ("above", None, None, (INWARD,)),
        (None, "above", None, (INWARD,)),
        ("below", "below", "above", (WOBBLE,)),
        ("unsure", "unsure", "above", (WOBBLE,)),
        (None, None, "above", (WOBBLE,)),
        ("above", "above", "above", (INWARD, WOBBLE)),
        ("unsure", "above", "above", (INWARD, WOBBLE)),
    ],
)
def test_a_clear_inward_movement_or_wobble_suggests_a_focus(fppa, offset, wobble, findings):
    verdict, found, _ = decided(fppa, offset, wobble)
    assert (verdict, found) == (Verdict.SUGGESTED, findings)


def test_only_three_clear_noes_are_no_sign():
    verdict, found, _ = decided("below", "below", "below", five())
    assert (verdict, found) == (Verdict.NO_SIGN, ())


@pytest.mark.parametrize("doubtful", ["unsure", None])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_one_doubtful_value_among_clear_noes_settles_nothing(which, doubtful):
    places = ["below"] * 3
    places[which] = doubtful
    verdict, found, _ = decided(*places, five())
    assert (verdict, found) == (Verdict.CANNOT_TELL, ())


@pytest.mark.parametrize(("fppa", "offset"), [("above", "below"), ("below", "above")])
@pytest.mark.parametrize("wobble", ["below", "unsure", None])
def test_fppa_and_offset_that_contradict_each_other_settle_nothing(fppa, offset, wobble):
    verdict, found, reasons = decided(fppa, offset, wobble)
    assert (verdict, found) == (Verdict.CANNOT_TELL, ())
    assert reasons[-1].code == "contradiction"


@pytest.mark.parametrize(("fppa", "offset"), [("above", "below"), ("below", "above")])
def test_a_wobble_is_clear_even_where_fppa_and_offset_contradict_each_other(fppa, offset):
    verdict, found, reasons = decided(fppa, offset, "above")
    assert (verdict, found) == (Verdict.SUGGESTED, (WOBBLE,))
    assert reasons[-1].code == "contradiction"


@pytest.mark.parametrize("name", ["fppa", "offset"])
@pytest.mark.parametrize(
    ("n_over", "n", "enough"),
    [
        (5, 5, True),
        (3, 5, True),
        (2, 5, False),
        (3, 4, True),
        (2, 4, False),
        (2, 3, True),
        (1, 3, False),
        (6, 10, True),
        (5, 10, False),
    ],
)
def test_most_of_the_squats_must_be_over_the_cut_too(name, n_over, n, enough):
    value = {"fppa": "fppa_deg", "offset": "offset_pct"}[name]
    over, under = 2 * CUTS[name], CUTS[name]
    squats = [squat(k, **{value: over if k < n_over else under}) for k in range(n)]
    places = ["above", "unsure"] if name == "fppa" else ["unsure", "above"]
    verdict, _, _ = decided(*places, "below", squats)
    assert verdict is (Verdict.SUGGESTED if enough else Verdict.CANNOT_TELL)


def test_a_squat_without_a_value_is_not_over_the_cut():
    squats = [squat(k, fppa_deg=20.0 if k < 2 else NAN) for k in range(5)]
    assert decided("above", "unsure", "below", squats)[0] is Verdict.CANNOT_TELL


def test_every_value_is_described_with_its_figures():
    squats = [squat(k, fppa_deg=20.0 if k < 4 else 5.0) for k in range(5)]
    _, _, reasons = decided("above", "unsure", None, squats)
    codes = [reason.code for reason in reasons]
    assert codes == ["fppa_above", "knee_over_foot_undecided", "wobble_not_measurable"]
    expected = {"value": 20.0, "plus_minus": 1.0, "cut": 10.0, "n_over": 4, "n": 5}
    assert reasons[0].values == pytest.approx(expected)


# ---------------------------------------------------------------- estimates


def interval(values, method_error=0.0, fixed_error=0.0, z=1.0):
    return estimate(values, cut=0.0, method_error=method_error, fixed_error=fixed_error, z=z)


@pytest.mark.parametrize(
    ("values", "method_error", "fixed_error", "z", "half_width"),
    [
        ([8, 10, 12], 0.0, 0.0, 1.0, 2 / np.sqrt(3)),
        ([8, 10, 12], 0.0, 0.0, 2.0, 4 / np.sqrt(3)),
        ([10, 10, 10], 3.0, 0.0, 1.0, 3.0),
        ([10, 10, 10], 0.0, 4.0, 1.0, 4.0),
        ([10, 10, 10], 3.0, 4.0, 1.0, 5.0),
        ([10, 10, 10], 3.0, 4.0, 2.0, np.hypot(6, 4)),
        ([10], 3.0, 0.0, 1.0, 3 * np.sqrt(2)),
        ([8, np.nan, 12, 10, np.nan], 0.0, 0.0, 1.0, 2 / np.sqrt(3)),
    ],
    ids=[
        "squats alone",
        "z",
        "method alone",
        "fixed alone",
        "3-4-5",
        "fixed errors are not multiplied",
        "one squat",
        "missing values",
    ],
)
def test_intervals_by_hand(values, method_error, fixed_error, z, half_width):
    found = interval(values, method_error, fixed_error, z)
    assert_allclose([found.value, found.low, found.high], [10, 10 - half_width, 10 + half_width])


@pytest.mark.parametrize("values", [[], [NAN], [NAN, NAN]])
def test_without_a_value_there_is_no_estimate(values):
    assert interval(values, method_error=1.0) is None


def width(found):
    return found.high - found.low


def test_intervals_shrink_with_the_number_of_squats_but_not_below_the_methods_error():
    widths = [width(interval([8, 12] * n, method_error=1.0)) for n in (1, 2, 4, 50)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] > 2.0


def test_an_estimate_is_above_or_below_only_with_its_whole_interval():
    def at(low, high):
        found = Estimate(value=(low + high) / 2, low=low, high=high, cut=10.0)
        return found.clearly_above, found.clearly_below

    assert at(11, 15) == (True, False)
    assert at(5, 9) == (False, True)
    assert at(9, 11) == (False, False)
    assert at(10, 12) == (False, False)
    assert at(8, 10) == (False, False)


def oblique(fppa_deg, yaw_deg, side=LEFT):
    settings = Settings(yaw_fppa_per_deg=1.0, yaw_warn_deg=5.0, fppa_error_deg=2.0, interval_z=1.0)
    return estimate_fppa(five(fppa_deg=fppa_deg), side, yaw_deg, settings, close_up=False)


def test_an_oblique_view_leaves_the_interval_as_it_is():
    for yaw_deg in (-8.0, 0.0, 8.0):
        assert (oblique(16.0, yaw_deg).low, oblique(16.0, yaw_deg).high) == (14.0, 18.0)


def test_valgus_that_a_lens_beside_the_leg_may_have_added_is_not_held_against_it():
    assert oblique(16.0, 4.9).clearly_above  # no more oblique than straight ahead may look
    assert not oblique(16.0, 6.0).clearly_above
    assert oblique(18.5, 6.0).clearly_above
    assert oblique(16.0, -6.0).clearly_above  # from the other side the true valgus is larger still


def test_valgus_that_a_lens_beyond_the_other_leg_may_have_hidden_is_not_taken_for_none():
    assert oblique(4.0, -4.9).clearly_below
    assert not oblique(4.0, -6.0).clearly_below
    assert oblique(1.5, -6.0).clearly_below
    assert oblique(4.0, 6.0).clearly_below


def test_for_the_right_leg_it_is_the_other_way_round():
    assert not oblique(16.0, -6.0, RIGHT).clearly_above
    assert oblique(16.0, 6.0, RIGHT).clearly_above


def test_the_offset_is_held_against_its_own_cut_and_error():
    settings = Settings(knee_over_foot_cut_pct=6.0, knee_over_foot_error_pct=2.0, interval_z=1.0)
    found = estimate_offset(five(offset_pct=9.0), settings, close_up=False)
    assert_allclose([found.value, found.low, found.high, found.cut], [9.0, 7.0, 11.0, 6.0])


EXACT_WOBBLE = Settings(wobble_error_share=0.0, wobble_error_pct=0.0)


def test_half_of_the_noise_floor_widens_the_wobble():
    found = estimate_wobble(five(wobble_pct=2.0), 0.6, EXACT_WOBBLE)
    assert_allclose([found.value, found.low, found.high, found.cut], [2.0, 1.7, 2.3, 1.5])


def test_a_wobble_is_never_below_zero():
    found = estimate_wobble(five(wobble_pct=0.1), 0.6, EXACT_WOBBLE)
    assert_allclose([found.value, found.low, found.high], [0.1, 0.0, 0.4])


@pytest.mark.parametrize(("fps", "measured"), [(20.0, False), (23.976, True), (24.0, True)])
def test_a_film_too_slow_for_wobble_has_none(fps, measured):
    assert shows_wobble(fps, Settings()) == measured


@pytest.mark.parametrize(("n_known", "measured"), [(2, False), (3, True)])
def test_a_wobble_needs_three_squats_that_show_it(n_known, measured):
    squats = [squat(k, wobble_pct=2.0 if k < n_known else NAN) for k in range(5)]
    assert (estimate_wobble(squats, 0.5, Settings()) is not None) == measured
    assert (estimate_agreed_wobble(squats, [np.ones(8)] * 5, Settings()) is not None) == measured


def test_an_agreed_wobble_is_the_root_of_the_mean_and_its_chance_that_of_the_mean():
    settings = Settings(close_up_wobble_error_share=0, close_up_wobble_error_pct=0, interval_z=2.0)
    agreed = np.tile(
        [1.0, 7.0], 10
    )  # mean 4, standard deviation 3, standard error of 100 looks 0.3
    found = estimate_agreed_wobble(five(wobble_pct=2.0), [agreed] * 5, settings)
    assert_allclose([found.value, found.low**2, found.high**2], [2.0, 3.4, 4.6])
    assert found.cut == settings.wobble_cut_pct


def test_squats_that_wobble_unlike_one_another_widen_the_interval_of_a_wobble():
    settings = Settings(close_up_wobble_error_share=0, close_up_wobble_error_pct=0, interval_z=1.0)
    agreed = [np.full(20, power) for power in (1.0, 4.0, 7.0)]  # standard deviation 3
    found = estimate_agreed_wobble(five(wobble_pct=2.0), agreed, settings)
    assert_allclose(found.high**2 - found.value**2, 3 / np.sqrt(3))


def test_noise_that_agrees_on_nothing_is_no_wobble_but_has_an_upper_bound():
    found = estimate_agreed_wobble(five(wobble_pct=0.0), [np.tile([-2.0, 1.9], 10)] * 5, Settings())
    assert found.value == found.low == 0.0
    assert 0.4 < found.high < 0.6


def test_the_methods_share_of_an_agreed_wobble_counts_of_its_value():
    settings = Settings(
        close_up_wobble_error_share=0.05, close_up_wobble_error_pct=0, interval_z=1.0
    )
    found = estimate_agreed_wobble(five(wobble_pct=2.0), [np.full(18, 4.0)] * 5, settings)
    assert_allclose([found.low, found.high], [2.0 * 0.9**0.5, 2.0 * 1.1**0.5])


# ---------------------------------------------------------------- quality gate


def quality(*codes, yaw_deg=0.0):
    return Quality(
        ok=True,
        warnings=tuple(Reason(code=code) for code in codes),
        yaw_deg=yaw_deg,
        fps=30.0,
        detected_pct=100.0,
        leg_length_px=300.0,
    )


def blocked(*codes, yaw_deg=0.0, squats=None):
    squats = five() if squats is None else squats
    reasons = blocking_reasons(quality(*codes, yaw_deg=yaw_deg), squats, Settings())
    return [reason.code for reason in reasons]


def test_a_good_film_blocks_nothing():
    assert blocked() == []


@pytest.mark.parametrize("code", [*sorted(BLOCKING), "view_unknown"])
def test_a_film_that_cannot_be_judged_blocks_the_verdict(code):
    assert blocked(code) == [code]


@pytest.mark.parametrize("code", ["few_fps", "person_small", "camera_moved", "some_on_both_feet"])
def test_a_film_that_could_be_better_blocks_nothing(code):
    assert blocked(code) == []


@pytest.mark.parametrize(
    ("yaw_deg", "codes"),
    [(6.0, []), (-9.9, []), (10.1, ["view_oblique"]), (-15.0, ["view_oblique"])],
)
def test_an_oblique_view_blocks_only_beyond_its_limit(yaw_deg, codes):
    assert blocked("view_oblique", yaw_deg=yaw_deg) == codes


@pytest.mark.parametrize(("n_valid", "codes"), [(3, []), (2, ["too_few_repetitions"])])
def test_three_squats_have_to_count(n_valid, codes):
    assert blocked(squats=[squat(k) for k in range(n_valid)]) == codes


def test_the_faults_that_cost_the_squats_are_counted():
    faults = [("touch_down",), ("touch_down", "too_shallow"), (), ()]
    squats = [squat(k, faults=fault) for k, fault in enumerate(faults)]
    reasons = blocking_reasons(quality(), squats, Settings())
    assert [(reason.code, reason.values.get("n")) for reason in reasons] == [
        ("too_few_repetitions", 4),
        ("some_too_shallow", 1),
        ("some_touch_down", 2),
    ]


def test_faults_do_not_block_while_three_squats_count():
    squats = [*five()[:3], squat(4, faults=["touch_down"]), squat(5, faults=["too_shallow"])]
    assert blocked(squats=squats) == []


def test_a_squat_with_a_fault_does_not_count():
    assert squat().valid
    assert not squat(faults=["touch_down"]).valid
    assert reasons_of(squat(faults=["touch_down"])) == ["touch_down"]
