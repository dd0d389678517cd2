"""Read rows of CSV and Parquet tables, and refuse files that are not valid tables."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kneescan.errors import KneescanError
from kneescan.extras import require_parquet
from kneescan.plain_text import one_line, plain_cell

if TYPE_CHECKING:
    import pyarrow.parquet as pq

MAX_MB = 50
"""Largest table; a hundred thousand repetitions with all their columns need less."""
MAX_LINE = 1_000_000
"""Longest line of a CSV table. [characters]"""
MAX_ROWS = 1_000_000
MAX_COLUMNS = 5_000
MAX_SHOWN = 60
"""Longest quotation of a cell or name in a message. [characters]"""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
"""First line in which a spreadsheet names the separator."""
_ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class AgreementError(KneescanError):
    """The sessions cannot be read or compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table."""

    path: Path
    number: int
    """As in a spreadsheet: 1 is the heading of a CSV table, or the first row of a Parquet table."""
    cells: Mapping[str, Any]
    """Cells by the requested names; None for an empty cell."""

    def refusal(self, column: str, problem: object) -> AgreementError:
        """Error that names the cell."""
        cell = shown(self.cells.get(column))
        where = f"{one_line(self.path)}, row {self.number}"
        return AgreementError(f"{where}: column {shown(column)} holds {cell}, which {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An open table: its columns are known, and its rows are read one at a time."""

    path: Path
    columns: tuple[str, ...]
    has: frozenset[str]
    """Requested columns that exist."""
    decimal_comma: bool
    """Whether a comma in a number can be a decimal mark; not if commas separate the cells."""
    rows: Iterator[Row]


def read_table(path: Path, wanted: Sequence[str]) -> Table:
    """Open a table and read the requested columns, ignoring upper and lower case.

    Parameters
    ----------
    path : Path
        CSV with commas, semicolons or tabs, in UTF-8, UTF-16 with a byte order mark, or else
        Windows-1252; or Parquet.
    wanted : sequence of str
        Names of columns.

    Raises
    ------
    AgreementError
        If there is no such file, or it is not a table.
    MissingLibraryError
        If it is Parquet and pyarrow is not installed.
    """
    try:
        _check_file(path)
        if path.suffix.lower() in (".parquet", ".pq"):
            return _from_parquet(path, wanted)
        return _from_csv(path, wanted)
    except FileNotFoundError as error:
        msg = f"{one_line(path)}: no such file or folder; check the name"
        raise AgreementError(msg) from error
    except (OSError, ValueError, csv.Error) as error:
        raise _no_table(path, error) from error


def shown(cell: object) -> str:
    """Cell or name as a message quotes it: on one line, in quotes and shortened."""
    if cell is None:
        return "nothing"
    text = one_line(cell)
    return f"'{text[:MAX_SHOWN]}…'" if len(text) > MAX_SHOWN else f"'{text}'"


def _no_table(path: Path, error: Exception) -> AgreementError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    reason = one_line(reason)[:200]
    return AgreementError(
        f"{one_line(path)}: cannot be read as a table ({reason}); give CSV or Parquet"
    )


def _check_file(path: Path) -> None:
    """Refuse files that would block or fill the memory."""
    size = path.stat().st_size
    if not path.is_file():
        msg = "it is not a regular file"
        raise ValueError(msg)
    if size > MAX_MB * 1e6:
        msg = f"{size / 1e6:.0f} MB, at most {MAX_MB} are read"
        raise ValueError(msg)


