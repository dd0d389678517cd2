"""Listing: which films a folder, a pattern, an address or a manifest means."""

import glob
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from kneescan.batch.addresses import is_address, path_of, readable, refusal, scheme_of
from kneescan.batch.clips import BatchError, Clip
from kneescan.batch.fetching import open_address
from kneescan.batch.manifest import (
    READ_COLUMNS,
    is_manifest,
    leg_of,
    read_manifest,
    recorded_fps_of,
)
from kneescan.capture.slow_motion import check_recorded_fps
from kneescan.landmarks import Side

if TYPE_CHECKING:
    import pyarrow as pa

FILM_SUFFIXES = frozenset(
    f".{ending}"
    for ending in (
        *("3gp", "asf", "avi", "flv", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg"),
        *("mpg", "mts", "ogv", "webm", "wmv"),
    )
)
"""What counts as a film in a folder; a film of another name can be listed in a manifest."""
OWN_FILM = "annotated.mp4"
"""Films that `kneescan analyze` leaves beside its results are not measured again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All clips of a batch, in the order of the tables."""

    clips: tuple[Clip, ...]
    carried: "dict[str, pa.DataType]"
    """Columns that a manifest adds to the tables, and their types."""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Files in the folders that are not videos by their names: how many, by the ending."""


def list_clips(
    inputs: Sequence[str | os.PathLike[str]],
    *,
    leg: Side | None = None,
    results: Path | None = None,
    allow_remote: bool = False,
    connect: bool = True,
    recorded_fps: float | None = None,
) -> Listing:
    """Find the films that are meant, in an order that does not depend on the disk.

    Parameters
    ----------
    inputs : sequence of path
        Folders (searched with all below), patterns such as ``*/left*.mp4``, single films, addresses
        of these, or one manifest.
    leg : Side, optional
        Leg to judge where a manifest does not say.
    results : Path, optional
        Folder of the results: what lies in it is never measured.
    allow_remote : bool
        Whether addresses on other computers may be read.
    connect : bool
        Whether they are to be listed; otherwise each stands for itself.
    recorded_fps : float, optional
        Rate at which the films were recorded, where a manifest does not say. [Hz]

    Returns
    -------
    Listing
        In the order of the manifest, otherwise by path.

    Raises
    ------
    BatchError
        If something is not there, no film is found, or the manifest is faulty.
    """
    if recorded_fps is not None:
        check_recorded_fps(recorded_fps)
    texts = [_path_or_address(os.fspath(given), allow_remote=allow_remote) for given in inputs]
    if len(texts) == 1 and not is_address(texts[0]) and is_manifest(Path(texts[0])):
        return _from_manifest(Path(texts[0]), leg, recorded_fps, allow_remote=allow_remote)
    found: dict[str, Clip] = {}
    skipped: Counter[str] = Counter()
    for text in texts:
        if not is_address(text) and is_manifest(Path(text)):
            msg = f"{text}: give a manifest alone; list all films in it"
            raise BatchError(msg)
        clips = (
            _from_address(text, connect=connect)
            if is_address(text)
            else _from_path(text, results, skipped)
        )
        for clip in clips:
            found.setdefault(clip.source, clip)
    if not found:
        shown, endings = ", ".join(map(readable, texts)), " ".join(sorted(FILM_SUFFIXES))
        msg = f"{shown}: no film found; looked for names ending in {endings}"
        raise BatchError(msg)
    listed = sorted(found.values(), key=lambda clip: (clip.path, clip.source))
    chosen = tuple(replace(clip, leg=leg, recorded_fps=recorded_fps) for clip in listed)
    return Listing(clips=chosen, carried={}, skipped=skipped)


def _path_or_address(text: str, *, allow_remote: bool) -> str:
    """What was given, or the path that it means.

    Raises
    ------
    BatchError
        If it is an address that is not read.
    """
    if not is_address(text):
        return text
    refused = refusal(text, allow_remote=allow_remote)
    if refused:
        msg = f"{readable(text)}: {refused}"
        raise BatchError(msg)
    return path_of(text) if scheme_of(text) == "file" else text


def _from_path(text: str, results: Path | None, skipped: Counter[str]) -> Iterator[Clip]:
    path = Path(text)
    if os.path.isdir(text):  # noqa: PTH112 (tells of odd names too, and raises nothing)
        apart = results.resolve() if results else None
        # Results may be put among the films themselves: those are measured then.
        yield from _below(path, None if apart == path.resolve() else apart, skipped)
    elif os.path.exists(text):  # noqa: PTH110
        yield _local(text)
    elif glob.has_magic(text):
        # A pattern that names .npz files means them; folders that it names are not searched.
        for name in glob.glob(text, recursive=True):  # noqa: PTH207 (may be absolute)
            if Path(name).is_file():
                yield _local(name)
    else:
        msg = f"{text}: no such folder, film or manifest; check the name"
        raise BatchError(msg)


def _below(top: Path, results: Path | None, skipped: Counter[str]) -> Iterator[Clip]:
    """Films in a folder and all folders below it; one that may not be read becomes an error row."""
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
        own = {OWN_FILM} if "analysis.json" in names else set()
        # Names with a point in front are not films: a Mac writes them beside every file.
        for name in (name for name in names if not name.startswith(".")):
            suffix = Path(name).suffix.lower()
            if suffix in FILM_SUFFIXES and name not in own:
                yield _local(str(here / name))
            else:
                skipped[name if name in own else readable(suffix) or "no ending"] += 1
    for error in unread:
        fault = f"this folder may not be read ({error.strerror}); change its permissions"
        yield replace(_local(str(error.filename)), fault=fault)


def _local(name: str) -> Clip:
    return Clip(path=readable(Path(name).as_posix()), source=str(Path(name).absolute()))


def _from_address(address: str, *, connect: bool) -> Iterator[Clip]:
    if not connect:
        yield Clip(path=readable(address), source=address)
        return
    system, path = open_address(address)
    try:
        if glob.has_magic(path):
            names = list(system.glob(path))
        elif system.isdir(path):
            names = [
                name
                for name in system.find(path)
                if PurePosixPath(name).suffix.lower() in FILM_SUFFIXES
                and not PurePosixPath(name).name.startswith(".")
            ]
        else:
            names = [path]
        sources = [str(system.unstrip_protocol(name)) for name in names]
    except Exception as error:
        shown = readable(address)
        msg = (
            f"{shown}: cannot be listed ({readable(str(error))}); check the address and your access "
            "to it"
        )
        raise BatchError(msg) from error
    for source in sources:
        # A list from elsewhere may name anything.
        if refusal(source, allow_remote=True) is None and scheme_of(source) != "file":
            yield Clip(path=readable(source), source=source)


def _from_manifest(
    path: Path, leg: Side | None, recorded_fps: float | None, *, allow_remote: bool
) -> Listing:
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
        # Stays in the tables too, so that these say by what the times were set right.
        rate = recorded_fps_of(row.get("recorded_fps"), number, path)
        source, fault = _source(name, path, allow_remote=allow_remote)
        clips.append(
            Clip(
                path=readable(name),
                source=source,
                leg=asked or leg,
                recorded_fps=rate or recorded_fps,
                carried=row,
                fault=fault,
            )
        )
    if not clips:
        msg = f"{path}: the manifest lists no film"
        raise BatchError(msg)
    return Listing(clips=tuple(clips), carried=carried)


def _source(name: str, manifest: Path, *, allow_remote: bool) -> tuple[str, str | None]:
    """Where a video of a manifest is, and why it is not read if it is not.

    Its paths count from the manifest's own folder. What is wrong with one row concerns that row alone.
    """
    try:
        text = _path_or_address(name, allow_remote=allow_remote)
    except BatchError as error:
        return "", str(error).removeprefix(f"{readable(name)}: ")
    return text if is_address(text) else str((manifest.parent / text).absolute()), None


def _check_names(path: Path, names: Sequence[str]) -> None:
    """Refuse columns that have the name of one of kneescan's own."""
    from kneescan.batch.columns import own_names

    taken: list[Any] = sorted(set(names) & own_names() - {"path", "leg"})
    if taken:
        msg = f"{path}: kneescan has columns of its own called {', '.join(taken)}; rename yours"
        raise BatchError(msg)
