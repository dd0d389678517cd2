"""Show a comparison on one page that opens from the disk and needs no network."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from kneescan.compare.changes import FPPA, PUBLISHED_MDC95, Call
from kneescan.compare.comparison import Comparison, LegChange, LegHistory
from kneescan.compare.output.pictures import moments
from kneescan.compare.output.plots import described, places_in_time, plot_over_time
from kneescan.compare.output.sentences import Labels, leg_sentence, next_step, notes
from kneescan.compare.output.tables import check, conditions_table, numbers_table
from kneescan.output.figures import stills
from kneescan.output.figures.axes import own_style
from kneescan.output.report.figures import inline_svg
from kneescan.output.words.language import Words

KINDS = {
    Call.CHANGED: "changed",
    Call.WITHIN_ERROR: "same",
    Call.NOT_COMPARABLE: "unknown",
    Call.UNCERTAIN: "unknown",
}
"""Look of a leg's result."""


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
            cards=[card(leg, labels, words) for leg in comparison.legs],
            moments=moments(comparison, videos),
            still_size=(stills.WIDTH, stills.HEIGHT),
            plots=list(_plots(comparison, labels, words)),
            is_evenly_spaced=not places_in_time(comparison.sessions)[1],
            pairs=[
                {
                    "title": _title(leg, labels, words),
                    "numbers": numbers_table(leg, labels, words),
                    "conditions": conditions_table(leg, labels, words),
                }
                for leg in pairs
            ],
            method=list(method(comparison, words)),
            notes=list(notes(comparison, words, version=version)),
        )


def _title(leg: LegChange, labels: Labels, words: Words) -> str:
    return words(
        "compare.details.pair",
        side=words.initial(words.side(leg.side)),
        first=labels.short(leg.first),
        later=labels.short(leg.later),
    )


def card(leg: LegHistory, labels: Labels, words: Words) -> dict[str, Any]:
    """Sentence of a leg, what to do next, and how alike the videos were filmed."""
    called = leg.latest.changes[FPPA].called if leg.changes else Call.MISSING
    return {
        "kind": KINDS.get(called, "unknown"),
        "sentence": leg_sentence(leg, labels, words),
        "next": next_step(leg, words),
        "checks": [check(found, words) for found in leg.latest.conditions] if leg.changes else [],
    }


def _plots(comparison: Comparison, labels: Labels, words: Words) -> Iterator[Markup]:
    for leg in comparison.legs:
        if len(leg.changes) > 1:
            figure = plot_over_time(leg, labels, words)
            yield inline_svg(figure, f"over-time-{leg.side}", described(leg, labels, words))


def method(comparison: Comparison, words: Words) -> Iterator[str]:
    """How a change is called, in paragraphs."""
    yield words("compare.method.needed")
    published = "published" if words.tells_commands else "published_without_commands"
    key = "own" if comparison.error_from else published
    yield words(
        f"compare.method.{key}", mdc=PUBLISHED_MDC95[FPPA], file=comparison.error_from or ""
    )
    for name in ("interval", "chance", "depth"):
        yield words(f"compare.method.{name}")
