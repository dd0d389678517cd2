"""Read CSV files with x, y and visibility of every landmark in named columns, as many scripts write them.

There is no standard for these files, so both usual layouts are read: one row per frame with columns
such as ``left_knee_x``, ``x25`` or ``landmark_25_y``, and one row per landmark with a column for its
name or number. x and y are fractions of the picture, as MediaPipe gives them, or pixels, as in SLEAP's
tables. Other columns may contain anything.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import PoseFileError
from kneescan.exchange.parsing.clocks import seconds, time_columns
from kneescan.exchange.parsing.files import UnlikeError, reading
from kneescan.exchange.parsing.landmark_names import landmark_of
from kneescan.exchange.parsing.people import check_only_person, rows_of_person
from kneescan.exchange.parsing.people_columns import PEOPLE, PERHAPS_PEOPLE, title_of_people
from kneescan.exchange.parsing.points import Points
from kneescan.exchange.parsing.tables import (
    check_once,
    empty,
    frame_numbers,
    middles,
    numbers,
    read_rows,
    snake,
)
from kneescan.landmarks import N_LANDMARKS, Landmark

KIND = "MediaPipe CSV"

Array = NDArray[np.float64]

AXES = {
    "x": 0,
    "y": 1,
    **dict.fromkeys(("visibility", "vis", "v", "likelihood", "confidence", "score", "conf"), 2),
}
ROW_AXES = ("x", "x_px"), ("y", "y_px"), tuple(AXES)[2:]
"""Titles of x, y and visibility in a table with a row per landmark."""
FRAMES = (
    *("frame", "frame_number", "frame_id", "frame_index", "frame_idx", "frame_no", "frame_num"),
    *("frames", "frame_nr", "frame_count", "image_id", "image", "frame_name", "image_name"),
)
LANDMARKS = (
    *("landmark", "landmark_name", "landmark_id", "landmark_index", "landmark_idx"),
    *("keypoint", "keypoint_name", "keypoint_id", "keypoint_index", "bodypart", "body_part"),
    *("joint", "joint_name", "joint_id", "node", "marker", "point", "point_name", "part"),
    *("name", "id", "index"),
)
MAX_SHARE = 3.0
"""Coordinates beyond this many times the picture's size are pixels."""
MAX_NEGATIVE = 0.2
"""With a larger share of negative coordinates, the values are metres from the hips (world landmarks)."""

