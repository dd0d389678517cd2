"""Stored tables: read the tables of `kneescan analyze` or `kneescan batch` back as DataFrames."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kneescan.errors import KneescanError
from kneescan.extras import has_parquet, require_parquet
from kneescan.files.reading import read_regular
from kneescan.plain_text import library_message
from kneescan.squat.tidy_table import (
    ANALYSIS_FORMAT,
    LEGS,
    loaded_pandas,
    with_attrs,
    with_categories,
    with_codes,
    with_types,
)

if TYPE_CHECKING:
    import pandas as pd

MAX_TABLE_BYTES = 1 << 31
VERDICTS = ("suggested", "no_sign", "cannot_tell")


class Tables(Mapping[str, "pd.DataFrame"]):
    """Tables of a folder by name, each read when first used, which needs pandas.

    Parameters
    ----------
    folder : Path
        Folder that contains them.
    record : mapping
        Content of analysis.json or run.json; its versions go into the ``attrs`` of each table.
    """

    def __init__(self, folder: Path, record: Mapping[str, Any]) -> None:
        self._folder = folder
        self._record = record
        found = {path.stem for path in (*folder.glob("*.parquet"), *folder.glob("*.csv"))}
        self._names = [name for name in ("clips", "repetitions", "errors") if name in found]
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> "pd.DataFrame":
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            table = _raw_table(self._folder, name)
            try:
                self._read[name] = self._typed(name, table)
            except (ValueError, TypeError, LookupError) as error:
                msg = (
                    f"{self._folder}: {name} is damaged ({library_message(error)}); write it again"
                )
                raise KneescanError(msg) from error
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    # DataFrames cannot be compared as the values of other mappings are.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"Tables: {', '.join(self._names)}"

    def _typed(self, name: str, table: "pd.DataFrame") -> "pd.DataFrame":
        if self._record["format"] == ANALYSIS_FORMAT:
            return with_attrs(with_types(table), self._record["provenance"])
        return _batch_table(name, table, self._record)


def _raw_table(folder: Path, name: str) -> "pd.DataFrame":
    """Table as it is stored; Parquet is preferred to CSV because it stores types."""
    pd = loaded_pandas()
    file, csv = folder / f"{name}.parquet", folder / f"{name}.csv"
    if not file.is_file() or (csv.is_file() and not has_parquet()):
        file = csv
    if file.suffix == ".parquet":
        require_parquet(f"{file}: a table in Parquet")
    try:
        content = BytesIO(read_regular(file, max_bytes=MAX_TABLE_BYTES))
        return pd.read_parquet(content) if file.suffix == ".parquet" else pd.read_csv(content)
    # Table readers raise all kinds of exceptions for a damaged file.
    except Exception as error:
        msg = f"{file}: cannot be read as a table ({library_message(error)}); write it again with kneescan"
        raise KneescanError(msg) from error


def _batch_table(name: str, table: "pd.DataFrame", record: Mapping[str, Any]) -> "pd.DataFrame":
    """Table of a batch with the types and units of its columns; columns from a manifest stay as read."""
    from kneescan.batch.tables.columns import INTEGER, NUMBER, TABLES, TEXT, TRUTH

    kinds = {TEXT: "string", INTEGER: "Int64", NUMBER: "float64", TRUTH: "boolean"}
    columns = [column for column in TABLES[name]() if column.name in table.columns]
    types = {column.name: kinds[column.kind] for column in columns}
    table = with_codes(table.astype(types))
    words = {"leg": [*LEGS, "auto"] if name == "errors" else LEGS, "verdict": VERDICTS}
    present = {key: allowed for key, allowed in words.items() if key in types}
    table = with_categories(table, present)
    table.attrs = {
        "format": record["format"],
        "versions": record.get("analysis", {}),
        "units": {column.name: column.unit for column in columns if column.unit},
    }
    return table
