"""Read and write tidy Parquet: one row per frame and landmark, with units in the column names."""

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.close_ups import PREFIX, CloseUps
from kneescan.errors import PoseFileError
from kneescan.exchange.parsing.files import UnlikeError, parse_json, reading, shown
from kneescan.exchange.parsing.people import check_only_person, rows_of_person
from kneescan.exchange.parsing.people_columns import PEOPLE, title_of_people
from kneescan.exchange.parsing.points import Points
from kneescan.exchange.parsing.tables import check_once, empty, frame_numbers, snake
from kneescan.extras import require_parquet
from kneescan.landmarks import N_LANDMARKS, Landmark, PoseSequence, without_names
from kneescan.landmarks.stored_arrays import arrays_in

KIND = "Parquet"
FORMAT = "kneescan-landmarks-1"
CLOSE_UPS = "kneescan_close_ups"
COLUMNS = ("frame", "time_s", "landmark", "x_px", "y_px", "visibility")
MAX_ROWS = 8_000_000
MAX_ABOUT_BYTES = 2**20
CLOSE_UP_ARRAYS = tuple(f"{PREFIX}{item.name}" for item in fields(CloseUps))


def parquet_bytes(pose: PoseSequence) -> bytes:
    """Landmarks as a Parquet table; x and y of a missing landmark are null.

    Raises
    ------
    MissingLibraryError
        If pyarrow is not installed.
    """
    require_parquet("writing Parquet")
    import pyarrow as pa
    import pyarrow.parquet as pq

    n_frames = len(pose)
    names = pa.array([landmark.name.lower() for landmark in Landmark])
    which = pa.array(np.tile(np.arange(N_LANDMARKS, dtype=np.int8), n_frames))
    metadata = {
        "format": FORMAT,
        "size_px": list(pose.size_px),
        "provenance": without_names(pose.provenance),
    }
    table = pa.table(
        [
            pa.array(np.repeat(np.arange(n_frames), N_LANDMARKS)),
            pa.array(np.repeat(pose.time_s, N_LANDMARKS)),
            pa.DictionaryArray.from_arrays(which, names),
            *(pa.array(pose.xy_px[..., axis].ravel(), from_pandas=True) for axis in range(2)),
            pa.array(pose.visibility.ravel()),
        ],
        names=list(COLUMNS),
    ).replace_schema_metadata(
        {"kneescan": json.dumps(metadata, sort_keys=True), **_close_ups_bytes(pose.close_ups)}
    )
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


def _close_ups_bytes(close_ups: CloseUps | None) -> dict[str, bytes]:
    """Close-ups as an entry of the schema, since they are not one row per frame and landmark."""
    if close_ups is None:
        return {}
    arrays: dict[str, Any] = dict(close_ups.arrays())
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return {CLOSE_UPS: file.getvalue()}


def _close_ups_of(metadata: Mapping[bytes, bytes]) -> CloseUps | None:
    content = metadata.get(CLOSE_UPS.encode())
    if content is None:
        return None
    try:
        return CloseUps.from_arrays(arrays_in(io.BytesIO(content), CLOSE_UP_ARRAYS))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        msg = "its close-ups are damaged"
        raise UnlikeError(msg) from error


def read_parquet(path: Path, *, person: str | int | None = None) -> Points:
    """Read the landmarks of a Parquet table with the columns of :func:`parquet_bytes`.

    Parameters
    ----------
    path : Path
        The file.
    person : str or int, optional
        Name or number of the person to read, if a further column names the person in each row.

    Raises
    ------
    PoseFileError
        If there is no such file, its columns or their types differ, or it contains several people
        and none was chosen.
    MissingLibraryError
        If pyarrow is not installed.
    """
    require_parquet(f"{path.name}: reading Parquet")
    with reading(path, KIND):
        table = _table(path)
        spelled, which = _names(table.column("landmark"))
        values = {name: _numbers(table, name) for name in COLUMNS if name != "landmark"}
        theirs, record = _rows_of_person(path, table, values, person)
        which = which[theirs]
        values = {name: column[theirs] for name, column in values.items()}
        numbers = frame_numbers(values["frame"].tolist())
        frames, first, frame = np.unique(numbers, return_index=True, return_inverse=True)
        check_once(frame, which, called=numbers, names=spelled)
        time_s = values["time_s"][first]
        if not np.array_equal(values["time_s"], time_s[frame]):
            msg = "its column 'time_s' has no time, or two, for a frame"
            raise UnlikeError(msg)
        places = empty(len(frames), len(spelled), 3)
        for axis, name in enumerate(("x_px", "y_px", "visibility")):
            places[frame, which, axis] = values[name]
        schema = table.schema.metadata or {}
        origin, size_px = _about(path, schema)
        return Points(
            file=path.name,
            kind=KIND,
            names=tuple(spelled),
            xy=places[..., :2],
            confidence=places[..., 2],
            frames=frames,
            time_s=time_s,
            size_px=size_px,
            origin=origin,
            record=record,
            close_ups=_close_ups_of(schema),
        )


