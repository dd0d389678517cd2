"""Plan section of the report: warning signs and advice in words, and the comparison of the legs."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kneescan.landmarks import Side
from kneescan.output.figures.exercise_drawings import exercise_drawing
from kneescan.output.report.advice import AdviceItem, Answers, Group, plan
from kneescan.output.report.leg_section import is_blocked
from kneescan.output.words.language import Words
from kneescan.squat.results import SquatAnalysis, Verdict

FPPA_MDC_DEG = 8.0
"""Smallest difference between two FPPAs that exceeds chance: 7.5-8.9 in Munro 2012. [deg]"""
DOSE = ("sets", "repetitions", "effort", "next")
"""What is said about every exercise, beside how it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise in words, with its drawing."""

    title: str
    text: str
    short_dose: str
    """Sets and repetitions."""
    dose: tuple[tuple[str, str], ...]
    """Name and text of each part of ``DOSE``."""
    drawing: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of the plan in words."""

    key: str
    title: str
    for_sides: str
    when: str
    """When it is of use; empty if that goes without saying."""
    text: str
    exercises: tuple[Exercise, ...]
    source: str
    caution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Items of the plan below one heading."""

    group: Group
    title: str
    items: tuple[Item, ...]

    @property
    def is_folded(self) -> bool:
        """Whether only titles are shown until somebody wants to read on."""
        return self.group not in (Group.DO, Group.SOMEONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan in words; warning signs come before everything else, and are there without a plan, too."""

    red_flags_intro: str
    red_flags: tuple[str, ...]
    red_flags_urgent: str
    not_a_diagnosis: str
    intro: tuple[str, ...]
    parts: tuple[Part, ...]
    """Empty if no squat was found."""
    answers: str
    """What was answered, and by which command what was not can be answered, if that is to be told."""


def plan_in_words(analysis: SquatAnalysis, answers: Answers | None, words: Words) -> Plan:
    """Plan that fits the verdicts and the answers, in reading order."""
    answers = answers or Answers()
    items = plan(analysis, answers)
    parts = (
        Part(
            group=group,
            title=words(f"advice.parts.{group}"),
            items=tuple(_item(item, words) for item in items if item.group is group),
        )
        for group in Group
    )
    return Plan(
        red_flags_intro=words("advice.red_flags_intro"),
        red_flags=tuple(words.entry("advice.red_flags")),
        red_flags_urgent=words("advice.red_flags_urgent"),
        not_a_diagnosis=words("advice.not_a_diagnosis"),
        intro=tuple(_intro(analysis, answers, words)) if items else (),
        parts=tuple(part for part in parts if part.items),
        answers=_answers(answers, words) if items else "",
    )


def _item(item: AdviceItem, words: Words) -> Item:
    texts = words.entry(f"advice.items.{item.key}")
    sides = words("advice.for_sides", sides=_sides(item.sides, words)) if item.sides else ""
    return Item(
        key=item.key,
        title=texts["title"],
        for_sides=sides,
        when=_when(item, texts.get("when", ""), words),
        text=texts["text"],
        exercises=tuple(_exercise(name, words) for name in item.exercises),
        source=texts["source"],
        caution=texts["caution"],
    )


def _when(item: AdviceItem, when: str, words: Words) -> str:
    if item.group is Group.ELSE:
        return words("advice.fits", when=when)
    return when if item.group is Group.ALSO else ""


def _exercise(name: str, words: Words) -> Exercise:
    texts = words.entry(f"exercises.{name}")
    return Exercise(
        title=texts["title"],
        text=texts["text"],
        short_dose=words("advice.dose.short", sets=texts["sets"], repetitions=texts["repetitions"]),
        dose=tuple((words(f"advice.dose.{part}"), texts[part]) for part in DOSE),
        drawing=exercise_drawing(name, title=texts["title"], description=texts["drawing"]),
    )


def _intro(analysis: SquatAnalysis, answers: Answers, words: Words) -> list[str]:
    """What to do about pain, then a sentence for each verdict, with its legs."""
    sentences = []
    if answers.pain is not False:
        sentences.append(words("advice.intro_pain" if answers.pain else "advice.intro_if_pain"))
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
        if words.tells_commands:
            sentences.append(words("advice.answer_later"))
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