def _places(columns: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Position of each wanted column; duplicate names are refused because either could be meant."""
    if len(columns) > MAX_COLUMNS:
        msg = f"{len(columns)} columns, at most {MAX_COLUMNS} are read"
        raise ValueError(msg)
    found: dict[str, int] = {}
    for place, name in enumerate(columns):
        if name and found.setdefault(name.casefold(), place) != place:
            msg = f"two columns are called {shown(name)}"
            raise ValueError(msg)
    folded = {name: one_line(name).casefold() for name in wanted}
    return {name: found[known] for name, known in folded.items() if known in found}


# ---------------------------------------------------------------- CSV


def _from_csv(path: Path, wanted: Sequence[str]) -> Table:
    text = _decoded(path.read_bytes())
    separator = _SEPARATOR_LINE.match(text)
    start = separator.end() if separator else 0
    heading = text[start:].lstrip("\r\n").partition("\n")[0]
    # Spreadsheets write semicolons where the comma is the decimal mark.
    delimiter = separator[1] if separator else max(",;\t", key=heading.count)
    lines = csv.reader(_lines(text[start:]), delimiter=delimiter, strict=True)
    numbered = enumerate(lines, start=2 if separator else 1)
    columns = next((line for _, line in numbered if any(map(str.strip, line))), [])
    if not columns:
        msg = "it is empty"
        raise ValueError(msg)
    columns = [one_line(plain_cell(name)) for name in columns]
    places = _places(columns, wanted)
    return Table(
        path=path,
        columns=tuple(columns),
        has=frozenset(places),
        decimal_comma=delimiter != ",",
        rows=_csv_rows(path, numbered, columns, places),
    )


def _lines(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > MAX_LINE:
            msg = f"it has a line of {len(line)} characters"
            raise ValueError(msg)
        yield line


def _decoded(content: bytes) -> str:
    encoding = next((known for mark, known in _ENCODINGS.items() if content.startswith(mark)), "")
    if encoding:
        text = content.decode(encoding)
    else:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            # Spreadsheets in western languages write this unless UTF-8 is chosen.
            text = content.decode("cp1252")
    if control := _CONTROL.search(text):
        msg = f"it contains the control character U+{ord(control[0]):04X}; save it as CSV in UTF-8"
        raise ValueError(msg)
    return text


def _csv_rows(
    path: Path,
    numbered: Iterable[tuple[int, list[str]]],
    columns: Sequence[str],
    places: Mapping[str, int],
) -> Iterator[Row]:
    try:
        for number, raw in numbered:
            line = [plain_cell(cell.strip()) for cell in raw]
            if any(line):
                _check_line(line, columns, number)
                cells = {name: line[place] or None for name, place in places.items()}
                yield Row(path=path, number=number, cells=cells)
    except (ValueError, csv.Error) as error:
        raise _no_table(path, error) from error


def _check_line(line: Sequence[str], columns: Sequence[str], number: int) -> None:
    """Refuse a row that does not fit the heading: a decimal comma may have split a number."""
    if number > MAX_ROWS:
        msg = f"more than {MAX_ROWS} rows"
        raise ValueError(msg)
    if len(line) != len(columns):
        msg = f"row {number} has {len(line)} cells, but the heading has {len(columns)}"
        raise ValueError(msg)
    # R and pandas write row numbers in a first column without a name; later ones are stray cells.
    stray = [cell for cell, name in zip(line[1:], columns[1:], strict=True) if cell and not name]
    if stray:
        msg = f"row {number} has {shown(stray[0])} in a column without a name"
        raise ValueError(msg)


# ---------------------------------------------------------------- Parquet


def _from_parquet(path: Path, wanted: Sequence[str]) -> Table:
    require_parquet(f"{one_line(path)}: a Parquet table", otherwise="give the table as CSV")
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        columns = tuple(file.schema_arrow.names)
        n_rows = file.metadata.num_rows
    except (pa.ArrowException, LookupError, OverflowError, MemoryError) as error:
        raise ValueError(str(error)) from error
    if n_rows > MAX_ROWS:
        msg = f"{n_rows} rows, at most {MAX_ROWS} are read"
        raise ValueError(msg)
    names = tuple(one_line(name) for name in columns)
    places = _places(names, wanted)
    return Table(
        path=path,
        columns=names,
        has=frozenset(places),
        decimal_comma=True,
        rows=_parquet_rows(path, file, {name: columns[place] for name, place in places.items()}),
    )


def _parquet_rows(path: Path, file: "pq.ParquetFile", columns: Mapping[str, str]) -> Iterator[Row]:
    import pyarrow as pa

    number = 0
    try:
        for batch in file.iter_batches(batch_size=200, columns=sorted(set(columns.values()))):
            for line in batch.to_pylist():
                number += 1
                cells = {name: _plain(line[column]) for name, column in columns.items()}
                if any(cell is not None for cell in cells.values()):
                    yield Row(path=path, number=number, cells=cells)
    except (pa.ArrowException, OSError, ValueError, LookupError, OverflowError) as error:
        raise _no_table(path, error) from error
    except MemoryError as error:
        raise _no_table(path, ValueError("it needs more memory than there is")) from error


def _plain(cell: Any) -> Any:
    if isinstance(cell, np.generic):
        # Older versions of pyarrow return half-precision numbers in this form.
        return cell.item()
    return cell.strip() or None if isinstance(cell, str) else cell
