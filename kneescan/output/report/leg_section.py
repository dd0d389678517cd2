"""Leg section of the report: verdict, values and squats of a leg in words, ready for the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from kneescan.output.figures.places import place_of
from kneescan.output.figures.plots import MEASURES
from kneescan.output.report.advice import Answers
from kneescan.output.report.plain_words import Plain, plain_words
from kneescan.output.words.importance import main_reason
from kneescan.output.words.language import Words
from kneescan.output.words.summary import is_one_sided
from kneescan.squat.results import Estimate, Finding, LegAnalysis, Verdict

ANALYSE_AGAIN = frozenset(
    {
        "upside_down",
        "on_its_side",
        "wobble_in_doubt",
        "slow_motion_suspected",
        "slow_motion_tag_doubtful",
    }
)
"""Codes of faults that an option of the command corrects: no new video is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One line of a leg's values."""

    name: str
    value: str
    cut: str
    place: str
    """``above``, ``below``, ``undecided``, ``unjudged`` or ``missing``."""
    place_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Verdict on one leg."""

    leg: LegAnalysis
    title: str
    badge: str
    plain: Plain
    """What was seen, in one number that needs no explanation."""
    sentence: str
    """The same with measures and intervals."""
    next_step: str
    measures: tuple[Measure, ...]
    """Empty if the video does not allow a verdict."""


def cards(legs: Sequence[LegAnalysis], words: Words, answers: Answers | None = None) -> list[Card]:
    """Verdict on each leg; a single one if no leg squatted, because both would be the same."""
    answers = answers or Answers()
    if len(legs) > 1 and not any(leg.repetitions for leg in legs):
        return [_card(legs[0], words, answers, title=words("report.both_legs"))]
    return [_card(leg, words, answers, title=words.initial(words.side(leg.side))) for leg in legs]


def _card(leg: LegAnalysis, words: Words, answers: Answers, *, title: str) -> Card:
    return Card(
        leg=leg,
        title=title,
        badge=words(f"report.badges.{leg.verdict}"),
        plain=plain_words(leg, words),
        sentence=verdict_sentence(leg, words),
        next_step=_next_step(leg, words, answers),
        measures=() if is_blocked(leg) else tuple(measures(leg, words)),
    )


def is_blocked(leg: LegAnalysis) -> bool:
    """Whether the leg cannot be judged because of the video, not because of its values."""
    of_values = tuple(MEASURES)
    return not any(reason.code.startswith(of_values) for reason in leg.reasons)


def verdict_sentence(leg: LegAnalysis, words: Words) -> str:
    """Verdict in one sentence, with the finding or the reason for "can't tell"."""
    if leg.verdict is Verdict.CANNOT_TELL:
        reason = main_reason(leg)
        why = words.reason(reason) if reason else ""
        return words("report.verdicts.cannot_tell", reason=why).strip()
    if leg.verdict is Verdict.NO_SIGN:
        return words("report.verdicts.no_sign", n=len(leg.valid_repetitions))
    by_code = {reason.code: reason for reason in leg.reasons}
    key, code = _what_was_seen(leg, set(by_code))
    return words(f"report.verdicts.{key}", **by_code[code].values)


def _what_was_seen(leg: LegAnalysis, codes: set[str]) -> tuple[str, str]:
    """Sentence for the findings of a leg, and the reason with its figures."""
    if Finding.INWARD not in leg.findings:
        return "wobble", "wobble_above"
    by_angle = "fppa_above" in codes
    key = "inward_fppa" if by_angle else "inward_offset"
    if Finding.WOBBLE in leg.findings:
        key += "_wobble"
    return key, "fppa_above" if by_angle else "knee_over_foot_above"


def _next_step(leg: LegAnalysis, words: Words, answers: Answers) -> str:
    """What to do next; pain comes before anything that the squat showed."""
    of_verdict = _next_step_of_verdict(leg, words)
    if answers.pain is True:
        if leg.verdict is not Verdict.CANNOT_TELL:
            of_verdict = words(f"advice.next.pain_{leg.verdict}")
        # Without a squat, the page has no exercises either.
        key = "pain" if leg.repetitions else "pain_no_squat"
        return f"{words(f'advice.next.{key}')} {of_verdict}"
    if answers.pain is None:
        return f"{of_verdict} {words('advice.next.if_pain')}"
    return of_verdict


def _next_step_of_verdict(leg: LegAnalysis, words: Words) -> str:
    if leg.verdict is not Verdict.CANNOT_TELL:
        return words(f"report.next.{leg.verdict}")
    reason = main_reason(leg)
    remedy = words.remedy(reason) if reason else None
    if remedy is None:
        return words("report.next.cannot_tell_plain")
    if reason and reason.code in ANALYSE_AGAIN:
        return remedy
    return words("report.next.cannot_tell", remedy=remedy)


def measures(leg: LegAnalysis, words: Words) -> list[Measure]:
    """Values of a leg with their cut-offs."""
    lines = []
    for name, attribute in MEASURES.items():
        estimate: Estimate | None = getattr(leg, attribute)
        place = place_of(estimate, leg.verdict) if estimate else "missing"
        key = "report.numbers.unjudged" if place == "unjudged" else f"report.measures.{place}"
        lines.append(
            Measure(
                name=words(f"report.measures.{name}"),
                value=_value(name, estimate, words),
                cut=words(f"report.measures.{name}_cut", cut=estimate.cut) if estimate else "",
                place=place,
                place_text=words(key),
            )
        )
    return lines


def _value(name: str, estimate: Estimate | None, words: Words) -> str:
    """Value with its interval; the wobble's is not even, and where it begins at 0, it has only one end."""
    if estimate is None:
        return words.figure(None)
    if name != "wobble":
        return words.estimate(f"report.measures.{name}_value", estimate)
    ends = {"low": estimate.low, "high": estimate.high}
    if is_one_sided(estimate):
        return words("report.numbers.at_most", **ends)
    return words("report.numbers.range", value=estimate.value, **ends)
