"""Read the values of a reference from a table of any origin."""

import math
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kneescan.agreement.reference.squats import NOT_MEASURED
from kneescan.agreement.tables.cells import Numbers, label, leg_of
from kneescan.agreement.tables.table_files import AgreementError, Row, Table, read_table, shown
from kneescan.landmarks import Side
from kneescan.plain_text import one_line

VIDEO = ("video", "path", "file", "clip")
REPETITION = ("repetition", "index", "squat")
MOMENT = ("time_s", "deepest_s", "moment_s")
LEG = ("leg", "side")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One row of the reference: values of a squat, or of a leg."""

    row: int
    """As in a spreadsheet."""
    video: str
    """Empty if the table names none."""
    subject: str
    session: str
    leg: Side | None
    repetition: int | None
    time_s: float
    """Any moment within the squat; NaN if none is given. [s]"""
    values: Mapping[str, float]


def read_readings(
    path: str | os.PathLike[str],
    own_columns: Collection[str],
    *,
    measures: Sequence[str] | None = None,
    subject: str = "subject",
    session: str = "session",
) -> tuple[list[Reading], tuple[str, ...]]:
    """Rows of the reference, and the measures that it shares with kneescan.

    Parameters
    ----------
    path : path
        CSV or Parquet with one row per squat, or per leg.
    own_columns : collection of str
        Columns of kneescan's tables of squats.
    measures : sequence of str, optional
        Columns to compare; all shared ones if omitted.
    subject, session : str
        Columns with the person and the session.

    Raises
    ------
    AgreementError
        If the table cannot be read, or shares no measure with kneescan.
    """
    place = Path(path)
    keys = (*VIDEO, *REPETITION, *MOMENT, *LEG, subject, session)
    columns = {name.casefold() for name in read_table(place, ()).columns}
    own = [name for name in own_columns if name not in NOT_MEASURED]
    shared = tuple(name for name in measures or own if name.casefold() in columns)
    missing = [name for name in measures or () if name not in shared]
    if missing or not shared:
        listed = ", ".join(map(shown, missing))
        what = f"no column {listed}" if missing else "no column with a value that kneescan measures"
        msg = (
            f"{one_line(place)}: has {what}; name the columns as kneescan does, such as "
            "fppa_deg or depth_pct (--reference-template FILE writes a table to fill in)"
        )
        raise AgreementError(msg)
    table = read_table(place, tuple(dict.fromkeys((*keys, *shared))))
    _check_keys(table, subject)
    numbers = Numbers(decimal_comma=table.decimal_comma)
    rows = [_reading(row, table, shared, numbers, (subject, session)) for row in table.rows]
    if not rows:
        msg = f"{one_line(place)}: has no row below the heading; fill in the reference's values"
        raise AgreementError(msg)
    return rows, shared


def _check_keys(table: Table, subject: str) -> None:
    """Refuse a table whose rows name neither a leg nor a squat."""
    if not table.has & {*LEG, *REPETITION, *MOMENT, *VIDEO, subject}:
        msg = (
            f"{one_line(table.path)}: no column says which squat or leg a row is about; add video, "
            "leg, and repetition or time_s"
        )
        raise AgreementError(msg)


def _reading(
    row: Row,
    table: Table,
    measures: Sequence[str],
    numbers: Numbers,
    columns: tuple[str, str],
) -> Reading:
    number = _first(row, table, REPETITION, numbers.read)
    time_s = _first(row, table, MOMENT, numbers.read)
    if number is not None and math.isfinite(number) and number != int(number):
        column = next(name for name in REPETITION if name in table.has)
        raise row.refusal(column, "is not a whole number; give the number of the squat")
    return Reading(
        row=row.number,
        video=_first(row, table, VIDEO, label) or "",
        subject=str(_cell(row, columns[0], label)),
        session=str(_cell(row, columns[1], label)),
        leg=_first(row, table, LEG, leg_of),
        repetition=int(number) if number is not None and math.isfinite(number) else None,
        time_s=math.nan if time_s is None else time_s,
        values={name: _cell(row, name, numbers.read) for name in measures},
    )


def _first(row: Row, table: Table, names: Sequence[str], read: Any) -> Any:
    """Value of the first of several possible columns that the table has; None without any."""
    column = next((name for name in names if name in table.has), None)
    return None if column is None else _cell(row, column, read)


def _cell(row: Row, column: str, read: Any) -> Any:
    try:
        return read(row.cells.get(column))
    except (ValueError, OverflowError) as error:
        raise row.refusal(column, error) from error
