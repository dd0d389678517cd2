"""Charts: places by hand."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest

from kneescan.app.people.course import Point
from kneescan.app.web.people.charts import (
    HEIGHT,
    Scale,
    chart,
    path,
    places,
    scale_of,
    sparkline,
    x_ticks,
)

DAY_S = 86400.0


def point(day, *, left=None, right=None, verdict="no_sign"):
    """Session with a value of each leg, ``"?"`` for one that was filmed and not measurable."""
    legs = {}
    for side, value in (("left", left), ("right", right)):
        if value is None:
            continue
        estimate = None if value == "?" else {
            "value": value, "low": value - 2, "high": value + 2, "cut": 10.0
        }  # fmt: skip
        legs[side] = "video", {"verdict": verdict, "fppa_deg": estimate}
    sitting = SimpleNamespace(held_s=day * DAY_S, pain=None)
    return Point(sitting=sitting, n_videos=1, legs=legs)


def test_places_are_in_proportion_to_the_time_between():
    assert places([0.0, 10.0, 40.0], 100.0, 200.0) == [100.0, 125.0, 200.0]


@pytest.mark.parametrize(("n", "expected"), [(1, [50.0]), (3, [25.0, 50.0, 75.0])])
def test_sessions_of_one_moment_stand_side_by_side(n, expected):
    assert places([5.0] * n, 0.0, 100.0) == expected


def test_the_line_is_broken_where_a_value_is_missing():
    assert path([1, 2, 3, 4], [5.0, None, 7.0, 8.0]) == "M1 5 M3 7 L4 8"
    assert path([1], [None]) == ""


def test_a_scale_grows_upwards_with_room_for_intervals_zero_and_cut_off():
    scale = scale_of([point(0, left=22.0), point(7, right=-4.0)], "fppa_deg")
    assert (scale.low, scale.high) == (-10.0, 30.0)
    assert Scale(0.0, 10.0, 14.0, 166.0)(2.5) == 128.0
    # Both legs share it, and values that are all small look small.
    assert scale_of([point(0, left=1.0)], "fppa_deg").high >= 12.0


def test_a_session_without_a_value_is_a_gap_and_one_without_the_leg_is_nothing():
    points = [point(0, left=8.0), point(7, left="?"), point(14, right=3.0), point(21, left=6.0)]
    drawn = chart(points, "left", "fppa_deg", list("abcd"), scale_of(points, "fppa_deg"), str)
    assert [dot.x for dot in drawn.dots] == [50.0, 316.0]
    assert drawn.gaps == [138.7]
    assert drawn.path.count("M") == 2
    assert all(0 <= dot.y_high < dot.y < dot.y_low <= HEIGHT for dot in drawn.dots)


def test_a_session_without_any_squat_is_a_gap_of_both_legs_and_one_without_results_of_none():
    nothing = replace(point(14), is_measured=False)
    points = [point(0, left=8.0), point(7), nothing, point(21, left=6.0)]
    for side in ("left", "right"):
        drawn = chart(points, side, "fppa_deg", list("abcd"), scale_of(points, "fppa_deg"), str)
        assert drawn.gaps == [138.7]


def test_a_leg_that_was_never_measured_has_no_dots_and_no_line():
    small = sparkline([point(0, left="?")], "left", "fppa_deg")
    assert (small["path"], small["dots"], small["cut"]) == ("", [], None)


def test_verdicts_that_could_not_be_told_are_hollow():
    points = [point(0, left=8.0), point(7, left=9.0, verdict="cannot_tell")]
    assert [dot[2] for dot in sparkline(points, "left", "fppa_deg")["dots"]] == [True, False]


def test_dates_do_not_cover_each_other_and_the_newest_is_always_there():
    ticks = x_ticks([50.0, 60.0, 200.0, 310.0, 316.0], list("abcde"))
    assert [tick.text for tick in ticks] == ["a", "c", "e"]
    assert all(later.at - tick.at >= 80 for tick, later in pairwise(ticks))
    # The last one is moved in from the side, towards the one before.
    ticks = x_ticks([50.0, 138.7, 227.3, 316.0], list("abcd"))
    assert all(later.at - tick.at >= 80 for tick, later in pairwise(ticks))


def test_a_single_day_is_written_once_whatever_the_number_of_its_sessions():
    assert [tick.text for tick in x_ticks([50.0, 316.0], ["30 Nov", "30 Nov"])] == ["30 Nov"]
    assert [tick.text for tick in x_ticks([180.0], ["30 Nov"])] == ["30 Nov"]
