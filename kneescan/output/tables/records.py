"""Records: an analysis as plain dictionaries, for JSON and tables."""

import math
from collections.abc import Sequence
from typing import Any

from kneescan.output.words.sentences import sentence
from kneescan.squat.results import (
    NUMBER_COLUMNS,
    Estimate,
    LegAnalysis,
    Quality,
    Reason,
    Repetition,
    SquatAnalysis,
)
from kneescan.squat.tidy_table import ANALYSIS_FORMAT

DECIMALS = 4
"""Decimals kept: a thousand times finer than the errors."""


def analysis_record(analysis: SquatAnalysis) -> dict[str, Any]:
    """Analysis as nested dictionaries for JSON, described by docs/analysis.schema.json."""
    record = {
        "format": ANALYSIS_FORMAT,
        "legs": [leg_record(leg) for leg in analysis.legs],
        "other_repetitions": [repetition_record(rep) for rep in analysis.other_repetitions],
        "asymmetry_fppa_deg": _number(analysis.asymmetry_fppa_deg),
        "quality": quality_record(analysis.quality),
        "provenance": dict(analysis.provenance),
    }
    if analysis.original is not None:
        record["original"] = [conclusion_record(leg) for leg in analysis.original.legs]
    return record


def conclusion_record(leg: LegAnalysis) -> dict[str, Any]:
    """Verdict on one leg and what it is based on, without the squats."""
    whole = leg_record(leg)
    return {name: value for name, value in whole.items() if name != "repetitions"} | {
        "n_squats": len(leg.repetitions),
        "n_valid": len(leg.valid_repetitions),
    }


def leg_record(leg: LegAnalysis) -> dict[str, Any]:
    """One leg as a dictionary."""
    return {
        "side": str(leg.side),
        "verdict": str(leg.verdict),
        "findings": [str(finding) for finding in leg.findings],
        "reasons": reason_records(leg.reasons),
        "fppa_deg": _estimate(leg.fppa_deg),
        "fppa_frontal_deg": _estimate(leg.fppa_frontal_deg),
        "knee_over_foot_pct": _estimate(leg.knee_over_foot_pct),
        "wobble_pct": _estimate(leg.wobble_pct),
        "wobble_floor_pct": _number(leg.wobble_floor_pct),
        "reading_spread_deg": _number(leg.reading_spread_deg),
        "fppa_trend_deg": _number(leg.fppa_trend_deg),
        "repetitions": [repetition_record(repetition) for repetition in leg.repetitions],
    }


def repetition_record(repetition: Repetition) -> dict[str, Any]:
    """One squat as a dictionary; its numbers have the names and units of :class:`Repetition`."""
    numbers = {
        name: _number(getattr(repetition, name)) for name in NUMBER_COLUMNS if name != "n_reversals"
    }
    return {
        "index": repetition.index,
        "side": str(repetition.side) if repetition.side else None,
        "valid": repetition.valid,
        "invalid_reasons": reason_records(repetition.invalid_reasons),
        "corrections": list(repetition.corrections),
        "overruled_reasons": reason_records(repetition.overruled_reasons),
        **numbers,
        "n_reversals": repetition.n_reversals,
    }


def quality_record(quality: Quality) -> dict[str, Any]:
    """Quality of the video as a dictionary."""
    return {
        "ok": quality.ok,
        "warnings": reason_records(quality.warnings),
        "yaw_deg": _number(quality.yaw_deg),
        "fps": _number(quality.fps),
        "detected_pct": _number(quality.detected_pct),
        "leg_length_px": _number(quality.leg_length_px),
    }


def reason_records(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Codes and their English sentences."""
    return [
        {
            "code": reason.code,
            "sentence": sentence(reason),
            "values": {name: _number(value) for name, value in reason.values.items()},
        }
        for reason in reasons
    ]


def _estimate(estimate: Estimate | None) -> dict[str, float | None] | None:
    if estimate is None:
        return None
    return {name: _number(getattr(estimate, name)) for name in ("value", "low", "high", "cut")}


def _number(value: float | None) -> float | None:
    """Number for JSON: rounded, or None if missing."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), DECIMALS) if not isinstance(value, int) else value
