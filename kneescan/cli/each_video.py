"""Each video: one after the other, each with its folder, whatever happens to the others."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kneescan.cli.frame import explain
from kneescan.cli.terminal.screen import say
from kneescan.cli.terminal.stopping import telling_what_is_kept
from kneescan.files import folder_names
from kneescan.output.earlier_results import PREVIOUS
from kneescan.output.free_folders import free_folder
from kneescan.output.words.language import Words
from kneescan.output.words.sentences import DEFAULT_LANGUAGE


def each_video(
    files: list[Path],
    out_folder: Path | None,
    one: Callable[[Path, Path | None], None],
    *,
    writes: bool = True,
    language: str = DEFAULT_LANGUAGE,
) -> int:
    """Process one video after the other; a failure is reported and does not stop the others.

    Parameters
    ----------
    files : list of Path
        Videos or landmark files.
    out_folder : Path, optional
        Folder for the results of one video, or for a folder for each of several; ``results/NAME`` if
        not given.
    one : callable
        Called with each file and its folder; None if nothing is written.
    writes : bool
        Whether results are written although there is no ``out_folder``.
    language : str
        Language of what is said.

    Returns
    -------
    int
        Exit code: 0, or the most serious one of the videos.
    """
    codes: list[int] = []
    folders: list[Path | None] = []
    words = Words(language)

    def kept() -> str:
        place = whole_files(folders[-1] if len(folders) > len(codes) else None, language)
        if len(files) == 1:
            return place
        return f"{words('stopped.finished', n=codes.count(0), of=len(files))} {place}"

    given = _given_folders(files, out_folder)
    with telling_what_is_kept(kept, words("stopped.stopped")):
        for file, place in zip(files, given, strict=True):
            try:
                folders.append(place)
                if place is None and writes:
                    folders[-1] = free_folder(file, [folder for folder in folders if folder])
                one(file, folders[-1])
                codes.append(0)
            except Exception as error:  # noqa: BLE001 (whatever a video does, the others continue)
                codes.append(explain(error, about=file))
    n_failed = sum(code > 0 for code in codes)
    if n_failed and len(files) > 1:
        say(words("refused.some", n=n_failed, of=len(files)))
    return max(codes, default=0)


def whole_files(folder: Path | None, language: str = DEFAULT_LANGUAGE) -> str:
    """Message about a folder after writing was stopped."""
    words = Words(language)
    nothing = words("stopped.nothing")
    with suppress(OSError):
        there = {path.name for path in folder.iterdir()} if folder is not None else set()
        said = words("stopped.whole", folder=folder) if there - {PREVIOUS} else nothing
        if folder is not None and PREVIOUS in there:
            return f"{said} {words('stopped.earlier', folder=folder / PREVIOUS)}"
        return said
    return nothing


def _given_folders(files: list[Path], out_folder: Path | None) -> list[Path | None]:
    """Folder for each video: the given one, or a subfolder for each of several videos."""
    if out_folder is None or len(files) == 1:
        return [out_folder] * len(files)
    return [out_folder / name for name in folder_names(files)]
