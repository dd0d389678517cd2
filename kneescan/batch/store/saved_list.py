"""Save the clips of a batch with their landmark files, so that all can be analysed again."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kneescan.batch.clips import BatchError, Clip, Entry, Failure, Origin
from kneescan.batch.store.outcomes import Store
from kneescan.batch.videos.manifest import read_parquet
from kneescan.landmarks import Side
from kneescan.plain_text import one_line

if TYPE_CHECKING:
    import pyarrow as pa

FILE_NAME = "manifest.parquet"
OWN_FIELDS = ("path", "leg", "sha256", "key", "kind", "reason")
"""Columns of the list; those of the manifest follow."""
_ABOUT = b"kneescan"
_KEY = re.compile(r"([0-9a-f]{32})?")
"""A key is also the name of a file, which must stay inside its folder."""
_SHA256 = re.compile(r"([0-9a-f]{64})?")


def save_list(
    entries: Sequence[Entry],
    carried: "Mapping[str, pa.DataType]",
    store: Store,
    origin: Origin,
) -> None:
    """Write the list; columns of the manifest keep their types.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {"inputs": origin.inputs, "model": origin.model, "tracking": dict(origin.tracking)}
    columns = [pa.field(name, pa.string()) for name in OWN_FIELDS]
    columns += [pa.field(f"given_{name}", kind) for name, kind in carried.items()]
    schema = pa.schema(columns, metadata={_ABOUT: json.dumps(about).encode()})
    rows = [
        {
            "path": entry.clip.path,
            "leg": entry.clip.leg,
            "sha256": entry.sha256,
            "key": entry.key,
            "kind": entry.failure.kind if entry.failure else None,
            "reason": entry.failure.reason if entry.failure else None,
            **{f"given_{name}": value for name, value in entry.clip.carried.items()},
        }
        for entry in entries
    ]
    with store.replacing(store.folder / FILE_NAME) as file:
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), file)


def load_list(folder: Path) -> "tuple[list[Entry], dict[str, pa.DataType], Origin]":
    """Read what `save_list` wrote.

    Raises
    ------
    BatchError
        If there is no such list, or it is damaged.
    """
    import pyarrow as pa

    path = folder / FILE_NAME
    if not path.is_file():
        msg = f"{folder}: contains no finished batch ({FILE_NAME} is missing); run kneescan batch first"
        raise BatchError(msg)
    try:
        table = read_parquet(path.read_bytes())
        origin = _origin(table.schema.metadata or {})
        _check_columns(table)
        carried = {
            field.name.removeprefix("given_"): field.type
            for field in table.schema
            if field.name.startswith("given_")
        }
        entries = [_entry(number, row) for number, row in enumerate(table.to_pylist(), start=1)]
    except (
        *(OSError, ValueError, LookupError, ArithmeticError, RecursionError),
        pa.ArrowException,
    ) as error:
        msg = f"{path}: damaged ({one_line(error)}); repeat the command that measured the videos"
        raise BatchError(msg) from error
    return entries, carried, origin


def _check_columns(table: "pa.Table") -> None:
    from pyarrow import types

    for name in OWN_FIELDS:
        kind = table.schema.field(name).type
        if not (types.is_string(kind) or types.is_null(kind)):
            msg = f"column {name} has the type {kind}; it must be text"
            raise ValueError(msg)


def _origin(metadata: Mapping[bytes, bytes]) -> Origin:
    """Origin stored in the metadata of the file.

    Raises
    ------
    ValueError, LookupError
        If it does not have the format of `save_list`.
    """
    about = json.loads(metadata[_ABOUT])
    if isinstance(about, dict):
        inputs, model, tracking = about["inputs"], about["model"], about["tracking"]
        if (
            isinstance(inputs, list)
            and isinstance(tracking, dict)
            and all(isinstance(text, str) for text in (*inputs, model, *tracking.values()))
        ):
            return Origin(inputs=tuple(inputs), model=model, tracking=tracking)
    msg = "its metadata on the origin is not in the format of kneescan"
    raise ValueError(msg)


def _entry(number: int, row: Mapping[str, Any]) -> Entry:
    """Entry for one row.

    Raises
    ------
    ValueError
        If the row does not have the format of `save_list`.
    """
    key, sha256 = row["key"] or "", row["sha256"] or ""
    if not (row["path"] and _KEY.fullmatch(key) and _SHA256.fullmatch(sha256)):
        msg = f"row {number} has an invalid path, key or sha256"
        raise ValueError(msg)
    if not (key or row["kind"]):
        msg = f"row {number} has neither landmarks nor a reason for their absence"
        raise ValueError(msg)
    given = {
        name.removeprefix("given_"): value
        for name, value in row.items()
        if name.startswith("given_")
    }
    leg = Side(row["leg"]) if row["leg"] else None
    return Entry(
        clip=Clip(path=row["path"], source="", leg=leg, carried=given),
        key=key,
        sha256=sha256,
        failure=Failure.from_record(row) if row["kind"] else None,
    )
