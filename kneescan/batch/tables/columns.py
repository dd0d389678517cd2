"""Columns: every column of the tables with its type, unit and meaning.

The meaning of a number is written once, in the docstring of the result field that holds it. Names, types
and meanings of the columns are read from there.
"""

import ast
import inspect
import itertools
import re
import textwrap
import types
import typing
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from kneescan.squat.results import (
    LEADING_COLUMNS,
    NUMBER_COLUMNS,
    Estimate,
    LegAnalysis,
    Quality,
    Repetition,
    SquatAnalysis,
)

if TYPE_CHECKING:
    import pyarrow as pa

TEXT, INTEGER, NUMBER, TRUTH = "text", "integer", "number", "true or false"

INTERVAL = {"low": "lower", "high": "upper"}
UNITS = {"deg": "deg", "pct": "%", "px": "px", "s": "s", "hz": "Hz", "fps": "Hz"}
"""Units by the ending of a name, used where the docstring gives no unit."""
_UNIT_AT_END = re.compile(r"\s*\[([^\]]+)\]$")

PLAIN_WORDS = {
    "LegAnalysis.side": "Leg that the row describes, the subject's own left or right.",
    "LegAnalysis.verdict": "`suggested`, `no_sign` or `cannot_tell`.",
    "LegAnalysis.findings": "What was seen: `inward`, `wobble`, both joined by `;`, or nothing.",
    "LegAnalysis.reasons": "Why this verdict: codes joined by `;`, explained in docs/analysis.md.",
    "LegAnalysis.fppa_deg": "FPPA in the picture, mean of the squats that count, + = knee inward.",
    "LegAnalysis.knee_over_foot_pct": "How far the knee is medial of the front of the foot, mean of the "
    "squats that count. [% of shank length]",
    "LegAnalysis.wobble_pct": "Side-to-side shaking of the knee in the squats that count: root mean square "
    "with close-ups, mean of the squats without. [% of shank length]",
    "LegAnalysis.wobble_floor_pct": "Side-to-side shaking of the knee while standing still on the leg: "
    "jitter of landmarks and body. [% of shank length]",
    "LegAnalysis.reading_spread_deg": "How far the readings of several networks are apart in FPPA, one "
    "standard deviation; missing for the pose model alone.",
    "SquatAnalysis.asymmetry_fppa_deg": "FPPA of the left leg minus FPPA of the right leg; missing "
    "unless both were measured.",
    "Quality.warnings": "What may disturb the measurement: codes joined by `;`.",
    "Repetition.side": "Stance leg: `left`, `right`, or `both` for a squat on both feet.",
    "Repetition.start_s": "Start of the squat, counted from the first frame.",
    "Repetition.deepest_s": "Deepest point of the squat, counted from the first frame.",
    "Repetition.stop_s": "End of the squat, counted from the first frame.",
    "Repetition.descent_s": "Duration of the descent.",
    "Repetition.hold_s": "Time at the bottom.",
    "Repetition.ascent_s": "Duration of the ascent.",
    "Repetition.corrections": "What a reader corrected about the squat: `exclude`, `count`, `add`, "
    "`borders`, `leg`, `joint`, joined by `;`, or nothing.",
    "Repetition.overruled_reasons": "Why a squat that a reader counted would not count: codes joined "
    "by `;`.",
    "Repetition.invalid_reasons": "Why the squat does not count: codes joined by `;`.",
}
"""Meanings for fields whose docstring says too little for a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    name: str
    kind: str
    """`TEXT`, `INTEGER`, `NUMBER` or `TRUTH`."""
    unit: str
    """Empty if it has none."""
    meaning: str
    source: str
    """Field of the results, or other place, that the column comes from."""

    def arrow(self) -> "pa.Field":
        """Column in Parquet's form, with unit and meaning stored with the data."""
        import pyarrow as pa

        kinds = {TEXT: pa.string(), INTEGER: pa.int64(), NUMBER: pa.float64(), TRUTH: pa.bool_()}
        about = {"unit": self.unit, "meaning": self.meaning, "source": self.source}
        return pa.field(self.name, kinds[self.kind], metadata=about)


def _of_batch(name: str, kind: str, meaning: str, source: str, unit: str = "") -> Column:
    return Column(name=name, kind=kind, unit=unit, meaning=meaning, source=source)


PATH = _of_batch("path", TEXT, "Path of the video, as in the list of videos.", "list of videos")
SHA256 = _of_batch("sha256", TEXT, "SHA-256 of the video's content.", "video")
VIDEO_COLUMNS = (
    _of_batch("n_frames", INTEGER, "Number of frames in the video.", "video"),
    _of_batch("duration_s", NUMBER, "Time from the first frame to the last.", "video", "s"),
    _of_batch("width_px", INTEGER, "Width of the picture as displayed.", "video", "px"),
    _of_batch("height_px", INTEGER, "Height of the picture as displayed.", "video", "px"),
    SHA256,
    _of_batch(
        "landmarks", TEXT, "Name of the landmark file in the folder landmarks.", "kneescan.batch"
    ),
)
COUNT_COLUMNS = (
    _of_batch(
        "n_squats",
        INTEGER,
        "Number of squats on this leg.",
        "kneescan.squat.results.LegAnalysis.repetitions",
    ),
    _of_batch(
        "n_valid",
        INTEGER,
        "Number of squats on this leg that count.",
        "kneescan.squat.results.LegAnalysis.repetitions",
    ),
)
ERROR_COLUMNS = (
    _of_batch("leg", TEXT, "Leg requested: `left`, `right` or `auto`.", "list of videos"),
    _of_batch(
        "kind",
        TEXT,
        "`video`: the video cannot be measured; `changed`: it was deleted, replaced or still growing; "
        "`timeout`, `memory`: it exceeded a limit; `lost`: its worker died; `worker`: the worker was "
        "unsuitable; `corrections`: what a reader corrected does not fit it; `unexpected`: a bug in "
        "kneescan. All but `video` are tried again.",
        "kneescan.batch.clips.Failure.kind",
    ),
    _of_batch(
        "reason",
        TEXT,
        "What happened and what to do.",
        "kneescan.batch.clips.Failure.reason",
    ),
    SHA256,
)


