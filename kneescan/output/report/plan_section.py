"""Plan section of the report: the items of the advice in words, and the comparison of the legs."""

from collections.abc import Sequence
from dataclasses import dataclass

from kneescan.landmarks import Side
from kneescan.output.report.advice import AdviceItem, Answers, Group, plan
from kneescan.output.report.leg_section import is_blocked
from kneescan.output.words.language import Words
from kneescan.squat.results import SquatAnalysis, Verdict

FPPA_MDC_DEG = 8.0
"""Smallest difference between two FPPAs that exceeds chance: 7.5-8.9 in Munro 2012. [deg]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of the plan in words."""

    title: str
    for_sides: str
    text: str
    steps: tuple[str, ...]
    source: str
    caution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan in words."""

    intro: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Item, ...]], ...]
    """Heading and items of each part."""
    answers: str


def plan_in_words(analysis: SquatAnalysis, answers: Answers | None, words: Words) -> Plan:
    """Plan that fits the verdicts, in reading order."""
    items = plan(analysis, answers)
    groups = tuple(
        (
            words(f"report.headings.{group}"),
            tuple(_item(item, words) for item in items if item.group is group),
        )
        for group in Group
    )
    return Plan(
        intro=tuple(_intro(analysis, words)),
        groups=tuple((title, members) for title, members in groups if members),
        answers=_answers(answers or Answers(), words),
    )


def _item(item: AdviceItem, words: Words) -> Item:
    texts = words.entry(f"advice.items.{item.key}")
    sides = words("advice.for_sides", sides=_sides(item.sides, words)) if item.sides else ""
    return Item(
        title=texts["title"],
        for_sides=sides,
        text=texts["text"],
        steps=tuple(texts.get("steps", ())),
        source=texts["source"],
        caution=texts["caution"],
    )


def _intro(analysis: SquatAnalysis, words: Words) -> list[str]:
    """A sentence for each verdict, with its legs."""
    sentences = []
    for verdict in Verdict:
        sides = tuple(leg.side for leg in analysis.legs if leg.verdict is verdict)
        if sides:
            sentences.append(words(f"advice.intro_{verdict}", sides=_sides(sides, words)))
    return sentences


def _sides(sides: Sequence[Side], words: Words) -> str:
    return words("advice.sides.both" if len(sides) > 1 else f"advice.sides.{sides[0]}")


def _answers(answers: Answers, words: Words) -> str:
    given = {"pain": answers.pain, "running": answers.running}
    parts = [
        f"{words(f'answers.{name}')}: {words('answers.yes' if value else 'answers.no')}"
        for name, value in given.items()
        if value is not None
    ]
    open_ = [words(f"answers.{name}") for name, value in given.items() if value is None]
    sentences = []
    if parts:
        sentences.append(words("advice.answered", answers=", ".join(parts)))
    if open_:
        sentences.append(words("advice.unanswered", questions=", ".join(open_)))
    return " ".join(sentences)


def comparison(analysis: SquatAnalysis, words: Words) -> str:
    """Compare left and right; they are called different only beyond chance."""
    difference = analysis.asymmetry_fppa_deg
    # A leg that cannot be judged is not compared either.
    if difference is None or any(is_blocked(leg) for leg in analysis.legs):
        return words("report.compared.not_comparable")
    larger = Side.LEFT if difference > 0 else Side.RIGHT
    key = "different" if abs(difference) > FPPA_MDC_DEG else "alike"
    return words(
        f"report.compared.{key}",
        difference=abs(difference),
        mdc=FPPA_MDC_DEG,
        side=words.side(larger),
    )
