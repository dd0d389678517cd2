"""Page: a study on one page that opens from the disk and needs no network."""

from dataclasses import dataclass

import jinja2
from markupsafe import Markup

from kneescan.agreement.change import CHANGED, UNKNOWN
from kneescan.agreement.plots import plot_bland_altman
from kneescan.agreement.study import Agreement, Study
from kneescan.agreement.words import digits_for, figure, interval, name_of, unit_of
from kneescan.output.report_figures import inline_svg


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A Bland-Altman plot and what stands below it."""

    svg: Markup
    caption: str


def render_page(study: Study, *, version: str) -> str:
    """Page as text, with the plots inside."""
    loader = jinja2.ChoiceLoader(
        [jinja2.PackageLoader("kneescan.agreement"), jinja2.PackageLoader("kneescan.output")]
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
    changed = [change for change in study.changes if change.called == CHANGED]
    return environment.get_template("agreement.html.j2").render(
        study=study,
        plots=[plot for of in study.agreements for plot in _plots(of)],
        changed=changed,
        n_compared=sum(change.called != UNKNOWN for change in study.changes),
        version=version,
    )


def _plots(of: Agreement) -> list[Plot]:
    measure, leg = of.sessions.measure, of.sessions.leg
    unit, digits = unit_of(measure), digits_for(of.sem.value)
    plots = []
    for number, pair in enumerate(of.pairs):
        found = pair.agreement
        text = (
            f"{found.n_subjects} subjects, {pair.second} less {pair.first}: bias "
            f"{interval(found.bias, digits)}, limits of agreement {figure(found.lower.value, digits)} to "
            f"{figure(found.upper.value, digits)} {unit}."
        )
        title = f"{name_of(measure)}, {leg} leg. {text}"
        plots.append(
            Plot(
                svg=inline_svg(plot_bland_altman(of, pair), f"{measure}-{leg}-{number}", title),
                caption=text,
            )
        )
    return plots
