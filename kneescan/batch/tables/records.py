"""Convert the result of one video to plain data that JSON can store."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneescan.batch.tables.columns import (
    INTEGER,
    VIDEO_COLUMNS,
    Column,
    interval_name,
    leg_columns,
    repetition_columns,
)
from kneescan.landmarks import PoseSequence
from kneescan.output.tables.files import repetition_rows
from kneescan.output.tables.records import leg_record, quality_record
from kneescan.squat.results import LegAnalysis, SquatAnalysis

LARGEST_INTEGER = 2**63
"""Larger numbers cannot be stored in a table."""
CURVE_POINTS = 150
"""Most points of a curve on the summary page."""


def clip_record(pose: PoseSequence, analysis: SquatAnalysis) -> dict[str, Any]:
    """All data of one video for the tables and the summary page.

    Parameters
    ----------
    pose : PoseSequence
        The landmarks.
    analysis : SquatAnalysis
        Analysis of the landmarks.

    Returns
    -------
    dict
        ``video``: values of `VIDEO_COLUMNS` known from the landmarks; ``legs``: rows of `clips`;
        ``repetitions``: rows of `repetitions`; ``curves``: by leg, for the page.
    """
    duration_s = float(pose.time_s[-1] - pose.time_s[0]) if len(pose) else 0.0
    return {
        "video": {
            "n_frames": _n_frames(pose),
            "duration_s": round(duration_s, 4),
            "width_px": pose.size_px[0],
            "height_px": pose.size_px[1],
        },
        "legs": [leg_row(leg, analysis) for leg in analysis.legs],
        "repetitions": repetition_rows(analysis),
        "curves": {str(leg.side): _curves(leg, analysis) for leg in analysis.legs},
    }


def _n_frames(pose: PoseSequence) -> int:
    """Frames of the video, including those without landmarks."""
    video = pose.provenance.get("video")
    stated = video.get("n_frames") if isinstance(video, Mapping) else None
    return stated if isinstance(stated, int) else len(pose) * pose.every


def leg_row(leg: LegAnalysis, analysis: SquatAnalysis) -> dict[str, Any]:
    """Row of `clips` for one leg, without the columns of the list of videos; missing is None."""
    row: dict[str, Any] = dict.fromkeys(column.name for column in leg_columns())
    for name, value in leg_record(leg).items():
        if name == "repetitions":
            row |= {"n_squats": len(leg.repetitions), "n_valid": len(leg.valid_repetitions)}
        elif name == "side":
            row["leg"] = value
        elif isinstance(value, dict):
            ends = {interval_name(name, end): value[end] for end in ("low", "high")}
            row |= {name: value["value"], **ends}
        else:
            row[name] = _cell(value)
    asymmetry = analysis.asymmetry_fppa_deg
    row["asymmetry_fppa_deg"] = None if asymmetry is None else round(asymmetry, 4)
    for name, value in quality_record(analysis.quality).items():
        row[{"ok": "quality_ok", "warnings": "quality_warnings"}.get(name, name)] = _cell(value)
    return row


def _cell(value: Any) -> Any:
    """Value as one cell; names and codes are joined."""
    if not isinstance(value, list):
        return value
    return ";".join(item["code"] if isinstance(item, dict) else str(item) for item in value)


def _curves(leg: LegAnalysis, analysis: SquatAnalysis) -> dict[str, Any]:
    """Depth and FPPA over time, with fewer points, and the repetitions."""
    signals = analysis.signals.legs.get(leg.side)
    repetitions = [
        [_rounded(repetition.start_s), _rounded(repetition.stop_s), repetition.valid]
        for repetition in leg.repetitions
    ]
    if signals is None:
        return {"time_s": [], "depth_pct": [], "fppa_deg": [], "squats": repetitions}
    every = max(1, math.ceil(analysis.signals.time_s.size / CURVE_POINTS))
    return {
        "time_s": _thinned(analysis.signals.time_s, every, digits=2),
        "depth_pct": _thinned(signals.depth_pct, every, digits=1),
        "fppa_deg": _thinned(signals.fppa_deg, every, digits=1),
        "squats": repetitions,
    }


def _thinned(signal: NDArray[np.float64], every: int, *, digits: int) -> list[float | None]:
    return [_rounded(value, digits) for value in signal[::every].tolist()]


def _rounded(value: float, digits: int = 2) -> float | None:
    return round(value, digits) if math.isfinite(value) else None


def records_fault(records: Mapping[str, Any]) -> str | None:
    """Reason why records cannot be stored in the tables; None if they can.

    Parameters
    ----------
    records : mapping
        Records from `clip_record`, by requested leg.
    """
    try:
        json.dumps(records, allow_nan=False)
        for record in records.values():
            for row in record["legs"]:
                _check({**record["video"], **row}, (*leg_columns(), *VIDEO_COLUMNS))
            for row in record["repetitions"]:
                _check(row, repetition_columns())
    except (ValueError, TypeError) as error:
        return str(error)
    return None


def _check(row: Mapping[str, Any], columns: Iterable[Column]) -> None:
    for column in columns:
        value = row.get(column.name)
        if column.kind != INTEGER or value is None:
            continue
        if not (isinstance(value, int) and abs(value) < LARGEST_INTEGER):
            msg = f"{column.name} is {value}"
            raise ValueError(msg)
