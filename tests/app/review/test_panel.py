"""Panel: beside a verdict stands what decided it."""

import pytest

from kneescan.app.review.edits import Event, State, fold
from kneescan.app.review.panel import panel_content
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
