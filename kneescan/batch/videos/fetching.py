"""Fetch videos from this computer, a shared disk, or an address that fsspec knows."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from kneescan.batch.clips import BatchError
from kneescan.batch.videos.addresses import is_address, readable
from kneescan.capture.container.source_file import file_sha256, find_source_file
from kneescan.errors import VideoError, VideoNotFoundError
from kneescan.extras import require

PIECE_BYTES = 1 << 20
"""Videos from elsewhere are read in blocks of this size. [bytes]"""


def open_address(address: str) -> tuple[Any, str]:
    """File system of an address, and the path in it.

    Raises
    ------
    MissingLibraryError
        If fsspec is not installed.
    BatchError
        If the package for this kind of address is not installed, or the address is invalid.
    """
    shown = readable(address)
    fsspec: Any = require("fsspec.core", extra="cluster", purpose=f"{shown}: an address")
    try:
        system, path = fsspec.url_to_fs(address)
    except Exception as error:  # (depends on the library for the kind of address)
        msg = f"{shown}: cannot be opened ({masked_message(error, address)}); check the address"
        raise BatchError(msg) from error
    return system, str(path)


def masked_message(error: Exception, address: str) -> str:
    """Message of a library about an address, which it may quote, without the password in it."""
    return readable(str(error).replace(address, readable(address)))


def stamp(source: str) -> str | None:
    """Stamp that changes when a video changes, without reading it; None if the video is missing.

    Size and modification time of a file, or the version that the store reports for an address.
    """
    if is_address(source):
        system, path = open_address(source)
        try:
            return str(system.ukey(path))
        except Exception:  # noqa: BLE001 (as above; the next reader reports what is wrong)
            return None
    try:
        status = os.stat(source)  # noqa: PTH116 (thousands of videos)
    except (OSError, ValueError):
        return None
    return f"{status.st_size} {status.st_mtime_ns}"


def fingerprint(source: str) -> str:
    """SHA-256 of a video's content, in hexadecimal.

    Raises
    ------
    KneescanError
        If the video is missing, is empty or cannot be read.
    """
    if not is_address(source):
        path = find_source_file(source)
        try:
            return file_sha256(path)
        except OSError as error:
            msg = f"{source}: cannot be read ({error.strerror}); copy it to this computer's disk"
            raise VideoError(msg) from error
    digest = hashlib.sha256()
    for piece in _pieces(source):
        digest.update(piece)
    return digest.hexdigest()


@contextmanager
def local_copy(source: str) -> Iterator[Path]:
    """Path at which a video can be read while the context is open.

    Raises
    ------
    KneescanError
        If the video cannot be read.
    """
    if not is_address(source):
        yield Path(source)
        return
    with tempfile.TemporaryDirectory(prefix="kneescan-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / ("video" + PurePosixPath(source.partition("?")[0]).suffix)
        with path.open("wb") as file:
            for piece in _pieces(source):
                file.write(piece)
        yield path


def _pieces(address: str) -> Iterator[bytes]:
    shown = readable(address)
    system, path = open_address(address)
    try:
        with system.open(path, "rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
    except FileNotFoundError as error:
        msg = f"{shown}: no such video; check the address"
        raise VideoNotFoundError(msg) from error
    except Exception as error:
        msg = (
            f"{shown}: cannot be read ({masked_message(error, address)}); check the address and your access "
            "rights"
        )
        raise VideoError(msg) from error
