"""Listing: which films a folder, a pattern, an address or a manifest means."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from kneescan.batch.clips import BatchError, Clip
from kneescan.batch.fetching import is_address, open_address
from kneescan.batch.manifest import is_manifest, leg_of, read_manifest, recorded_fps_of
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


def list_clips(
    inputs: Sequence[str | os.PathLike[str]],
    *,
    leg: Side | None = None,
    results: Path | None = None,
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
    texts = [os.fspath(given) for given in inputs]
    if len(texts) == 1 and not is_address(texts[0]) and is_manifest(Path(texts[0])):
        return _from_manifest(Path(texts[0]), leg, recorded_fps)
    found: dict[str, Clip] = {}
    for text in texts:
        if not is_address(text) and is_manifest(Path(text)):
            msg = f"{text}: give a manifest alone; list all films in it"
            raise BatchError(msg)
        for clip in _from_address(text) if is_address(text) else _from_path(text, results):
            found.setdefault(clip.source, clip)
    if not found:
        endings = " ".join(sorted(FILM_SUFFIXES))
        msg = f"{', '.join(texts)}: no film found; looked for names ending in {endings}"
        raise BatchError(msg)
    clips = sorted(found.values(), key=lambda clip: (clip.path, clip.source))
    clips = [replace(clip, leg=leg, recorded_fps=recorded_fps) for clip in clips]
    return Listing(clips=tuple(clips), carried={})


def _from_path(text: str, results: Path | None) -> Iterator[Clip]:
    path = Path(text)
    if path.is_dir():
        apart = results.resolve() if results else None
        # Results may be put among the films themselves: those are measured then.
        yield from _below(path, None if apart == path.resolve() else apart)
    elif path.exists():
        yield _local(text)
    elif glob.has_magic(text):
        # A pattern that names .npz files means them; folders that it names are not searched.
        for name in glob.glob(text, recursive=True):  # noqa: PTH207 (may be absolute)
            if Path(name).is_file():
                yield _local(name)
    else:
        msg = f"{text}: no such folder, film or manifest; check the name"
        raise BatchError(msg)


def _below(top: Path, results: Path | None) -> Iterator[Clip]:
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
        for name in names:
            # Names with a point in front are not films: a Mac writes them beside every file.
            is_film = Path(name).suffix.lower() in FILM_SUFFIXES and not name.startswith(".")
            if is_film and name not in own:
                yield _local(str(here / name))
    for error in unread:
        fault = f"this folder may not be read ({error.strerror}); change its permissions"
        yield replace(_local(str(error.filename)), fault=fault)


def _local(name: str) -> Clip:
    return Clip(path=readable(Path(name).as_posix()), source=str(Path(name).absolute()))


def readable(path: str) -> str:
    """Path as text that any file can hold, also where the name on the disk is not proper text."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _from_address(address: str) -> Iterator[Clip]:
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
    except OSError as error:
        msg = f"{address}: cannot be listed ({error}); check the address and your access to it"
        raise BatchError(msg) from error
    for name in names:
        full = str(system.unstrip_protocol(name))
        yield Clip(path=full, source=full)


def _from_manifest(path: Path, leg: Side | None, recorded_fps: float | None) -> Listing:
    table = read_manifest(path)
    _check_names(path, table.column_names)
    carried = {
        field.name: field.type for field in table.schema if field.name not in ("path", "leg")
    }
    clips = []
    for number, row in enumerate(table.to_pylist(), start=1):
        name = str(row.pop("path") or "").strip()
        if not name:
            msg = f"{path}: row {number} has no path"
            raise BatchError(msg)
        asked = leg_of(row.pop("leg", None), number, path)
        # Stays in the tables too, so that these say by what the times were set right.
        rate = recorded_fps_of(row.get("recorded_fps"), number, path)
        clips.append(
            Clip(
                path=name,
                source=_source(name, path),
                leg=asked or leg,
                recorded_fps=rate or recorded_fps,
                carried=row,
            )
        )
    if not clips:
        msg = f"{path}: the manifest lists no film"
        raise BatchError(msg)
    return Listing(clips=tuple(clips), carried=carried)


def _source(name: str, manifest: Path) -> str:
    """Where a film of a manifest is: its paths count from the manifest's own folder."""
    return name if is_address(name) else str((manifest.parent / name).absolute())


def _check_names(path: Path, names: Sequence[str]) -> None:
    """Refuse columns that have the name of one of kneescan's own."""
    from kneescan.batch.columns import own_names

    taken: list[Any] = sorted(set(names) & own_names() - {"path", "leg"})
    if taken:
        msg = f"{path}: kneescan has columns of its own called {', '.join(taken)}; rename yours"
        raise BatchError(msg)
