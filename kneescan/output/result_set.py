"""Result set: keep the files of one analysis together, never mixed with those of another."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from kneescan.capture.container.source_file import file_sha256, find_source_file
from kneescan.errors import OutputError, PoseFileError
from kneescan.files import OUT_REMEDY, only_run_in, refuse_overwriting
from kneescan.landmarks import PoseSequence
from kneescan.landmarks.provenance import PERSON, with_present_names
from kneescan.output.privacy.face_record import KEY, are_hidden, with_faces
from kneescan.output.privacy.name_record import name_of, with_name

OF_THE_VIDEO = ("name", "recorded", "file_date")
"""What only the analysis remembers of its video: files of landmarks are passed on without it."""
LANDMARKS = "landmarks.npz"
ANALYSIS = "analysis.json"
FRAMES = "frames.zip"
ANNOTATED = "annotated.mp4"
FILES = (
    LANDMARKS,
    ANALYSIS,
    FRAMES,
    "repetitions.csv",
    "repetitions.parquet",
    "report.html",
    "report.pdf",
    ANNOTATED,
)
"""All files that an analysis may write into its folder. No other file there is touched."""

OF_A_BATCH = "manifest.parquet"
"""File that shows a batch folder; its tables have the same names as those of one video."""


def is_landmark_file(path: Path) -> bool:
    """Whether a name is that of a landmark file and not of a video."""
    return path.suffix.lower() == ".npz"


@contextmanager
def reserved(
    folder: Path, source: Path, *, inputs: Iterable[Path] = (), overwrite: bool = False
) -> Iterator[None]:
    """Reserve a folder for the results of one video, from before the measurement until all is written.

    Parameters
    ----------
    folder : Path
        Created if missing, and removed again if nothing is written.
    source : Path
        The video or landmark file that is analysed; a landmark file may be in the folder.
    inputs : iterable of Path
        Other files that the command reads.
    overwrite : bool
        Whether results of another video may be replaced.

    Raises
    ------
    OutputError
        If results would be written over an input, the folder holds results of another video, or
        another run is using it.
    KneescanError
        If there is no such source.
    """
    for name in FILES:
        may_stay = name == LANDMARKS and is_landmark_file(source)
        refuse_overwriting(folder / name, inputs if may_stay else [source, *inputs])
    if os.path.lexists(folder / OF_A_BATCH):
        msg = f"{folder}: holds the results of a batch; {OUT_REMEDY}"
        raise OutputError(msg, code="of_a_batch", folder=folder)
    with only_run_in(folder):
        if not overwrite:
            _check_belongs(folder, source)
        yield


def holds_others(folder: Path, source: Path) -> bool:
    """Whether a folder holds the results of another video than this one, or of a batch.

    Raises
    ------
    KneescanError
        If there are results, and there is no such source to compare.
    """
    return os.path.lexists(folder / OF_A_BATCH) or _others(folder, source) is not None


def _check_belongs(folder: Path, source: Path) -> None:
    others = _others(folder, source)
    if others is not None:
        code, what, values = others
        msg = (
            f"{folder}: holds {what}; choose another folder with --out, or replace what is there "
            "with --overwrite"
        )
        raise OutputError(msg, code=code, folder=folder, **values)


def _others(folder: Path, source: Path) -> tuple[str, str, dict[str, str]] | None:
    """What a folder holds that does not belong to a source, as code, text and values; None if nothing."""
    there = [name for name in FILES if os.path.lexists(folder / name)]
    if not there:
        return None
    video = _video(earlier_record(folder))
    earlier = video.get("sha256") or _identity_of_landmarks(folder / LANDMARKS)
    if is_landmark_file(source):
        identity = identity_of(PoseSequence.load(source))
    else:
        identity = file_sha256(find_source_file(source))
    if earlier == identity:
        return None
    whose = f" ({video['name']})" if video.get("name") else ""
    if earlier:
        return "of_another_video", f"results of another video{whose}", {"whose": whose}
    return "another_file", f"another {there[0]}", {"name": there[0]}


def identity_of(pose: PoseSequence) -> str:
    """Identity of a video's results: the SHA-256 of the video, or that of the landmarks."""
    sha256 = _video(dict(pose.provenance)).get("sha256")
    if sha256:
        return str(sha256)
    return hashlib.sha256(pose.time_s.tobytes() + pose.xy_px.tobytes()).hexdigest()


def _identity_of_landmarks(path: Path) -> str | None:
    with suppress(PoseFileError):
        return identity_of(PoseSequence.load(path))
    return None


def shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """Everything of an analysis that a report or an annotated video shows."""
    origin = record.get("provenance", {})
    seen = {name: origin.get(name) for name in ("kneescan", "settings", KEY, PERSON)}
    video = _video(record).get("sha256")
    return {**record, "provenance": {**seen, "video": video}}


def remembered(pose: PoseSequence, file: Path) -> PoseSequence:
    """Landmarks completed from the results in their folder: names, date, and hidden faces."""
    record = earlier_record(file.parent)
    video, stored = _video(dict(pose.provenance)), _video(record)
    if video.get("sha256") != stored.get("sha256"):
        return pose
    if video:
        known = {key: stored[key] for key in OF_THE_VIDEO if isinstance(stored.get(key), str)}
        pose = replace(pose, provenance={**pose.provenance, "video": {**video, **known}})
    origin = record.get("provenance", {})
    pose = with_name(pose, name_of(origin) or name_of(pose.provenance))
    hidden = are_hidden(pose.provenance) or are_hidden(origin)
    return with_faces(pose, is_hidden=hidden)


def earlier_name(folder: Path, pose: PoseSequence) -> str:
    """Name or code that the results of the same video in a folder give the person; empty if none."""
    record = earlier_record(folder)
    if not record or _video(dict(pose.provenance)).get("sha256") != _video(record).get("sha256"):
        return ""
    return name_of(record["provenance"])


def were_hidden(folder: Path, pose: PoseSequence) -> bool:
    """Whether the results of the same video in a folder hide faces."""
    origin = earlier_record(folder).get("provenance")
    with suppress(PoseFileError):
        origin = origin or PoseSequence.load(folder / LANDMARKS).provenance
    origin = dict(origin or {})
    video = _video(dict(pose.provenance))
    return are_hidden(origin) and _video(origin).get("sha256") == video.get("sha256")


def is_of_same_video(folder: Path, pose: PoseSequence) -> bool:
    """Whether the results in a folder are those of the video with these landmarks."""
    earlier = _video(earlier_record(folder)).get("sha256")
    return (earlier or _identity_of_landmarks(folder / LANDMARKS)) == identity_of(pose)


def earlier_record(folder: Path) -> dict[str, Any]:
    """Analysis in a folder; empty if there is none that can be read."""
    with suppress(OSError, ValueError, RecursionError):
        record = json.loads((folder / ANALYSIS).read_text(encoding="utf-8"))
        if isinstance(record, dict) and isinstance(record.get("provenance"), dict):
            return {**record, "provenance": with_present_names(record["provenance"])}
    return {}


def _video(record: Mapping[str, Any]) -> dict[str, Any]:
    """Entry on the video in a record or in the provenance of landmarks."""
    video = record.get("provenance", record).get("video")
    return video if isinstance(video, dict) else {}
