"""Read and check the minimal detectable changes of an earlier study."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kneescan.agreement.tables.cells import MAX_NUMBER
from kneescan.agreement.tables.table_files import AgreementError, shown
from kneescan.landmarks import Side
from kneescan.plain_text import one_line

MAX_BYTES = 20_000_000
"""More than a study of a thousand subjects, all measures and ten sessions needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Error:
    """Measurement error for one measure of one leg in an earlier study."""

    measure: str
    leg: Side
    mdc95: float

    def __post_init__(self) -> None:
        if not self.measure:
            msg = "a measure has no name"
            raise ValueError(msg)
        if not 0 <= self.mdc95 <= MAX_NUMBER:
            msg = f"mdc95 of {shown(self.measure)} is {self.mdc95}, expected 0 or more"
            raise ValueError(msg)


def read_mdc95(path: Path) -> dict[tuple[str, str], float]:
    """Minimal detectable changes by measure and leg, from the ``agreement.json`` of an earlier study.

    A value of 0 is left out: sessions that do not differ measure no error.

    Raises
    ------
    AgreementError
        If there is no such file, or it is of another kind.
    """
    try:
        errors = [_error(row) for row in _rows(path)]
        found = {(of.measure, str(of.leg)): of.mdc95 for of in errors if of is not None}
        if len(found) < sum(of is not None for of in errors):
            msg = "it has two errors for the same measure and leg"
            raise ValueError(msg)  # noqa: TRY301
    except OSError as error:
        msg = f"{one_line(path)}: cannot be read ({error.strerror}); check the name"
        raise AgreementError(msg) from error
    except (ValueError, RecursionError) as error:
        reason = one_line(error)[:200]
        msg = (
            f"{one_line(path)}: not the agreement.json of a study ({reason}); give one that "
            "kneescan wrote"
        )
        raise AgreementError(msg) from error
    if not any(found.values()):
        msg = f"{one_line(path)}: that study measured no error; give one with 3 subjects or more"
        raise AgreementError(msg)
    return {key: mdc95 for key, mdc95 in found.items() if mdc95 > 0}


def _rows(path: Path) -> list[Any]:
    size = path.stat().st_size
    if not path.is_file() or size > MAX_BYTES:
        msg = (
            f"{size} bytes, at most {MAX_BYTES} are read" if path.is_file() else "it is not a file"
        )
        raise ValueError(msg)
    # Integers are parsed too: Python refuses those with thousands of digits.
    content = json.loads(path.read_text(encoding="utf-8-sig"), parse_int=float)
    rows = content.get("agreement") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        msg = "it has no list 'agreement'"
        raise ValueError(msg)  # noqa: TRY004 - of a file, not of a caller
    return rows


def _error(row: Any) -> _Error | None:
    """Error in a row; None if that study could not compute it."""
    row = row if isinstance(row, dict) else {}
    measure, leg, mdc95 = (row.get(name) for name in ("measure", "leg", "mdc95"))
    if not isinstance(measure, str) or leg not in tuple(Side):
        msg = f"a row has the measure {shown(measure)} and the leg {shown(leg)}"
        raise ValueError(msg)
    if mdc95 is None:
        return None
    value = mdc95 if isinstance(mdc95, float) else math.nan
    return _Error(measure=measure, leg=Side(leg), mdc95=value)
