"""MediaPipe in a CSV file: x, y and visibility of every landmark, as scripts and notebooks dump them.

Nobody laid this down, so that both usual shapes are read: a row per frame with columns such as
``left_knee_x``, ``x25`` or ``landmark_25_y``, and a row per landmark with a column of its name or
number. x and y are shares of the picture, as MediaPipe gives them, or pixels.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import PoseFileError
from kneescan.exchange.files import numbers, read_rows, reading
from kneescan.exchange.names import landmark_of
from kneescan.exchange.points import Points
from kneescan.landmarks import N_LANDMARKS, Landmark

KIND = "MediaPipe CSV"

Array = NDArray[np.float64]

AXES = {"x": 0, "y": 1, "visibility": 2, "vis": 2, "v": 2, "likelihood": 2, "confidence": 2}
TIMES = ("time_s", "time", "timestamp", "t", "seconds", "time_ms", "timestamp_ms", "time_us")
FRAMES = ("frame", "frame_number", "frame_id", "frame_index", "frame_idx", "frame_no")
LANDMARKS = (
    *("landmark", "landmark_name", "landmark_id", "landmark_index", "landmark_idx"),
    *("name", "point", "joint", "keypoint", "id", "index"),
)
MAX_SHARE = 3.0
"""Places beyond this many times the picture's size are pixels."""
MAX_NEGATIVE = 0.2
"""With more negative places than this it is metres about the hips (world landmarks)."""

_AXIS = "|".join(sorted(AXES, key=len, reverse=True))
_AXIS_LAST = re.compile(rf"^(.+?)[ _.-]*({_AXIS})$")
_AXIS_FIRST = re.compile(rf"^({_AXIS})[ _.-]*(.+)$")
_NUMBER = re.compile(r"^(?:pose_)?(?:landmark|point|keypoint|joint|lm|kp)?[ _.-]*(\d+)(?:\.0)?$")


def read_mediapipe_csv(path: Path) -> tuple[Points, bool]:
    """Landmarks of a CSV file, and whether they are shares of the picture instead of pixels.

    Raises
    ------
    PoseFileError
        If it has no columns that can be told to be landmarks, or holds world landmarks.
    """
    titles, *rows = read_rows(path) or [[]]
    titles = [title.lower() for title in titles]
    with reading(path, KIND):
        in_rows = "x" in titles and "y" in titles
        places, frames, time_s = (_from_rows if in_rows else _from_columns)(titles, rows)
    there = [landmark for landmark in Landmark if np.isfinite(places[:, landmark, 0]).any()]
    places = places[:, there]
    xy = places[..., :2]
    seen = xy[np.isfinite(xy).all(axis=-1) & ~(xy == 0).all(axis=-1)]
    if seen.size and (seen < 0).mean() > MAX_NEGATIVE:
        msg = (
            f"{path}: many places are negative, so these are world landmarks, in metres about the "
            "hips; dump pose_landmarks instead of pose_world_landmarks"
        )
        raise PoseFileError(msg)
    points = Points(
        file=path.name,
        kind=KIND,
        names=tuple(landmark.name for landmark in there),
        xy=xy,
        confidence=places[..., 2],
        frames=frames,
        time_s=time_s,
    )
    return points, bool(seen.size) and float(np.percentile(seen, 98)) <= MAX_SHARE


Read = tuple[Array, NDArray[np.int64], Array | None]
"""Places with visibility (n_frames, 33, 3), number and time of each frame."""


def _from_columns(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Read:
    """A row per frame: each column is an axis of a landmark."""
    parts = {column: part for column, title in enumerate(titles) if (part := _part(title))}
    names = list(dict.fromkeys(name for name, _ in parts.values()))
    which = dict(zip(names, _landmarks(names), strict=True))
    if not parts:
        msg = "no column is named like left_knee_x, x25 or landmark_25_y"
        raise ValueError(msg)
    places = _nowhere(len(rows))
    table = numbers(rows, len(titles))
    for column, (name, axis) in parts.items():
        if which[name] is not None:
            places[:, which[name], axis] = table[:, column]
    frames, time_s = _moments(titles, table)
    return places, frames, time_s


def _part(title: str) -> tuple[str, int] | None:
    """Name or number of a landmark and axis that the title of a column is made of."""
    last, first = _AXIS_LAST.match(title), _AXIS_FIRST.match(title)
    spelled = [(last[1], last[2])] if last else []
    spelled += [(first[2], first[1])] if first else []
    for name, axis in spelled:
        if _NUMBER.match(name) or landmark_of(name) is not None:
            return name, AXES[axis]
    return None


def _from_rows(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Read:
    """A row per landmark: a column says which, another of which frame."""
    named = [titles.index(title) for title in LANDMARKS if title in titles]
    moment = [titles.index(title) for title in (*FRAMES, *TIMES) if title in titles]
    if not named or not moment:
        msg = "a table with x and y needs a column 'landmark' and a column 'frame' or 'time_s'"
        raise ValueError(msg)
    names = [row[named[0]] for row in rows]
    spelled = list(dict.fromkeys(names))
    found = zip(spelled, _landmarks([name.lower() for name in spelled]), strict=True)
    which = {name: landmark for name, landmark in found if landmark is not None}
    rows = [row for row, name in zip(rows, names, strict=True) if name in which]
    landmarks = np.array([which[row[named[0]]] for row in rows], dtype=np.intp)
    others = [["" if c == named[0] else cell for c, cell in enumerate(row)] for row in rows]
    table = numbers(others, len(titles))
    _, first, frame = np.unique(table[:, moment[0]], return_index=True, return_inverse=True)
    places = _nowhere(len(first))
    for title, axis in AXES.items():
        if title in titles:
            places[frame, landmarks, axis] = table[:, titles.index(title)]
    frames, time_s = _moments(titles, table[first])
    return places, frames, time_s


def _nowhere(n_frames: int) -> Array:
    """Places of no landmark yet; visible where the file does not say otherwise."""
    places = np.full((n_frames, N_LANDMARKS, 3), np.nan)
    places[..., 2] = 1
    return places


def _landmarks(names: Sequence[str]) -> list[Landmark | None]:
    """Landmarks of names or numbers; numbers count from 0, or from 1 where there is a 33rd."""
    matches = [_NUMBER.match(name) for name in names]
    found = [int(match[1]) for match in matches if match]
    base = 1 if N_LANDMARKS in found and 0 not in found else 0
    return [
        (Landmark(int(match[1]) - base) if 0 <= int(match[1]) - base < N_LANDMARKS else None)
        if match
        else landmark_of(name)
        for name, match in zip(names, matches, strict=True)
    ]


def _moments(titles: Sequence[str], table: Array) -> tuple[NDArray[np.int64], Array | None]:
    """Number of each frame, and its time where a column tells. [s]"""
    frames = np.arange(len(table))
    numbered = [titles.index(title) for title in FRAMES if title in titles]
    if numbered and np.isfinite(table[:, numbered[0]]).all():
        frames = table[:, numbered[0]].astype(np.int64)
    timed = [title for title in TIMES if title in titles]
    if not timed:
        return frames, None
    times = table[:, titles.index(timed[0])]
    return frames, times / _per_second(timed[0], times)


def _per_second(title: str, times: Array) -> float:
    """How many of a clock's units make a second, by its title or by the step between frames."""
    by_title = {"_s": 1.0, "_ms": 1e3, "_us": 1e6}
    for ending, units in by_title.items():
        if title.endswith(ending):
            return units
    step = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    return 1.0 if step < 1 else 1e3 if step < 1000 else 1e6
