"""Earlier results: keep what is replaced, in a folder of its own beside the new results."""

import json
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from kneescan.errors import OutputError
from kneescan.files import is_same_file
from kneescan.output.privacy.face_record import are_hidden
from kneescan.output.result_set import ANALYSIS, FILES, FRAMES, LANDMARKS, earlier_record, shown
from kneescan.output.tables.records import analysis_record
from kneescan.squat.results import SquatAnalysis

PREVIOUS = "previous"
"""Folder within the folder of results, with a folder for each set of earlier results."""
PHOTOGRAPH = b"data:image/jpeg"
"""How a picture of the video begins in a report."""
REPORTS = ("report.html", "report.pdf")
LASTING = (LANDMARKS, FRAMES)
"""Files that stay until they are replaced in one step, since the new results may come from them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What was in a folder before, and what became of it."""

    names: tuple[str, ...] = ()
    """Files with other numbers."""
    place: Path | None = None
    """Folder to which they were moved; None if they were removed."""
    shows_face: bool = False
    """Whether their faces are not hidden."""
    is_report: bool = False
    """Whether only a report was moved, because of its pictures."""


def clear_outdated(
    folder: Path, analysis: SquatAnalysis, *, source: Path | None, keep: bool = True
) -> Earlier:
    """Take files with other numbers than those of the analysis out of the way, before it is written.

    Every file is renamed in one step, ``analysis.json`` last, so that a stop at any moment loses nothing;
    the next run then continues in the same folder.

    Parameters
    ----------
    folder : Path
        Folder of results.
    analysis : SquatAnalysis
        Analysis that will be written.
    source : Path, optional
        The analysed file, which is not touched.
    keep : bool
        Whether to keep the files in ``previous/DATE_TIME``; otherwise they are removed.

    Returns
    -------
    Earlier
        Their names and the place where they are now.

    Raises
    ------
    OutputError
        If a file can be neither moved nor removed.
    """
    new = json.loads(json.dumps(analysis_record(analysis)))
    record = earlier_record(folder)
    if shown(record) == shown(new):
        return Earlier()
    outdated = [
        name
        for name in FILES
        if name not in LASTING
        and os.path.lexists(folder / name)
        and not (source is not None and is_same_file(folder / name, source))
    ]
    if not keep:
        outdated += [FRAMES] if os.path.lexists(folder / FRAMES) else []
        _remove(folder, outdated)
        return Earlier(names=tuple(outdated))
    if not outdated:
        return Earlier()
    place = _move_to_previous(folder, outdated, with_lasting=True)
    is_open = bool(record) and not are_hidden(record["provenance"])
    return Earlier(names=tuple(outdated), place=place, shows_face=is_open)


def shows_photographs(folder: Path) -> bool:
    """Whether a report in the folder has pictures of the video, as one without the video would not."""
    with suppress(OSError):
        return PHOTOGRAPH in (folder / REPORTS[0]).read_bytes()
    return False


def keep_report(folder: Path) -> Earlier:
    """Move a report to ``previous`` because of its pictures, though its numbers are still right."""
    names = tuple(name for name in REPORTS if os.path.lexists(folder / name))
    return Earlier(names=names, place=_move_to_previous(folder, names), is_report=True)


def _move_to_previous(folder: Path, names: Sequence[str], *, with_lasting: bool = False) -> Path:
    """Move files of a folder of results into a new folder below ``previous``, and return that.

    ``with_lasting`` also puts the landmarks and frames there, so that the set is complete.
    """
    in_order = sorted(names, key=lambda name: name == ANALYSIS)
    place = folder / PREVIOUS
    try:
        place = _place(folder, in_order)
        for name in LASTING if with_lasting else ():
            _also_there(folder / name, place / name)
        for name in in_order:
            (folder / name).rename(place / name)
    except OSError as error:
        msg = (
            f"{place}: earlier results cannot be kept there ({error.strerror}); choose another "
            "folder with --out, or replace them with --overwrite"
        )
        raise OutputError(msg) from error
    return place


def _place(folder: Path, names: Sequence[str]) -> Path:
    """Folder named after date and time; that of a run that was stopped while it moved the files, if any."""
    parent = folder / PREVIOUS
    parent.mkdir(exist_ok=True)
    last = max((path for path in parent.iterdir() if path.is_dir()), default=None)
    may_go_on = last is not None and ANALYSIS in names and not (last / ANALYSIS).exists()
    if last is not None and may_go_on and not any((last / name).exists() for name in names):
        return last
    name = time.strftime("%Y-%m-%d_%H-%M-%S")
    for number in count(1):
        place = parent / (name if number == 1 else f"{name}_{number}")
        with suppress(FileExistsError):
            place.mkdir()
            break
    return place


def _also_there(file: Path, copy: Path) -> None:
    """A second name for a file, or a copy on disks without such names; nothing if there is no file."""
    if not file.exists() or copy.exists():
        return
    try:
        copy.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, copy)


def _remove(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            msg = (
                f"{folder / name}: shows earlier numbers and cannot be removed "
                f"({error.strerror}); choose another folder with --out"
            )
            raise OutputError(msg) from error
