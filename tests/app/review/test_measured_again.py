"""Measured again: what was said before ends, notes stay, and undo does not reach back."""

from kneescan.app.review.checking import present_checks
from kneescan.app.review.edits import MEASURED_AGAIN, REDO, UNDO, fold, next_event
from kneescan.app.review.measured_again import ending, sentence
from kneescan.app.words import AppWords

EXCLUDE = {"correction": {"kind": "exclude", "at_s": 3.0}}
READING = {"reading": {"at_s": 3.0, "leg": "left", "fppa_deg": 5.0}}
AGAIN = {"recorded_fps": None, "rotate_deg": 180}


def after(*made):
    """State after edits of some kinds; details are those of the kind."""
    details = {
        "exclude": EXCLUDE,
        "reading": READING,
        "note": {"text": "stays"},
        "qasls": {"leg": "left", "items": []},
        "checked": {"corrected": [1], "version": "1"},
        MEASURED_AGAIN: AGAIN,
    }
    state = fold([])
    for kind in made:
        detail = kind if isinstance(kind, dict) else details.get(kind, {})
        name = "take_back" if isinstance(kind, dict) else kind
        event = next_event(state, name, detail)
        if event is not None:
            state = fold([*state.events, event])
    return state


def test_everything_but_notes_ends():
    state = after("exclude", "reading", "qasls", "checked", "note", MEASURED_AGAIN)
    assert [event.kind for event in state.active] == ["note", MEASURED_AGAIN]
    assert not state.corrections
    assert present_checks(state) == ()
    assert state.measured == 6
    assert [event.kind for event in state.events][:2] == ["exclude", "reading"]


def test_undo_and_redo_do_not_reach_back_past_it():
    state = after("exclude", "note", MEASURED_AGAIN, UNDO)
    assert (state.to_undo(""), state.to_redo(""), state.seq) == (None, None, 3)
    undone = after("exclude", UNDO, MEASURED_AGAIN, REDO)
    assert (undone.to_redo(""), undone.seq, bool(undone.corrections)) == (None, 3, False)


def test_what_comes_after_it_is_undone_and_redone_as_ever():
    state = after("exclude", "note", MEASURED_AGAIN, "exclude", "reading")
    assert len(state.corrected) == len(state.of("reading")) == 1
    back = after("exclude", "note", MEASURED_AGAIN, "exclude", "reading", UNDO, UNDO, UNDO, REDO)
    assert (len(back.corrected), len(back.of("reading"))) == (1, 0)


def test_a_note_can_be_taken_back_before_and_after_it():
    before = after("note", {"replaces": [1]}, MEASURED_AGAIN)
    assert before.of("note") == ()
    later = after("note", MEASURED_AGAIN, {"replaces": [1]})
    assert (later.of("note"), later.measured) == ((), 2)
    assert len(after("note", MEASURED_AGAIN, {"replaces": [1]}, UNDO).of("note")) == 1


def test_each_of_several_measurements_stays_in_the_log_as_valid():
    state = after("exclude", MEASURED_AGAIN, "exclude", MEASURED_AGAIN)
    assert [event.seq for event in state.active] == [2, 4]
    assert (state.measured, len(state.corrected)) == (4, 0)


def test_how_much_ends_is_counted_without_what_was_undone():
    found = ending(after("exclude", "exclude", UNDO, "reading", "reading", "checked", "note"))
    assert (found.corrections, found.readings, found.scores, found.checks) == (1, 2, 0, 1)
    assert not ending(after("note", MEASURED_AGAIN))


def test_the_log_says_how_it_was_measured():
    event = after(MEASURED_AGAIN).events[0]
    assert sentence(event, AppWords("en")) == (
        "Measured again (turned by 180°, frame rate as the file says). What was corrected, read and "
        "checked before no longer counts."
    )
    assert "um 180° gedreht" in sentence(event, AppWords("de"))
