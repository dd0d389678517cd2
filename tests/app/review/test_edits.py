"""Edits: whatever is done can be undone and redone, to the byte."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kneescan.app.review.edits import Event, fold, next_event
from kneescan.app.review.measured_video import MeasuredVideo
from kneescan.app.review.ordering import OrderError, detail_of
from kneescan.errors import CorrectionsError
from kneescan.output.tables.files import analysis_json
from kneescan.squat.settings import DEFAULTS
from tests.squat.corrected_videos import rendered

VIDEO = MeasuredVideo(rendered("valgus_severe_left"), DEFAULTS)

orders = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["exclude", "count"]), st.integers(1, 5), st.just({})),
        st.tuples(st.just("leg"), st.integers(1, 5), st.fixed_dictionaries(
            {"leg": st.sampled_from(["left", "right", "both"])})),
        st.tuples(st.just("borders"), st.integers(1, 5), st.fixed_dictionaries(
            {"start_s": st.floats(0, 20), "stop_s": st.floats(0, 20)})),
        st.tuples(st.just("joint"), st.integers(1, 5), st.fixed_dictionaries(
            {"joint": st.sampled_from(["hip", "knee", "ankle", "foot_index"]),
             "right_px": st.floats(-9, 9), "down_px": st.floats(-9, 9)})),
        st.tuples(st.just("note"), st.just(1), st.fixed_dictionaries(
            {"text": st.text(min_size=1, max_size=50)})),
        st.tuples(st.sampled_from(["undo", "redo"]), st.just(1), st.just({})),
    ),
    max_size=7,
)  # fmt: skip


def edited(state, kind, **order):
    """State after one more edit; the same if it was refused."""
    try:
        is_step = kind in ("undo", "redo")
        detail = {} if is_step else detail_of(kind, order, state, VIDEO)
    except (OrderError, CorrectionsError):
        return state
    event = next_event(state, kind, detail)
    return state if event is None else fold([*state.events, event])


def result(state):
    return analysis_json(VIDEO.analysis(state.corrections))


@settings(max_examples=15, deadline=None)
@given(orders)
def test_any_edits_can_be_undone_and_redone_to_the_byte(orders):
    state = fold([])
    results, depth = [result(state)], 0
    for kind, number, values in orders:
        squats = VIDEO.analysis(state.corrections).repetitions
        at_s = squats[min(number, len(squats)) - 1].deepest_s
        before, state = state, edited(state, kind, at_s=at_s, **values)
        if state is before:
            continue
        depth += -1 if kind == "undo" else 1
        if kind not in ("undo", "redo"):
            results[depth:] = [result(state)]
        assert result(state) == results[depth]
    for each in reversed(results[:depth]):
        state = edited(state, "undo")
        assert result(state) == each
    for each in results[1 : depth + 1]:
        state = edited(state, "redo")
        assert result(state) == each


def test_undo_of_a_replacement_brings_the_earlier_edit_back():
    events = [
        Event(seq=1, kind="note", detail={"text": "a"}),
        Event(seq=2, kind="take_back", detail={"replaces": [1]}),
    ]
    assert fold(events).of("note") == ()
    events.append(Event(seq=3, kind="undo", undoes=2))
    assert fold(events).of("note") == (events[0],)
    assert fold(events).to_undo("") == 1
    assert fold(events).to_redo("") == 3
    events.append(Event(seq=4, kind="note", detail={"text": "b"}))
    assert fold(events).to_redo("") is None


def by(who, state, kind):
    """State after one more edit by that reader; the same if there is nothing to do."""
    event = next_event(state, kind, {}, who=who)
    return state if event is None else fold([*state.events, event])


def kinds(state):
    return [event.kind for event in state.active]


def test_undo_leaves_a_reading_to_who_made_it():
    state = by("B", by("A", by("A", fold([]), "exclude"), "reading"), "note")
    state = by("B", by("B", state, "undo"), "undo")
    assert kinds(state) == ["reading"]
    assert state.to_undo("B") is None
    state = by("B", by("B", state, "redo"), "redo")
    assert kinds(state) == ["exclude", "reading", "note"]
    assert (state.to_undo("A"), state.to_undo("B")) == (3, 3)


def test_redo_leaves_a_reading_to_who_made_it():
    state = by("A", by("A", fold([]), "reading"), "undo")
    assert by("B", state, "redo") is state
    assert kinds(by("A", state, "redo")) == ["reading"]


def test_nobody_brings_a_reading_back_that_its_maker_took_back():
    state = by("A", fold([]), "reading")
    taken = next_event(state, "take_back", {"replaces": [1]}, who="A")
    state = fold([*state.events, taken])
    assert by("B", state, "undo") is state
    state = by("A", state, "undo")
    assert by("B", state, "redo") is state
    assert kinds(state) == ["reading"]


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(
    ["reading", "note", "exclude", "undo", "redo"])), max_size=12))  # fmt: skip
def test_nobody_takes_back_a_reading_by_another(steps):
    state = fold([])
    for who, kind in steps:
        before, state = state, by(who, state, kind)
        others = {each.seq for each in before.of("reading") if each.who != who}
        assert others <= {each.seq for each in state.of("reading")}
        seqs = [each.seq for each in state.done]
        assert seqs == sorted(seqs)
