"""Show a comparison with a reference on one page that opens from the disk and needs no network."""

from collections.abc import Iterator

from kneescan.agreement.measure_names import name_of, unit_of
from kneescan.agreement.output.page import Plot, template
from kneescan.agreement.output.plots import plot_reference
from kneescan.agreement.output.words import digits_for, figure, interval
from kneescan.agreement.reference.matching import REFERENCE
from kneescan.agreement.reference.study import Comparison, ReferenceStudy
from kneescan.output.report.figures import inline_svg
from kneescan.output.words.numerals import with_unit
from kneescan.plain_text import counted

MAX_LISTED = 50
"""Most rows without counterpart on the page; all are in the table."""


def render_reference_page(study: ReferenceStudy, *, version: str) -> str:
    """Page as HTML text that contains the plots."""
    lost = [one for one in study.unmatched if one.source == REFERENCE]
    return template("reference.html.j2").render(
        study=study,
        plots=list(_plots(study)),
        lost=lost[:MAX_LISTED],
        n_lost=len(lost),
        n_without_row=len(study.unmatched) - len(lost),
        has_squats=any(of.by_squat.own.size for of in study.comparisons),
        version=version,
    )


def _plots(study: ReferenceStudy) -> Iterator[Plot]:
    for number, of in enumerate(study.comparisons, start=1):
        text = _caption(of)
        svg = inline_svg(plot_reference(of), f"plot-{number}", f"{name_of(of.measure)}. {text}")
        yield Plot(svg=svg, caption=text)


def _caption(of: Comparison) -> str:
    unit, digits = unit_of(of.measure), digits_for(of.root_mean_square_error)
    people = "1 person" if of.n_people == 1 else f"{of.n_people} people"
    whose = f"{counted(of.by_leg.own.size, 'leg')} of {people}, kneescan less reference: "
    if of.of_legs is None:
        return f"{whose}mean difference {with_unit(figure(of.bias, digits), unit)}."
    found = of.of_legs
    return (
        f"{whose}bias {interval(found.bias, digits)}, limits of agreement "
        f"{figure(found.lower.value, digits)} to {with_unit(figure(found.upper.value, digits), unit)}."
    )