_AXIS = "|".join(sorted(AXES, key=len, reverse=True))
_AXIS_LAST = re.compile(rf"^(.+?)[ _.-]*({_AXIS})$")
_AXIS_FIRST = re.compile(rf"^({_AXIS})[ _.-]*(.+)$")
_NUMBER = re.compile(
    r"^(?:pose_)?(?:landmark|point|keypoint|joint|lm|kp)?[ _.-]*(\d{1,9})(?:\.0)?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Cells of a CSV file, and functions to find columns in it."""

    file: str
    titles: Sequence[str]
    """Titles in lower case."""
    keys: Sequence[str]
    """Titles in lower case with ``_`` between the words."""
    rows: Sequence[Sequence[str]]
    person: str | int | None
    needs_times: bool

    def column(self, number: int) -> list[str]:
        """Cells of a column."""
        return [row[number] if number < len(row) else "" for row in self.rows]

    def find(self, keys: Iterable[str]) -> int | None:
        """First column with one of these titles."""
        return next((self.keys.index(key) for key in keys if key in self.keys), None)

    def moments(self) -> list[str]:
        """Moment of each row: the frame number, otherwise the time, otherwise the row number."""
        candidates = [self.find(FRAMES), *time_columns(self.keys)]
        first = next((column for column in candidates if column is not None), None)
        return [str(k) for k in range(len(self.rows))] if first is None else self.column(first)


def read_mediapipe_csv(
    path: Path, *, person: str | int | None = None, needs_times: bool = True
) -> tuple[Points, bool]:
    """Read the landmarks of a CSV file, and tell whether they are fractions of the picture or pixels.

    Parameters
    ----------
    path : Path
        The file.
    person : str or int, optional
        Name or number of the person to read, if a column names the person in each row.
    needs_times : bool
        Whether to read columns of times.

    Raises
    ------
    PoseFileError
        If it has no columns with landmarks, holds world landmarks, or contains several people and
        none was chosen.
    """
    titles, *rows = read_rows(path) or [[]]
    table = _Table(
        file=path.name,
        titles=[title.lower() for title in titles],
        keys=[snake(title) for title in titles],
        rows=rows,
        person=person,
        needs_times=needs_times,
    )
    in_rows = all(table.find(titles) is not None for titles in ROW_AXES[:2])
    with reading(path, KIND):
        places, frames, time_s, record = (_from_rows if in_rows else _from_columns)(table)
    found = [landmark for landmark in Landmark if np.isfinite(places[:, landmark, 0]).any()]
    places = places[:, found]
    xy = places[..., :2]
    seen = xy[np.isfinite(xy).all(axis=-1) & ~(xy == 0).all(axis=-1)]
    if seen.size and (seen < 0).mean() > MAX_NEGATIVE:
        msg = (
            f"{path}: many coordinates are negative, so these are world landmarks, in metres from the "
            "hips; write pose_landmarks instead of pose_world_landmarks"
        )
        raise PoseFileError(msg)
    points = Points(
        file=path.name,
        kind=KIND,
        names=tuple(landmark.name for landmark in found),
        xy=xy,
        confidence=places[..., 2],
        frames=frames,
        time_s=time_s,
        record=record,
    )
    return points, bool(seen.size) and float(np.percentile(seen, 98)) <= MAX_SHARE


Read = tuple[Array, NDArray[np.int64], Array | None, Mapping[str, int]]
"""Positions and visibility (n_frames, 33, 3), number and time of each frame, and record of the person."""


def _from_columns(table: _Table) -> Read:
    """Read one row per frame (and person): each column is an axis of a landmark."""
    parts = {column: part for column, title in enumerate(table.titles) if (part := _part(title))}
    if not parts:
        msg = "no column has a name such as left_knee_x, x25 or landmark_25_y"
        raise UnlikeError(msg)
    names = list(dict.fromkeys(name for name, _ in parts.values()))
    which = dict(zip(names, _landmarks(names), strict=True))
    of: dict[tuple[Landmark, int], int] = {}
    for column, (name, axis) in parts.items():
        landmark = which[name]
        if landmark is not None and of.setdefault((landmark, axis), column) != column and axis < 2:
            msg = f"two columns contain {landmark.name.lower()}"
            raise UnlikeError(msg, "keep one of them")
    x = numbers(table.rows, [column for (_, axis), column in of.items() if axis == 0])
    table, record = _of_person(table, table.moments(), middles(x))
    frames, time_s = _moments(table)
    check_once(frames)
    places = _nowhere(len(table.rows))
    values = numbers(table.rows, list(of.values()))
    for k, (landmark, axis) in enumerate(of):
        places[:, landmark, axis] = values[:, k]
    return places, frames, time_s, record


def _part(title: str) -> tuple[str, int] | None:
    """Landmark (name or number) and axis in the title of a column."""
    last, first = _AXIS_LAST.match(title), _AXIS_FIRST.match(title)
    spelled = [(last[1], last[2])] if last else []
    spelled += [(first[2], first[1])] if first else []
    for name, axis in spelled:
        if _NUMBER.match(name) or landmark_of(name) is not None:
            return name, AXES[axis]
    return None


def _from_rows(table: _Table) -> Read:
    """Read one row per landmark: one column names the landmark, another the frame."""
    column, which = _landmark_column(table)
    if column is None or not (table.find(FRAMES) is not None or time_columns(table.keys)):
        msg = "a table with x and y needs a column 'landmark' and a column 'frame' or 'time_s'"
        raise UnlikeError(msg)
    known = [row for row in table.rows if column < len(row) and row[column] in which]
    table = replace(table, rows=known)
    x = numbers(table.rows, [table.find(ROW_AXES[0]) or 0])[:, 0]
    points = table.column(column)
    table, record = _of_person(table, table.moments(), x, points=points, but=column)
    landmarks = np.array([which[name] for name in table.column(column)], dtype=np.intp)
    frames, time_s = _moments(table, by_time=table.find(FRAMES) is None)
    _, first, frame = np.unique(frames, return_index=True, return_inverse=True)
    check_once(frame, landmarks, called=frames, names=[point.name.lower() for point in Landmark])
    places = _nowhere(len(first))
    for axis, keys in enumerate(ROW_AXES):
        if (where := table.find(keys)) is not None:
            places[frame, landmarks, axis] = numbers(table.rows, [where])[:, 0]
    return places, frames[first], None if time_s is None else time_s[first], record


def _landmark_column(table: _Table) -> tuple[int | None, dict[str, Landmark]]:
    """Column that names the landmark of each row, and the landmark for each of its values."""
    column = None
    for title in LANDMARKS:
        if title in table.keys:
            column = table.keys.index(title)
            spelled = list(dict.fromkeys(table.column(column)))
            found = zip(spelled, _landmarks([name.lower() for name in spelled]), strict=True)
            which = {name: landmark for name, landmark in found if landmark is not None}
            if which:
                return column, which
    return column, {}


def _of_person(
    table: _Table,
    moments: Sequence[str],
    x: Array,
    *,
    points: Sequence[str] = (),
    but: int | None = None,
) -> tuple[_Table, Mapping[str, int]]:
    """Rows of the requested person, and the record of the choice."""
    columns = {c: table.column(c) for c, key in enumerate(table.keys) if key in PEOPLE and c != but}
    whose = title_of_people(table.keys, columns)
    pairs = list(zip(moments, points, strict=True)) if points else list(moments)
    if whose is None and len(set(pairs)) < len(pairs):
        perhaps = [c for c, key in enumerate(table.keys) if key in PERHAPS_PEOPLE and c != but]
        whose = next(iter(perhaps), None)
    if whose is None and not points and table.find(FRAMES) is None:
        whose = next(iter(_ids_that_return(table)), None)
    if whose is None:
        check_only_person(table.person, file=table.file)
        return table, {}
    names = table.column(whose)
    theirs, record = rows_of_person(names, moments, x, table.person, file=table.file)
    rows = [row for row, its in zip(table.rows, theirs, strict=True) if its]
    return replace(table, rows=rows), record


def _ids_that_return(table: _Table) -> list[int]:
    """Columns of numbers that repeat: they identify people, not rows."""
    ids = [c for c, key in enumerate(table.keys) if key in ("id", "idx", "body_id")]
    return [c for c in ids if 1 < len(set(table.column(c))) <= len(table.rows) // 2]


def _nowhere(n_frames: int) -> Array:
    """Missing landmarks for all frames; visible unless the file says otherwise."""
    places = empty(n_frames, N_LANDMARKS, 3)
    places[..., 2] = 1
    return places


def _landmarks(names: Sequence[str]) -> list[Landmark | None]:
    """Landmarks for names or numbers; numbers count from 0, or from 1 if there is a 33rd."""
    matches = [_NUMBER.match(name) for name in names]
    found = [int(match[1]) for match in matches if match]
    base = 1 if N_LANDMARKS in found and 0 not in found else 0
    return [
        (Landmark(int(match[1]) - base) if 0 <= int(match[1]) - base < N_LANDMARKS else None)
        if match
        else landmark_of(name)
        for name, match in zip(names, matches, strict=True)
    ]


def _moments(table: _Table, *, by_time: bool = False) -> tuple[NDArray[np.int64], Array | None]:
    """Frame number of each row, and its time if a column has it and it is needed. [s]"""
    numbered, timed = table.find(FRAMES), time_columns(table.keys)
    frames = np.arange(len(table.rows))
    if numbered is not None and any(cells := table.column(numbered)):
        frames = frame_numbers(cells)
    if not timed or not table.rows or not (table.needs_times or by_time):
        return frames, None
    time_s = seconds(table.keys[timed[0]], table.column(timed[0]))
    if by_time:
        if not np.isfinite(time_s).all():
            msg = f"its column {table.keys[timed[0]]!r} has empty cells"
            raise UnlikeError(msg, "add a column frame")
        frames = np.unique(time_s, return_inverse=True)[1]
    return frames, time_s
