"""Corrections by video: one file for one video, or a folder with a file for each that has any."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from kneescan.errors import CorrectionsError
from kneescan.plain_text import one_line
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


def corrections_by_video(
    path: Path | None, videos: Iterable[str], *, among: str = "the batch"
) -> dict[str, Corrections]:
    """Corrections of many videos, from a folder; videos without any are left out.

    The corrections of ``week1/anna.mp4`` are called ``anna.json``, or ``week1/anna.json`` if there is an
    ``anna.mp4`` in other folders as well. ``among`` says in an error what the videos are together.

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
                f"{file}: belongs to no video of {among} ({_listed(names)}); name it like its video, or "
                "take it out"
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


def common_corrections(
    paths: Sequence[str], corrected: Mapping[str, Corrections]
) -> Corrections | None:
    """Corrections of a video that stands in a list under several paths; None if it has none.

    Raises
    ------
    CorrectionsError
        If those of two paths differ.
    """
    found = [path for path in dict.fromkeys(paths) if path in corrected]
    for path in found[1:]:
        if corrected[path] != corrected[found[0]]:
            msg = (
                f"{found[0]} and {path}: the same video with different corrections; give the "
                "corrections of one of them only"
            )
            raise CorrectionsError(msg)
    return corrected[found[0]] if found else None


def _listed(names: Sequence[str]) -> str:
    """Names for a message, only the first if there are many."""
    return one_line(", ".join(names[:3]))[:200] + (", …" if len(names) > 3 else "")


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