def _table(path: Path) -> Any:
    """Read the required columns in pieces, up to what fits into memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        msg = f"{path}: no such file; check the name"
        raise PoseFileError(msg)
    try:
        with pq.ParquetFile(path) as file:
            return _needed_columns(file)
    except UnlikeError:
        raise
    except (OSError, ValueError, LookupError, TypeError, pa.ArrowException) as error:
        msg = f"{path}: cannot be read as Parquet; write it again with the tool that made it"
        raise PoseFileError(msg) from error


def _needed_columns(file: Any) -> Any:
    import pyarrow as pa

    names = file.schema_arrow.names
    missing = next((name for name in COLUMNS if names.count(name) != 1), None)
    if missing:
        msg = f"it has no column {missing!r}, or two"
        raise UnlikeError(msg)
    people = [name for name in names if snake(name) in PEOPLE and names.count(name) == 1]
    pieces: list[Any] = []
    for piece in file.iter_batches(2**16, columns=[*COLUMNS, *people], use_threads=False):
        pieces.append(piece)
        if sum(map(len, pieces)) > MAX_ROWS:
            msg = f"more than {MAX_ROWS} rows"
            raise UnlikeError(msg)
    if not pieces:
        msg = "it is empty"
        raise UnlikeError(msg)
    return pa.Table.from_batches(pieces).replace_schema_metadata(file.schema_arrow.metadata)


def _names(column: Any) -> tuple[list[str], NDArray[np.intp]]:
    """Names of the landmarks, and the index of the name in each row."""
    import pyarrow as pa

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)) or column.null_count:
        msg = f"its column 'landmark' contains {shown(kind)}, and {column.null_count} empty cells"
        raise UnlikeError(msg)
    names = column.to_pylist()
    spelled = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return list(spelled), np.array([spelled[name] for name in names], dtype=np.intp)


def _numbers(table: Any, name: str) -> NDArray[np.float64]:
    """Column of numbers; null becomes NaN."""
    import pyarrow as pa

    column = table.column(name)
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        msg = f"its column {name!r} contains {shown(kind)} instead of numbers"
        raise UnlikeError(msg)
    values = column.to_pylist() if pa.types.is_decimal(kind) else column.cast("float64", safe=False)
    return np.array(values, dtype=np.float64)


def _rows_of_person(
    path: Path, table: Any, values: Mapping[str, NDArray[np.float64]], person: str | int | None
) -> tuple[NDArray[np.bool_], Mapping[str, int]]:
    titles = [snake(name) for name in table.column_names]
    columns = {
        c: [str(value) for value in table.column(c).to_pylist()]
        for c in range(len(COLUMNS), len(titles))
    }
    whose = title_of_people(titles, columns)
    if whose is None:
        check_only_person(person, file=path.name)
        return np.ones(len(table), dtype=np.bool_), {}
    frames, x = values["frame"].tolist(), values["x_px"]
    return rows_of_person(columns[whose], frames, x, person, file=path.name)


def _about(
    path: Path, schema: Mapping[bytes, bytes]
) -> tuple[Mapping[str, Any], tuple[int, int] | None]:
    """Origin and picture size from the schema."""
    text = schema.get(b"kneescan", b"{}")
    if len(text) > MAX_ABOUT_BYTES:
        msg = "its schema has too much metadata"
        raise UnlikeError(msg)
    about = parse_json(text.decode("utf-8"), f"{path}: metadata in its schema")
    origin = about.get("provenance", {}) if isinstance(about, dict) else None
    size_px = about.get("size_px") if isinstance(about, dict) else None
    if not isinstance(origin, dict) or not (size_px is None or len(size_px) == 2):
        msg = "its schema lacks size_px or provenance"
        raise UnlikeError(msg)
    return origin, None if size_px is None else (size_px[0], size_px[1])
