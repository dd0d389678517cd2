"""Equality: a result equals its copy, and none with another value."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

from kneescan import LegSignals, SquatSignals, analyze_pose
from kneescan.close_ups import CLOSE_UP_PARTS, CloseUps
from kneescan.equality import same_values
from tests.squat.videos import filmed, squats

NAN = float("nan")


@pytest.fixture(scope="module")
def pose():
    pose = filmed(squats(2)).pose
    xy_px = pose.xy_px.copy()
    xy_px[3] = np.nan
    n_close_ups, n_parts = 2, len(CLOSE_UP_PARTS)
    close_ups = CloseUps(
        frame=np.array([0, 5]),
        xy_px=np.full((n_close_ups, 2, n_parts, 2), 7.0),
        spread_px=np.full((n_close_ups, 2, n_parts), np.nan),
        yaw_deg=np.zeros((n_close_ups, 2)),
        knee_flexion_deg=np.zeros((n_close_ups, 2)),
    )
    return replace(pose, xy_px=xy_px, close_ups=close_ups)


@pytest.fixture(scope="module")
def analysis(pose):
    analysis = analyze_pose(replace(pose, close_ups=None))
    # Not a number, and another one than that of its pickled copy.
    quality = replace(analysis.quality, yaw_deg=NAN)
    return replace(analysis, quality=quality)


@pytest.mark.parametrize("of", ["pose", "analysis"])
@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))]
)
def test_a_copy_is_equal(of, copied, request):
    original = request.getfixturevalue(of)
    assert copied(original) == original


def test_another_value_anywhere_is_not_equal(pose, analysis):
    moved = pose.xy_px.copy()
    moved[0, 0, 0] += 1
    assert replace(pose, xy_px=moved) != pose
    assert replace(pose, close_ups=None) != pose
    turned = replace(pose.close_ups, yaw_deg=pose.close_ups.yaw_deg + 1)
    assert replace(pose, close_ups=turned) != pose
    assert replace(pose, provenance={"kneescan": "x"}) != pose
    assert replace(analysis, legs=()) != analysis
    other = replace(analysis.signals, time_s=analysis.signals.time_s[:-1])
    assert replace(analysis, signals=other) != analysis
    assert pose != analysis
    assert analysis != 3
    assert pose != 3
    assert pose != pose.xy_px.tolist()


def test_results_without_samples_are_equal():
    none = np.array([])
    legs = LegSignals(fppa_deg=none, knee_over_foot_pct=none, depth_pct=none, wobble_pct=none)
    signals = SquatSignals(time_s=none, legs={"left": legs})
    assert signals == SquatSignals(time_s=none.copy(), legs={"left": copy.deepcopy(legs)})
    assert signals != SquatSignals(time_s=none, legs={})


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (NAN, float("nan"), True),
        (NAN, 1.0, False),
        ([1, NAN], (1, float("nan")), True),
        ([1], [1, 2], False),
        ({"a": {"b": NAN}}, {"a": {"b": float("nan")}}, True),
        ({"a": 1}, {"b": 1}, False),
        (np.array([1, np.nan]), np.array([1, np.nan]), True),
        (np.array([1.0]), [1.0], False),
        (np.array(["a"]), np.array(["a"]), True),
        (None, None, True),
        (None, np.zeros(2), False),
    ],
    ids=range(11),
)
def test_values_are_compared_at_any_depth(one, other, expected):
    assert same_values(one, other) is expected
    assert same_values(other, one) is expected


def test_results_with_arrays_have_no_hash(pose, analysis):
    for result in (pose, analysis, analysis.signals):
        with pytest.raises(TypeError, match="unhashable"):
            hash(result)
