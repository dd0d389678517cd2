"""OpenPose: a folder with one JSON file per frame, as OpenPose, Pose2Sim and others write it."""

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import PoseFileError
from kneescan.exchange.files import read_json, reading
from kneescan.exchange.names import POINT_SETS, set_of_size
from kneescan.exchange.people import choose_person, follow_people
from kneescan.exchange.points import Points

KIND = "OpenPose"

_FRAME = re.compile(r"^(.*?)[_-]?(\d+)(?:_keypoints)?$")


def read_openpose(path: Path, *, person: int | None = None) -> Points:
    """Points of one person in a folder of OpenPose's JSON files.

    Parameters
    ----------
    path : Path
        Folder with a file per frame; the last number in a file's name is that of its frame.
    person : int, optional
        Whom to read, counted from the left; the most complete one when left out.

    Raises
    ------
    PoseFileError
        If there are no such files, or those of several films.
    """
    files = _files_by_frame(path)
    people = []
    for file in files.values():
        content = read_json(file)
        with reading(file, KIND):
            people.append([_points(one["pose_keypoints_2d"]) for one in content["people"]])
    n_points = {person.shape[0] for present in people for person in present}
    if len(n_points) != 1:
        found = "nobody is in any of them" if not n_points else f"sets of {sorted(n_points)} points"
        msg = f"{path}: {len(files)} frames, but {found}; let one model track the whole film"
        raise PoseFileError(msg)
    point_set = set_of_size(next(iter(n_points)))
    if point_set is None:
        msg = f"{path}: {n_points.pop()} points per person; run OpenPose with --model_pose BODY_25"
        raise PoseFileError(msg)
    track, n_people = choose_person(follow_people(people), person, file=path.name)
    return Points(
        file=path.name,
        kind=KIND,
        names=POINT_SETS[point_set],
        xy=track[..., :2],
        confidence=track[..., 2],
        frames=np.array(list(files), dtype=np.int64),
        record={"point_set": point_set, "people": n_people},
    )


def _files_by_frame(path: Path) -> dict[int, Path]:
    matches = {file: _FRAME.match(file.stem) for file in path.glob("*.json")}
    named = {file: match for file, match in matches.items() if match}
    if not named:
        msg = f"{path}: holds no JSON file per frame; give the folder that OpenPose wrote to"
        raise PoseFileError(msg)
    films = sorted({match[1] for match in named.values()})
    if len(films) > 1:
        msg = f"{path}: holds frames of {len(films)} films ({', '.join(films)}); give each a folder"
        raise PoseFileError(msg)
    return dict(sorted((int(match[2]), file) for file, match in named.items()))


def _points(flat: list[Any]) -> NDArray[np.float64]:
    """Points of one person, shape (n_points, 3): x, y, confidence; NaN where not found."""
    points = np.array(flat, dtype=np.float64).reshape(-1, 3)
    missing = (points[:, 2] == 0) | (points[:, :2] == 0).all(axis=-1)
    return np.where(missing[:, None], np.nan, points)
