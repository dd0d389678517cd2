"""Read the leg, rotation and recording rate in a row of a manifest."""

from pathlib import Path
from typing import Any

from kneescan.batch.clips import ANY_LEG, BatchError
from kneescan.capture.frames.orientation import TURNS_DEG
from kneescan.capture.timing.slow_motion import check_recorded_fps
from kneescan.errors import VideoError
from kneescan.landmarks import Side
from kneescan.plain_text import one_line

LEGS = {"": None, ANY_LEG: None, "both": None, "left": Side.LEFT, "right": Side.RIGHT}
LEGS |= {"l": Side.LEFT, "r": Side.RIGHT}
"""Values of the column ``leg``, in upper or lower case."""
SHOWN_CHARACTERS = 60
"""Longest quotation of an invalid cell. [characters]"""


def rotation_of(cell: Any, row: int, path: Path) -> int | None:
    """Clockwise rotation in a cell; None if it is empty. [deg]

    Raises
    ------
    BatchError
        If it is not a multiple of 90 degrees.
    """
    text = "" if cell is None else str(cell).strip()
    turns_deg = {f"{turn_deg}{end}": turn_deg for turn_deg in TURNS_DEG for end in ("", ".0")}
    if text and text not in turns_deg:
        msg = f"{path}: row {row} has rotate {_quoted(text)}; write 0, 90, 180, 270, or nothing"
        raise BatchError(msg)
    return turns_deg.get(text)


def leg_of(cell: Any, row: int, path: Path) -> Side | None:
    """Leg in a cell.

    Raises
    ------
    BatchError
        If it is not a leg.
    """
    text = "" if cell is None else str(cell).strip().lower()
    if text not in LEGS:
        msg = f"{path}: row {row} has leg {_quoted(text)}; write left, right, or nothing for both"
        raise BatchError(msg)
    return LEGS[text]


def recorded_fps_of(cell: Any, row: int, path: Path) -> float | None:
    """Recording rate in a cell; None if it is empty. [Hz]

    Raises
    ------
    BatchError
        If it is not a rate.
    """
    text = "" if cell is None else str(cell).strip()
    if not text:
        return None
    try:
        recorded_fps = float(text.replace(",", "."))
        check_recorded_fps(recorded_fps)
    except (ValueError, VideoError) as error:
        msg = (
            f"{path}: row {row} has recorded_fps {_quoted(text)}; write the rate that the camera was "
            "set to, such as 240, or nothing"
        )
        raise BatchError(msg) from error
    return recorded_fps


def _quoted(text: str) -> str:
    return repr(one_line(text)[:SHOWN_CHARACTERS])
