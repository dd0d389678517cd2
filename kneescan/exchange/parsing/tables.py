"""Read the cells of CSV files of other tools as numbers, frame numbers and names."""

import contextlib
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import PoseFileError
from kneescan.exchange.parsing.files import MAX_CELLS, UnlikeError, read_lines, shown

MAX_VALUES = 24_000_000
"""Largest array that is created. [numbers]"""
MAX_FRAME_NUMBER = 2**53
"""Larger numbers in JSON and spreadsheets are not exact."""
MAX_NAME = 255
"""Longest file name. [characters]"""
MISSING = {"", "nan", "na", "n/a", "#n/a", "none", "null", "<na>", "-"}
"""Contents of cells without a number."""

_SUFFIX = re.compile(r"\.[A-Za-z]\w{1,4}$")
_NUMBER_IN_NAME = re.compile(r"(\d+)(?:\D*)$")


def read_rows(path: Path) -> list[list[str]]:
    """Cells of a CSV file with commas, semicolons or tabs; empty lines are skipped.

    With semicolons or tabs, a comma within a number is its decimal mark.

    Raises
    ------
    PoseFileError
        If it is not a table, or does not fit into memory.
    """
    rows: list[list[str]] = []
    delimiter, lines = _delimiter(read_lines(path))
    n_cells = 0
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if any(row):
                n_cells += len(row) + 2
                if n_cells > MAX_CELLS:
                    msg = f"{path}: more than {MAX_CELLS} cells; trim the recording to the squats"
                    raise PoseFileError(msg)
                rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        msg = f"{path}: not a table ({shown(error)}); give a CSV file"
        raise PoseFileError(msg) from error
    if delimiter != ",":
        rows = [[cell.replace(",", ".") for cell in row] for row in rows]
    return rows


def _delimiter(lines: Iterator[str]) -> tuple[str, Iterator[str]]:
    """Delimiter of the cells, and the lines from the titles on, without comments and Excel's ``sep=;``."""
    for line in lines:
        if re.fullmatch(r'"?sep=[,;\t]"?', line, re.IGNORECASE):
            return line.strip('"')[4], lines
        if line.strip() and not line.startswith("#"):
            return max(",;\t", key=line.count), chain([line], lines)
    return ",", iter(())


def snake(title: str) -> str:
    """Title of a column for look-up: the same for ``Frame Index``, ``frameIndex`` and ``frame.index``."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", title)
    return re.sub(r"[\W_]+", "_", parted.lower()).strip("_")


def empty(*shape: int) -> NDArray[np.float64]:
    """Array of NaN, up to the size that a file may have.

    Raises
    ------
    UnlikeError
        If it does not fit into memory.
    """
    if np.prod([float(length) for length in shape]) > MAX_VALUES:
        msg = f"{' x '.join(map(str, shape))} numbers are too many for a recording of squats"
        raise UnlikeError(msg)
    return np.full(shape, np.nan)


def numbers(rows: Sequence[Sequence[str]], columns: Sequence[int]) -> NDArray[np.float64]:
    """Cells of some columns as numbers, shape (n_rows, n_columns); an empty or missing cell is NaN.

    Raises
    ------
    UnlikeError
        If a cell is neither empty nor a number.
    """
    table = empty(len(rows), len(columns))
    for r, row in enumerate(rows):
        for c, column in enumerate(columns):
            if column < len(row):
                table[r, c] = number(row[column])
    return table


def middles(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each row, shape (n_rows,); NaN if the row is empty."""
    known = np.isfinite(rows)
    total = np.where(known, rows, 0).sum(axis=1)
    return np.asarray(np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan))


def number(cell: str) -> float:
    """Cell as a number; NaN if it is empty."""
    if cell.strip().lower() in MISSING:
        return float("nan")
    with contextlib.suppress(ValueError):
        return float(cell.replace("_", "thousands"))  # only Python writes numbers with _
    msg = f"could not convert {shown(repr(cell))} to a number"
    raise UnlikeError(msg)


def frame_number(value: Any) -> int:
    """Number of a frame: a whole number, or the last number in the name of a picture.

    Raises
    ------
    UnlikeError
        If there is none, or it is too large.
    """
    whole: int | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        whole = int(value) if abs(value) <= MAX_FRAME_NUMBER and value == int(value) else None
    elif isinstance(value, str):
        try:
            return frame_number(float(value))
        except ValueError as error:
            if re.fullmatch(r"[-+\d.eE]+|nan|inf(inity)?", value.strip().lower()):
                raise _no_frame(value) from error
        found = _NUMBER_IN_NAME.search(_SUFFIX.sub("", value[-MAX_NAME:]))
        whole = int(found[1]) if found else None
    if whole is None or abs(whole) > MAX_FRAME_NUMBER:
        raise _no_frame(value)
    return whole


def _no_frame(value: object) -> UnlikeError:
    return UnlikeError(f"{shown(repr(value))} is not a frame number")


def frame_numbers(values: Iterable[Any]) -> NDArray[np.int64]:
    """Number of each frame, shape (n_frames,)."""
    return np.array([frame_number(value) for value in values], dtype=np.int64)


def check_once(
    frame: NDArray[np.int64],
    point: NDArray[np.intp] | None = None,
    *,
    called: NDArray[np.int64] | None = None,
    names: Sequence[str] = ("",),
) -> None:
    """Refuse duplicate rows, of which the last would silently replace the others.

    Parameters
    ----------
    frame : ndarray, shape (n_rows,)
        Frame number of each row.
    point : ndarray, shape (n_rows,), optional
        Index of the name in each row.
    called : ndarray, shape (n_rows,), optional
        Frame number for the message.
    names : sequence of str
        Names of the points, for the message.

    Raises
    ------
    UnlikeError
        If a frame, or a point in it, appears twice; the message names the remedy.
    """
    of_point = np.zeros(len(frame), dtype=np.intp) if point is None else point
    _, where, n_times = np.unique(
        np.column_stack([frame, of_point]), axis=0, return_index=True, return_counts=True
    )
    if (n_times > 1).any():
        row = where[np.argmax(n_times > 1)]
        name = shown(names[of_point[row]])
        number = (frame if called is None else called)[row]
        msg = f"frame {number} has {name or 'a row'} {n_times.max()} times, from two people or recordings"
        remedy = "keep one of them, or name a column person_id and give --person"
        raise UnlikeError(msg, remedy)
