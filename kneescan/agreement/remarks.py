"""Collect remarks on a study that a reader needs before trusting its numbers."""

import math
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from kneescan.agreement.measure_names import name_of
from kneescan.agreement.statistics.reliability import MIN_SUBJECTS, complete_rows
from kneescan.agreement.tables.sessions import Sessions
from kneescan.agreement.tables.table_files import MAX_SHOWN
from kneescan.plain_text import counted

if TYPE_CHECKING:
    from kneescan.agreement.study import Agreement

ADVISED_SUBJECTS = 10
"""With fewer subjects, the intervals are so wide that they should be read before the values."""


def remarks(
    tables: Sequence[Sessions],
    agreements: Sequence["Agreement"],
    called: Collection[tuple[str, str]],
) -> tuple[str, ...]:
    """Sentences on what was left out, what cannot be computed and why, and how reliable the rest is.

    Parameters
    ----------
    tables : sequence of Sessions
        Values that were read.
    agreements : sequence of Agreement
        Agreements of the measures with enough subjects.
    called : collection of (measure, leg)
        Those that have an MDC95 to label changes.
    """
    found = [*_of_tables(tables, agreements, called), *_of_agreements(agreements)]
    found += [note for table in tables for note in table.notes]
    return tuple(dict.fromkeys(found))


def _of_tables(
    tables: Sequence[Sessions],
    agreements: Sequence["Agreement"],
    called: Collection[tuple[str, str]],
) -> Iterator[str]:
    studied = {(of.sessions.measure, of.sessions.leg) for of in agreements}
    few = [table for table in tables if (table.measure, table.leg) not in studied]
    yield from _of_few([] if len(few) < len(tables) else tables, few)
    for table in tables:
        key = (table.measure, table.leg)
        if key in studied and key not in called:
            yield f"{_name(table)}: the earlier study has no MDC95 for it, so no change is labelled"


def _of_few(all_tables: Sequence[Sessions], few: Sequence[Sessions]) -> Iterator[str]:
    """Measures with too few subjects for an error of measurement, in one sentence for each number."""
    if all_tables and max(len(table.subjects) for table in all_tables) == 1:
        yield (
            f"these sessions hold one subject, but an error of measurement needs {MIN_SUBJECTS} or more; "
            "to see what changed in one person, use kneescan compare"
        )
        return
    names: dict[int, dict[str, list[str]]] = {}
    for table in few:
        of_count = names.setdefault(len(complete_rows(table.values)), {})
        of_count.setdefault(name_of(table.measure[:MAX_SHOWN]), []).append(str(table.leg))
    for n, of_count in names.items():
        listed = ", ".join(f"{name} ({' and '.join(legs)})" for name, legs in of_count.items())
        yield (
            f"{listed}: {counted(n, 'subject')} with a value in every session, at least "
            f"{MIN_SUBJECTS} are needed"
        )


def _of_agreements(agreements: Sequence["Agreement"]) -> Iterator[str]:
    for of in agreements:
        name = _name(of.sessions)
        iccs = {"ICC(2,1)": of.icc_2_1, "ICC(3,k)": of.icc_3_k}
        missing = [title for title, icc in iccs.items() if math.isnan(icc.value)]
        if missing:
            yield (
                f"{name}: {' and '.join(missing)} cannot be computed because all subjects have the "
                "same mean"
            )
        if of.sem.value == 0:
            yield (
                f"{name}: SEM and MDC95 are 0 because the sessions do not differ, or differ by the same "
                "amount in all subjects; check that they were measured separately"
            )
    few = [of.n_subjects for of in agreements if of.n_subjects < ADVISED_SUBJECTS]
    if few:
        yield (
            f"{min(few)} subjects are few: rely on the intervals, not the values, and measure "
            f"{ADVISED_SUBJECTS} or more"
        )
    left_out = max((of.n_left_out for of in agreements), default=0)
    if left_out:
        yield f"subjects left out because a session has no value for them: up to {left_out}"


def _name(table: Sessions) -> str:
    return f"{name_of(table.measure[:MAX_SHOWN])}, {table.leg} leg"