@cache
def leg_columns() -> tuple[Column, ...]:
    """Columns of `clips` that come from the analysis: first for the leg, then for the video."""
    hints = typing.get_type_hints(LegAnalysis)
    found: list[Column] = []
    for item in fields(LegAnalysis):
        if item.name == "repetitions":
            found += COUNT_COLUMNS
        elif Estimate in _choices(hints[item.name]):
            found += _estimate_columns(item.name)
        else:
            name = "leg" if item.name == "side" else item.name
            found.append(_described(LegAnalysis, item.name, _kind(hints[item.name]), name))
    found.append(_described(SquatAnalysis, "asymmetry_fppa_deg", NUMBER))
    hints = typing.get_type_hints(Quality)
    for item in fields(Quality):
        name = {"ok": "quality_ok", "warnings": "quality_warnings"}.get(item.name, item.name)
        found.append(_described(Quality, item.name, _kind(hints[item.name]), name))
    return tuple(found)


@cache
def repetition_columns() -> tuple[Column, ...]:
    """Columns of `repetitions` that come from the analysis."""
    hints = typing.get_type_hints(Repetition)
    named = {"leg": "side"}
    kinds = {"leg": TEXT, "valid": TRUTH, "fppa_change_deg": NUMBER}
    return tuple(
        _described(
            Repetition,
            named.get(name, name),
            kinds.get(name) or _kind(hints[named.get(name, name)]),
            name,
        )
        for name in (*LEADING_COLUMNS, *NUMBER_COLUMNS)
    )


def clips_columns() -> tuple[Column, ...]:
    """All columns of `clips`, except those of a manifest."""
    return (PATH, *leg_columns(), *VIDEO_COLUMNS)


def repetitions_columns() -> tuple[Column, ...]:
    """All columns of `repetitions`, except those of a manifest."""
    return (PATH, *repetition_columns())


def errors_columns() -> tuple[Column, ...]:
    """All columns of `errors`, except those of a manifest."""
    return (PATH, *ERROR_COLUMNS)


TABLES = {"clips": clips_columns, "repetitions": repetitions_columns, "errors": errors_columns}


def own_names() -> set[str]:
    """Column names that a manifest must not use."""
    return {column.name for columns in TABLES.values() for column in columns()}


def interval_name(name: str, end: str) -> str:
    """Column name for one end of an interval: ``fppa_deg`` has ``fppa_low_deg`` and ``fppa_high_deg``."""
    stem, _, unit = name.rpartition("_")
    return f"{stem}_{end}_{unit}"


def _estimate_columns(name: str) -> list[Column]:
    value = _described(LegAnalysis, name, NUMBER)
    ends = [
        Column(
            name=interval_name(name, end),
            kind=NUMBER,
            unit=value.unit,
            meaning=f"{word.capitalize()} end of the 80% interval of {name}.",
            source=f"{value.source}.{end}",
        )
        for end, word in INTERVAL.items()
    ]
    return [value, *ends]


def _described(owner: type, field: str, kind: str, name: str | None = None) -> Column:
    """Column of a field, described by the docstring of the field."""
    own = PLAIN_WORDS.get(f"{owner.__name__}.{field}")
    meaning = own or _docstrings(owner).get(field) or getattr(owner, field).__doc__ or ""
    meaning = " ".join(meaning.split())
    unit = _UNIT_AT_END.search(meaning)
    return Column(
        name=name or field,
        kind=kind,
        unit=unit[1] if unit else UNITS.get(field.rpartition("_")[2], ""),
        meaning=_UNIT_AT_END.sub("", meaning),
        source=f"{owner.__module__}.{owner.__name__}.{field}",
    )


@cache
def _docstrings(owner: type) -> dict[str, str]:
    """Docstring of each field of a class."""
    [body] = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    lines = body.body if isinstance(body, ast.ClassDef) else []
    return {
        line.target.id: below.value.value
        for line, below in itertools.pairwise(lines)
        if isinstance(line, ast.AnnAssign)
        and isinstance(line.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }


def _kind(hint: Any) -> str:
    """Type of a column, from the type of its field; composed types become text."""
    choices = set(_choices(hint)) - {types.NoneType}
    kinds = {bool: TRUTH, int: INTEGER, float: NUMBER}
    return kinds.get(choices.pop(), TEXT) if len(choices) == 1 else TEXT


def _choices(hint: Any) -> tuple[Any, ...]:
    """Types that a field can have."""
    return typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
