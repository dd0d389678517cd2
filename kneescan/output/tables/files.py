"""Files: the tables of an analysis, each written completely or not at all."""

import io
import json
from pathlib import Path
from typing import Any

from kneescan.files import OUT_REMEDY, write_whole
from kneescan.output.tables.records import analysis_record, repetition_record
from kneescan.plain_text import CsvWriter, encodable
from kneescan.squat.results import CODE_COLUMNS, LEADING_COLUMNS, NUMBER_COLUMNS, SquatAnalysis


def write_text(path: Path, text: str) -> Path:
    """Write a text under a temporary name and move it into place."""
    return write_bytes(path, encodable(text).encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file under a temporary name and move it into place."""
    return write_whole(path, content, remedy=OUT_REMEDY)


def analysis_json(analysis: SquatAnalysis) -> str:
    """Analysis as JSON text."""
    return json.dumps(analysis_record(analysis), indent=2, allow_nan=False) + "\n"


def repetition_rows(analysis: SquatAnalysis) -> list[dict[str, Any]]:
    """One row per squat in order of time, including squats on both feet; a missing number is None."""
    rows = []
    for repetition in analysis.repetitions:
        record = repetition_record(repetition)
        leading = {
            "leg": record["side"] or "both",
            "index": record["index"],
            "valid": record["valid"],
            **{name: repetition.codes(name) for name in CODE_COLUMNS},
        }
        rows.append({**leading, **{name: record[name] for name in NUMBER_COLUMNS}})
    return rows


def repetitions_csv(analysis: SquatAnalysis) -> str:
    """Squats as CSV; a missing number is an empty cell, valid is true or false."""
    text = io.StringIO()
    writer, columns = CsvWriter(text), [*LEADING_COLUMNS, *NUMBER_COLUMNS]
    writer.row(columns)
    for row in repetition_rows(analysis):
        writer.row(row[name] for name in columns)
    return text.getvalue()


def repetitions_parquet(analysis: SquatAnalysis) -> bytes:
    """Squats as Parquet with the columns of the CSV; a missing number is null."""
    # A large library, loaded only when needed.
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"leg": pa.string(), "index": pa.int64(), "valid": pa.bool_()}
    types |= {**dict.fromkeys(CODE_COLUMNS, pa.string()), "n_reversals": pa.int64()}
    columns = [*LEADING_COLUMNS, *NUMBER_COLUMNS]
    schema = pa.schema([(name, types.get(name, pa.float64())) for name in columns])
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(repetition_rows(analysis), schema=schema), file)
    return file.getvalue()
