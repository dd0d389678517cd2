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
