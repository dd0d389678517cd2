"""Collect the values of each subject and leg in each session from folders and tables of kneescan."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from kneescan.agreement.tables.cells import MAX_NAME
from kneescan.agreement.tables.session_order import in_order, natural
from kneescan.agreement.tables.table_files import AgreementError, read_table, shown
from kneescan.agreement.tables.visits import DEFAULT_SUBJECT, Columns, Tally, Visit, visits_of
from kneescan.extras import has_parquet
from kneescan.landmarks import Side
from kneescan.plain_text import one_line

Array = NDArray[np.float64]

MEASURES = ("fppa_deg", "knee_over_foot_pct", "wobble_pct", "depth_pct")
"""Measures to compare by default."""
SQUATS = ("repetitions.parquet", "repetitions.csv")
"""Tables of repetitions in a folder of results, for one video or for many."""
ALONE = "subject"
"""Column with the subject of a folder that contains the results of one video."""
MAX_SESSIONS = 50
"""Most sessions; each one is compared with the first, in a plot per measure and leg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Values of one measure of one leg: rows are subjects, columns are sessions."""

    measure: str
    """Name of the column, which ends with the unit."""
    leg: Side
    subjects: tuple[str, ...]
    names: tuple[str, ...]
    """Names of the sessions, in order."""
    values: Array
    """Shape (n_subjects, n_sessions); NaN if a subject has no value in a session."""
    notes: tuple[str, ...] = ()
    """Sentences on what was left out and how the input was read."""


@dataclass(slots=True, kw_only=True)
class _Collected:
    """Contents of the rows of all tables."""

    columns: dict[str, None] = field(default_factory=dict)
    sessions: dict[str, int] = field(default_factory=dict)
    """Number of rows in each session, in the order in which sessions appear."""
    values: dict[tuple[str, Side], dict[tuple[str, str], list[float]]] = field(default_factory=dict)
    """Values by measure and leg, then by subject and session."""
    tally: Tally = field(default_factory=Tally)
    notes: list[str] = field(default_factory=list)

    def add(self, visit: Visit, session: str, measures: Sequence[str]) -> None:
        self.sessions[session] = self.sessions.get(session, 0) + 1
        for measure, value in zip(measures, visit.values, strict=True):
            if np.isfinite(value):
                of_leg = self.values.setdefault((measure, visit.leg), {})
                of_leg.setdefault((visit.subject, session), []).append(value)


def read_sessions(
    paths: Sequence[str | os.PathLike[str]],
    *,
    measures: Sequence[str] = MEASURES,
    subject: str = DEFAULT_SUBJECT,
    session: str = "session",
    order: Sequence[str] = (),
    month_first: bool = False,
) -> list[Sessions]:
    """Collect the measurements of each subject in each session.

    Parameters
    ----------
    paths : sequence of path
        Folders of results (of a batch, of one video, or with one folder per video) or tables (CSV
        or Parquet). Several paths are one session each; a single one needs a column with the session.
    measures : sequence of str
        Columns to collect.
    subject, session : str
        Columns with the subject and session. Without a column ``subject``, the name of the video is
        the subject.
    order : sequence of str
        Sessions to compare, in order. The default is the order of the paths. Sessions in a column
        are sorted by date or number; if they are words, they keep the order of the table.
    month_first : bool
        Whether dates such as 11/20/2024 begin with the month.

    Returns
    -------
    list of Sessions
        One for each measure and leg with any value. If a subject has several videos or repetitions
        in a session, their mean is used; repetitions that are not valid are left out.

    Raises
    ------
    AgreementError
        If a table or cell cannot be read, a measure is missing, or there is only one session.
    """
    places = [Path(path) for path in paths]
    given = _session_names(places) if len(places) > 1 else ("",)
    asked = tuple(dict.fromkeys(one_line(name) for name in measures))
    columns = Columns(subject=subject, session=session, measures=asked)
    found = _Collected()
    for place, name in zip(places, given, strict=True):
        _collect(found, place, name, columns)
    if not found.sessions:
        msg = (
            f"{_listed(places)}: no valid row has left or right in a column 'leg'; give "
            "folders or tables that kneescan wrote"
        )
        raise AgreementError(msg)
    names = _chosen(found, given if len(places) > 1 else (), order, month_first)
    if len(names) < 2:
        msg = f"{_listed(places)}: there is only one session; give a second one"
        raise AgreementError(msg)
    notes = tuple(found.tally.sentences() + found.notes)
    tables = [
        _table(found, names, measure, leg, notes) for measure in columns.measures for leg in Side
    ]
    tables = [table for table in tables if table.subjects]
    _check_measures(tables, found, columns.measures)
    return tables


def _collect(found: _Collected, place: Path, given: str, columns: Columns) -> None:
    """Read the tables of a place; a given session applies to all of its rows."""
    named: dict[str, None] = {}
    for path, video in tables_of(place, found.notes):
        table = read_table(path, columns.all)
        found.columns |= dict.fromkeys(table.columns)
        keys: list[tuple[str, str, str]] = []
        for visit in visits_of(table, columns, found.tally, video=video, given=given):
            named[visit.session] = None
            keys.append((visit.subject, visit.session, visit.leg))
            found.add(visit, given or visit.session, columns.measures)
        if "valid" not in table.has and len(set(keys)) < len(keys):
            means = "1 mean" if len(set(keys)) == 1 else f"{len(set(keys))} means"
            found.notes.append(
                f"{one_line(path.name)}: {len(keys)} rows count as {means} of a subject, leg and "
                "session; there is no column 'valid', so every row counts"
            )
    if given and len(named) > 1:
        found.notes.append(
            f"{given}: its {len(named)} sessions ({', '.join(list(named)[:5])}) count as one because "
            "several tables were given"
        )


def tables_of(place: Path, notes: list[str]) -> Iterator[tuple[Path, str]]:
    """Tables of squats in a place, and the video of each one if only the folder names it.

    The video of a folder that holds the results of one video is `ALONE`.
    """
    if not os.path.isdir(place):  # noqa: PTH112 - never raises, whatever the name
        yield place, ""
        return
    own = _repetitions_of(place)
    if own is not None:
        yield own, ALONE
        return
    try:
        folders = sorted(
            entry for entry in place.iterdir() if entry.is_dir() and entry.name[0] != "."
        )
    except OSError as error:
        msg = f"{one_line(place)}: cannot be read ({error.strerror}); check the name"
        raise AgreementError(msg) from error
    tables = [(table, folder.name) for folder in folders if (table := _repetitions_of(folder))]
    if not tables:
        msg = (
            f"{one_line(place)}: contains no results; give a folder that kneescan analyze or batch "
            "wrote to"
        )
        raise AgreementError(msg)
    if len(tables) < len(folders):
        n = len(folders) - len(tables)
        notes.append(f"{one_line(place.name)}: folders without results: {n} of {len(folders)}")
    yield from tables


def _repetitions_of(folder: Path) -> Path | None:
    found = [folder / name for name in SQUATS if os.path.lexists(folder / name)]
    # Both hold the same.
    return next(iter(found if has_parquet() else reversed(found)), None)


def _session_names(places: Sequence[Path]) -> tuple[str, ...]:
    """Name of each session: of its folder or file, with a number added to duplicates."""
    names: list[str] = []
    for place in places:
        is_folder = os.path.isdir(place)  # noqa: PTH112 - never raises, whatever the name
        stem = one_line(place.resolve().name if is_folder else place.stem)[:MAX_NAME]
        name, count = stem, 2
        while name in names:
            name, count = f"{stem}-{count}", count + 1
        names.append(name)
    return tuple(names)


def _chosen(
    found: _Collected, given: Sequence[str], order: Sequence[str], month_first: bool
) -> tuple[str, ...]:
    """Sessions to compare, in order; the rows of other sessions are counted."""
    known = list(given or found.sessions)
    asked = [one_line(name) for name in order]
    unknown = [name for name in asked if name not in known]
    if unknown or len(set(asked)) < len(asked):
        twice = [name for name in asked if asked.count(name) > 1]
        problem = (
            f"there is no session {unknown[0]}" if unknown else f"{shown(twice[0])} is repeated"
        )
        msg = f"--order: {problem}; the sessions are: {', '.join(known[:20])}"
        raise AgreementError(msg)
    if not asked and not given:
        asked, notes = in_order(known, month_first=month_first)
        found.notes += notes
    for name in known if asked else ():
        if name not in asked:
            n = found.sessions.get(name, 0)
            found.notes.append(f"{n} of {found.tally.n_rows} rows left out: session {name}")
    names = tuple(asked or known)
    if len(names) > MAX_SESSIONS:
        msg = f"{len(names)} sessions, but at most {MAX_SESSIONS} can be compared; choose some with --order"
        raise AgreementError(msg)
    return names


def _table(
    found: _Collected, names: tuple[str, ...], measure: str, leg: Side, notes: tuple[str, ...]
) -> Sessions:
    of_leg = found.values.get((measure, leg), {})
    column = {name: k for k, name in enumerate(names)}
    subjects = sorted({who for who, when in of_leg if when in column}, key=natural)
    row = {who: k for k, who in enumerate(subjects)}
    values = np.full((len(subjects), len(names)), np.nan)
    for (who, when), of_squats in of_leg.items():
        if when in column:
            values[row[who], column[when]] = fmean(of_squats)  # exact, whatever the order
    return Sessions(
        measure=measure, leg=leg, subjects=tuple(subjects), names=names, values=values, notes=notes
    )


def _check_measures(tables: Sequence[Sessions], found: _Collected, measures: Sequence[str]) -> None:
    """Refuse a measure that no row has, unless it is only looked for by default."""
    with_values = {table.measure for table in tables}
    missing = [name for name in measures if name not in with_values and name not in MEASURES]
    if missing or not tables:
        columns = sorted(name for name in found.columns if name)
        listed = ", ".join(name[:40] for name in columns[:40]) or "none"
        msg = (
            f"no values of {', '.join(name[:40] for name in missing or measures)} for a left "
            f"or right leg; the columns are: {listed}"
        )
        raise AgreementError(msg)


def _listed(places: Sequence[Path]) -> str:
    return ", ".join(one_line(place) for place in places[:5])
