"""Convert a study to plain rows and dictionaries for CSV, Parquet and JSON."""

import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from kneescan.agreement.measure_names import unit_of
from kneescan.agreement.statistics.reliability import CONFIDENCE, Interval
from kneescan.agreement.study import Agreement, Study, SubjectChange
from kneescan.plain_text import CsvWriter

FORMAT = "kneescan-agreement-1"
DECIMALS = 4
"""Decimal places in the files: a thousand times finer than the errors."""

Row = dict[str, Any]


def agreement_rows(study: Study) -> list[Row]:
    """One row per measure and leg: ICC, SEM and MDC95 with the ends of their 95% intervals."""
    rows = []
    for of in study.agreements:
        row: Row = {
            **_about(of),
            "n_subjects": of.n_subjects,
            "n_left_out": of.n_left_out,
            "n_sessions": len(of.sessions.names),
            "mean": number(of.mean),
        }
        for name in ("icc_2_1", "icc_3_k", "sem", "mdc95"):
            row |= ends(name, getattr(of, name))
        rows.append(row)
    return rows


def bland_altman_rows(study: Study) -> list[Row]:
    """One row per measure, leg and pair of sessions: bias and limits of agreement."""
    return [
        {
            **_about(of),
            "first": pair.first,
            "second": pair.second,
            "n_subjects": pair.agreement.n_subjects,
            **ends("bias", pair.agreement.bias),
            "sd": number(pair.agreement.sd),
            **ends("lower_limit", pair.agreement.lower),
            **ends("upper_limit", pair.agreement.upper),
        }
        for of in study.agreements
        for pair in of.pairs
    ]


def change_rows(study: Study) -> list[Row]:
    """One row per subject, leg, measure and later session: the change and its label."""
    names = [field.name for field in fields(SubjectChange)]
    return [
        {name: _plain(getattr(change, name)) for name in names} | {"unit": unit_of(change.measure)}
        for change in study.changes
    ]


def study_json(study: Study, *, version: str) -> str:
    """Study as JSON text."""
    content = {
        "format": FORMAT,
        "kneescan": version,
        "sessions": list(study.session_names),
        "confidence": CONFIDENCE,
        "agreement": agreement_rows(study),
        "bland_altman": bland_altman_rows(study),
        "error_from": study.error_from,
        "changes": change_rows(study),
        "warnings": list(study.warnings),
    }
    return json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV; a missing number is an empty cell."""
    text = io.StringIO()
    if rows:
        writer = CsvWriter(text)
        writer.row(rows[0])
        for row in rows:
            writer.row(row.values())
    return text.getvalue()


def as_parquet(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as Parquet; a missing number is null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), file)
    return file.getvalue()


def _about(of: Agreement) -> Row:
    measure = of.sessions.measure
    return {"measure": measure, "leg": str(of.sessions.leg), "unit": unit_of(measure)}


def ends(name: str, value: Interval) -> Row:
    """Cells of a value and the ends of its interval."""
    return {
        name: number(value.value),
        f"{name}_low": number(value.low),
        f"{name}_high": number(value.high),
    }


def _plain(value: Any) -> Any:
    return number(value) if isinstance(value, float) else str(value)


def number(value: float) -> float | None:
    """Number as the files hold it: rounded, and empty if missing."""
    # Adding 0 removes the sign of a negative zero.
    return round(value, DECIMALS) + 0.0 if math.isfinite(value) else None
