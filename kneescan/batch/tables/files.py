"""Write the tables of all clips as CSV and Parquet; their bytes do not depend on the workers."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kneescan.batch.clips import Clip, Failure
from kneescan.batch.tables.columns import (
    Column,
    clips_columns,
    errors_columns,
    repetitions_columns,
)
from kneescan.plain_text import CsvWriter, one_line

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_TOGETHER = 5_000
"""Most rows in memory at a time."""
Row = Mapping[str, Any]


def clip_rows(clip: Clip, record: Row, sha256: str, landmarks: str) -> Iterator[dict[str, Any]]:
    """Rows of `clips` for one clip: one for each leg."""
    about = {**record["video"], "sha256": sha256, "landmarks": landmarks}
    for leg in record["legs"]:
        yield {"path": clip.path, **clip.carried, **leg, **about}


def repetition_rows(clip: Clip, record: Row) -> Iterator[dict[str, Any]]:
    """Rows of `repetitions` for one clip: one for each squat."""
    for repetition in record["repetitions"]:
        yield {"path": clip.path, **clip.carried, **repetition}


def error_row(clip: Clip, failure: Failure, sha256: str) -> dict[str, Any]:
    """Row of `errors` for a clip without numbers."""
    return {
        "path": clip.path,
        **clip.carried,
        "leg": clip.leg_name,
        "kind": failure.kind,
        "reason": one_line(failure.reason),
        "sha256": sha256 or None,
    }


class TableWriter:
    """Writes one table as CSV and, if requested, as Parquet.

    Parameters
    ----------
    schema : Schema
        Columns of the table.
    as_csv, as_parquet : binary file
        Files to write; None for no output.
    """

    def __init__(
        self, schema: "pa.Schema", as_csv: IO[bytes], as_parquet: IO[bytes] | None = None
    ) -> None:
        # A large library, imported only when needed.
        import pyarrow.parquet as pq

        self._schema = schema
        self._rows: list[Row] = []
        self._csv = io.TextIOWrapper(as_csv, encoding="utf-8", newline="")
        self._lines = CsvWriter(self._csv)
        self._lines.row(schema.names)
        self._parquet = pq.ParquetWriter(as_parquet, schema) if as_parquet else None

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for row in rows:
            self._rows.append(row)
            self._lines.row(row[name] for name in self._schema.names)
            if len(self._rows) >= ROWS_TOGETHER:
                self._flush()

    def close(self) -> None:
        """Finish the table; the files stay open."""
        self._flush()
        if self._parquet is not None:
            self._parquet.close()
        self._csv.flush()
        self._csv.detach()

    def abandon(self) -> None:
        """Close a table that could not be finished, without raising another error."""
        import pyarrow as pa

        with suppress(OSError, ValueError, pa.ArrowException):
            if self._parquet is not None:
                self._parquet.close()
        with suppress(OSError, ValueError):
            self._csv.detach()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._parquet is not None and self._rows:
            self._parquet.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []


def schema(columns: Sequence[Column], carried: Mapping[str, "pa.DataType"]) -> "pa.Schema":
    """Columns of a table: the path, those of the manifest, then kneescan's own."""
    import pyarrow as pa

    first, *others = columns
    from_list = [
        pa.field(name, kind, metadata={"source": "manifest"}) for name, kind in carried.items()
    ]
    return pa.schema([first.arrow(), *from_list, *(column.arrow() for column in others)])


Replacing = Callable[[Path], Any]
"""Opens a file that appears when it is complete, as `Store.replacing`."""


@contextmanager
def table_writers(
    folder: Path, carried: Mapping[str, "pa.DataType"], replacing: Replacing
) -> Iterator[tuple[TableWriter, TableWriter, TableWriter]]:
    """Writers of `clips`, `repetitions` and `errors`; the files appear when all are complete."""
    with ExitStack() as stack:
        writers = []
        for name, columns, suffixes in (
            ("clips", clips_columns(), ("csv", "parquet")),
            ("repetitions", repetitions_columns(), ("csv", "parquet")),
            ("errors", errors_columns(), ("csv",)),
        ):
            files = [stack.enter_context(replacing(folder / f"{name}.{end}")) for end in suffixes]
            writers.append(TableWriter(schema(columns, carried), *files))
            stack.callback(writers[-1].abandon)
        clips, repetitions, errors = writers
        yield clips, repetitions, errors
        for writer in writers:
            writer.close()
