"""Tables: the numbers of a comparison and how alike the videos were filmed, in words."""

import math
from dataclasses import dataclass
from typing import Any

from kneescan.compare.changes import DEPTH, WOBBLE, Change
from kneescan.compare.comparison import LegChange
from kneescan.compare.conditions import Condition, Mark
from kneescan.compare.output.sentences import Labels
from kneescan.output.words.language import Words
from kneescan.squat.results import Estimate

SIGNS = {
    Mark.ALIKE: "✓",
    Mark.DIFFERENT: "≈",
    Mark.TOO_DIFFERENT: "✗",
    Mark.UNKNOWN: "?",
}
"""Sign before each mark; the word beside it says the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with row headings in its first column."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def check(condition: Condition, words: Words) -> dict[str, str]:
    """Mark of one condition, for the list under the sentence of a leg."""
    return {
        "mark": str(condition.mark),
        "sign": SIGNS[condition.mark],
        "name": words(f"compare.checks.{condition.name}"),
        "text": words(f"compare.marks.{condition.mark}"),
    }


def numbers_table(leg: LegChange, labels: Labels, words: Words) -> Table:
    """Every measure of a leg in both sessions, the difference, and what is needed for a change."""
    return Table(
        caption=words("compare.details.numbers"),
        head=(
            words("compare.details.measure"),
            labels.short(leg.first),
            labels.short(leg.later),
            words("compare.details.difference"),
            words("compare.details.needed"),
            words("compare.details.called"),
        ),
        rows=tuple(_number_row(change, words) for change in leg.changes.values()),
    )


def _number_row(change: Change, words: Words) -> tuple[str, ...]:
    digits = 2 if change.measure == WOBBLE else 1
    difference = Estimate(value=change.value, low=change.low, high=change.high, cut=math.nan)
    return (
        words(f"compare.measures.{change.measure}"),
        written(change.before, digits, words),
        written(change.after, digits, words),
        written(difference, digits, words),
        _needed(change, digits, words),
        "" if change.measure == DEPTH else words(f"compare.called.{change.called}"),
    )


def written(estimate: Estimate | None, digits: int, words: Words) -> str:
    """Write a value with its interval, if it has one."""
    if estimate is None or math.isnan(estimate.value):
        return words.figure(None)
    key = "compare.details.bare" if math.isnan(estimate.low) else "compare.details.value"
    return words(key, value=estimate.value, low=estimate.low, high=estimate.high, digits=digits)


def _needed(change: Change, digits: int, words: Words) -> str:
    if math.isnan(change.mdc95):
        return words.figure(None)
    is_bare = round(change.allowance, digits) == 0
    key = "compare.details.more_than_only" if is_bare else "compare.details.more_than"
    return words(key, mdc=change.mdc95, allowance=change.allowance, digits=digits)


def conditions_table(leg: LegChange, labels: Labels, words: Words) -> Table:
    """Every condition in both sessions, and how far they agree."""
    return Table(
        caption=words("compare.details.comparable"),
        head=(
            words("compare.details.condition"),
            labels.short(leg.first),
            labels.short(leg.later),
            words("compare.details.mark"),
            words("compare.details.limit"),
        ),
        rows=tuple(
            (
                words(f"compare.conditions.{found.name}"),
                _condition_value(found, found.before, words),
                _condition_value(found, found.after, words),
                f"{SIGNS[found.mark]} {words(f'compare.marks.{found.mark}')}",
                words(f"compare.allowed.{found.name}", limit=found.limit or 0),
            )
            for found in leg.conditions
        ),
    )


def _condition_value(condition: Condition, value: Any, words: Words) -> str:
    if isinstance(value, bool):
        return words(f"compare.conditions.{'yes' if value else 'no'}")
    if isinstance(value, str):
        return value
    return words.figure(value, 0 if condition.name in ("squats", "fps") else 1)
