"""Tidy Parquet: a row per frame and landmark, units in the names of the columns, the origin in the schema."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kneescan.close_ups import CloseUps
from kneescan.errors import PoseFileError
from kneescan.exchange.files import reading
from kneescan.exchange.points import Points
from kneescan.landmarks import N_LANDMARKS, Landmark, PoseSequence, without_names

KIND = "Parquet"
FORMAT = "kneescan-landmarks-1"
CLOSE_UPS = "kneescan_close_ups"
COLUMNS = ("frame", "time_s", "landmark", "x_px", "y_px", "visibility")


def parquet_bytes(pose: PoseSequence) -> bytes:
    """Landmarks as a Parquet table; a missing landmark has null for x and y."""
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
    """Close-ups as an entry of the schema, since they are neither a row per frame nor per landmark."""
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
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return CloseUps.from_arrays(file)


def read_parquet(path: Path) -> Points:
    """Landmarks of a Parquet table with the columns that :func:`parquet_bytes` gives.

    Raises
    ------
    PoseFileError
        If there is no such file, or its columns are others.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        msg = f"{path}: cannot be read as Parquet ({error}); let the tool write it again"
        raise PoseFileError(msg) from error
    with reading(path, KIND):
        columns = {name: table.column(name).to_numpy() for name in COLUMNS if name != "landmark"}
        names = table.column("landmark").to_pylist()
        frames, first, frame = np.unique(columns["frame"], return_index=True, return_inverse=True)
        spelled = {name: place for place, name in enumerate(dict.fromkeys(names))}
        which = [spelled[name] for name in names]
        values = np.full((len(frames), len(spelled), 3), np.nan)
        for axis, name in enumerate(("x_px", "y_px", "visibility")):
            values[frame, which, axis] = columns[name]
        schema = table.schema.metadata or {}
        metadata = json.loads(schema.get(b"kneescan", b"{}"))
        size_px = metadata.get("size_px")
        return Points(
            file=path.name,
            kind=KIND,
            names=tuple(spelled),
            xy=values[..., :2],
            confidence=values[..., 2],
            frames=frames,
            time_s=columns["time_s"][first],
            size_px=(size_px[0], size_px[1]) if size_px else None,
            origin=metadata.get("provenance", {}),
            close_ups=_close_ups_of(schema),
        )
