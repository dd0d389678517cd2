"""Agreement: your own error of measurement, from repeated sessions or runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import kneescan
from kneescan.cli.screen import out, say

if TYPE_CHECKING:
    from rich.table import Table

    from kneescan.agreement import Study, SubjectChange

CHANGED, WITHIN_ERROR = "changed", "within measurement error"


def agreement(
    sessions: Annotated[
        list[Path],
        typer.Argument(
            metavar="SESSION",
            help="Folders of results or tables (CSV, Parquet), one per session; or one table with "
            "a column for the session.",
        ),
    ],
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Folder for tables, plots and the page."),
    ] = None,
    measures: Annotated[
        list[str] | None,
        typer.Option(
            "--measure",
            metavar="COLUMN",
            help="Column to compare; may be repeated. FPPA, knee over foot, wobble and depth if "
            "left out.",
        ),
    ] = None,
    subject: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column with the subject.")
    ] = "subject",
    session: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column with the session.")
    ] = "session",
    order: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="Sessions in order, e.g. before,after; otherwise sorted automatically.",
        ),
    ] = "",
    month_first: Annotated[
        bool,
        typer.Option(
            "--month-first", help="Dates of sessions, such as 11/20/2024, begin with the month."
        ),
    ] = False,
    error: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="agreement.json of an earlier study, whose MDC95 decides what is a change.",
        ),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also write the plots as PDF.")] = False,
) -> None:
    """Compute your error of measurement from repeated sessions (ICC, SEM, MDC95), and find real changes."""
    from kneescan.agreement import MEASURES, read_sessions, study_agreement, write_study
    from kneescan.agreement.tables.earlier_study import read_mdc95

    tables = read_sessions(
        sessions,
        measures=measures or MEASURES,
        subject=subject,
        session=session,
        order=[name.strip() for name in order.split(",") if name.strip()],
        month_first=month_first,
    )
    if error is None:
        study = study_agreement(tables)
    else:
        study = study_agreement(tables, mdc95=read_mdc95(error), error_from=str(error))
    _show(study)
    if out_folder is not None:
        plots = ("svg", "pdf") if pdf else ("svg",)
        inputs = [path for path in (*sessions, error) if path is not None]
        write_study(study, out_folder, plots=plots, version=kneescan.__version__, inputs=inputs)
        say(f"Written to {out_folder}", style="dim", to=out)


def _show(study: "Study") -> None:
    say(" \N{RIGHTWARDS ARROW} ".join(study.session_names), to=out)
    if study.agreements:
        out.print(_table(study))
    for warning in study.warnings:
        say(f"Note: {warning}", style="yellow", to=out)
    for change in study.changes:
        if change.called == CHANGED:
            say(_sentence(change), style="bold", to=out)
    called = [change.called for change in study.changes]
    text = f"{called.count(CHANGED)} changed, {called.count(WITHIN_ERROR)} {WITHIN_ERROR}"
    say(text, to=out)


def _table(study: "Study") -> "Table":
    from rich import box
    from rich.table import Table

    from kneescan.agreement.output.words import digits_for, figure, interval, name_of, unit_of

    table = Table("measure", "leg", "n", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for title in ("ICC(2,1)", "ICC(3,k)", "SEM", "MDC95"):
        table.add_column(title, no_wrap=True)
    for of in study.agreements:
        digits, unit = digits_for(of.sem.value), unit_of(of.sessions.measure)[:1]
        table.add_row(
            name_of(of.sessions.measure) + (f" [{unit}]" if unit else ""),
            str(of.sessions.leg),
            str(of.n_subjects),
            interval(of.icc_2_1, 2),
            figure(of.icc_3_k.value, 2),
            figure(of.sem.value, digits),
            interval(of.mdc95, digits),
        )
    return table


def _sentence(change: "SubjectChange") -> str:
    from kneescan.agreement.output.words import digits_for, figure, name_of, unit_of
    from kneescan.output.words.numerals import with_unit

    digits = digits_for(change.mdc95)
    before, after = figure(change.before, digits), figure(change.after, digits)
    return (
        f"Changed: {change.subject}, {change.leg} leg, {name_of(change.measure)} "
        f"{before} \N{RIGHTWARDS ARROW} {with_unit(after, unit_of(change.measure))} "
        f"({change.first} \N{RIGHTWARDS ARROW} {change.second}; "
        f"MDC95 {figure(change.mdc95, digits)})"
    )
