"""Advice: the plan that fits a verdict. The wording of each item is in the texts, under ``advice``."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kneescan.landmarks import Side
from kneescan.squat.results import Finding, LegAnalysis, SquatAnalysis, Verdict

LADDER = (
    "side_lying_leg_raise",
    "clam",
    "bridge",
    "single_leg_bridge",
    "band_side_steps",
    "step_down",
    "mirror_squat",
)
"""Exercises for the gluteal muscles, from the easiest to the hardest."""
EXERCISES = {
    "gluteal": LADDER,
    "quadriceps": ("quadriceps_setting",),
    "balance": ("single_leg_stand",),
    "stretching": (
        "stretch_hamstrings",
        "stretch_calf_straight",
        "stretch_calf_bent",
        "stretch_quadriceps",
    ),
}
"""Exercises of each item that has some; their texts are under ``exercises``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers of the person; None if the question was not asked."""

    pain: bool | None = None
    """Whether a knee hurts."""
    running: bool | None = None
    """Whether the person runs."""


class Group(StrEnum):
    """Part of the plan to which an item belongs, in the order of the plan."""

    DO = "do"
    OPTIONAL = "optional"
    SOMEONE = "someone"
    IDEA = "idea"
    ELSE = "else"
    """Items that do not fit this verdict or these answers, with when they would."""
    ALSO = "also"
    """Other things that people try: mentioned, never recommended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceItem:
    """One item of the plan."""

    key: str
    """Name of its texts: ``advice.items.KEY`` with title, when, text, source and caution."""
    group: Group
    sides: tuple[Side, ...] = ()
    """Legs to which the item applies; empty if it applies to the person."""

    @property
    def exercises(self) -> tuple[str, ...]:
        """Exercises of the item, in the order in which to do them."""
        return EXERCISES.get(self.key, ())


def plan(analysis: SquatAnalysis, answers: Answers | None = None) -> tuple[AdviceItem, ...]:
    """Choose what fits the verdicts and the answers, in the order in which to read it.

    Every item is there; those that do not fit are in the group ``ELSE``. Pain puts the physiotherapist
    first, whatever the verdicts. If no squat was found, there is nothing to advise: the plan is empty.
    """
    if not any(leg.repetitions for leg in analysis.legs):
        return ()
    answers = answers or Answers()
    suggested = _sides(leg for leg in analysis.legs if leg.verdict is Verdict.SUGGESTED)
    wobbling = _sides(leg for leg in analysis.legs if Finding.WOBBLE in leg.findings)
    unclear = _sides(leg for leg in analysis.legs if leg.verdict is Verdict.CANNOT_TELL)
    hurts = answers.pain is True

    def item(
        key: str, group: Group, *, fits: object = True, sides: tuple[Side, ...] = ()
    ) -> AdviceItem:
        return AdviceItem(key=key, group=group if fits else Group.ELSE, sides=sides)

    items = [
        item("physiotherapist", Group.DO if hurts else Group.SOMEONE),
        item("video_again", Group.DO, fits=unclear, sides=unclear),
        # Which knee hurts is not asked, so with pain the exercises are for both legs.
        item("gluteal", Group.DO, fits=suggested or hurts, sides=() if hurts else suggested),
        item("balance", Group.DO, fits=wobbling, sides=wobbling),
        item("quadriceps", Group.DO, fits=suggested or hurts),
        item("running_form", Group.DO, fits=answers.running),
        item("recovery", Group.DO),
        item("stretching", Group.OPTIONAL),
        item("insoles", Group.OPTIONAL, fits=hurts),
        item("brace", Group.OPTIONAL, fits=hurts),
        item("idea", Group.IDEA),
        item("glucosamine", Group.ALSO),
    ]
    return tuple(sorted(items, key=lambda one: list(Group).index(one.group)))


def _sides(legs: Iterable[LegAnalysis]) -> tuple[Side, ...]:
    return tuple(leg.side for leg in legs)
