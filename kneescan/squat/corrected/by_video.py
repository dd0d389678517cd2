"""Corrections by video: one file for one video, or a folder with a file for each that has any."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from kneescan.errors import CorrectionsError
from kneescan.squat.corrections import Corrections


def corrections_of(path: Path | None, video: str) -> Corrections | None:
    """Corrections of a video, from a file or a folder; None if it has none.

    Raises
    ------
    CorrectionsError
        If there is no such file or folder, or its content is wrong.
    """
    if path is None:
        return None
    if not path.exists():
        msg = (
            f"{path}: no such file or folder; give a JSON file, or a folder with one for each video"
        )
        raise CorrectionsError(msg)
    if not path.is_dir():
        return Corrections.load(path)
    files = [file for file in _files(path) if _is_called_like(file.relative_to(path), video)]
    if len(files) > 1:
        raise _two(files[0], files[1], video)
    return Corrections.load(files[0]) if files else None


def corrections_by_video(path: Path | None, videos: Iterable[str]) -> dict[str, Corrections]:
    """Corrections of many videos, from a folder; videos without any are left out.

    The corrections of ``week1/anna.mp4`` are called ``anna.json``, or ``week1/anna.json`` if there is an
    ``anna.mp4`` in other folders as well.

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
    names = sorted(set(videos))
    found: dict[str, Path] = {}
    for file in _files(path):
        fitting = [video for video in names if _is_called_like(file.relative_to(path), video)]
        if not fitting:
            msg = (
                f"{file}: belongs to no video of the batch; name it like its video, or take it out"
            )
            raise CorrectionsError(msg)
        if len(fitting) > 1:
            msg = (
                f"{file}: could belong to {fitting[0]} and {fitting[1]}; put it into a folder called "
                "like that of its video"
            )
            raise CorrectionsError(msg)
        if fitting[0] in found:
            raise _two(found[fitting[0]], file, fitting[0])
        found[fitting[0]] = file
    return {video: Corrections.load(file) for video, file in found.items()}


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.json") if file.is_file())


def _is_called_like(file: Path, video: str) -> bool:
    """Whether a file, relative to the folder, has the last names of a video's path."""
    wanted, parts = file.parts, PurePosixPath(video.replace("\\", "/")).parts
    own = parts[-len(wanted) :]
    names = (f"{own[-1]}.json", f"{PurePosixPath(own[-1]).stem}.json") if own else ()
    return len(own) == len(wanted) and own[:-1] == wanted[:-1] and wanted[-1] in names


def _two(one: Path, other: Path, video: str) -> CorrectionsError:
    return CorrectionsError(f"{one} and {other}: both belong to {video}; keep one of them")
