"""Manifest: a table of films with whatever else is known of them, as CSV or Parquet."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kneescan.batch.clips import ANY_LEG, BatchError
from kneescan.capture.orientation import TURNS_DEG
from kneescan.landmarks import Side

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".csv", ".tsv", ".parquet", ".pq")
LEGS = {"": None, ANY_LEG: None, "both": None, "left": Side.LEFT, "right": Side.RIGHT}
LEGS |= {"l": Side.LEFT, "r": Side.RIGHT}
"""What may stand in the column ``leg``, in capital letters or not."""


def is_manifest(path: Path) -> bool:
    """Whether a file is taken for a manifest, by its name."""
    return path.suffix.lower() in SUFFIXES


def read_manifest(path: Path) -> "pa.Table":
    """Read a manifest; the cells of a CSV file stay text, as they stand there.

    Raises
    ------
    BatchError
        If it cannot be read, or has no column ``path``.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = (
            pq.read_table(path)
            if path.suffix.lower() in (".parquet", ".pq")
            else _read_text(path.read_bytes())
        )
    except (OSError, ValueError, pa.ArrowException) as error:
        msg = (
            f"{path}: cannot be read as a manifest ({error}); give a CSV file in UTF-8, or Parquet"
        )
        raise BatchError(msg) from error
    if "path" not in table.column_names:
        found = ", ".join(table.column_names)
        msg = f"{path}: a manifest needs a column called path; this one has: {found}"
        raise BatchError(msg)
    return table


def _read_text(content: bytes) -> "pa.Table":
    """Table of text columns, parted by commas, semicolons or tabs."""
    import csv
    import io

    import pyarrow as pa

    text = content.decode("utf-8-sig")
    heading = text.partition("\n")[0]
    # What a German spreadsheet writes has semicolons.
    delimiter = max(",;\t", key=heading.count)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    if not lines:
        msg = "it is empty"
        raise ValueError(msg)
    names, rows = [name.strip() for name in lines[0]], [line for line in lines[1:] if any(line)]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            msg = f"row {number} has {len(row)} cells, the heading {len(names)}"
            raise ValueError(msg)
    if len(set(names)) < len(names):
        msg = "two columns have the same name"
        raise ValueError(msg)
    columns = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def rotation_of(cell: Any, row: int, path: Path) -> int | None:
    """Clockwise turn that a cell asks for; None where it is empty. [deg]

    Raises
    ------
    BatchError
        If it is no quarter turn.
    """
    text = "" if cell is None else str(cell).strip()
    turns_deg = {f"{turn_deg}{end}": turn_deg for turn_deg in TURNS_DEG for end in ("", ".0")}
    if text and text not in turns_deg:
        msg = f"{path}: row {row} has the rotate {cell!r}; write 0, 90, 180, 270, or nothing"
        raise BatchError(msg)
    return turns_deg.get(text)


def leg_of(cell: Any, row: int, path: Path) -> Side | None:
    """Leg that a cell asks for.

    Raises
    ------
    BatchError
        If it is none.
    """
    text = "" if cell is None else str(cell).strip().lower()
    if text not in LEGS:
        msg = f"{path}: row {row} has the leg {cell!r}; write left, right, or nothing for both"
        raise BatchError(msg)
    return LEGS[text]
