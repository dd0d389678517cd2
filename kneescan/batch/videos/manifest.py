"""Read a manifest: a CSV or Parquet table of videos with further data on them."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kneescan.batch.clips import BatchError
from kneescan.batch.videos.manifest_cells import SHOWN_CHARACTERS
from kneescan.plain_text import one_line, plain_cell

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".csv", ".tsv", ".parquet", ".pq")
READ_COLUMNS = ("path", "leg", "rotate")
"""Columns with options; all others are copied to the tables."""
MAX_BYTES = 100_000_000
"""Largest manifest. [bytes]"""
MAX_ROWS = 1_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Marks at the beginning of text from spreadsheets and PowerShell; UTF-32 begins like UTF-16."""


def is_manifest(path: Path) -> bool:
    """Whether a file is treated as a manifest, by its name."""
    return path.suffix.lower() in SUFFIXES


def read_manifest(path: Path) -> "pa.Table":
    """Read a manifest; the cells of a CSV file stay text.

    Only the apostrophe that kneescan writes before text that looks like a formula is removed.

    Returns
    -------
    Table
        Table with a text column ``path``, unique column names, and only values of `allowed_type`.

    Raises
    ------
    BatchError
        If it cannot be read or has another form.
    """
    import pyarrow as pa

    try:
        content = _content(path)
        is_parquet = path.suffix.lower() in (".parquet", ".pq")
        table = read_parquet(content) if is_parquet else _read_text(content)
        _check_path(table)
    # Arrow raises its own errors, and OverflowError or RecursionError for damaged files.
    except (OSError, ValueError, ArithmeticError, RecursionError, pa.ArrowException) as error:
        msg = f"{path}: cannot be read as a manifest ({one_line(error)})"
        raise BatchError(msg) from error
    return table


def _content(path: Path) -> bytes:
    if not path.is_file():
        msg = "no such file; give a CSV file in UTF-8, or Parquet"
        raise ValueError(msg)
    if path.stat().st_size > MAX_BYTES:
        msg = f"more than {MAX_BYTES // 1_000_000} MB; remove columns that are not needed"
        raise ValueError(msg)
    return path.read_bytes()


def read_parquet(content: bytes) -> "pa.Table":
    """Table of a Parquet file, after checking its size and types.

    Raises
    ------
    ValueError, ArrowException
        If it is damaged or contains data that a CSV file cannot.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(pa.BufferReader(content))
    groups = [file.metadata.row_group(k) for k in range(file.metadata.num_row_groups)]
    if (
        file.metadata.num_rows > MAX_ROWS
        or sum(group.total_byte_size for group in groups) > MAX_BYTES
    ):
        msg = f"more than {MAX_ROWS} rows or {MAX_BYTES // 1_000_000} MB; split it"
        raise ValueError(msg)
    _check_names(file.schema_arrow.names)
    table = file.read()
    table.validate(full=True)
    columns = {field.name: _plain(table.column(field.name), field.name) for field in table.schema}
    return pa.table(columns).replace_schema_metadata(table.schema.metadata)


def _plain(column: "pa.ChunkedArray", name: str) -> "pa.ChunkedArray":
    """Convert a column to a type that a CSV file can also contain.

    Raises
    ------
    ValueError
        If there is no such type, or a value is out of range.
    """
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_large_string(kind):
        kind = pa.string()
    if pa.types.is_timestamp(kind):
        # Nanoseconds need pandas, or are not read at all.
        kind = pa.timestamp("us", tz=kind.tz)
    if not allowed_type(kind):
        msg = f"column {name} has the type {kind}; use text, numbers, dates or true and false"
        raise ValueError(msg)
    column = column if column.type == kind else column.cast(kind)
    for number, cell in enumerate(column, start=1):
        try:
            cell.as_py()
        except (ValueError, ArithmeticError, LookupError, OSError) as error:
            msg = f"row {number}, column {name}: {one_line(error)}; correct that cell"
            raise ValueError(msg) from error
    return column


def allowed_type(kind: "pa.DataType") -> bool:
    """Whether a column of a manifest may have this type."""
    from pyarrow import types

    return any(
        is_type(kind)
        for is_type in (
            *(types.is_string, types.is_boolean, types.is_integer, types.is_floating),
            *(types.is_decimal, types.is_date, types.is_timestamp, types.is_null),
        )
    )


def _check_path(table: "pa.Table") -> None:
    from pyarrow import types

    if "path" not in table.column_names:
        found = ", ".join(table.column_names)[: 2 * SHOWN_CHARACTERS]
        msg = f"a manifest needs a column called path; this one has: {found}"
        raise ValueError(msg)
    for name in READ_COLUMNS:
        if name in table.column_names:
            kind = table.schema.field(name).type
            if not (types.is_string(kind) or types.is_null(kind)):
                msg = f"column {name} has the type {kind}; it must be text"
                raise ValueError(msg)


def _read_text(content: bytes) -> "pa.Table":
    """Table of text columns, separated by commas, semicolons or tabs."""
    import pyarrow as pa

    lines = list(_lines(_decoded(content)))
    if not lines:
        msg = "it is empty"
        raise ValueError(msg)
    names, *rows = lines
    if len(rows) > MAX_ROWS:
        msg = f"more than {MAX_ROWS} rows; split it"
        raise ValueError(msg)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            msg = f"row {number} has {len(row)} cells, but the heading has {len(names)}"
            raise ValueError(msg)
    # Spreadsheets leave empty columns on the right.
    used = [k for k, name in enumerate(names) if name or any(row[k] for row in rows)]
    _check_names([names[k] for k in used])
    columns = {names[k]: pa.array([row[k] for row in rows], pa.string()) for k in used}
    return pa.table(columns)


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        msg = f"line {line} is not in UTF-8; save the table as CSV in UTF-8"
        raise ValueError(msg) from error
    if "\0" in text:
        msg = "it contains binary data or UTF-16 without a mark; save the table as CSV in UTF-8"
        raise ValueError(msg)
    return text


def _lines(text: str) -> Iterator[list[str]]:
    """Cells of the heading and of every row that is not empty."""
    first, _, rest = text.partition("\n")
    first = first.rstrip("\r")
    if first.lower() in ("sep=,", "sep=;", "sep=\t"):
        # Excel's way to name the separator.
        delimiter, text = first[-1], rest
    else:
        delimiter = _delimiter(first)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    is_heading = True
    try:
        for line in reader:
            if any(line):
                cells = map(plain_cell, line)
                yield [cell.strip() for cell in cells] if is_heading else list(cells)
                is_heading = False
    except csv.Error as error:
        msg = f"line {reader.line_num + (text is rest)}: {error}; quote cells as a spreadsheet does"
        raise ValueError(msg) from error


def _delimiter(heading: str) -> str:
    """Separator of the cells: the one that isolates the column path, otherwise the most frequent."""
    for delimiter in ",;\t":
        names = [name.strip().strip('"') for name in heading.split(delimiter)]
        if len(names) > 1 and "path" in names:
            return delimiter
    # German spreadsheets write semicolons.
    return max(",;\t", key=heading.count)


def _check_names(names: Sequence[str]) -> None:
    for number, name in enumerate(names, start=1):
        if not name.strip():
            msg = f"column {number} has no name"
            raise ValueError(msg)
        if names.index(name) != number - 1:
            msg = f"two columns have the same name ({name[:SHOWN_CHARACTERS]})"
            raise ValueError(msg)
