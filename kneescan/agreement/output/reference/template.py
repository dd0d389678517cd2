"""Write a table of the squats that kneescan found, for a person or program to fill in."""

import math
import os
from collections.abc import Sequence
from pathlib import Path

from kneescan.agreement.output.records import Row, as_csv
from kneescan.agreement.reference.squats import Squat, read_squats
from kneescan.files import refuse_overwriting
from kneescan.output.tables.files import write_text

FILLED_IN = (
    "fppa_deg",
    "knee_over_foot_pct",
    "depth_pct",
    "pelvic_drop_deg",
    "trunk_lean_deg",
)
"""Values that can be read from a picture or motion capture."""


def write_reference_template(
    results: Sequence[str | os.PathLike[str]],
    target: str | os.PathLike[str],
    *,
    measures: Sequence[str] | None = None,
    subject: str = "subject",
    session: str = "session",
) -> Path:
    """Write a CSV with a row for every squat that counts, and empty columns for the reference's values.

    Parameters
    ----------
    results : sequence of path
        Folders that ``kneescan analyze`` or ``batch`` wrote.
    target : path
        File to write.
    measures : sequence of str, optional
        Columns to fill in.
    subject, session : str
        Columns with the person and the session.

    Raises
    ------
    AgreementError
        If there are no results.
    OutputError
        If the file cannot be written, or is one of the results.
    """
    refuse_overwriting(target, results)
    squats, _ = read_squats(results, (), subject=subject, session=session)
    columns = measures or FILLED_IN
    rows = [_row(squat, columns, subject, session) for squat in squats if squat.valid]
    return write_text(Path(target), as_csv(rows))


def _row(squat: Squat, columns: Sequence[str], subject: str, session: str) -> Row:
    about: Row = {
        "video": squat.video,
        subject: squat.subject,
        session: squat.session,
        "leg": str(squat.leg),
        "repetition": squat.index,
        "time_s": None if math.isnan(squat.deepest_s) else round(squat.deepest_s, 3),
    }
    return about | dict.fromkeys(columns)
