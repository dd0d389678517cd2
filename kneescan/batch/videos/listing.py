"""List the videos of folders, patterns, addresses or a manifest."""

import glob
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kneescan.batch.clips import BatchError, Clip
from kneescan.batch.videos.addresses import is_address, path_of, readable, refusal, scheme_of
from kneescan.batch.videos.manifest import READ_COLUMNS, is_manifest, read_manifest
from kneescan.batch.videos.manifest_cells import leg_of, recorded_fps_of, rotation_of
from kneescan.batch.videos.remote import clips_at
from kneescan.capture.timing.slow_motion import check_recorded_fps
from kneescan.capture.video_names import (
    BEGINNING_BYTES,
    VIDEO_SUFFIXES,
    begins_like_video,
    has_video_name,
    is_ambiguous,
)
from kneescan.exchange.file_format import SPREADSHEETS
from kneescan.landmarks import Side

if TYPE_CHECKING:
    import pyarrow as pa

OWN_COLUMNS = {"path", "leg", "rotate"}
"""Columns of a manifest that kneescan understands."""
OWN_VIDEO = "annotated.mp4"
"""Videos that `kneescan analyze` writes with its results, which are not measured again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All clips of a batch, in the order of the tables."""

    clips: tuple[Clip, ...]
    carried: "dict[str, pa.DataType]"
    """Columns that a manifest adds to the tables, with their types."""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Number of files in the folders that are not videos by their names, by suffix."""
    misnamed: tuple[str, ...] = ()
    """Files named like videos that contain something else."""


@dataclass(frozen=True, slots=True)
class OtherFiles:
    """Other files in the folders of the videos."""

    skipped: Counter[str] = field(default_factory=Counter)
    misnamed: list[str] = field(default_factory=list)


def list_clips(
    inputs: Sequence[str | os.PathLike[str]],
    *,
    leg: Side | None = None,
    rotate_deg: int = 0,
    results: Path | None = None,
    allow_remote: bool = False,
    connect: bool = True,
    recorded_fps: float | None = None,
) -> Listing:
    """Find the videos to measure, in an order that does not depend on the disk.

    Parameters
    ----------
    inputs : sequence of path
        Folders (searched with all subfolders), patterns such as ``*/left*.mp4``, single videos,
        addresses of these, or one manifest.
    leg : Side, optional
        Leg to measure, unless a manifest names it.
    rotate_deg : {0, 90, 180, 270}
        Clockwise rotation of the videos, unless a manifest gives it. [deg]
    results : Path, optional
        Folder of the results; its contents are never measured.
    allow_remote : bool
        Whether addresses on other computers may be read.
    connect : bool
        Whether to list their contents; otherwise each address counts as one clip.
    recorded_fps : float, optional
        Rate at which the videos were recorded, unless a manifest gives it. [Hz]

    Returns
    -------
    Listing
        In the order of the manifest, otherwise by path.

    Raises
    ------
    BatchError
        If an input is missing, no video is found, or the manifest is invalid.
    """
    if recorded_fps is not None:
        check_recorded_fps(recorded_fps)
    texts = [_path_or_address(os.fspath(given), allow_remote=allow_remote) for given in inputs]
    if len(texts) == 1 and not is_address(texts[0]) and is_manifest(Path(texts[0])):
        asked = Clip(path="", source="", leg=leg, rotate_deg=rotate_deg, recorded_fps=recorded_fps)
        return _from_manifest(Path(texts[0]), asked, allow_remote=allow_remote)
    found: dict[str, Clip] = {}
    apart = OtherFiles()
    for text in texts:
        if not is_address(text) and is_manifest(Path(text)):
            msg = f"{text}: a manifest cannot be combined with other inputs; list all videos in it"
            raise BatchError(msg)
        if is_address(text):
            clips, misnamed = clips_at(text, connect=connect)
            apart.misnamed.extend(misnamed)
        else:
            clips = list(_from_path(text, results, apart))
        for clip in clips:
            found.setdefault(clip.source, clip)
    if not found:
        shown, endings = ", ".join(map(readable, texts)), " ".join(sorted(VIDEO_SUFFIXES))
        msg = f"{shown}: no video found; looked for names ending with {endings}"
        raise BatchError(msg, code="no_video_found", path=shown, endings=endings)
    listed = sorted(found.values(), key=lambda clip: (clip.path, clip.source))
    return Listing(
        clips=tuple(
            replace(clip, leg=leg, rotate_deg=rotate_deg, recorded_fps=recorded_fps)
            for clip in listed
        ),
        carried={},
        skipped=apart.skipped,
        misnamed=tuple(sorted(apart.misnamed)),
    )


def _path_or_address(text: str, *, allow_remote: bool) -> str:
    """Input as given, or the path that it means.

    Raises
    ------
    BatchError
        If it is an address that cannot be read.
    """
    if not is_address(text):
        return text
    refused = refusal(text, allow_remote=allow_remote)
    if refused:
        msg = f"{readable(text)}: {refused}"
        raise BatchError(msg)
    return path_of(text) if scheme_of(text) == "file" else text


def _from_path(text: str, results: Path | None, skipped: OtherFiles) -> Iterator[Clip]:
    path = Path(text)
    if os.path.isdir(text):  # noqa: PTH112 (accepts odd names too, and raises nothing)
        apart = results.resolve() if results else None
        # The results may be in the same folder as the videos; then the videos are still measured.
        yield from _below(path, None if apart == path.resolve() else apart, skipped)
    elif path.suffix.lower() in SPREADSHEETS:
        msg = f"{text}: a spreadsheet; save it as CSV UTF-8 and give that file"
        raise BatchError(msg)
    elif os.path.exists(text):  # noqa: PTH110
        yield _local(text)
    elif glob.has_magic(text):
        # A pattern may match .npz files; folders that it matches are not searched.
        for name in glob.glob(text, recursive=True):  # noqa: PTH207 (may be absolute)
            if Path(name).is_file():
                yield _local(name)
    else:
        msg = f"{text}: no such folder, video or manifest; check the name"
        raise BatchError(msg, code="no_such_input", path=text)


def _below(top: Path, results: Path | None, skipped: OtherFiles) -> Iterator[Clip]:
    """Videos in a folder and its subfolders; one that cannot be read becomes an error row."""
    unread: list[OSError] = []
    for folder, folders, names in os.walk(top, onerror=unread.append):
        here = Path(folder)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and (results is None or (here / name).resolve() != results)
        )
        if results is not None and here.resolve() == results:
            folders.clear()
            continue
        own = {OWN_VIDEO} if "analysis.json" in names else set()
        # Names that start with a dot are not videos: macOS adds them for every file.
        for name in (name for name in names if not name.startswith(".")):
            if not has_video_name(name) or name in own:
                ending = readable(Path(name).suffix.lower())
                skipped.skipped[name if name in own else ending or "no ending"] += 1
            elif is_ambiguous(name) and not _begins_like_video(here / name):
                skipped.misnamed.append(readable((here / name).as_posix()))
            else:
                yield _local(str(here / name))
    for error in unread:
        fault = f"no permission to read this folder ({error.strerror}); change its permissions"
        yield replace(_local(str(error.filename)), fault=fault)


def _begins_like_video(path: Path) -> bool:
    """Whether a file does; an unreadable one counts, so that its row says why."""
    try:
        # Reading a pipe would block.
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return begins_like_video(file.read(BEGINNING_BYTES))
    except OSError:
        return True


def _local(name: str) -> Clip:
    return Clip(path=readable(Path(name).as_posix()), source=str(Path(name).absolute()))


def _from_manifest(path: Path, given: Clip, *, allow_remote: bool) -> Listing:
    table = read_manifest(path)
    _check_names(path, table.column_names)
    carried = {
        column.name: column.type for column in table.schema if column.name not in READ_COLUMNS
    }
    clips = []
    for number, row in enumerate(table.to_pylist(), start=1):
        name = (row.pop("path") or "").strip()
        if not name:
            msg = f"{path}: row {number} has no path"
            raise BatchError(msg)
        asked = leg_of(row.pop("leg", None), number, path)
        turn_deg = rotation_of(row.pop("rotate", None), number, path)
        # Also stays in the tables, which then show the rate that the times are based on.
        rate = recorded_fps_of(row.get("recorded_fps"), number, path)
        source, fault = _source(name, path, allow_remote=allow_remote)
        clips.append(
            Clip(
                path=readable(name),
                source=source,
                leg=asked or given.leg,
                rotate_deg=given.rotate_deg if turn_deg is None else turn_deg,
                recorded_fps=rate or given.recorded_fps,
                carried=row,
                fault=fault,
            )
        )
    if not clips:
        msg = f"{path}: the manifest lists no video"
        raise BatchError(msg)
    return Listing(clips=tuple(clips), carried=carried)


def _source(name: str, manifest: Path, *, allow_remote: bool) -> tuple[str, str | None]:
    """Location of a video in a manifest, and why it cannot be read, if so.

    Relative paths start from the manifest's folder. An error in one row affects only that row.
    """
    try:
        text = _path_or_address(name, allow_remote=allow_remote)
    except BatchError as error:
        return "", str(error).removeprefix(f"{readable(name)}: ")
    return text if is_address(text) else str((manifest.parent / text).absolute()), None


def _check_names(path: Path, names: Sequence[str]) -> None:
    """Refuse columns with the name of one of kneescan's own."""
    from kneescan.batch.tables.columns import own_names

    taken: list[Any] = sorted(set(names) & own_names() - OWN_COLUMNS)
    if taken:
        msg = f"{path}: kneescan uses the column names {', '.join(taken)} itself; rename yours"
        raise BatchError(msg)
