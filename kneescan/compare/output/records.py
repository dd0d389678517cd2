"""Records: a comparison as JSON and as a table."""

import io
import json
import math
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from kneescan.compare.changes import Change
from kneescan.compare.comparison import Comparison, LegChange
from kneescan.compare.conditions import Condition, readers_of, size_in_picture
from kneescan.compare.output.sentences import Labels, leg_sentence
from kneescan.compare.sessions import Session
from kneescan.output.result_set import identity_of
from kneescan.output.words.language import Words
from kneescan.plain_text import CsvWriter
from kneescan.squat.results import Estimate

FORMAT = "kneescan-compare-1"
DECIMALS = 4
COLUMNS = (
    "leg",
    "first",
    "later",
    "measure",
    "before",
    "before_low",
    "before_high",
    "after",
    "after_low",
    "after_high",
    "change",
    "change_low",
    "change_high",
    "mdc95",
    "mdc95_from",
    "allowance",
    "called",
    "obstacles",
)
"""Columns of ``compare.csv``."""


def comparison_record(comparison: Comparison, *, version: str) -> dict[str, Any]:
    """Comparison as nested dictionaries for JSON, described by docs/compare.schema.json."""
    words = Words()
    labels = Labels(comparison, words)
    settings = comparison.settings
    return {
        "format": FORMAT,
        "kneescan": version,
        "order": "recorded_at" if comparison.by_date else "given",
        "error_from": comparison.error_from or None,
        "sessions": [_session(session) for session in comparison.sessions],
        "legs": [
            {
                "side": str(leg.side),
                "sentence": leg_sentence(leg, labels, words),
                "sessions": [session.name for session in leg.sessions],
                "comparisons": [_leg_change(found) for found in leg.changes],
            }
            for leg in comparison.legs
        ],
        "settings": {item.name: getattr(settings, item.name) for item in fields(settings)},
    }


def comparison_json(comparison: Comparison, *, version: str) -> str:
    """Comparison as JSON text."""
    record = comparison_record(comparison, version=version)
    return json.dumps(record, indent=2, allow_nan=False) + "\n"


def comparison_csv(comparison: Comparison) -> str:
    """Every difference as one row; a missing number is an empty cell."""
    text = io.StringIO()
    writer = CsvWriter(text)
    writer.row(COLUMNS)
    for row in _rows(comparison):
        writer.row(row[name] for name in COLUMNS)
    return text.getvalue()


def _rows(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for history in comparison.legs:
        for leg in history.changes:
            for change in leg.changes.values():
                record = _change(change)
                before, after = record.pop("before") or {}, record.pop("after") or {}
                yield {
                    "leg": str(leg.side),
                    "first": leg.first.name,
                    "later": leg.later.name,
                    **{f"before{end}": before.get(name) for name, end in _ENDS},
                    **{f"after{end}": after.get(name) for name, end in _ENDS},
                    **record,
                    "obstacles": ";".join(found.name for found in leg.obstacles(change.measure)),
                }


_ENDS = (("value", ""), ("low", "_low"), ("high", "_high"))


def _session(session: Session) -> dict[str, Any]:
    quality = session.analysis.quality
    return {
        "name": session.name,
        "recorded_at": session.recorded_at.isoformat() if session.recorded_at else None,
        "video_sha256": identity_of(session.pose),
        "yaw_deg": number(quality.yaw_deg),
        "fps": number(quality.fps),
        "size_pct": number(size_in_picture(session)),
        "joints_from": readers_of(session),
        "corrections": session.analysis.corrections.record()["corrections"],
    }


def _leg_change(leg: LegChange) -> dict[str, Any]:
    return {
        "first": leg.first.name,
        "later": leg.later.name,
        "conditions": [_condition(condition) for condition in leg.conditions],
        "changes": [_change(change) for change in leg.changes.values()],
    }


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "name": condition.name,
        "before": _plain(condition.before),
        "after": _plain(condition.after),
        "mark": str(condition.mark),
        "limit": _plain(condition.limit),
        "blocks": list(condition.blocks),
        "allowance": {name: number(value) for name, value in condition.allowance.items()},
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "measure": change.measure,
        "before": _estimate(change.before),
        "after": _estimate(change.after),
        "change": number(change.value),
        "change_low": number(change.low),
        "change_high": number(change.high),
        "mdc95": number(change.mdc95),
        "mdc95_from": change.mdc95_from or None,
        "allowance": number(change.allowance),
        "called": str(change.called),
    }


def _estimate(estimate: Estimate | None) -> dict[str, float | None] | None:
    if estimate is None:
        return None
    return {name: number(getattr(estimate, name)) for name, _ in _ENDS}


def _plain(value: Any) -> Any:
    return number(value) if isinstance(value, float) else value


def number(value: float) -> float | None:
    """Number for JSON: rounded, or None if missing."""
    # Adding 0 removes the sign of a negative zero.
    return round(float(value), DECIMALS) + 0.0 if math.isfinite(value) else None
