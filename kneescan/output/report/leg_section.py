"""Leg section of the report: verdict, values and squats of a leg in words, ready for the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from kneescan.output.figures.plots import MEASURES, place_of
from kneescan.output.words.language import Words
from kneescan.output.words.reader_words import squat_number
from kneescan.squat.results import Estimate, Finding, LegAnalysis, Reason, Repetition, Verdict

DIGITS = {"fppa": 0, "knee_over_foot": 0, "wobble": 1}
"""Digits to show for each value of a leg."""
UNSETTLED = ("_undecided", "_not_measurable", "_in_doubt")
"""Endings of the codes for values that do not settle the question."""
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
    """``above``, ``below``, ``undecided`` or ``missing``."""
    place_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Verdict on one leg."""

    leg: LegAnalysis
    title: str
    badge: str
    sentence: str
    next_step: str
    measures: tuple[Measure, ...]
    """None if the video does not allow a verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: heading, one row per squat, and closing rows."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[bool, tuple[str, ...]], ...]
    """Whether the squat counts, and its cells."""
    closing: tuple[tuple[str, ...], ...] = ()
    note: str = ""


def cards(legs: Sequence[LegAnalysis], words: Words) -> list[Card]:
    """Verdict on each leg; a single one if no leg squatted, because both would be the same."""
    if len(legs) > 1 and not any(leg.repetitions for leg in legs):
        return [_card(legs[0], words, title=words("report.both_legs"))]
    return [_card(leg, words, title=words.initial(words.side(leg.side))) for leg in legs]


def _card(leg: LegAnalysis, words: Words, *, title: str) -> Card:
    return Card(
        leg=leg,
        title=title,
        badge=words(f"report.badges.{leg.verdict}"),
        sentence=verdict_sentence(leg, words),
        next_step=_next_step(leg, words),
        measures=() if is_blocked(leg) else tuple(measures(leg, words)),
    )


def is_blocked(leg: LegAnalysis) -> bool:
    """Whether the leg cannot be judged because of the video, not because of its values."""
    of_values = tuple(MEASURES)
    return not any(reason.code.startswith(of_values) for reason in leg.reasons)


def verdict_sentence(leg: LegAnalysis, words: Words) -> str:
    """Verdict in one sentence, with the finding or the reason for "can't tell"."""
    if leg.verdict is Verdict.CANNOT_TELL:
        reason = _main_reason(leg)
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


def _main_reason(leg: LegAnalysis) -> Reason | None:
    """Best reason for "can't tell": a contradiction, an unsettled value, or what most squats lacked."""
    unsettled = [
        reason
        for reason in leg.reasons
        if reason.code == "contradiction" or reason.code.endswith(UNSETTLED)
    ]
    unsettled.sort(key=lambda reason: reason.code != "contradiction")
    return next(iter(unsettled or _commonest_fault(leg) or leg.reasons), None)


def _commonest_fault(leg: LegAnalysis) -> list[Reason]:
    """Fault of most squats, if there were enough squats and only faults stand in the way; else empty."""
    if not leg.reasons or leg.reasons[0].code != "too_few_repetitions":
        return []
    first, *others = leg.reasons
    faults = [reason for reason in others if reason.code.startswith("some_")]
    if not faults or first.values["n"] < first.values["needed"]:
        return []
    return [max(faults, key=lambda reason: reason.values["n"])]


def _next_step(leg: LegAnalysis, words: Words) -> str:
    if leg.verdict is not Verdict.CANNOT_TELL:
        return words(f"report.next.{leg.verdict}")
    reason = _main_reason(leg)
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
        place = place_of(estimate) if estimate else "missing"
        lines.append(
            Measure(
                name=words(f"report.measures.{name}"),
                value=words.estimate(f"report.measures.{name}_value", estimate)
                if estimate
                else words.figure(None),
                cut=words(f"report.measures.{name}_cut", cut=estimate.cut) if estimate else "",
                place=place,
                place_text=words(f"report.measures.{place}"),
            )
        )
    return lines


def repetition_table(leg: LegAnalysis, words: Words, *, depths_pct: tuple[float, float]) -> Table:
    """Table of the squats of a leg, with mean, interval, cut-off and depths that count at the end."""
    columns = ("squat", "deepest", "fppa", "offset", "wobble", "depth", "flexion", "counts")
    estimates = (leg.fppa_deg, leg.knee_over_foot_pct, leg.wobble_pct)
    digits = (1, 1, 2)
    means = [
        words.figure(estimate.value if estimate else None, digit)
        for estimate, digit in zip(estimates, digits, strict=True)
    ]
    intervals = [
        words("report.table.range", low=estimate.low, high=estimate.high, digits=digit)
        if estimate
        else words.figure(None)
        for estimate, digit in zip(estimates, digits, strict=True)
    ]
    cuts = [words.figure(estimate.cut if estimate else None, 1) for estimate in estimates]
    depth_cut = words("report.table.range", low=depths_pct[0], high=depths_pct[1], digits=0)
    return Table(
        caption=words("report.table.caption", side=words.side(leg.side)),
        head=tuple(words(f"report.table.{column}") for column in columns),
        rows=tuple(
            (repetition.valid, _repetition_cells(repetition, words))
            for repetition in leg.repetitions
        ),
        closing=(
            (words("report.table.mean"), "", *means, "", "", ""),
            (words("report.table.interval"), "", *intervals, "", "", ""),
            (words("report.table.cut"), "", *cuts, depth_cut, "", ""),
        ),
    )


def _repetition_cells(repetition: Repetition, words: Words) -> tuple[str, ...]:
    reasons = " ".join(words.reason(reason) for reason in repetition.invalid_reasons)
    return (
        squat_number(repetition),
        words.figure(repetition.deepest_s, 1),
        words.figure(repetition.fppa_deg, 1),
        words.figure(repetition.knee_over_foot_pct, 1),
        words.figure(repetition.wobble_pct, 2),
        words.figure(repetition.depth_pct, 1),
        words.figure(repetition.knee_flexion_estimate_deg, 0),
        words("report.table.no", reason=reasons) if reasons else words("report.table.yes"),
    )


_DETAILS = {
    "frontal": ("fppa_frontal_deg", 1),
    "standing": ("fppa_standing_deg", 1),
    "change": ("fppa_change_deg", 1),
    "matched": ("fppa_at_8_pct_deg", 1),
    "thigh": ("thigh_deg", 1),
    "shank": ("shank_deg", 1),
    "pelvis": ("pelvic_drop_deg", 1),
    "trunk": ("trunk_lean_deg", 1),
    "down": ("descent_s", 1),
    "hold": ("hold_s", 1),
    "up": ("ascent_s", 1),
    "reversals": ("n_reversals", 0),
}
"""Columns of the second table: name in the texts, name in the results, digits."""


def details_table(leg: LegAnalysis, words: Words) -> Table:
    """Table of all other values of each squat."""
    trend = words("report.table.trend", side=words.side(leg.side), trend=leg.fppa_trend_deg)
    return Table(
        caption=words("report.table.caption_details", side=words.side(leg.side)),
        head=tuple(words(f"report.table.{name}") for name in ("squat", *_DETAILS)),
        rows=tuple(
            (
                repetition.valid,
                (
                    squat_number(repetition),
                    *(
                        words.figure(getattr(repetition, name), digits)
                        for name, digits in _DETAILS.values()
                    ),
                ),
            )
            for repetition in leg.repetitions
        ),
        note=trend if leg.fppa_trend_deg == leg.fppa_trend_deg else "",
    )
