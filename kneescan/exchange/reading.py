"""Read landmarks from any of the formats, ready for analysis."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from kneescan.errors import PoseFileError
from kneescan.exchange.file_format import READABLE, Format, format_to_read
from kneescan.exchange.formats.dlc_csv import read_dlc_csv
from kneescan.exchange.formats.mediapipe_csv import read_mediapipe_csv
from kneescan.exchange.formats.mmpose import read_mmpose
from kneescan.exchange.formats.openpose import json_files, read_openpose
from kneescan.exchange.formats.tidy_parquet import read_parquet
from kneescan.exchange.formats.trc import read_trc
from kneescan.exchange.parsing.files import digest
from kneescan.exchange.parsing.people import check_only_person
from kneescan.exchange.parsing.points import Points, to_pose
from kneescan.landmarks import PoseSequence


def read_landmarks(
    path: str | os.PathLike[str],
    *,
    file_format: Format | str | None = None,
    fps: float | None = None,
    width_px: int | None = None,
    height_px: int | None = None,
    person: str | int | None = None,
    mirrored: bool = False,
    y_up: bool = False,
) -> PoseSequence:
    """Read the landmarks that another tool found, ready for ``analyze_pose``.

    Parameters
    ----------
    path : path
        File, or folder with OpenPose's files.
    file_format : str, optional
        One of :class:`Format`; detected from the file when left out.
    fps : float, optional
        Frame rate, required if the file has no times; used instead of them. [Hz]
    width_px, height_px : int, optional
        Size of the video's picture as displayed, required if the file does not have it. [px]
    person : str or int, optional
        Person to read: counted from the left of the picture, from 1, or 0 for the person furthest to
        the right; or a name in the file, or ``id:`` and a number in it. Required if the file names
        the person in each row. Otherwise the default is the most complete person or, if several are
        about as complete, the one whose body moves down most.
    mirrored : bool
        Whether the video is mirrored, as from selfie cameras: left and right are exchanged.
    y_up : bool
        Whether y counts upwards from the lower edge of the picture.

    Returns
    -------
    PoseSequence
        Landmarks in pixels, y down; NaN with visibility 0 where the file has none. Visibility is
        the other model's confidence, or 1 where the format has none.

    Raises
    ------
    PoseFileError
        If the file cannot be used; the message says why and what to do.
    ValueError
        If a size or rate is not above 0.
    """
    path = Path(path)
    for given in (fps, width_px, height_px):
        if given is not None and not given > 0:
            msg = f"frame rate, width and height must be above 0, got {given}"
            raise ValueError(msg)
    kind = Format(file_format) if file_format else format_to_read(path)
    if kind is Format.NPZ:
        check_only_person(person, file=path.name)
        pose = PoseSequence.load(path / "landmarks.npz" if path.is_dir() else path)
        own_width_px, own_height_px = pose.size_px
        pose = replace(
            pose,
            time_s=np.arange(len(pose)) / fps if fps else pose.time_s,
            size_px=(width_px or own_width_px, height_px or own_height_px),
        )
        return pose.mirrored() if mirrored else pose
    points, shares = _read(path, kind, person, needs_times=fps is None)
    files = json_files(path) if path.is_dir() else [path]
    points = replace(points, record={**points.record, "sha256": digest(files)})
    return to_pose(
        points,
        fps=fps,
        size_px=(width_px, height_px),
        shares=shares,
        y_up=y_up,
        mirrored=mirrored,
    )


def _read(
    path: Path, kind: Format, person: str | int | None, *, needs_times: bool
) -> tuple[Points, bool]:
    """Points of a file, and whether they are fractions of the picture instead of pixels."""
    if kind is Format.MEDIAPIPE_CSV:
        return read_mediapipe_csv(path, person=person, needs_times=needs_times)
    if kind is Format.TRC:
        check_only_person(person, file=path.name)
        return read_trc(path), False
    readers: Mapping[Format, Callable[..., Points]] = {
        Format.OPENPOSE: read_openpose,
        Format.MMPOSE: read_mmpose,
        Format.DLC_CSV: read_dlc_csv,
        Format.PARQUET: read_parquet,
    }
    if kind in readers:
        return readers[kind](path, person=person), False
    msg = f"{path}: {kind} contains no landmarks; readable formats are {', '.join(READABLE)}"
    raise PoseFileError(msg)
