"""Checking: it is about the corrections as they were, and says nothing about others."""

from kneescan.app.review.checking import check_detail, check_marks, checks_content, present_checks
from kneescan.app.review.edits import add, fold, next_event, state_of
from kneescan.app.words import AppWords
from tests.app.stored_sessions import Stored

EXCLUDED = {"correction": {"kind": "exclude", "at_s": 4.0}}
MOVED = {"correction": {"kind": "leg", "at_s": 6.0, "leg": "right"}}


def after(state, kind, detail=None, who=""):
    return fold([*state.events, next_event(state, kind, detail or {}, who=who)])


def check(state, who):
    return after(state, "checked", check_detail(state, who), who)


def who_checked(state):
    return [event.who for event in present_checks(state)]


def test_a_correction_makes_a_check_outdated_until_it_is_undone():
    checked = check(fold([]), "AB")
    assert who_checked(checked) == ["AB"]
    corrected = after(checked, "exclude", EXCLUDED)
    assert who_checked(corrected) == []
    undone = after(corrected, "undo")
    assert who_checked(undone) == ["AB"]
    assert who_checked(after(undone, "redo")) == []
    # Undone once more, it was never said.
    assert who_checked(after(undone, "undo")) == []
    assert who_checked(after(after(undone, "undo"), "redo")) == ["AB"]


def test_taking_back_a_correction_that_was_checked_makes_the_check_outdated():
    state = check(after(fold([]), "exclude", EXCLUDED), "AB")
    assert who_checked(state) == ["AB"]
    assert who_checked(after(state, "note", {"text": "as before"})) == ["AB"]
    assert who_checked(after(state, "leg", MOVED)) == []
    assert who_checked(after(state, "take_back", {"replaces": [1]})) == []


def test_a_second_check_replaces_only_ones_own():
    state = check(check(fold([]), "AB"), "CD")
    assert who_checked(state) == ["AB", "CD"]
    state = check(after(state, "exclude", EXCLUDED), "AB")
    assert who_checked(state) == ["AB"]
    assert [event.who for event in state.of("checked")] == ["CD", "AB"]
    assert state.corrections.record()["corrections"] == [EXCLUDED["correction"]]


def test_a_check_says_nothing_about_the_numbers_of_another_version(monkeypatch):
    state = check(fold([]), "AB")
    monkeypatch.setattr("kneescan.__version__", "99.0")
    assert who_checked(state) == []
    [said] = checks_content(state, AppWords("en"), "AB", is_blind=False)["said"]
    assert "this version may give others" in said["text"]
    assert who_checked(check(state, "AB")) == ["AB"]


def test_a_check_that_tells_no_version_is_about_an_earlier_one():
    state = after(fold([]), "checked", {"corrected": []}, "AB")
    assert who_checked(state) == []
    [said] = checks_content(state, AppWords("en"), "AB", is_blind=False)["said"]
    assert "an earlier version of kneescan" in said["text"]
    assert who_checked(check(state, "AB")) == ["AB"]


def test_the_lists_tell_a_new_version_from_a_new_correction(tmp_path, monkeypatch):
    stored = Stored(tmp_path)
    _, [video] = stored.sitting(stored.person("R12"), 0, None)

    def do(kind, detail):
        with stored.store.writing() as session:
            add(session, video, next_event(state_of(session, video), kind, detail))

    def mark():
        with stored.store.reading() as session:
            return check_marks(session, [video], AppWords("en")).get(video)

    do("checked", check_detail(fold([]), ""))
    assert mark() == "checked"
    with monkeypatch.context() as later:
        later.setattr("kneescan.__version__", "99.0")
        assert mark() == "checked with another version"
    do("exclude", EXCLUDED)
    assert mark() == "changed since it was checked"
    stored.close()


def test_the_panel_offers_it_to_whoever_has_seen_everything_and_has_not_said_it():
    words, state = AppWords("en"), check(fold([]), "AB")

    def content(state, reader, *, is_blind=False):
        return checks_content(state, words, reader, is_blind=is_blind)

    assert not content(state, "AB")["can_say"]
    assert content(state, "CD")["can_say"]
    assert not content(state, "CD", is_blind=True)["can_say"]
    [said] = content(state, "CD")["said"]
    assert said["text"].startswith("Checked by AB, ")
    assert "changed" not in said["text"]
    corrected = after(state, "exclude", EXCLUDED)
    [said] = content(corrected, "AB")["said"]
    assert said["text"].endswith("The corrections were changed after that.")
    assert content(corrected, "AB")["can_say"]
