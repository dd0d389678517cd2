"""Sessions: values of each subject and leg in each session, from the folders and tables of kneescan."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.agreement.table_files import AgreementError, is_true, label, number, read_table
from kneescan.landmarks import Side
from kneescan.plain_text import encodable

Array = NDArray[np.float64]

MEASURES = ("fppa_deg", "knee_over_foot_pct", "wobble_pct", "depth_pct")
"""What is compared unless other columns are asked for."""
SQUATS = ("repetitions.parquet", "repetitions.csv")
"""Table of squats in a folder of results, of one film or of many."""
ALONE = "subject"
"""Name of the subject of a folder that holds the results of one film."""

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Values of one measure of one leg: rows are subjects, columns are sessions."""

    measure: str
    """Name of the column, which ends in the unit."""
    leg: Side
    subjects: tuple[str, ...]
    names: tuple[str, ...]
    """Of the sessions, in order."""
    values: Array
    """Shape (n_subjects, n_sessions); NaN where a subject has no value in a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """One row of a table: a film or a squat of somebody in a session."""

    subject: str
    session: str
    leg: Side
    row: Mapping[str, Any]


def read_sessions(
    paths: Sequence[str | os.PathLike[str]],
    *,
    measures: Sequence[str] = MEASURES,
    subject: str = "subject",
    session: str = "session",
    order: Sequence[str] = (),
) -> list[Sessions]:
    """Collect what was measured of each subject in each session.

    Parameters
    ----------
    paths : sequence of path
        Folders of results (of a batch, of one film, or with a folder per film) or tables (CSV or
        Parquet). Several are a session each; a single one has a column that names the session.
    measures : sequence of str
        Columns to collect.
    subject, session : str
        Columns that name subject and session. Without the former, a film's own name stands for
        its subject.
    order : sequence of str
        Sessions to compare, in their order. Left out: as given; those of a column by number, or in
        the order of the table where they are words.

    Returns
    -------
    list of Sessions
        One for each measure and leg that has any value. Several films or squats of a subject in a
        session count by their mean, squats that are not valid left out.

    Raises
    ------
    AgreementError
        If a table cannot be read, a measure is missing, or there is only one session.
    """
    places = [Path(path) for path in paths]
    given = _session_names(places) if len(places) > 1 else (None,)
    visits = [
        visit
        for place, name in zip(places, given, strict=True)
        for visit in _visits(place, name, subject, session)
    ]
    if not visits:
        msg = (
            f"{', '.join(map(str, places))}: no row has left or right in a column 'leg'; give "
            "folders or tables that kneescan wrote"
        )
        raise AgreementError(msg)
    found = dict.fromkeys(visit.session for visit in visits)
    names = _chosen([name for name in given if name] or _in_order(found), order)
    if len(names) < 2:
        msg = f"{', '.join(map(str, places))}: there is only one session; give a second one"
        raise AgreementError(msg)
    tables = [_collect(visits, names, measure, leg) for measure in measures for leg in Side]
    tables = [table for table in tables if np.isfinite(table.values).any()]
    _check_measures(tables, visits, measures)
    return tables


def _in_order(names: Iterable[str]) -> list[str]:
    """Sessions of a column: by their numbers or dates, else in the order in which they come."""
    listed = list(names)
    return sorted(listed, key=_by_number) if all(map(_DIGITS.search, listed)) else listed


def _chosen(names: Sequence[str], order: Sequence[str]) -> tuple[str, ...]:
    unknown = [name for name in order if name not in names]
    if unknown:
        msg = f"there is no session {', '.join(unknown)}; there are: {', '.join(names)}"
        raise AgreementError(msg)
    return tuple(order or names)


def _by_number(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(name)]


def _collect(visits: Sequence[_Visit], names: Sequence[str], measure: str, leg: Side) -> Sessions:
    found: dict[tuple[str, str], list[float]] = {}
    for visit in visits:
        if visit.leg is leg and visit.session in names:
            try:
                value = number(visit.row.get(measure))
            except ValueError as error:
                msg = f"column {measure!r} holds {visit.row[measure]!r}, which is no number"
                raise AgreementError(msg) from error
            if np.isfinite(value):
                found.setdefault((visit.subject, visit.session), []).append(value)
    subjects = sorted({who for who, _ in found}, key=_by_number)
    values = np.full((len(subjects), len(names)), np.nan)
    for (who, when), of_squats in found.items():
        values[subjects.index(who), names.index(when)] = np.mean(of_squats)
    return Sessions(
        measure=measure, leg=leg, subjects=tuple(subjects), names=tuple(names), values=values
    )


def _session_names(places: Sequence[Path]) -> tuple[str, ...]:
    """Name of each session: of its folder or file, told apart by a number where it comes twice."""
    names: list[str] = []
    for place in places:
        stem = encodable(place.resolve().name if place.is_dir() else place.stem)
        name, count = stem, 2
        while name in names:
            name, count = f"{stem}-{count}", count + 1
        names.append(name)
    return tuple(names)


def _visits(place: Path, name: str | None, subject: str, session: str) -> Iterator[_Visit]:
    """Rows of a place that count: of one leg, and valid where they are squats."""
    for row in _rows(place):
        leg = label(row.get("leg")).lower()
        if leg in tuple(Side) and is_true(row.get("valid")):
            when = name if name is not None else label(row.get(session))
            if not when:
                msg = (
                    f"{place}: no column {session!r} with a name in every row; give one folder or "
                    "table per session, or name the column with --session"
                )
                raise AgreementError(msg)
            yield _Visit(
                subject=_subject(row, subject, place), session=when, leg=Side(leg), row=row
            )


def _rows(place: Path) -> Iterator[Mapping[str, Any]]:
    """Rows of the table of a file, or of those of a folder."""
    if not place.is_dir():
        yield from read_table(place)
        return
    own = _squats_of(place)
    if own is not None:
        yield from ({"path": ALONE, **row} for row in read_table(own))
        return
    folders = [folder for folder in sorted(place.iterdir()) if folder.is_dir()]
    tables = [
        (encodable(folder.name), table) for folder in folders if (table := _squats_of(folder))
    ]
    if not tables:
        msg = f"{place}: holds no results; give a folder that kneescan analyze or batch wrote to"
        raise AgreementError(msg)
    for name, table in tables:
        yield from ({"path": name, **row} for row in read_table(table))


def _squats_of(folder: Path) -> Path | None:
    return next((folder / name for name in SQUATS if (folder / name).exists()), None)


def _subject(row: Mapping[str, Any], column: str, place: Path) -> str:
    """Who a row is about: the column asked for, else the film's own name."""
    named = label(row.get(column))
    if named:
        return named
    path = label(row.get("path")).replace("\\", "/")
    if not path:
        msg = f"{place}: no column {column!r} with a name in every row; name it with --subject"
        raise AgreementError(msg)
    return PurePosixPath(path).stem


def _check_measures(
    tables: Sequence[Sessions], visits: Sequence[_Visit], measures: Sequence[str]
) -> None:
    """Refuse a measure that no row has, unless it is one of those looked for without being asked."""
    found = {table.measure for table in tables}
    missing = [name for name in measures if name not in found and name not in MEASURES]
    if missing or not tables:
        columns = sorted({name for visit in visits for name in visit.row})
        msg = (
            f"no values of {', '.join(missing or measures)} for a left or right leg; "
            f"the columns are: {', '.join(columns) or 'none'}"
        )
        raise AgreementError(msg)
