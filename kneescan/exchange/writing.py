"""Writing: landmarks and angles in formats that other tools read, each file whole or not at all."""

import os
from pathlib import Path

from kneescan.errors import OutputError, PoseFileError
from kneescan.exchange.dlc_csv import dlc_csv_text
from kneescan.exchange.files import write_whole
from kneescan.exchange.formats import WRITABLE, Format, format_to_write
from kneescan.exchange.mot import mot_text
from kneescan.exchange.tidy_parquet import parquet_bytes
from kneescan.exchange.trc import trc_text
from kneescan.landmarks import PoseSequence
from kneescan.plain_text import one_line
from kneescan.squat.results import SquatAnalysis

MIN_VISIBILITY = 0.5
"""Landmarks less visible are left out where a format cannot say how sure one is."""


def write_landmarks(
    pose: PoseSequence,
    path: str | os.PathLike[str],
    *,
    file_format: Format | str | None = None,
    min_visibility: float = MIN_VISIBILITY,
) -> Path:
    """Write landmarks for another tool, in pixels with y down.

    Parameters
    ----------
    pose : PoseSequence
        Landmarks.
    path : path
        File to write; an older one is replaced.
    file_format : str, optional
        ``npz``, ``trc``, ``dlc-csv`` or ``parquet``; by the suffix when left out.
    min_visibility : float
        For TRC, which has no confidence: landmarks less visible are left out. 0 keeps all.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    PoseFileError
        If landmarks are not written in that format.
    OutputError
        If the file cannot be written.
    """
    path = Path(path)
    kind = Format(file_format) if file_format else format_to_write(path)
    if kind is Format.NPZ:
        return _save(pose, path)
    if kind is Format.TRC:
        text = trc_text(pose, name=one_line(path.name), min_visibility=min_visibility)
        return write_whole(path, text.encode("utf-8"))
    if kind is Format.DLC_CSV:
        return write_whole(path, dlc_csv_text(pose).encode("utf-8"))
    if kind is Format.PARQUET:
        return write_whole(path, parquet_bytes(pose))
    msg = f"{path}: landmarks are not written as {kind}; name one with --to: {', '.join(WRITABLE)}"
    raise PoseFileError(msg)


def write_angles(analysis: SquatAnalysis, path: str | os.PathLike[str]) -> Path:
    """Write FPPA, knee over foot and depth of each leg against time as an OpenSim motion file (MOT).

    Parameters
    ----------
    analysis : SquatAnalysis
        Result of an analysis.
    path : path
        File to write; an older one is replaced.

    Returns
    -------
    Path
        The file: times in seconds from the first frame, angles in degrees, shares in per cent.
        Moments at which a value is missing are left out.

    Raises
    ------
    OutputError
        If there are no values, or the file cannot be written.
    """
    path = Path(path)
    return write_whole(path, mot_text(analysis, name=one_line(path.stem)).encode("utf-8"))


def _save(pose: PoseSequence, path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pose.save(path)
    except OSError as error:
        msg = f"{path}: cannot be written ({error.strerror}); choose another name or folder"
        raise OutputError(msg) from error
    return path
