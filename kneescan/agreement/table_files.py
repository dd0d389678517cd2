"""Table files: rows of a CSV or Parquet table as plain dictionaries."""

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kneescan.errors import KneescanError
from kneescan.plain_text import plain_cell


class AgreementError(KneescanError):
    """The sessions cannot be read or compared."""


def read_table(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a table; the cells of a CSV file stay text, an empty one is None.

    Parameters
    ----------
    path : Path
        CSV with commas, semicolons or tabs, or Parquet.

    Raises
    ------
    AgreementError
        If there is no such file, or it is no table.
    """
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            yield from _from_parquet(path)
        else:
            yield from _from_csv(path)
    except FileNotFoundError as error:
        msg = f"{path}: no such file or folder; check the name"
        raise AgreementError(msg) from error
    except (OSError, ValueError, csv.Error) as error:
        msg = f"{path}: cannot be read as a table ({error}); give CSV or Parquet"
        raise AgreementError(msg) from error


def _from_parquet(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        yield from pq.read_table(path).to_pylist()
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error


def _from_csv(path: Path) -> Iterator[dict[str, Any]]:
    text = path.read_text(encoding="utf-8-sig")
    heading = text.partition("\n")[0]
    # What a German spreadsheet writes has semicolons.
    delimiter = max(",;\t", key=heading.count)
    for row in csv.DictReader(text.splitlines(), delimiter=delimiter):
        yield {
            plain_cell(name): plain_cell((cell or "").strip()) or None
            for name, cell in row.items()
            if name is not None
        }


def number(value: Any) -> float:
    """Number of a cell; NaN where it is empty.

    Raises
    ------
    ValueError
        If it holds something else.
    """
    if value is None:
        return math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return float(str(value).replace(",", "."))


def label(value: Any) -> str:
    """Text of a cell that names something; a whole number loses the point that Parquet gave it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def is_true(value: Any) -> bool:
    """Whether a cell says yes; an empty one does."""
    return value is None or str(value).strip().lower() not in ("false", "0", "no")
