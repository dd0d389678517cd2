"""Tell the format of a file from its name and, if several are possible, from its first line."""

from enum import StrEnum
from pathlib import Path

from kneescan.capture.video_names import has_video_name
from kneescan.errors import PoseFileError
from kneescan.exchange.parsing.files import read_lines


class Format(StrEnum):
    """Format of a landmark or angle file; the values are those of ``--from`` and ``--to``."""

    NPZ = "npz"
    """kneescan's own."""
    TRC = "trc"
    """OpenSim, Sports2D, Pose2Sim: markers, in pixels here."""
    OPENPOSE = "openpose"
    """Folder of one JSON file per frame."""
    MMPOSE = "mmpose"
    """JSON of MMPose or AlphaPose, or in the form of COCO-WholeBody."""
    MEDIAPIPE_CSV = "mediapipe-csv"
    """x, y, visibility of MediaPipe's landmarks."""
    DLC_CSV = "dlc-csv"
    """DeepLabCut's table, as `movement` reads and writes it."""
    PARQUET = "parquet"
    """One row per frame and landmark."""
    MOT = "mot"
    """Angles over time for OpenSim; kneescan only writes it."""


READABLE = tuple(kind for kind in Format if kind is not Format.MOT)
WRITABLE = (Format.NPZ, Format.TRC, Format.DLC_CSV, Format.PARQUET, Format.MOT)

_BY_SUFFIX = {
    ".npz": Format.NPZ,
    ".trc": Format.TRC,
    ".json": Format.MMPOSE,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
    ".mot": Format.MOT,
    ".sto": Format.MOT,
}


TABLES = (".csv", ".tsv", ".txt")
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")


def _suffix(path: Path) -> str:
    """Suffix of a name, compressed (``.csv.gz``) or not."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = len(suffixes) > 1 and suffixes[-1] in (".gz", ".zip")
    return suffixes[-2] if packed else path.suffix.lower()


def format_to_read(path: Path) -> Format:
    """Format of a file or folder to read.

    Raises
    ------
    PoseFileError
        If it does not exist, holds no landmarks, or has an unknown format.
    """
    if not path.exists():
        msg = f"{path}: no such file or folder; check the name"
        raise PoseFileError(msg)
    if path.is_dir():
        return Format.NPZ if (path / "landmarks.npz").exists() else Format.OPENPOSE
    suffix = _suffix(path)
    if suffix in TABLES:
        first = next(read_lines(path), "")
        is_dlc = first.strip('"').lower().startswith("scorer")
        return Format.DLC_CSV if is_dlc else Format.MEDIAPIPE_CSV
    if suffix in SPREADSHEETS:
        msg = f"{path}: a spreadsheet; save it as CSV"
        raise PoseFileError(msg)
    kind = _BY_SUFFIX.get(suffix)
    if kind is Format.MOT:
        msg = f"{path}: contains angles but no landmarks; give the .trc that was written with it"
        raise PoseFileError(msg)
    if kind is None and has_video_name(path.name):
        msg = (
            f"{path}: a video; measure it with kneescan analyze first, then convert the folder with "
            "its results"
        )
        raise PoseFileError(msg)
    if kind is None:
        msg = f"{path}: {suffix or 'no suffix'} belongs to no known format; name the format with --from: "
        msg += ", ".join(READABLE)
        raise PoseFileError(msg)
    return kind


def format_to_write(path: Path) -> Format:
    """Format of a file to write, from its suffix.

    Raises
    ------
    PoseFileError
        If there is no writable format with this suffix.
    """
    suffix = path.suffix.lower()
    kind = Format.DLC_CSV if suffix == ".csv" else _BY_SUFFIX.get(suffix)
    if kind not in WRITABLE:
        msg = (
            f"{path}: kneescan does not write {suffix or 'files without a suffix'}; name a format "
        )
        msg += f"with --to: {', '.join(WRITABLE)}"
        raise PoseFileError(msg)
    return kind
