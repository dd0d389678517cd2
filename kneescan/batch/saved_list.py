"""Saved list: the clips of a batch with their landmark files, from which all can be analysed anew."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kneescan.batch.clips import BatchError, Clip, Entry, Failure, Origin
from kneescan.batch.store import Store
from kneescan.landmarks import Side

if TYPE_CHECKING:
    import pyarrow as pa

FILE_NAME = "manifest.parquet"
OWN_FIELDS = ("path", "leg", "sha256", "key", "kind", "reason")
"""Columns of the list; those of the given manifest follow."""
_ABOUT = b"kneescan"


def save_list(
    entries: Sequence[Entry],
    carried: "Mapping[str, pa.DataType]",
    store: Store,
    origin: Origin,
) -> None:
    """Write the list; columns of the given manifest keep their types.

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
    import pyarrow.parquet as pq

    path = folder / FILE_NAME
    if not path.is_file():
        msg = (
            f"{folder}: holds no finished batch ({FILE_NAME} is missing); run kneescan batch first"
        )
        raise BatchError(msg)
    try:
        table = pq.read_table(path)
        about = json.loads((table.schema.metadata or {})[_ABOUT])
        carried = {
            field.name.removeprefix("given_"): field.type
            for field in table.schema
            if field.name.startswith("given_")
        }
        entries = [_entry(row) for row in table.to_pylist()]
    except (OSError, ValueError, LookupError, pa.ArrowException) as error:
        msg = f"{path}: damaged ({error}); give the command that measured the films again"
        raise BatchError(msg) from error
    origin = Origin(inputs=tuple(about["inputs"]), model=about["model"], tracking=about["tracking"])
    return entries, carried, origin


def _entry(row: Mapping[str, Any]) -> Entry:
    given = {
        name.removeprefix("given_"): value
        for name, value in row.items()
        if name.startswith("given_")
    }
    return Entry(
        clip=Clip(
            path=row["path"],
            source="",
            leg=Side(row["leg"]) if row["leg"] else None,
            carried=given,
        ),
        key=row["key"],
        sha256=row["sha256"],
        failure=Failure(kind=row["kind"], reason=row["reason"]) if row["kind"] else None,
    )
