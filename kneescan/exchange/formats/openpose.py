"""Read a folder with one JSON file per frame, as OpenPose, Pose2Sim and others write it."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import PoseFileError
from kneescan.exchange.parsing.files import UnlikeError, read_json, reading, shown
from kneescan.exchange.parsing.landmark_names import POINT_SETS, set_of_size
from kneescan.exchange.parsing.people import choose_person, counted, follow_people
from kneescan.exchange.parsing.points import MAX_PLACE_PX, Points
from kneescan.exchange.parsing.tables import frame_number

KIND = "OpenPose"

_FRAME = re.compile(r"^(.*?)[_-]?(\d+)(?:_keypoints)?$")


def read_openpose(path: Path, *, person: str | int | None = None) -> Points:
    """Read the points of one person from a folder of OpenPose's JSON files.

    Parameters
    ----------
    path : Path
        Folder with one file per frame; the last number in a file name is the frame number.
    person : str or int, optional
        Person to read, counted from the left; the most complete one when left out.

    Raises
    ------
    PoseFileError
        If there are no such files, or they belong to several videos.
    """
    files = _files_by_frame(path)
    people = []
    for file in files.values():
        content = read_json(file)
        with reading(file, KIND):
            present = [points_of_row(one["pose_keypoints_2d"]) for one in content["people"]]
        people.append(present)
    n_points = {person.shape[0] for present in people for person in present}
    if len(n_points) != 1:
        found = (
            "nobody is in any of them"
            if not n_points
            else f"sets of {_listed(sorted(n_points))} points"
        )
        msg = f"{path}: {len(files)} frames, but {found}; track the whole video with one model"
        raise PoseFileError(msg)
    point_set = set_of_size(next(iter(n_points)))
    if point_set is None:
        msg = f"{path}: {n_points.pop()} points per person; run OpenPose with --model_pose BODY_25"
        raise PoseFileError(msg)
    number = counted(person, file=path.name)
    with reading(path, KIND):
        tracks = follow_people(people)
    track, n_people = choose_person(tracks, number, file=path.name)
    return Points(
        file=path.name,
        kind=KIND,
        names=POINT_SETS[point_set],
        xy=track[..., :2],
        confidence=track[..., 2],
        frames=np.array(list(files), dtype=np.int64),
        record={"point_set": point_set, "people": n_people},
    )


def json_files(path: Path) -> list[Path]:
    """JSON files of a folder, without the hidden files (``._*``) of macOS and others."""
    try:
        files = [
            file
            for file in path.iterdir()
            if file.suffix.lower() == ".json" and not file.name.startswith(".")
        ]
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); give a folder that you can open"
        raise PoseFileError(msg) from error
    return sorted(files)


def _files_by_frame(path: Path) -> dict[int, Path]:
    matches = {file: match for file in json_files(path) if (match := _FRAME.match(file.stem))}
    if not matches:
        msg = f"{path}: contains no JSON file per frame; give the folder that OpenPose wrote to"
        raise PoseFileError(msg)
    videos = sorted({match[1] for match in matches.values()})
    if len(videos) > 1:
        msg = f"{path}: contains frames of {len(videos)} videos ({_listed(videos)}); give each a folder"
        raise PoseFileError(msg)
    by_frame: dict[int, Path] = {}
    for file, match in matches.items():
        with reading(file, KIND):
            other = by_frame.setdefault(frame_number(match[2]), file)
        if other is not file:
            msg = f"{path}: {shown(other.name)} and {shown(file.name)} are the same frame; keep one"
            raise PoseFileError(msg)
    return dict(sorted(by_frame.items()))


def _listed(parts: Iterable[object]) -> str:
    return shown(", ".join(map(str, parts)))


def points_of_row(flat: Any) -> NDArray[np.float64]:
    """Points of one person, shape (n_points, 3): x, y, confidence; NaN where not found."""
    values = number_list(flat)
    if not values or len(values) % 3:
        msg = f"{len(values)} numbers are not x, y and score of each point"
        raise UnlikeError(msg)
    return found(np.array(values, dtype=np.float64).reshape(-1, 3))


def number_list(values: Any) -> list[float]:
    """Numbers of a JSON list; null becomes NaN, and anything else is refused."""
    if not isinstance(values, list):
        msg = "a list of numbers is missing"
        raise UnlikeError(msg)
    for value in values:
        if value is not None and type(value) not in (int, float):
            msg = f"found {shown(repr(value)[:100])} instead of a number"
            raise UnlikeError(msg)
    return [float("nan") if value is None else float(value) for value in values]


def found(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points with NaN for those that were not found: no score, or at 0, 0."""
    furthest_px = np.abs(points[:, :2]).max(initial=0, where=~np.isnan(points[:, :2]))
    if not furthest_px <= MAX_PLACE_PX:
        msg = f"a point at {furthest_px:.3g} is outside any picture"
        raise UnlikeError(msg)
    missing = (points[:, 2] == 0) | (points[:, :2] == 0).all(axis=-1)
    return np.where(missing[:, None], np.nan, points)
