"""Check the validation document, and the computation of agreement, intervals and verdicts."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan import analyze_pose
from tests import harness

# ---------------------------------------------------------------- document


def test_the_document_is_what_the_stored_landmarks_give():
    assert harness.validation.check() == []


def test_rounding_the_other_way_is_no_difference_but_another_count_is():
    differences = harness.validation.differences
    assert differences("| FPPA | +1.05 | 71 |", "| FPPA | +1.06 | 71 |") == []
    assert differences("| FPPA | +1.05 | 71 |", "| FPPA | +1.07 | 71 |") != []
    assert differences("| FPPA | +1.05 | 71 |", "| FPPA | +1.05 | 72 |") != []
    assert differences("one line", "one line\nand another") != []


def test_plots_of_the_same_numbers_are_the_same_to_the_byte(tmp_path):
    changes = {m.name: {"half size": [0.1, -0.2], "darker": []} for m in harness.measures.MEASURES}
    for name in ("first", "second"):
        figure = harness.validation_plots.plot_repeats(changes)
        harness.validation_plots.save_svg(figure, tmp_path / name / "plot.svg")
    first, second = ((tmp_path / name / "plot.svg").read_bytes() for name in ("first", "second"))
    assert first == second
    assert b"not measurable" in first


# ---------------------------------------------------------------- agreement and intervals


def pairs(error, half_width=1.2816):
    error = np.asarray(error, dtype=np.float64)
    return harness.agreement.Pairs(
        measure=harness.measures.FPPA,
        true=np.zeros(error.size),
        measured=error,
        low=error - half_width,
        high=error + half_width,
        n_legs=error.size,
    )


def test_intervals_are_scaled_to_other_levels_as_a_normal_distribution_asks():
    # One SD wide: 50 % ends at 0.67, 80 % at 1.28 and 95 % at 1.96 SD.
    ladder = pairs([0.5, -0.6, 1.2, -1.25, 1.9, 2.1])
    counts = [harness.intervals.n_inside(ladder, level) for level in (0.5, 0.8, 0.95)]
    assert counts == [2, 4, 5]


def test_an_interval_that_ends_at_zero_holds_what_users_see_of_it():
    wobble = harness.agreement.Pairs(
        measure=harness.measures.WOBBLE,
        true=np.array([0.02, 0.25, 0.31]),
        measured=np.full(3, 0.1),
        low=np.zeros(3),
        high=np.full(3, 0.3),
        n_legs=3,
    )
    assert harness.intervals.n_inside(wobble, 0.8) == 2


def test_the_share_covered_comes_with_wilsons_interval():
    value, low, high = harness.intervals.covered(pairs([0.0] * 8 + [9.0, -9.0]), 0.8)
    assert_allclose([value, low, high], [80, 49.0, 94.3], atol=0.1)


def test_bias_and_limits_are_those_of_bland_and_altman():
    limits = pairs([1.0, 2.0, 3.0]).limits
    assert_allclose([limits.bias.value, limits.lower.value, limits.upper.value], [2, 0.04, 3.96])
    assert pairs([1.0, 2.0]).limits is None


# ---------------------------------------------------------------- verdicts


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "none"),
        ({"fppa_deg": 10.5}, "inward"),
        ({"knee_over_foot_pct": 7.5}, "inward"),
        ({"wobble_pct": 1.6}, "wobble"),
        ({"fppa_deg": 20, "wobble_pct": 2}, "both"),
    ],
)
def test_truth_is_held_against_the_cuts(values, expected):
    assert harness.verdicts.truth_class(harness.video_truth(**values)) == expected


def test_a_contradicted_verdict_is_counted_and_named():
    analysis = analyze_pose(harness.calm_video())
    verdict = analysis.leg("left").verdict
    videos = [
        harness.agreement.Comparison(
            truth=harness.video_truth(name=name, **values), analysis=analysis
        )
        for name, values in (
            ("right", {}),
            ("wrong", {"fppa_deg": 20, "knee_over_foot_pct": 20}),
            ("oblique", {"fppa_deg": 20, "yaw_deg": 15.0}),
        )
    ]
    assert verdict == "no_sign"
    assert harness.verdicts.wrong(videos) == ["wrong"]
    rows = {row[0]: row[1:] for row in harness.verdicts.verdict_table(videos, "test").rows}
    assert rows["inward, clear of the cut-offs"] == ("0", "1", "0", "0")
    assert rows["none, clear of the cut-offs"] == ("0", "1", "0", "0")
    assert rows["all"] == ("0", "2", "0", "0")
