"""Tables: what an analysis leaves on the disk, each file written whole or not at all."""

import csv
import io
import json
import os
from pathlib import Path

from kneescan.errors import OutputError
from kneescan.output.records import analysis_record, repetition_record
from kneescan.squat.results import SquatAnalysis

LEADING_COLUMNS = ("leg", "index", "valid", "invalid_reasons")


def write_text(path: Path, text: str) -> Path:
    """Write a text under a temporary name and move it into place."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(path)
    except OSError as error:
        msg = f"{path}: cannot be written ({error.strerror}); choose another folder with --out"
        raise OutputError(msg) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


def analysis_json(analysis: SquatAnalysis) -> str:
    """Analysis as JSON text."""
    return json.dumps(analysis_record(analysis), indent=2, allow_nan=False) + "\n"


def repetitions_csv(analysis: SquatAnalysis) -> str:
    """Table with a row per squat, squats on both feet included; a missing number is an empty cell."""
    squats = [
        *(rep for leg in analysis.legs for rep in leg.repetitions),
        *analysis.other_repetitions,
    ]
    rows = []
    for repetition in sorted(squats, key=lambda squat: squat.index):
        record = repetition_record(repetition)
        leg = record.pop("side") or "both"
        codes = ";".join(reason["code"] for reason in record.pop("invalid_reasons"))
        record["valid"] = str(record["valid"]).lower()
        rows.append({"leg": leg, "invalid_reasons": codes, **record})
    text = io.StringIO()
    columns = [*LEADING_COLUMNS, *(name for name in _columns() if name not in LEADING_COLUMNS)]
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _columns() -> list[str]:
    from kneescan.squat.results import Repetition

    names = [name for name in Repetition.__slots__ if name not in ("side", "invalid_reasons")]
    return [*names, "fppa_change_deg"]
