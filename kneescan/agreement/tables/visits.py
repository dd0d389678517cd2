"""Check the rows of a table once, and count those that are left out."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from kneescan.agreement.tables.cells import Numbers, is_yes, label, leg_of
from kneescan.agreement.tables.table_files import MAX_SHOWN, AgreementError, Row, Table, shown
from kneescan.landmarks import Side
from kneescan.plain_text import one_line

SESSION_REMEDY = "with a name in every row; give a folder or table per session, or use --session"
DEFAULT_SUBJECT = "subject"
"""Default column of the subject; without it, the video names the subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Names of the columns to read."""

    subject: str
    session: str
    measures: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """All names without duplicates, including the columns that kneescan writes."""
        own = ("leg", "valid", "path", "index")
        return tuple(dict.fromkeys((*own, self.subject, self.session, *self.measures)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One valid row: a video or repetition of a subject in a session."""

    subject: str
    session: str
    """As in the table; empty if it has none."""
    leg: Side
    values: tuple[float, ...]
    """One for each measure; NaN if missing."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Numbers of rows that were read and of those left out."""

    n_rows: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """Rows left out, by reason."""
    no_value: Counter[str] = field(default_factory=Counter)
    """Rows without a value, by measure."""

    def sentences(self) -> list[str]:
        """What was left out, as sentences."""
        said = [
            f"{n} of {self.n_rows} rows left out: {reason}" for reason, n in self.left_out.items()
        ]
        n_counted = self.n_rows - self.left_out.total()
        said += [
            f"rows without a value of {measure[:MAX_SHOWN]}: {n} of {n_counted}"
            for measure, n in self.no_value.items()
            if 0 < n < n_counted
        ]
        return said


def visits_of(
    table: Table, columns: Columns, tally: Tally, *, video: str, given: str
) -> Iterator[Visit]:
    """Valid rows of a table.

    Parameters
    ----------
    table : Table
        Opened with the columns `Columns.all`.
    columns : Columns
        Columns to read.
    tally : Tally
        Counts the rows that are left out.
    video : str
        Subject if the table has neither a subject nor a path; may be empty.
    given : str
        Session of all rows; empty if a column names it.

    Raises
    ------
    AgreementError
        If a cell cannot be read, or a repetition appears twice.
    """
    _check_columns(table, columns, video, given)
    numbers = Numbers(decimal_comma=table.decimal_comma)
    seen: set[tuple[Any, ...]] = set()
    for row in table.rows:
        tally.n_rows += 1
        leg = _cell(row, "leg", leg_of)
        if leg is None:
            tally.left_out["of both legs or none"] += 1
        elif "valid" in table.has and not _cell(row, "valid", is_yes):
            tally.left_out["not valid"] += 1
        else:
            visit = Visit(
                subject=_subject(row, table, columns.subject, video),
                session=_session(row, columns.session, given),
                leg=leg,
                values=tuple(
                    _cell(row, measure, numbers.read) if measure in table.has else math.nan
                    for measure in columns.measures
                ),
            )
            _check_once(row, visit, seen)
            for measure, value in zip(columns.measures, visit.values, strict=True):
                tally.no_value[measure] += math.isnan(value)
            yield visit


def _cell(row: Row, column: str, read: Any) -> Any:
    """Value of a cell; an error names the cell."""
    try:
        return read(row.cells.get(column))
    except (ValueError, OverflowError) as error:
        raise row.refusal(column, error) from error


def _check_columns(table: Table, columns: Columns, video: str, given: str) -> None:
    """Refuse a table without leg, session or subject before reading its rows."""
    problem = ""
    if "leg" not in table.has:
        problem = "no row has left or right in a column 'leg'; name that column leg"
    elif not given and columns.session not in table.has:
        problem = f"no column {shown(columns.session)} {SESSION_REMEDY}"
    elif columns.subject not in table.has and (
        columns.subject != DEFAULT_SUBJECT or not (video or "path" in table.has)
    ):
        problem = f"no column {shown(columns.subject)}; name it with --subject"
    if problem:
        names = ", ".join(shown(name) for name in table.columns[:20] if name)
        msg = f"{one_line(table.path)}: {problem}; the columns are: {names}"
        raise AgreementError(msg)


def _session(row: Row, column: str, given: str) -> str:
    name = str(_cell(row, column, label))
    if not name and not given:
        raise row.refusal(column, "does not name a session; fill it in")
    return name


def _subject(row: Row, table: Table, column: str, video: str) -> str:
    """Subject of a row: from the requested column, otherwise the name of the video."""
    known = column in table.has
    name = str(_cell(row, column if known else "path", label))
    if known and name:
        return name
    stem = PurePosixPath(name.replace("\\", "/")).stem or video
    if known or not stem:
        problem = "does not name a subject; fill it in, or use another column with --subject"
        raise row.refusal(column if known else "path", problem)
    return stem


def _check_once(row: Row, visit: Visit, seen: set[tuple[Any, ...]]) -> None:
    """Refuse a repetition that appears twice in a table, since it would count twice."""
    path, index = row.cells.get("path"), row.cells.get("index")
    if path is None and index is None:
        return
    # Without the video, repetition 1 may be from two videos of a session, with different values.
    values = () if path is not None and index is not None else tuple(map(str, visit.values))
    key = (visit.subject, visit.session, visit.leg, str(path), str(index), values)
    if key in seen:
        where = f"{one_line(row.path)}, row {row.number}"
        msg = f"{where}: the same squat of {shown(visit.subject)} as in an earlier row; remove one"
        raise AgreementError(msg)
    seen.add(key)
