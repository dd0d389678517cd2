"""Listing: which films a folder, a pattern, an address or a manifest means."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kneescan.batch.clips import BatchError, Clip
from kneescan.batch.fetching import is_address, open_address
from kneescan.batch.manifest import is_manifest, leg_of, read_manifest, rotation_of
from kneescan.capture.film_names import (
    BEGINNING_BYTES,
    FILM_SUFFIXES,
    begins_like_film,
    has_film_name,
    is_ambiguous,
)
from kneescan.landmarks import Side

if TYPE_CHECKING:
    import pyarrow as pa

OWN_COLUMNS = {"path", "leg", "rotate"}
"""Columns of a manifest that kneescan understands."""
OWN_FILM = "annotated.mp4"
"""Films that `kneescan analyze` leaves beside its results are not measured again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All clips of a batch, in the order of the tables."""

    clips: tuple[Clip, ...]
    carried: "dict[str, pa.DataType]"
    """Columns that a manifest adds to the tables, and their types."""
    skipped: tuple[str, ...] = ()
    """Files that are called like films but hold something else."""


def list_clips(
    inputs: Sequence[str | os.PathLike[str]],
    *,
    leg: Side | None = None,
    rotate_deg: int = 0,
    results: Path | None = None,
) -> Listing:
    """Find the films that are meant, in an order that does not depend on the disk.

    Parameters
    ----------
    inputs : sequence of path
        Folders (searched with all below), patterns such as ``*/left*.mp4``, single films, addresses
        of these, or one manifest.
    leg : Side, optional
        Leg to judge where a manifest does not say.
    rotate_deg : {0, 90, 180, 270}
        Clockwise turn of the films, likewise. [deg]
    results : Path, optional
        Folder of the results: what lies in it is never measured.

    Returns
    -------
    Listing
        In the order of the manifest, otherwise by path.

    Raises
    ------
    BatchError
        If something is not there, no film is found, or the manifest is faulty.
    """
    texts = [os.fspath(given) for given in inputs]
    if len(texts) == 1 and not is_address(texts[0]) and is_manifest(Path(texts[0])):
        return _from_manifest(Path(texts[0]), leg, rotate_deg)
    found: dict[str, Clip] = {}
    skipped: list[str] = []
    for text in texts:
        if not is_address(text) and is_manifest(Path(text)):
            msg = f"{text}: give a manifest alone; list all films in it"
            raise BatchError(msg)
        for clip in (
            _from_address(text, skipped) if is_address(text) else _from_path(text, results, skipped)
        ):
            found.setdefault(clip.source, clip)
    if not found:
        endings = " ".join(sorted(FILM_SUFFIXES))
        msg = f"{', '.join(texts)}: no film found; looked for names ending in {endings}"
        raise BatchError(msg)
    clips = sorted(found.values(), key=lambda clip: (clip.path, clip.source))
    return Listing(
        clips=tuple(replace(clip, leg=leg, rotate_deg=rotate_deg) for clip in clips),
        carried={},
        skipped=tuple(sorted(skipped)),
    )


def _from_path(text: str, results: Path | None, skipped: list[str]) -> Iterator[Clip]:
    path = Path(text)
    if path.is_dir():
        apart = results.resolve() if results else None
        # Results may be put among the films themselves: those are measured then.
        yield from _below(path, None if apart == path.resolve() else apart, skipped)
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


def _below(top: Path, results: Path | None, skipped: list[str]) -> Iterator[Clip]:
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
            if not has_film_name(name) or name in own:
                continue
            if is_ambiguous(name) and not _begins_like_film(here / name):
                skipped.append(readable((here / name).as_posix()))
            else:
                yield _local(str(here / name))
    for error in unread:
        fault = f"this folder may not be read ({error.strerror}); change its permissions"
        yield replace(_local(str(error.filename)), fault=fault)


def _begins_like_film(path: Path) -> bool:
    """Whether a file does; one that cannot be read counts, so that its row says why."""
    try:
        # A pipe would be waited for.
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return begins_like_film(file.read(BEGINNING_BYTES))
    except OSError:
        return True


def _local(name: str) -> Clip:
    return Clip(path=readable(Path(name).as_posix()), source=str(Path(name).absolute()))


def readable(path: str) -> str:
    """Path as text that any file can hold, also where the name on the disk is not proper text."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _from_address(address: str, skipped: list[str]) -> Iterator[Clip]:
    system, path = open_address(address)
    try:
        if glob.has_magic(path):
            names = list(system.glob(path))
        elif system.isdir(path):
            named = [name for name in system.find(path) if has_film_name(name)]
            misnamed = {
                name
                for name in named
                if is_ambiguous(name)
                and not begins_like_film(system.cat_file(name, start=0, end=BEGINNING_BYTES))
            }
            names = [name for name in named if name not in misnamed]
            skipped += [str(system.unstrip_protocol(name)) for name in sorted(misnamed)]
        else:
            names = [path]
    except OSError as error:
        msg = f"{address}: cannot be listed ({error}); check the address and your access to it"
        raise BatchError(msg) from error
    for name in names:
        full = str(system.unstrip_protocol(name))
        yield Clip(path=full, source=full)


def _from_manifest(path: Path, leg: Side | None, rotate_deg: int) -> Listing:
    table = read_manifest(path)
    _check_names(path, table.column_names)
    carried = {field.name: field.type for field in table.schema if field.name not in OWN_COLUMNS}
    clips = []
    for number, row in enumerate(table.to_pylist(), start=1):
        name = str(row.pop("path") or "").strip()
        if not name:
            msg = f"{path}: row {number} has no path"
            raise BatchError(msg)
        asked = leg_of(row.pop("leg", None), number, path)
        turn_deg = rotation_of(row.pop("rotate", None), number, path)
        clips.append(
            Clip(
                path=name,
                source=_source(name, path),
                leg=asked or leg,
                rotate_deg=rotate_deg if turn_deg is None else turn_deg,
                carried=row,
            ),
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

    taken: list[Any] = sorted(set(names) & own_names() - OWN_COLUMNS)
    if taken:
        msg = f"{path}: kneescan has columns of its own called {', '.join(taken)}; rename yours"
        raise BatchError(msg)
