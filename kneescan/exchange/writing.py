"""Write landmarks and angles in formats of other tools, each file completely or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path

from kneescan.errors import PoseFileError
from kneescan.exchange.file_format import WRITABLE, Format, format_to_write
from kneescan.exchange.formats.dlc_csv import dlc_csv_text
from kneescan.exchange.formats.mot import mot_text
from kneescan.exchange.formats.tidy_parquet import parquet_bytes
from kneescan.exchange.formats.trc import trc_text
from kneescan.files import make_folder_of, refuse_overwriting, write_whole
from kneescan.landmarks import PoseSequence
from kneescan.plain_text import one_line
from kneescan.squat.results import SquatAnalysis

ENCODING = "utf-8"
MIN_VISIBILITY = 0.5
"""Less visible landmarks are left out of formats without a confidence."""


def write_landmarks(
    pose: PoseSequence,
    path: str | os.PathLike[str],
    *,
    file_format: Format | str | None = None,
    min_visibility: float = MIN_VISIBILITY,
    inputs: Iterable[str | os.PathLike[str]] = (),
) -> Path:
    """Write landmarks for another tool, in pixels with y down.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks.
    path : path
        File to write; an existing one is replaced.
    file_format : str, optional
        ``npz``, ``trc``, ``dlc-csv`` or ``parquet``; from the suffix when left out.
    min_visibility : float
        For TRC, which has no confidence: less visible landmarks are left out. 0 keeps all.
    inputs : iterable of path
        Files that were read and are never overwritten.

    Returns
    -------
    Path
        The file. It does not contain the name of the video or file that the landmarks came from.

    Raises
    ------
    PoseFileError
        If that format cannot hold landmarks.
    OutputError
        If the file cannot be written.
    """
    path = Path(path)
    kind = Format(file_format) if file_format else format_to_write(path)
    if kind is Format.NPZ:
        refuse_overwriting(path, inputs)
        make_folder_of(path)
        pose.save(path)
        return path
    if kind is Format.TRC:
        name = one_line(path.name)
        content = trc_text(pose, name=name, min_visibility=min_visibility).encode(ENCODING)
    elif kind is Format.DLC_CSV:
        content = dlc_csv_text(pose).encode(ENCODING)
    elif kind is Format.PARQUET:
        content = parquet_bytes(pose)
    else:
        msg = f"{path}: kneescan does not write landmarks as {kind}; "
        msg += f"name one with --to: {', '.join(WRITABLE)}"
        raise PoseFileError(msg)
    return write_whole(path, content, inputs=inputs)


def write_angles(
    analysis: SquatAnalysis,
    path: str | os.PathLike[str],
    *,
    inputs: Iterable[str | os.PathLike[str]] = (),
) -> Path:
    """Write FPPA, knee over foot and depth of each leg over time as an OpenSim motion file (MOT).

    Parameters
    ----------
    analysis : SquatAnalysis
        Result of an analysis.
    path : path
        File to write; an existing one is replaced.
    inputs : iterable of path
        Files that were read and are never overwritten.

    Returns
    -------
    Path
        The file: times in seconds from the first frame, angles in degrees, distances in per cent.
        Frames with a missing value are left out.

    Raises
    ------
    OutputError
        If there are no values, or the file cannot be written.
    """
    path = Path(path)
    content = mot_text(analysis, name=one_line(path.stem)).encode(ENCODING)
    return write_whole(path, content, inputs=inputs)
