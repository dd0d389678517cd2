"""Read one JSON file of MMPose or COCO that contains everybody in every frame.

MMPose's inferencer writes a list of frames. Its demos write the same list together with the names of
the points. COCO-WholeBody data sets, and AlphaPose, have a list of persons, each with a picture number.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import PoseFileError
from kneescan.exchange.formats.openpose import found, number_list, points_of_row
from kneescan.exchange.parsing.files import UnlikeError, read_json, reading
from kneescan.exchange.parsing.landmark_names import POINT_SETS, set_of_size
from kneescan.exchange.parsing.people import choose_person, counted, follow_people
from kneescan.exchange.parsing.points import Points
from kneescan.exchange.parsing.tables import frame_number

KIND = "MMPose or COCO JSON"

Person = NDArray[np.float64]
"""Points of one person, shape (n_points, 3): x, y, confidence; NaN where not found."""


def read_mmpose(path: Path, *, person: str | int | None = None) -> Points:
    """Read the points of one person from a JSON file of MMPose, AlphaPose or COCO-WholeBody.

    Parameters
    ----------
    path : Path
        The file.
    person : str or int, optional
        Person to read, counted from the left; the most complete one when left out.

    Raises
    ------
    PoseFileError
        If the file has another format, or an unknown set of points.
    """
    content = read_json(path)
    if isinstance(content, Mapping) and "people" in content:
        msg = f"{path}: one frame of OpenPose; give the folder with all frames"
        raise PoseFileError(msg)
    with reading(path, KIND):
        own_names = _own_names(content)
        by_frame = _people_by_frame(content)
    sizes = {one.shape[0] for people in by_frame.values() for one in people}
    if len(sizes) != 1:
        msg = f"{path}: nobody, or persons with different sets of points; track the video with one model"
        raise PoseFileError(msg)
    n_points = sizes.pop()
    point_set = set_of_size(n_points)
    if point_set is None and len(own_names) != n_points:
        msg = f"{path}: {n_points} points per person, but no names for them; use a model "
        msg += "with feet: COCO-WholeBody or HALPE_26"
        raise PoseFileError(msg)
    names = own_names if len(own_names) == n_points else POINT_SETS[str(point_set)]
    number = counted(person, file=path.name)
    with reading(path, KIND):
        tracks = follow_people(list(by_frame.values()))
    track, n_people = choose_person(tracks, number, file=path.name)
    return Points(
        file=path.name,
        kind=KIND,
        names=names,
        xy=track[..., :2],
        confidence=track[..., 2],
        frames=np.array(list(by_frame), dtype=np.int64),
        record={"point_set": point_set or "named in the file", "people": n_people},
    )


def _own_names(content: Any) -> tuple[str, ...]:
    """Names of the points, if MMPose wrote them with the frames."""
    if not isinstance(content, Mapping):
        return ()
    by_number = content.get("meta_info", {}).get("keypoint_id2name", {})
    return tuple(str(by_number[key]) for key in sorted(by_number, key=int))


def _people_by_frame(content: Any) -> dict[int, list[Person]]:
    frames = content["instance_info"] if isinstance(content, Mapping) else content
    if not isinstance(frames, list) or not frames:
        msg = "it is empty"
        raise UnlikeError(msg)
    by_frame: dict[int, list[Person]] = {}
    for frame in frames:
        if "image_id" in frame:  # a record of one person
            by_frame.setdefault(frame_number(frame["image_id"]), []).append(_coco(frame))
            continue
        number = frame_number(frame["frame_id"])
        if number in by_frame:
            msg = f"frame {number} appears twice"
            raise UnlikeError(msg)
        by_frame[number] = [_instance(one) for one in frame["instances"]]
    return dict(sorted(by_frame.items()))


def _instance(one: Mapping[str, Any]) -> Person:
    """Person in the form of MMPose, with separate positions and scores."""
    places = [number_list(place)[:2] for place in one["keypoints"]]
    scores = number_list(one["keypoint_scores"])
    if len(places) != len(scores) or any(len(place) < 2 for place in places):
        msg = f"{len(places)} places and {len(scores)} scores"
        raise UnlikeError(msg)
    return found(np.column_stack([np.array(places).reshape(-1, 2), scores]))


def _coco(record: Mapping[str, Any]) -> Person:
    """Person in the form of COCO: x, y, score in one row of numbers; feet, face and hands may have others."""
    parts: Sequence[str] = (
        "keypoints",
        "foot_kpts",
        "face_kpts",
        "lefthand_kpts",
        "righthand_kpts",
    )
    return points_of_row(
        [value for part in parts if part in record for value in number_list(record[part])]
    )
