"""Conditions: what differs between two videos, and how much of a difference it may explain."""

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from kneescan import PoseSequence, Side
from kneescan.compare.changes import FPPA, FRONTAL, MEASURES, OFFSET, Call
from kneescan.compare.comparison import PUBLISHED, leg_change
from kneescan.compare.conditions import Mark, conditions
from kneescan.compare.sessions import open_sessions
from kneescan.simulate import Noise
from kneescan.squat.settings import DEFAULTS
from tests.compare.people import session

VIEWS = Path(__file__).parents[2] / "benchmarks" / "views"
QUIET = Noise()


def of(first, later, name):
    found = conditions(first, later, Side.LEFT, DEFAULTS)
    return next(condition for condition in found if condition.name == name)


@pytest.mark.parametrize(
    ("name", "how", "mark"),
    [
        ("view", {"yaw_deg": 1.0}, Mark.ALIKE),
        ("view", {"yaw_deg": 4.0}, Mark.DIFFERENT),
        ("view", {"yaw_deg": 7.0}, Mark.TOO_DIFFERENT),
        ("depth", {"flexion_deg": 62.0}, Mark.ALIKE),
        ("depth", {"flexion_deg": 52.0}, Mark.DIFFERENT),
        ("depth", {"flexion_deg": 42.0}, Mark.TOO_DIFFERENT),
        ("size", {"distance_m": 2.8}, Mark.ALIKE),
        ("size", {"distance_m": 2.4}, Mark.DIFFERENT),
        ("size", {"distance_m": 4.8}, Mark.TOO_DIFFERENT),
        ("squats", {"n": 2}, Mark.TOO_DIFFERENT),
    ],
)
def test_each_condition_has_its_mark(name, how, mark):
    found = of(session(10, 1), session(10, 2, **how), name)
    assert found.mark is mark
    assert bool(found.blocks) == (mark is Mark.TOO_DIFFERENT)


@pytest.mark.parametrize("inward_deg", [-5, 5, 20])
@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("view", {"yaw_deg": 4.4}),
        ("view", {"yaw_deg": -4.4}),
        ("depth", {"flexion_deg": 49.0}),
        ("depth", {"flexion_deg": 69.0}),
        ("size", {"distance_m": 2.1}),
        ("size", {"distance_m": 4.2}),
    ],
)
def test_the_allowance_covers_what_a_condition_really_explains(name, how, inward_deg):
    """The same movement without noise; the knee moves inward in proportion to its bend."""
    at_60_deg = session(inward_deg, 0, noise=QUIET)
    in_proportion_deg = inward_deg * how.get("flexion_deg", 60.0) / 60
    other = session(in_proportion_deg, 0, noise=QUIET, **how)
    found = of(at_60_deg, other, name)
    assert found.mark is not Mark.TOO_DIFFERENT
    for measure in (FPPA, FRONTAL, OFFSET):
        before, after = (getattr(each.leg(Side.LEFT), measure).value for each in (at_60_deg, other))
        assert abs(after - before) <= found.allowance[measure] + 0.6, measure


def test_joints_found_by_other_networks_are_not_compared():
    first = session(10, 1)
    pose = replace(first.pose, provenance={"pose": {"model": "lite.task", "model_sha256": "ab"}})
    found = of(first, replace(first, pose=pose), "model")
    assert found.mark is Mark.TOO_DIFFERENT
    assert found.blocks == MEASURES


def test_the_same_movement_filmed_from_elsewhere_is_never_called_a_change():
    """Rendered people, filmed by several cameras at once and tracked as any video is."""
    called = []
    for person in ("v01", "v08"):
        sessions, _ = open_sessions(sorted(VIEWS.glob(f"{person}_*.landmarks.npz")), DEFAULTS)
        [side] = {leg.side for found in sessions for leg in found.analysis.legs}
        for pair in combinations(sessions, 2):
            leg = leg_change(side, *pair, PUBLISHED, DEFAULTS)
            called.append(leg.changes[FPPA].called)
    assert len(called) == 42
    assert set(called) == {Call.WITHIN_ERROR, Call.NOT_COMPARABLE}


def test_the_views_of_one_person_really_differ():
    """Otherwise the test above could not fail."""
    first, other = (
        PoseSequence.load(VIEWS / f"v01_y{yaw}_h0.9_d3.0.landmarks.npz") for yaw in ("+0", "+15")
    )
    shifted = np.nanmean(np.abs(first.xy_px[: len(other)] - other.xy_px[: len(first)]))
    assert shifted > 5
    truth = json.loads((VIEWS / "v01_y+15_h0.9_d3.0.truth.json").read_text(encoding="utf-8"))
    assert truth
