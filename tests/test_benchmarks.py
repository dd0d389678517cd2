"""Check that the accuracy in the documents matches the stored landmarks."""

import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def comparisons():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import accuracy
    finally:
        sys.path.remove(str(BENCHMARKS))
    return accuracy.load(accuracy.RENDERED, earlier=True)


@pytest.mark.slow
def test_the_stance_leg_is_right_in_all_rendered_videos_and_its_squats_in_nearly_all(comparisons):
    for c in comparisons:
        assert {rep.side for rep in c.analysis.repetitions} == {c.truth.side}, c.truth.name
    right = [c.counted_right for c in comparisons]
    assert np.mean(right) >= 0.94, [c.truth.name for c in comparisons if not c.counted_right]


def test_no_clear_verdict_is_wrong_where_the_view_is_frontal(comparisons):
    wrong = [c.truth.name for c in comparisons if abs(c.truth.yaw_deg) < 10 and c.wrong_verdict]
    assert wrong == []


def test_boundaries_are_within_a_quarter_of_a_second(comparisons):
    for name in ("start_s", "stop_s"):
        error = np.concatenate([c.errors(name, name) for c in comparisons])
        assert np.mean(np.abs(error) <= 0.25) >= 0.92
        assert abs(error.mean()) < 0.1


def test_intervals_contain_the_truth_as_often_as_they_state(comparisons):
    frontal = [c for c in comparisons if abs(c.truth.yaw_deg) < 10 and c.leg and c.valid_pairs]
    inside = [
        c.leg.fppa_deg.low <= c.truth.mean("fppa_deg") <= c.leg.fppa_deg.high
        for c in frontal
        if c.leg.fppa_deg
    ]
    assert np.mean(inside) >= 0.75


def test_close_ups_make_the_fppa_as_exact_as_the_documents_say(comparisons):
    error = np.array(
        [c.errors("fppa_deg", "fppa_deg").mean() for c in comparisons if c.valid_pairs]
    )
    assert np.mean(np.abs(error)) < 1.4
    assert abs(error.mean()) < 0.5


def test_the_fppa_straight_ahead_hardly_depends_on_where_the_camera_stands(comparisons):
    for limit_deg, most_deg in ((5, 2.0), (15, 3.5)):
        error = [
            c.errors("frontal_valgus_deg", "fppa_frontal_deg").mean()
            for c in comparisons
            if c.valid_pairs and abs(c.truth.yaw_deg) < limit_deg
        ]
        assert np.mean(np.abs(error)) < most_deg
