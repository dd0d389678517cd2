"""Check that cells and headings from a manifest do no harm in a spreadsheet."""

import io

import pandas as pd
import pyarrow as pa

from kneescan.batch.clips import Clip, Failure
from kneescan.batch.tables.files import TableWriter, error_row


def written(schema, rows):
    file = io.BytesIO()
    writer = TableWriter(schema, file)
    writer.add(rows)
    writer.close()
    return file.getvalue()


def test_formulas_are_defused_rows_stay_rows_and_numbers_numbers():
    schema = pa.schema([("path", pa.string()), ("=note", pa.string()), ("fppa_deg", pa.float64())])
    rows = [
        {"path": "=cmd|' /C calc'!A0.mp4", "=note": "one\rtwo", "fppa_deg": -1.5},
        {"path": "b.mp4", "=note": "-3", "fppa_deg": None},
    ]
    content = written(schema, rows)
    assert content == (
        b"path,'=note,fppa_deg\n'=cmd|' /C calc'!A0.mp4,\"one\rtwo\",-1.5\nb.mp4,-3,\n"
    )
    table = pd.read_csv(io.BytesIO(content))
    assert table["fppa_deg"].tolist()[0] == -1.5
    assert len(table) == 2


def test_the_reason_of_a_failure_is_one_line():
    failure = Failure(kind="video", reason="OpenCV(4):\n> bad\x1b[0m\n")
    assert error_row(Clip(path="a", source="/a"), failure, "")["reason"] == "OpenCV(4): > bad [0m"
