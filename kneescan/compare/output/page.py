"""Show a comparison on one page that opens from the disk and needs no network."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from kneescan.compare.changes import DEPTH, FPPA, PUBLISHED_MDC95, WOBBLE, Call, Change
from kneescan.compare.comparison import Comparison, LegChange
from kneescan.compare.conditions import Condition, Mark
from kneescan.compare.output.pictures import moments
from kneescan.compare.output.plots import described, places_in_time, plot_over_time
from kneescan.compare.output.sentences import Labels, leg_sentence, next_step, notes
from kneescan.output.figures import stills
from kneescan.output.figures.axes import own_style
from kneescan.output.report.figures import inline_svg
from kneescan.output.words.language import Words
from kneescan.squat.results import Estimate

SIGNS = {
    Mark.ALIKE: "✓",
    Mark.DIFFERENT: "≈",
    Mark.TOO_DIFFERENT: "✗",
    Mark.UNKNOWN: "?",
}
"""Sign before each mark; the word beside it says the same."""
KINDS = {
    Call.CHANGED: "changed",
    Call.WITHIN_ERROR: "same",
    Call.NOT_COMPARABLE: "unknown",
    Call.UNCERTAIN: "unknown",
}
"""Look of a leg's result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with row headings in its first column."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def render_page(
    comparison: Comparison,
    *,
    version: str,
    language: str,
    videos: Mapping[str, Path] | None = None,
) -> str:
    """Page as HTML text that contains everything it shows."""
    words = Words(language)
    labels = Labels(comparison, words)
    loader = jinja2.ChoiceLoader(
        [
            jinja2.PackageLoader("kneescan.compare.output"),
            jinja2.PackageLoader("kneescan.output.report"),
        ]
    )
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pairs = [leg for history in comparison.legs for leg in history.changes]
    with own_style():
        return environment.get_template("compare.html.j2").render(
            words=words,
            labels=labels,
            comparison=comparison,
            version=version,
            cards=list(_cards(comparison, labels, words)),
            moments=moments(comparison, videos),
            still_size=(stills.WIDTH, stills.HEIGHT),
            plots=list(_plots(comparison, labels, words)),
            is_evenly_spaced=not places_in_time(comparison.sessions)[1],
            pairs=[
                {
                    "title": _title(leg, labels, words),
                    "numbers": _numbers(leg, labels, words),
                    "conditions": _conditions(leg, labels, words),
                }
                for leg in pairs
            ],
            method=list(_method(comparison, words)),
            notes=list(notes(comparison, words, version=version)),
        )


def _title(leg: LegChange, labels: Labels, words: Words) -> str:
    return words(
        "compare.details.pair",
        side=words.initial(words.side(leg.side)),
        first=labels.short(leg.first),
        later=labels.short(leg.later),
    )


def _cards(comparison: Comparison, labels: Labels, words: Words) -> Iterator[dict[str, Any]]:
    for leg in comparison.legs:
        called = leg.latest.changes[FPPA].called if leg.changes else Call.MISSING
        yield {
            "kind": KINDS.get(called, "unknown"),
            "sentence": leg_sentence(leg, labels, words),
            "next": next_step(leg, words),
            "checks": [_check(found, words) for found in leg.latest.conditions]
            if leg.changes
            else [],
        }


def _check(condition: Condition, words: Words) -> dict[str, str]:
    """Mark of one condition, for the list under the sentence of a leg."""
    return {
        "mark": str(condition.mark),
        "sign": SIGNS[condition.mark],
        "name": words(f"compare.checks.{condition.name}"),
        "text": words(f"compare.marks.{condition.mark}"),
    }


def _plots(comparison: Comparison, labels: Labels, words: Words) -> Iterator[Markup]:
    for leg in comparison.legs:
        if len(leg.changes) > 1:
            figure = plot_over_time(leg, labels, words)
            yield inline_svg(figure, f"over-time-{leg.side}", described(leg, labels, words))


def _numbers(leg: LegChange, labels: Labels, words: Words) -> Table:
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
        _written(change.before, digits, words),
        _written(change.after, digits, words),
        _written(difference, digits, words),
        _needed(change, digits, words),
        "" if change.measure == DEPTH else words(f"compare.called.{change.called}"),
    )


def _written(estimate: Estimate | None, digits: int, words: Words) -> str:
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


def _conditions(leg: LegChange, labels: Labels, words: Words) -> Table:
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


def _method(comparison: Comparison, words: Words) -> Iterator[str]:
    yield words("compare.method.needed")
    key = "own" if comparison.error_from else "published"
    yield words(
        f"compare.method.{key}", mdc=PUBLISHED_MDC95[FPPA], file=comparison.error_from or ""
    )
    for name in ("interval", "chance", "depth"):
        yield words(f"compare.method.{name}")
