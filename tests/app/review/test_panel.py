"""Panel: beside a verdict stands what decided it."""

from dataclasses import replace

import pytest

from kneescan.app.review.edits import Event, State, fold
from kneescan.app.review.panel import panel_content
from kneescan.app.review.qasls import suggestions
from kneescan.app.words import AppWords
from kneescan.squat.results import Verdict
from tests.squat.videos import analysed, squats


@pytest.mark.parametrize(
    ("how", "verdict", "decided_by"),
    [
        ({"wobble_pct": 3}, Verdict.SUGGESTED, {"wobble_above"}),
        ({"valgus_deg": 20}, Verdict.SUGGESTED, {"fppa_above", "knee_over_foot_above"}),
        ({"valgus_deg": 0}, Verdict.NO_SIGN, set()),
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_beside_the_verdict_stands_what_decided_it(how, verdict, decided_by, language):
    analysis = analysed(squats(5, **how))
    [leg] = [leg for leg in analysis.legs if leg.repetitions]
    assert leg.verdict == verdict
    words = AppWords(language)
    legs = panel_content(State(), analysis, words)["legs"]
    [shown] = [each["original"] for each in legs if each["original"]["kind"]]
    said = {reason.code for reason in leg.reasons if words.reason(reason) in shown["lines"]}
    assert said == decided_by
    assert len(shown["lines"]) == 1 + max(len(decided_by), 1)


def test_the_form_tells_the_wobble_of_the_leg_which_is_no_mean_of_the_single_squats():
    [leg] = [leg for leg in analysed(squats(5, wobble_pct=3)).legs if leg.repetitions]
    leg = replace(leg, wobble_pct=replace(leg.wobble_pct, value=2.5))
    told = {each.item: each.value for each in suggestions(leg)}
    assert told["wobbles"] == 2.5
    assert told["trunk"] == pytest.approx(leg.valid_repetitions[0].trunk_lean_deg, abs=1)


def test_the_log_names_the_edit_that_is_back_after_a_redo():
    events = [
        Event(seq=1, kind="note", detail={"text": "one"}),
        Event(seq=2, kind="note", detail={"text": "two"}),
        Event(seq=3, kind="undo", undoes=2),
        Event(seq=4, kind="undo", undoes=1),
        Event(seq=5, kind="redo", undoes=4),
    ]
    log = panel_content(fold(events), analysed(squats(5)), AppWords("en"))["log"]
    assert [line["text"] for line in log] == [
        "Done again: no. 1",
        "Undone: no. 1",
        "Undone: no. 2",
        "Note: two",
        "Note: one",
    ]


def test_a_second_reader_is_told_what_is_still_hidden_and_sees_nothing_of_the_others_form():
    analysis = analysed(squats(5, valgus_deg=20))
    leg = next(leg for leg in analysis.legs if leg.repetitions)

    def read(seq, k, who):
        at_s = analysis.repetitions[k].deepest_s
        place = {"leg": str(leg.side), "at_s": at_s, "fppa_deg": 20.0}
        return Event(seq=seq, kind="reading", who=who, detail={"reading": place})

    ticked = {"leg": str(leg.side), "items": ["knee_noticeable"]}
    events = [
        read(1, 0, "A"),
        read(2, 1, "A"),
        Event(seq=3, kind="qasls", who="A", detail=ticked),
        read(4, 0, "B"),
    ]
    words = AppWords("en")
    seen = {who: panel_content(fold(events), analysis, words, reader=who) for who in ("A", "B")}
    assert [each["blind"] != "" for each in seen["B"]["squats"][:3]] == [False, True, False]
    [verdict] = [each["original"]["text"] for each in seen["B"]["legs"] if each["original"]["text"]]
    assert "somebody else has read squat 2." in verdict
    [[own], [others]] = [content["qasls"] for content in seen.values()]
    assert own["score"] == "1 point"
    assert others["score"] == ""
    assert not any(each["is_ticked"] or each["measured"] for each in others["items"])
    assert "ticked already" in own["text"]
    assert "ticked already" not in others["text"]


def test_a_blind_reader_sees_no_score_of_others():
    """Who scores begins with what kneescan ticked."""
    analysis = analysed(squats(5, valgus_deg=20))
    [leg] = [leg for leg in analysis.legs if leg.repetitions]
    reading = {"at_s": leg.repetitions[2].deepest_s, "leg": str(leg.side), "fppa_deg": 12.3}
    ticks = {"leg": str(leg.side), "items": ["arms", "knee_noticeable"]}
    events = [
        Event(seq=1, who="KM", kind="reading", detail={"reading": reading}),
        Event(seq=2, who="KM", kind="qasls", detail=ticks),
    ]

    def seen_by(reader):
        content = panel_content(fold(events), analysis, AppWords("en"), reader=reader)
        [form] = content["qasls"]
        ticked = [item["name"] for item in form["items"] if item["is_ticked"]]
        return form["score"], ticked, content["log"][0]["text"]

    side = AppWords("en").side(leg.side)
    assert seen_by("AB") == ("", [], f"QASLS, {side}: shown after your own reading")
    own = {**reading, "fppa_deg": 11.0}
    events.insert(0, Event(seq=0, who="AB", kind="reading", detail={"reading": own}))
    for reader in ("AB", "KM"):
        assert seen_by(reader) == ("2 points", ticks["items"], f"QASLS, {side}: 2 points")
