"""Free folders: a folder for results when none is given, and room on its disk."""

import shutil
from collections.abc import Collection
from contextlib import suppress
from itertools import count
from pathlib import Path

from kneescan.errors import OutputError, VideoError
from kneescan.files import folder_names
from kneescan.output.result_set import LANDMARKS, holds_others

RESULTS = Path("results")
"""Folder for results, in the folder where the command is run."""
AMPLE_BYTES = 2 * 10**9
"""Free space that is enough for any video; nothing is estimated then."""
TABLES_BYTES = 5 * 10**6
"""Landmarks, tables, frames and report together; they are 1 MB for a video of half a minute."""
VIDEO_BYTES_PER_S = 500_000
"""An annotated video of 1080 x 1920 pixels takes less. [bytes/s]"""


def free_folder(source: Path, taken: Collection[Path] = ()) -> Path:
    """Folder ``results/NAME`` for a video or its landmarks, not one with results of another video.

    Parameters
    ----------
    source : Path
        Video, or landmark file. ``landmarks.npz`` is named after its folder.
    taken : collection of Path
        Folders for other videos of the same command.

    Raises
    ------
    KneescanError
        If a folder of that name exists and there is no such source to compare.
    """
    named = source.absolute().parent if source.name == LANDMARKS else source
    for number in count(1):
        # Other videos of the same name get a number, as within one command.
        place = RESULTS / folder_names([named] * number)[-1]
        if place in taken:
            continue
        if not place.exists() or (place.is_dir() and not holds_others(place, source)):
            break
    return place


def refuse_full_disk(folder: Path, video: Path | None) -> None:
    """Refuse a folder on a disk without room for the results, before a long measurement.

    Parameters
    ----------
    folder : Path
        Folder for results; it need not exist.
    video : Path, optional
        Video that will be drawn on.

    Raises
    ------
    OutputError
        If too little is free.
    """
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    try:
        free = shutil.disk_usage(existing).free
    except OSError:
        return
    if free >= AMPLE_BYTES:
        return
    needed = TABLES_BYTES + (0 if video is None else _drawn_bytes(video))
    if free < needed:
        msg = (
            f"{folder}: only {free / 1e6:.0f} MB are free on this disk, and the results take up to "
            f"{needed / 1e6:.0f} MB; make room, or choose a folder on another disk with --out"
        )
        values = {"free_mb": free / 1e6, "needed_mb": needed / 1e6}
        raise OutputError(msg, code="disk_too_full", folder=folder, **values)


def _drawn_bytes(video: Path) -> int:
    """Size of the annotated video, estimated from its length; 0 if that is unknown."""
    # PyAV must not be loaded before OpenCV where a window is opened.
    from kneescan.capture.video_file import VideoFile

    # A video that cannot be read is refused when it is measured.
    with suppress(VideoError), VideoFile(video) as opened:
        return round(VIDEO_BYTES_PER_S * (opened.info.duration_s or 0.0))
    return 0
