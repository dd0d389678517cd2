"""Table files: rows of a CSV or Parquet table, refused at the door where they are not what they seem."""

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
"""Size of a table; a hundred thousand squats with all their columns take less."""
MAX_LINE = 1_000_000
"""Characters of a line of a CSV table."""
MAX_ROWS = 1_000_000
MAX_COLUMNS = 5_000
MAX_SHOWN = 60
"""Characters of a cell or name that a message quotes."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
"""First line by which a spreadsheet says what parts the cells."""
_ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class AgreementError(KneescanError):
    """The sessions cannot be read or compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table."""

    path: Path
    number: int
    """As a spreadsheet counts: 1 is the heading of a CSV table, the first row of a Parquet table."""
    cells: Mapping[str, Any]
    """By the names that were asked for; None where a cell is empty."""

    def refusal(self, column: str, problem: object) -> AgreementError:
        """Error that names the cell."""
        cell = shown(self.cells.get(column))
        where = f"{one_line(self.path)}, row {self.number}"
        return AgreementError(f"{where}: column {shown(column)} holds {cell}, which {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that was opened: its columns are known, its rows come one after the other."""

    path: Path
    columns: tuple[str, ...]
    has: frozenset[str]
    """Which of the columns that were asked for are there."""
    decimal_comma: bool
    """Whether a comma in a number can be a decimal comma: not where commas part the cells."""
    rows: Iterator[Row]


def read_table(path: Path, wanted: Sequence[str]) -> Table:
    """Open a table and read the columns that are asked for, whatever their capital letters.

    Parameters
    ----------
    path : Path
        CSV with commas, semicolons or tabs, in UTF-8, UTF-16 with its mark, or else Windows-1252;
        or Parquet.
    wanted : sequence of str
        Names of columns.

    Raises
    ------
    AgreementError
        If there is no such file, or it is no table.
    MissingLibraryError
        If it is Parquet and nothing here reads that.
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
    """Cell or name as a message quotes it: on one line, in quotes and not too long."""
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
    """Refuse what would wait for ever or fill the memory."""
    size = path.stat().st_size
    if not path.is_file():
        msg = "it is no regular file"
        raise ValueError(msg)
    if size > MAX_MB * 1e6:
        msg = f"{size / 1e6:.0f} MB, at most {MAX_MB} are read"
        raise ValueError(msg)


def _places(columns: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Where each wanted column stands; two of one name are refused, since either could be meant."""
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
    # What a spreadsheet writes where the comma is the decimal mark has semicolons.
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
            # What spreadsheets in western languages write unless UTF-8 is chosen.
            text = content.decode("cp1252")
    if control := _CONTROL.search(text):
        msg = f"it holds the control character U+{ord(control[0]):04X}; save it as CSV in UTF-8"
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
    """Refuse a row that does not fit the heading: a decimal comma may have parted a number."""
    if number > MAX_ROWS:
        msg = f"more than {MAX_ROWS} rows"
        raise ValueError(msg)
    if len(line) != len(columns):
        msg = f"row {number} has {len(line)} cells, the heading {len(columns)}"
        raise ValueError(msg)
    # In front, R and pandas write the numbers of rows without a name; behind it is a stray cell.
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
        # Older versions of pyarrow give half-precision numbers so.
        return cell.item()
    return cell.strip() or None if isinstance(cell, str) else cell
