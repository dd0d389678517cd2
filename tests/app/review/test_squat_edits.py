"""Squat edits: every correction stands beside the squat that it corrects, once, wherever that lies now."""

import random

import pytest

from kneescan.app.review.edits import fold, next_event
from kneescan.app.review.measured_video import MeasuredVideo
from kneescan.app.review.ordering import OrderError, detail_of
from kneescan.app.review.squat_edits import edits_by_squat
from kneescan.errors import CorrectionsError
from kneescan.squat.settings import DEFAULTS
from tests.squat.corrected_videos import rendered

VIDEO = MeasuredVideo(rendered("valgus_severe_left"), DEFAULTS)


def after(state, kind, **order):
    """State after one more edit."""
    return fold([*state.events, next_event(state, kind, detail_of(kind, order, state, VIDEO))])


def squats(state):
    return VIDEO.analysis(state.corrections).repetitions


def kinds(state):
    """Kinds of the corrections beside each squat."""
    return [
        sorted(event.detail["correction"]["kind"] for event in events)
        for events in edits_by_squat(state, VIDEO.analysis(state.corrections))
    ]


def replaced_by_own():
    """The first squat is excluded, and another is added in its place."""
    first = squats(fold([]))[0]
    state = after(fold([]), "exclude", at_s=first.deepest_s)
    return after(state, "add", leg="left", start_s=first.start_s + 0.1, stop_s=first.stop_s - 0.1)


def test_corrections_in_the_place_of_an_excluded_squat_are_about_the_one_that_counts():
    state = replaced_by_own()
    at_s = squats(state)[1].deepest_s
    for _ in range(2):
        state = after(state, "joint", at_s=at_s, joint="knee", right_px=2.0, down_px=0.0)
    assert kinds(state)[:2] == [["exclude"], ["add", "joint"]]
    assert [each.corrections for each in squats(state)[:2]] == [("exclude",), ("add", "joint")]
    assert state.corrected[-1].detail["correction"]["right_px"] == 4.0


def test_borders_past_the_deepest_point_can_be_taken_back():
    first = squats(fold([]))[0]
    state = after(fold([]), "borders", at_s=first.deepest_s, start_s=first.deepest_s + 0.3)
    assert kinds(state)[0] == ["borders"]


def order_at_random(rng, state):
    squat = rng.choice(squats(state))
    kind = rng.choice(["exclude", "count", "borders", "leg", "joint", "add", "undo"])
    start_s, name = rng.uniform(0, 16), rng.choice(["start_s", "stop_s"])
    values = {
        "borders": {name: getattr(squat, name) + rng.uniform(-1, 1)},
        "leg": {"leg": rng.choice(["left", "right", "both"])},
        "joint": {"joint": "knee", "right_px": rng.uniform(-9, 9), "down_px": 0.0},
        "add": {"leg": "left", "start_s": start_s, "stop_s": start_s + rng.uniform(0.8, 3)},
    }
    return kind, {**({} if kind == "add" else {"at_s": squat.deepest_s}), **values.get(kind, {})}


@pytest.mark.parametrize("seed", range(2))
def test_after_any_edits_each_is_beside_the_squat_that_the_analysis_gives_it(seed):
    rng, state, n_made = random.Random(seed), fold([]), 0
    for _ in range(25):
        kind, order = order_at_random(rng, state)
        try:
            detail = {} if kind == "undo" else detail_of(kind, order, state, VIDEO)
        except (OrderError, CorrectionsError):
            continue
        event = next_event(state, kind, detail)
        if event is None:
            continue
        state, n_made = fold([*state.events, event]), n_made + 1
        assert sum(map(len, kinds(state))) == len(state.corrected)
        given = [sorted(set(each.corrections)) for each in squats(state)]
        assert [sorted(set(of_one)) for of_one in kinds(state)] == given
    assert n_made > 8
