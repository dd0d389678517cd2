"""Files: foreign texts and JSON."""

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import PoseFileError


def read_text(path: Path) -> str:
    """Text of a file, whatever the tool's machine was: with or without a byte order mark.

    Raises
    ------
    PoseFileError
        If there is no such file, or it holds no text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        msg = f"{path}: no such file; check the name"
        raise PoseFileError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{path}: this is no text; name its format with --from"
        raise PoseFileError(msg) from error
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); check that it is a file of yours"
        raise PoseFileError(msg) from error


def read_json(path: Path) -> Any:
    """Content of a JSON file.

    Raises
    ------
    PoseFileError
        If it cannot be read as JSON.
    """
    try:
        return json.loads(read_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        msg = f"{path}: not a whole JSON file ({error}); let the tool write it again"
        raise PoseFileError(msg) from error


def read_rows(path: Path) -> list[list[str]]:
    """Cells of a CSV file with commas, semicolons or tabs; empty lines are left out.

    With semicolons, a comma within a number is its decimal mark.
    """
    text = read_text(path)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        msg = f"{path}: not a table ({error}); give a CSV file"
        raise PoseFileError(msg) from error
    if delimiter == ";":
        rows = [[cell.replace(",", ".") for cell in row] for row in rows]
    return [[cell.strip() for cell in row] for row in rows]


@contextmanager
def reading(path: Path, kind: str) -> Iterator[None]:
    """Turn what goes wrong inside of a file that is not of its kind into one line.

    Raises
    ------
    PoseFileError
        With the name of the file and of what it should hold.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        msg = f"{path}: not as {kind} has it ({error}); name another format with --from"
        raise PoseFileError(msg) from error


def numbers(rows: Sequence[Sequence[str]], n_columns: int) -> NDArray[np.float64]:
    """Cells as numbers, shape (n_rows, n_columns); an empty or absent cell is NaN.

    Raises
    ------
    ValueError
        If a cell is neither empty nor a number.
    """
    table = np.full((len(rows), n_columns), np.nan)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row[:n_columns]):
            if cell.strip():
                table[r, c] = float(cell)
    return table
