"""Advice: the plan that fits a verdict. The wording of each item is in the texts, under ``advice``."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kneescan.landmarks import Side
from kneescan.squat.results import Finding, LegAnalysis, SquatAnalysis, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers of the person; None if the question was not asked."""

    pain: bool | None = None
    """Whether a knee hurts."""
    running: bool | None = None
    """Whether the person runs."""


class Group(StrEnum):
    """Part of the plan to which an item belongs, in the order of the plan."""

    IDEA = "idea"
    DO = "do"
    OPTIONAL = "optional"
    SOMEONE = "someone"
    ALSO = "also"
    """Other things that people try: mentioned, never recommended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceItem:
    """One item of the plan."""

    key: str
    """Name of its texts: ``advice.items.KEY`` with title, text, source and caution."""
    group: Group
    sides: tuple[Side, ...] = ()
    """Legs to which the item applies; empty if it applies to the person."""


def plan(analysis: SquatAnalysis, answers: Answers | None = None) -> tuple[AdviceItem, ...]:
    """Choose the items that fit the verdicts and the answers, in the order in which to read them.

    An item that depends on an unanswered question is left out.
    """
    answers = answers or Answers()
    suggested = _sides(leg for leg in analysis.legs if leg.verdict is Verdict.SUGGESTED)
    wobbling = _sides(leg for leg in analysis.legs if Finding.WOBBLE in leg.findings)
    unclear = _sides(leg for leg in analysis.legs if leg.verdict is Verdict.CANNOT_TELL)
    hurts = answers.pain is True
    chosen: list[tuple[object, AdviceItem]] = [
        (True, AdviceItem(key="idea", group=Group.IDEA)),
        (unclear, AdviceItem(key="video_again", group=Group.DO, sides=unclear)),
        (suggested, AdviceItem(key="gluteal", group=Group.DO, sides=suggested)),
        (wobbling, AdviceItem(key="balance", group=Group.DO, sides=wobbling)),
        (suggested or hurts, AdviceItem(key="quadriceps", group=Group.DO)),
        (answers.running, AdviceItem(key="running_form", group=Group.DO)),
        (True, AdviceItem(key="recovery", group=Group.DO)),
        (True, AdviceItem(key="stretching", group=Group.OPTIONAL)),
        (suggested or hurts, AdviceItem(key="insoles", group=Group.OPTIONAL)),
        (hurts, AdviceItem(key="brace", group=Group.OPTIONAL)),
        (True, AdviceItem(key="physiotherapist", group=Group.SOMEONE)),
        (True, AdviceItem(key="glucosamine", group=Group.ALSO)),
    ]
    return tuple(item for fits, item in chosen if fits)


def _sides(legs: Iterable[LegAnalysis]) -> tuple[Side, ...]:
    return tuple(leg.side for leg in legs)
