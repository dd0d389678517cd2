"""Corrections by video: one file for one video, or a folder with a file for each that has any."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from kneescan.errors import CorrectionsError
from kneescan.files import is_same_file
from kneescan.squat.corrections import Corrections


def corrections_file(path: Path, video: str) -> Path | None:
    """File with the corrections of a video: the path itself, or one in the folder; None if it has none.

    Parameters
    ----------
    path : Path
        File, or folder in which the corrections of ``a/video.mp4`` are called ``a/video.json``, or
        ``video.json`` if that is clear.
    video : str
        Name of the video.

    Raises
    ------
    CorrectionsError
        If there is no such file or folder.
    """
    if not path.exists():
        msg = (
            f"{path}: no such file or folder; give a JSON file, or a folder with one for each video"
        )
        raise CorrectionsError(msg)
    if not path.is_dir():
        return path
    name = PurePosixPath(video.replace("\\", "/"))
    inside = name if not name.is_absolute() and ".." not in name.parts else PurePosixPath(name.name)
    names = (
        f"{inside}.json",
        inside.with_suffix(".json"),
        f"{name.name}.json",
        f"{name.stem}.json",
    )
    return next((path / each for each in names if (path / each).is_file()), None)


def corrections_of(path: Path | None, video: str) -> Corrections | None:
    """Corrections of a video, from a file or a folder; None if it has none.

    Raises
    ------
    CorrectionsError
        If there is no such file or folder, or its content is wrong.
    """
    file = None if path is None else corrections_file(path, video)
    return None if file is None else Corrections.load(file)


def corrections_by_video(path: Path | None, videos: Iterable[str]) -> dict[str, Corrections]:
    """Corrections of many videos, from a folder; videos without any are left out.

    Raises
    ------
    CorrectionsError
        If it is no folder, a file in it is wrong, belongs to no video, or could belong to several.
    """
    if path is None:
        return {}
    if not path.is_dir():
        msg = f"{path}: not a folder; give a folder with a JSON file for each corrected video"
        raise CorrectionsError(msg)
    owners: dict[Path, str] = {}
    for video in videos:
        file = corrections_file(path, video)
        if file is not None and owners.setdefault(file, video) != video:
            msg = (
                f"{file}: could belong to {owners[file]} and {video}; put it into a folder of the same "
                "name as that of its video"
            )
            raise CorrectionsError(msg)
    for file in sorted(path.rglob("*.json")):
        if not any(is_same_file(file, known) for known in owners):
            msg = (
                f"{file}: belongs to no video of the batch; name it like its video, or take it out"
            )
            raise CorrectionsError(msg)
    return {video: Corrections.load(file) for file, video in owners.items()}
