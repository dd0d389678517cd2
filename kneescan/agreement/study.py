"""Study the reliability of every measure and leg, and find changes beyond the measurement error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneescan.agreement.remarks import remarks
from kneescan.agreement.statistics.bland_altman import BlandAltman, bland_altman
from kneescan.agreement.statistics.change import between_session_change, change_in_words
from kneescan.agreement.statistics.reliability import (
    MIN_SUBJECTS,
    Interval,
    complete_rows,
    icc_2_1,
    icc_3_k,
    minimal_detectable_change,
    standard_error_of_measurement,
)
from kneescan.agreement.tables.sessions import Sessions
from kneescan.agreement.tables.table_files import AgreementError
from kneescan.landmarks import Side

Array = NDArray[np.float64]

OWN_ERROR = "these sessions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two sessions to compare: the first, and a later one."""

    first: str
    second: str
    agreement: BlandAltman


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How well the sessions agree in one measure of one leg."""

    sessions: Sessions
    n_subjects: int
    """Subjects with a value in every session; the others were left out."""
    mean: float
    icc_2_1: Interval
    icc_3_k: Interval
    sem: Interval
    mdc95: Interval
    pairs: tuple[Pair, ...]
    """The first session paired with each later one."""

    @property
    def n_left_out(self) -> int:
        """Number of subjects without a value in some session."""
        return len(self.sessions.subjects) - self.n_subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectChange:
    """Change in one leg of a subject from the first session to a later one, in the measure's unit."""

    subject: str
    leg: Side
    measure: str
    first: str
    second: str
    before: float
    after: float
    change: float
    low: float
    high: float
    mdc95: float
    called: str
    """"changed", "within measurement error" or "missing"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Result of comparing the sessions."""

    session_names: tuple[str, ...]
    agreements: tuple[Agreement, ...]
    changes: tuple[SubjectChange, ...]
    warnings: tuple[str, ...]
    error_from: str
    """Where the MDC95 for the changes comes from: "these sessions" or a file."""

    @property
    def own_error(self) -> bool:
        """Whether changes are judged by the error of the same sessions."""
        return self.error_from == OWN_ERROR


def study_agreement(
    tables: Sequence[Sessions],
    *,
    mdc95: Mapping[tuple[str, str], float] | None = None,
    error_from: str = OWN_ERROR,
) -> Study:
    """Find how well sessions agree, and whose change exceeds the measurement error.

    Parameters
    ----------
    tables : sequence of Sessions
        Sessions from :func:`read_sessions`.
    mdc95 : mapping from (measure, leg) to float, optional
        Minimal detectable changes of an earlier study for judging changes; those of these sessions
        when left out.
    error_from : str
        Where the minimal detectable changes come from.

    Raises
    ------
    AgreementError
        If no measure of a leg has 3 subjects with a value in every session, and ``mdc95`` is not
        given.
    """
    enough = [table for table in tables if len(complete_rows(table.values)) >= MIN_SUBJECTS]
    if not enough and mdc95 is None:
        most = max(len(complete_rows(table.values)) for table in tables)
        msg = (
            f"subjects with a value in every session: {most}, at least {MIN_SUBJECTS} are needed; "
            "check that all sessions name them alike, or give an earlier study with --error; to see "
            "what changed in one person, use kneescan compare"
        )
        raise AgreementError(msg)
    agreements = tuple(_agreement(table) for table in enough)
    if mdc95 is None:
        mdc95 = {_key(of.sessions): of.mdc95.value for of in agreements}
    return Study(
        session_names=tables[0].names,
        agreements=agreements,
        changes=tuple(change for table in tables for change in _changes(table, mdc95)),
        warnings=remarks(tables, agreements, mdc95.keys()),
        error_from=error_from,
    )


def _key(table: Sessions) -> tuple[str, str]:
    return table.measure, str(table.leg)


def _agreement(table: Sessions) -> Agreement:
    values = complete_rows(table.values)
    sem = standard_error_of_measurement(values)
    mdc95 = [minimal_detectable_change(value) for value in (sem.value, sem.low, sem.high)]
    return Agreement(
        sessions=table,
        n_subjects=len(values),
        mean=float(values.mean()),
        icc_2_1=icc_2_1(values),
        icc_3_k=icc_3_k(values),
        sem=sem,
        mdc95=Interval(value=mdc95[0], low=mdc95[1], high=mdc95[2]),
        pairs=tuple(
            Pair(
                first=table.names[0],
                second=name,
                agreement=bland_altman(values[:, 0], values[:, k]),
            )
            for k, name in enumerate(table.names[1:], start=1)
        ),
    )


def _changes(table: Sessions, mdc95: Mapping[tuple[str, str], float]) -> list[SubjectChange]:
    """Change of every subject from the first session to each later one; none without an MDC95."""
    if _key(table) not in mdc95:
        return []
    limit = mdc95[_key(table)]
    changes = []
    for k, name in enumerate(table.names[1:], start=1):
        before, after = table.values[:, 0], table.values[:, k]
        change = between_session_change(before, after, mdc95=limit)
        changes += [
            SubjectChange(
                subject=subject,
                leg=table.leg,
                measure=table.measure,
                first=table.names[0],
                second=name,
                before=float(before[row]),
                after=float(after[row]),
                change=float(change.value[row]),
                low=float(change.low[row]),
                high=float(change.high[row]),
                mdc95=limit,
                called=change_in_words(bool(change.changed[row]), float(change.value[row])),
            )
            for row, subject in enumerate(table.subjects)
        ]
    return changes
