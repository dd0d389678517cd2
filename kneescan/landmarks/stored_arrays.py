"""Stored arrays: read the arrays of an .npz file, each checked before it is read.

NumPy trusts the header of an array, allocates memory for it first, and evaluates the header as Python. A
file may come from anyone. So here, the header must have the form that NumPy writes, and an array must
be as large as the file states.
"""

import math
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from kneescan.errors import PoseFileError
from kneescan.plain_text import library_message

MAX_FILE_BYTES = 1 << 30
"""Largest file; an hour at 240 frames per second takes a third of it."""
MAX_ARRAY_BYTES = 1 << 29
"""Largest array: a million frames of 33 landmarks in double precision."""
MAX_RATIO, SMALL_BYTES = 50, 1 << 25
"""Landmarks can be compressed to two thirds. An array larger than `SMALL_BYTES` that is compressed by more
than this factor is meant to fill the memory."""
MAX_TEXT_BYTES = 1 << 22
"""Largest text array, with four bytes per character."""

DAMAGED = (
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    ArithmeticError,
    NotImplementedError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""Exceptions of NumPy, zip and JSON for a file of another kind or a damaged file."""
_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(
    rb"\{'descr': '([<>|=]?[biufU]\d{1,7})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,18}, ?)*\d{0,18}),?\),? ?\}\s*"
)


@contextmanager
def telling_what_is_wrong(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn whatever goes wrong with a landmark file into one sentence with the remedy.

    Raises
    ------
    PoseFileError
        If there is no such file, or it has other content.
    """
    remedy = "give a landmarks.npz written by kneescan, or measure the video with kneescan analyze"
    try:
        yield
    except FileNotFoundError as error:
        msg = f"{path}: no such file; {remedy}"
        raise PoseFileError(msg, code="no_landmark_file", path=path) from error
    except RecursionError as error:
        msg = f"{path}: not a landmark file (its provenance is nested too deeply); {remedy}"
        raise PoseFileError(msg) from error
    except DAMAGED as error:
        reason = library_message(error)
        msg = f"{path}: not a landmark file ({reason}); {remedy}"
        raise PoseFileError(msg, code="other_landmark_file", path=path, reason=reason) from error


def read_arrays(path: str | os.PathLike[str], names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Read the named arrays of an .npz file, as far as they are in it.

    Parameters
    ----------
    path : path
        The file.
    names : iterable of str
        Arrays to read; others are ignored.

    Raises
    ------
    OSError
        If there is no such file, it is not a regular file, or it is far too large.
    ValueError
        If it is not an .npz file, or an array does not match its header.
    """
    status = Path(path).stat()
    if not stat.S_ISREG(status.st_mode):
        msg = "a folder" if stat.S_ISDIR(status.st_mode) else "not a file"
        raise OSError(msg)
    if status.st_size > MAX_FILE_BYTES:
        msg = f"{status.st_size >> 20} MB are more than an hour of landmarks takes"
        raise OSError(msg)
    with Path(path).open("rb") as content:
        return arrays_in(content, names)


def arrays_in(content: IO[bytes], names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Read arrays from the content of an .npz file; parameters and errors as in :func:`read_arrays`."""
    with zipfile.ZipFile(content) as archive:
        members = {info.filename: info for info in archive.infolist()}
        return {
            name: _read(archive, members[f"{name}.npy"], name)
            for name in names
            if f"{name}.npy" in members
        }


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> NDArray[Any]:
    packed = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if not packed or member.flag_bits & 1:
        msg = f"{name} is encrypted or packed in a way that NumPy does not write"
        raise ValueError(msg)
    size = member.file_size
    limit = max(SMALL_BYTES, MAX_RATIO * member.compress_size)
    if size > min(limit, MAX_ARRAY_BYTES):
        msg = f"{name} takes {size >> 20} MB, more than landmarks need"
        raise ValueError(msg)
    with archive.open(member) as file:
        return _array(file, name, size)


def _array(file: IO[bytes], name: str, size: int) -> NDArray[Any]:
    """Read one array, after its header was compared with the file."""
    start = file.read(len(_MAGIC) + 2)
    n_header = int.from_bytes(start[-2:], "little")
    header = _HEADER.fullmatch(file.read(n_header)) if start.startswith(_MAGIC) else None
    if header is None:
        msg = f"{name} has no header of an array of numbers or text"
        raise ValueError(msg)
    dtype = np.dtype(header[1].decode())
    shape = tuple(int(length) for length in header[3].split(b",") if length.strip())
    n_bytes = math.prod(shape) * dtype.itemsize
    if n_bytes != size - len(start) - n_header:
        msg = f"{name} says that it has the shape {shape}, but there are {size} bytes of it"
        raise ValueError(msg)
    if dtype.kind == "U" and (shape != () or n_bytes > MAX_TEXT_BYTES):
        msg = f"{name} holds more text than is meant for it"
        raise ValueError(msg)
    values = np.frombuffer(file.read(n_bytes), dtype)
    return values.reshape(shape, order="F" if header[2] == b"True" else "C")
