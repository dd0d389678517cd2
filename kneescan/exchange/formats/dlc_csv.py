"""Read and write the CSV tables of DeepLabCut, which `movement`, SLEAP and many scripts also use."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from kneescan.exchange.parsing.equidistant import frame_numbers_of
from kneescan.exchange.parsing.files import UnlikeError, reading
from kneescan.exchange.parsing.people import check_only_person, rows_of_person
from kneescan.exchange.parsing.points import Points
from kneescan.exchange.parsing.tables import (
    MISSING,
    check_once,
    empty,
    frame_numbers,
    number,
    numbers,
    read_rows,
)
from kneescan.landmarks import Landmark, PoseSequence

KIND = "DeepLabCut CSV"
SCORER = "kneescan"
AXES = ["x", "y", "likelihood"]


def read_dlc_csv(path: Path, *, person: str | int | None = None) -> Points:
    """Read the points of a DeepLabCut table whose body parts are named like landmarks.

    Parameters
    ----------
    path : Path
        The file, with or without the header row for individuals.
    person : str or int, optional
        Person to read, if the table names several individuals.

    Raises
    ------
    PoseFileError
        If the file has another format, or contains several individuals and none was chosen.
    """
    rows = read_rows(path)
    with reading(path, KIND):
        n_header = 1 + next((k for k, row in enumerate(rows[:9]) if row[0] == "coords"), -1)
        header = {row[0]: row[1:] for row in rows[:n_header]}
        if not n_header or len({len(cells) for cells in header.values()}) > 1:
            msg = "its rows bodyparts and coords are missing or differ in length"
            raise UnlikeError(msg)
        frames = frame_numbers(row[0] for row in rows[n_header:])
        check_once(frames)
        columns, record = _columns_of(path, rows[n_header:], header, person)
        parts = [(header["bodyparts"][c], AXES.index(header["coords"][c])) for c in columns]
        if len(set(parts)) < len(parts):
            msg = "a column appears twice"
            raise UnlikeError(msg)
        names = list(dict.fromkeys(name for name, _ in parts))
        track = empty(len(frames), len(names), 3)
        values = numbers(rows[n_header:], [1 + column for column in columns])
        for k, (name, axis) in enumerate(parts):
            track[:, names.index(name), axis] = values[:, k]
    return Points(
        file=path.name,
        kind=KIND,
        names=tuple(names),
        xy=track[..., :2],
        confidence=track[..., 2],
        frames=frames,
        record=record,
    )


def _columns_of(
    path: Path,
    rows: Sequence[Sequence[str]],
    header: Mapping[str, Sequence[str]],
    person: str | int | None,
) -> tuple[list[int], Mapping[str, int]]:
    """Columns of one individual, the requested or the only one, with a record of the choice."""
    whose = header.get("individuals", [""] * len(header["coords"]))
    if len(set(whose)) == 1:
        check_only_person(person, file=path.name)
        return list(range(len(whose))), {}
    seen = [
        (individual, frame, number(cell))
        for frame, row in enumerate(rows)
        for cell, individual, axis in zip(row[1:], whose, header["coords"], strict=False)
        if axis == "x" and cell.lower() not in MISSING
    ]
    names, frames, x = zip(*seen, strict=True) if seen else ((), (), ())
    theirs, record = rows_of_person(names, frames, x, person, file=path.name)
    name = names[int(np.argmax(theirs))]
    return [column for column, individual in enumerate(whose) if individual == name], record


def dlc_csv_text(pose: PoseSequence) -> str:
    """Landmarks as a DeepLabCut table for one individual, in pixels; missing landmarks are empty cells.

    The format stores neither times nor the size of the picture, so the reader has to know them.
    Frames that were left out become rows of empty cells, so that later frames keep their time.

    Raises
    ------
    OutputError
        If more frames were left out than can be written.
    """
    names = [landmark.name.lower() for landmark in Landmark]
    n_columns = 3 * len(names)
    lines = [
        _line("scorer", [SCORER] * n_columns),
        _line("bodyparts", [name for name in names for _ in range(3)]),
        _line("coords", ["x", "y", "likelihood"] * len(names)),
    ]
    table = np.concatenate([pose.xy_px, pose.visibility[..., None]], axis=-1).astype(np.float32)
    numbers_of = frame_numbers_of(pose, "dlc-csv").tolist()
    for before, now, frame in zip([-1, *numbers_of], numbers_of, table, strict=False):
        lines += [_line(str(left_out), [""] * n_columns) for left_out in range(before + 1, now)]
        cells = [
            str(value) if there else ""
            for point, there in zip(frame, np.isfinite(frame[:, 0]), strict=True)
            for value in point
        ]
        lines.append(_line(str(now), cells))
    return "\n".join(lines) + "\n"


def _line(first: str, cells: Sequence[str]) -> str:
    return ",".join([first, *cells])
