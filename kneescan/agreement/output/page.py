"""Show a study on one page that opens from the disk and needs no network."""

from collections.abc import Iterator
from dataclasses import dataclass

import jinja2
from markupsafe import Markup

from kneescan.agreement.measure_names import name_of, unit_of
from kneescan.agreement.output.plots import plot_bland_altman
from kneescan.agreement.output.words import digits_for, figure, interval
from kneescan.agreement.statistics.change import CHANGED, UNKNOWN
from kneescan.agreement.study import Study
from kneescan.output.report.figures import inline_svg
from kneescan.output.words.numerals import with_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A Bland-Altman plot and its caption."""

    svg: Markup
    caption: str


def render_page(study: Study, *, version: str) -> str:
    """Page as HTML text that contains the plots."""
    changed = [change for change in study.changes if change.called == CHANGED]
    return template("agreement.html.j2").render(
        study=study,
        plots=list(_plots(study)),
        changed=changed,
        n_compared=sum(change.called != UNKNOWN for change in study.changes),
        version=version,
    )


def template(name: str) -> jinja2.Template:
    """Template of a page, which can write measures, numbers and intervals."""
    loader = jinja2.ChoiceLoader(
        [
            jinja2.PackageLoader("kneescan.agreement.output"),
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
    environment.globals.update(
        name_of=name_of, unit_of=unit_of, figure=figure, interval=interval, digits_for=digits_for
    )
    return environment.get_template(name)


def _plots(study: Study) -> Iterator[Plot]:
    pairs = [(of, pair) for of in study.agreements for pair in of.pairs]
    for number, (of, pair) in enumerate(pairs, start=1):
        unit, digits = unit_of(of.sessions.measure), digits_for(of.sem.value)
        found = pair.agreement
        text = (
            f"{found.n_subjects} subjects, {pair.second} less {pair.first}: bias "
            f"{interval(found.bias, digits)}, limits of agreement {figure(found.lower.value, digits)} to "
            f"{with_unit(figure(found.upper.value, digits), unit)}."
        )
        title = f"{name_of(of.sessions.measure)}, {of.sessions.leg} leg. {text}"
        # The page uses a number instead of a name from a table.
        svg = inline_svg(plot_bland_altman(of, pair), f"plot-{number}", title)
        yield Plot(svg=svg, caption=text)
