"""Values of a leg and their intervals, from squats made by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.squat.measures.intervals import (
    estimate,
    estimate_agreed_wobble,
    estimate_fppa,
    estimate_offset,
    estimate_wobble,
    shows_wobble,
)
from kneescan.squat.results import Estimate
from kneescan.squat.settings import Settings
from tests.squat.hand_made import NAN, five, squat
from tests.squat.videos import LEFT, RIGHT


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
    return estimate_fppa(five(fppa_deg=fppa_deg), side, yaw_deg, settings, None)


def test_an_oblique_view_leaves_the_interval_as_it_is():
    for yaw_deg in (-8.0, 0.0, 8.0):
        assert (oblique(16.0, yaw_deg).low, oblique(16.0, yaw_deg).high) == (14.0, 18.0)


def test_valgus_that_a_lens_beside_the_leg_may_have_added_is_not_held_against_it():
    assert oblique(16.0, 4.9).clearly_above  # not more oblique than "straight ahead" allows
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
    found = estimate_offset(five(offset_pct=9.0), settings, None)
    assert_allclose([found.value, found.low, found.high, found.cut], [9.0, 7.0, 11.0, 6.0])


EXACT_WOBBLE = Settings(wobble_error_share=0.0, wobble_error_pct=0.0)


def test_half_of_the_noise_floor_widens_the_wobble():
    found = estimate_wobble(five(wobble_pct=2.0), 0.6, EXACT_WOBBLE)
    assert_allclose([found.value, found.low, found.high, found.cut], [2.0, 1.7, 2.3, 1.5])


def test_a_wobble_is_never_below_zero():
    found = estimate_wobble(five(wobble_pct=0.1), 0.6, EXACT_WOBBLE)
    assert_allclose([found.value, found.low, found.high], [0.1, 0.0, 0.4])


@pytest.mark.parametrize(("fps", "measured"), [(20.0, False), (23.976, True), (24.0, True)])
def test_a_video_too_slow_for_wobble_has_none(fps, measured):
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
    )  # mean 4, standard deviation 3, standard error of 100 close-ups 0.3
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
