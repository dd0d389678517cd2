"""Agreement: your own error of measurement, from repeated sessions or runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import kneescan
from kneescan.cli.terminal.screen import out, say

if TYPE_CHECKING:
    from rich.table import Table

    from kneescan.agreement import ReferenceStudy, Study, SubjectChange

MAX_LISTED = 10
"""Most rows of a reference, and reasons, that the screen lists."""
CHANGED, WITHIN_ERROR = "changed", "within measurement error"


def agreement(
    sessions: Annotated[
        list[Path],
        typer.Argument(
            metavar="SESSION",
            help="Folders of results or tables (CSV, Parquet), one per session; or one table with "
            "a column for the session. With --reference, the results to compare.",
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
            "left out; with --reference, all that it has.",
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
    reference: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Table (CSV, Parquet) with the values of motion capture, another program or a "
            "reader, to compare kneescan with.",
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            "--reference-template",
            metavar="FILE",
            help="Write a CSV of all squats, in which to fill in the reference's values.",
        ),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also write the plots as PDF.")] = False,
) -> None:
    """Compute your error of measurement from repeated sessions, or compare kneescan with a reference."""
    from kneescan.agreement import MEASURES, read_sessions, study_agreement, write_study
    from kneescan.agreement.tables.earlier_study import read_mdc95

    plots = ("svg", "pdf") if pdf else ("svg",)
    if reference is not None or template is not None:
        _refuse_for_reference({"--order": order, "--month-first": month_first, "--error": error})
        asked = {"measures": measures, "subject": subject, "session": session}
        if template is not None:
            _write_template(sessions, template, asked)
        if reference is not None:
            _compare(sessions, reference, out_folder, plots, asked)
        return

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
        inputs = [path for path in (*sessions, error) if path is not None]
        write_study(study, out_folder, plots=plots, version=kneescan.__version__, inputs=inputs)
        say(f"Written to {out_folder}", style="dim", to=out)


def _refuse_for_reference(given: dict[str, object]) -> None:
    """Reject options that only repeated sessions have."""
    for name, value in given.items():
        if value:
            msg = "is for repeated sessions; leave it out with a reference"
            raise typer.BadParameter(msg, param_hint=name)


def _write_template(results: list[Path], target: Path, asked: dict[str, Any]) -> None:
    from kneescan.agreement.output.reference.template import write_reference_template

    say(f"Written to {write_reference_template(results, target, **asked)}", style="dim", to=out)


def _compare(
    results: list[Path],
    reference: Path,
    out_folder: Path | None,
    plots: tuple[str, ...],
    asked: dict[str, Any],
) -> None:
    """Compare results with a reference, on screen and in files."""
    from kneescan.agreement import compare_with_reference, write_reference_study

    study = compare_with_reference(results, reference, **asked)
    _show_reference(study)
    if out_folder is not None:
        inputs, version = (*results, reference), kneescan.__version__
        write_reference_study(study, out_folder, plots=plots, version=version, inputs=inputs)
        say(f"Written to {out_folder}", style="dim", to=out)


def _show_reference(study: "ReferenceStudy") -> None:
    from kneescan.agreement.measure_names import name_of

    say(f"kneescan minus {study.reference}, means of legs", to=out)
    out.print(_reference_table(study))
    for warning in study.warnings:
        say(f"Note: {warning}", style="yellow", to=out)
    for of in study.comparisons:
        if of.remark:
            say(f"Note: {name_of(of.measure)}: {of.remark}", style="yellow", to=out)
    lost: dict[str, list[str]] = {}
    for one in study.unmatched:
        if one.source == "reference":
            lost.setdefault(one.reason, []).append(str(one.row))
    for reason, rows in list(lost.items())[:MAX_LISTED]:
        more = ", ..." if len(rows) > MAX_LISTED else ""
        say(f"Left out, row {', '.join(rows[:MAX_LISTED])}{more}: {reason}", to=out)
    if len(lost) > MAX_LISTED:
        say("... and more; all are in reference_unmatched.csv", to=out)


def _reference_table(study: "ReferenceStudy") -> "Table":
    from rich import box
    from rich.table import Table

    from kneescan.agreement.measure_names import name_of, unit_of
    from kneescan.agreement.output.words import digits_for, figure, interval

    table = Table("measure", "legs", "people", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for title in ("bias", "limits", "mean abs.", "ICC(A,1)"):
        table.add_column(title, no_wrap=True)
    for of in study.comparisons:
        digits, unit = digits_for(of.root_mean_square_error), unit_of(of.measure)[:1]
        found = of.of_legs
        table.add_row(
            name_of(of.measure) + (f" [{unit}]" if unit else ""),
            str(of.by_leg.own.size),
            str(of.n_people),
            interval(found.bias, digits) if found else figure(of.bias, digits),
            f"{figure(found.lower.value, digits)} to {figure(found.upper.value, digits)}"
            if found
            else "\N{EN DASH}",
            figure(of.mean_absolute_error, digits),
            figure(of.icc_a_1.value, 2),
        )
    return table


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

    from kneescan.agreement.measure_names import name_of, unit_of
    from kneescan.agreement.output.words import digits_for, figure, interval

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
    from kneescan.agreement.measure_names import name_of, unit_of
    from kneescan.agreement.output.words import digits_for, figure
    from kneescan.output.words.numerals import with_unit

    digits = digits_for(change.mdc95)
    before, after = figure(change.before, digits), figure(change.after, digits)
    return (
        f"Changed: {change.subject}, {change.leg} leg, {name_of(change.measure)} "
        f"{before} \N{RIGHTWARDS ARROW} {with_unit(after, unit_of(change.measure))} "
        f"({change.first} \N{RIGHTWARDS ARROW} {change.second}; "
        f"MDC95 {figure(change.mdc95, digits)})"
    )
