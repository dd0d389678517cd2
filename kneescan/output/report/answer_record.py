"""Answer record: results remember what the person answered, so that no later report forgets it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kneescan.landmarks import PoseSequence
from kneescan.output.report.advice import Answers
from kneescan.output.result_set import earlier_record, is_of_same_video
from kneescan.squat.results import SquatAnalysis

KEY = "answers"


def answer_record(answers: Answers) -> dict[str, dict[str, bool]]:
    """Entry of the provenance with the answers given; empty if there are none."""
    given = {"pain": answers.pain, "running": answers.running}
    known = {name: value for name, value in given.items() if value is not None}
    return {KEY: known} if known else {}


def answers_of(provenance: Mapping[str, Any]) -> Answers:
    """Answers in a provenance; anything but yes and no counts as not asked."""
    entry = provenance.get(KEY)
    known = entry if isinstance(entry, Mapping) else {}

    def known_answer(name: str) -> bool | None:
        value = known.get(name)
        return value if isinstance(value, bool) else None

    return Answers(pain=known_answer("pain"), running=known_answer("running"))


def completed(answers: Answers, earlier: Answers) -> Answers:
    """Answers with those to open questions taken from earlier ones."""
    return Answers(
        pain=earlier.pain if answers.pain is None else answers.pain,
        running=earlier.running if answers.running is None else answers.running,
    )


def with_answers(
    analysis: SquatAnalysis, answers: Answers, pose: PoseSequence, *folders: Path
) -> SquatAnalysis:
    """Analysis that remembers the answers, completed by those in folders with results of the same video.

    Answers are about a person's health, so they stand in the results only, not in the landmarks, which
    are passed on more often.
    """
    for folder in folders:
        if is_of_same_video(folder, pose):
            answers = completed(answers, answers_of(earlier_record(folder).get("provenance", {})))
    others = {name: value for name, value in analysis.provenance.items() if name != KEY}
    return replace(analysis, provenance=others | answer_record(answers))
