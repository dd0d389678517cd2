"""Read the squats that kneescan measured, to hold them against a reference."""

import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from kneescan.agreement.tables.cells import Numbers, is_yes, label, leg_of
from kneescan.agreement.tables.sessions import ALONE, tables_of
from kneescan.agreement.tables.table_files import AgreementError, Row, read_table
from kneescan.landmarks import Side
from kneescan.plain_text import one_line

TIMES = ("start_s", "deepest_s", "stop_s")
NOT_MEASURED = frozenset(
    {*TIMES, "leg", "index", "valid", "invalid_reasons", "path", "sha256", "subject", "session"}
)
"""Columns of a table of squats that hold no measured value of a squat."""
MAX_JSON_BYTES = 1 << 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Squat:
    """One squat that kneescan found."""

    video: str
    """Name of its video without folder and ending."""
    path: str
    """Its path as recorded, which tells videos of the same name apart."""
    also: frozenset[str]
    """All names by which a reference may call the video, folded."""
    subject: str
    """Whose squat it is; the video, if no column says it."""
    session: str
    leg: Side
    index: int | None
    start_s: float
    deepest_s: float
    stop_s: float
    valid: bool
    why_not: str
    """Why it does not count, as codes."""
    values: Mapping[str, float]


def read_squats(
    places: Sequence[str | os.PathLike[str]],
    measures: Sequence[str],
    *,
    subject: str = "subject",
    session: str = "session",
) -> tuple[list[Squat], frozenset[str]]:
    """Squats in folders of results or tables, and which of the measures the tables have.

    Parameters
    ----------
    places : sequence of path
        Folders that ``kneescan analyze`` or ``batch`` wrote, or tables of squats.
    measures : sequence of str
        Columns to read.
    subject, session : str
        Columns with the person and the session.

    Raises
    ------
    AgreementError
        If something cannot be read, or no squat of a leg is found.
    """
    squats: list[Squat] = []
    found: set[str] = set()
    for place in map(Path, places):
        for path, folder in tables_of(place, []):
            names = ("leg", "index", "valid", "invalid_reasons", "path", subject, session, *TIMES)
            table = read_table(path, tuple(dict.fromkeys((*names, *measures))))
            found |= table.has & set(measures)
            if "leg" not in table.has:
                msg = f"{one_line(path)}: has no column 'leg'; give results that kneescan wrote"
                raise AgreementError(msg)
            names_of = _names(path, folder)
            numbers = Numbers(decimal_comma=table.decimal_comma)
            for row in table.rows:
                leg = _cell(row, "leg", leg_of)
                if leg is not None:
                    squats.append(
                        _squat(row, leg, table.has, numbers, names_of, (subject, session), measures)
                    )
    if not squats:
        shown = ", ".join(one_line(place) for place in list(places)[:5])
        msg = f"{shown}: holds no squat on one leg; give results of kneescan analyze or batch"
        raise AgreementError(msg)
    return squats, frozenset(found)


def is_video(squat: Squat, given: str) -> bool:
    """Whether a name in a reference is that of the squat's video, with or without folder and ending."""
    name = _file_name(given)
    return name.casefold() in squat.also or PurePosixPath(name).stem.casefold() in squat.also


def _file_name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name


def _stem(path: str) -> str:
    """Name without folder and ending; landmark files have two endings."""
    return PurePosixPath(_file_name(path)).stem.removesuffix(".landmarks")


def column_names(places: Sequence[str | os.PathLike[str]]) -> dict[str, None]:
    """Columns of all tables of squats, in order."""
    return {
        name: None
        for place in map(Path, places)
        for path, _ in tables_of(place, [])
        for name in read_table(path, ()).columns
    }


def _names(path: Path, folder: str) -> list[str]:
    """Names of the video of a folder with the results of one video; none if the rows name it."""
    if not folder:
        return []
    own = path.parent.resolve().name if folder == ALONE else folder
    recorded = next(_recorded_name(path.parent / "analysis.json"), "")
    return [name for name in (recorded, own) if name]


def _recorded_name(path: Path) -> Iterator[str]:
    """Name of the video that the analysis was made from, if the file says it."""
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            return
        name = json.loads(path.read_bytes())["provenance"]["video"]["name"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return
    if isinstance(name, str) and name:
        yield one_line(name)


def _squat(
    row: Row,
    leg: Side,
    has: frozenset[str],
    numbers: Numbers,
    names: Sequence[str],
    columns: tuple[str, str],
    measures: Sequence[str],
) -> Squat:
    given = [str(_cell(row, "path", label))] if "path" in has else list(names)
    video = _stem(given[0]) if given else ""
    subject, session = (str(_cell(row, column, label)) for column in columns)
    index = _cell(row, "index", numbers.read) if "index" in has else math.nan
    start_s, deepest_s, stop_s = (
        _cell(row, name, numbers.read) if name in has else math.nan for name in TIMES
    )
    return Squat(
        video=video,
        path=given[0].replace("\\", "/") if given else str(row.path),
        also=frozenset(name.casefold() for one in given for name in (_file_name(one), _stem(one))),
        subject=subject or video or one_line(row.path.stem),
        session=session,
        leg=leg,
        index=int(index) if math.isfinite(index) else None,
        start_s=start_s,
        deepest_s=deepest_s,
        stop_s=stop_s,
        valid=_cell(row, "valid", is_yes) if "valid" in has else True,
        why_not=one_line(row.cells.get("invalid_reasons") or "").replace(";", ", "),
        values={
            name: _cell(row, name, numbers.read) if name in has else math.nan for name in measures
        },
    )


def _cell(row: Row, column: str, read: Any) -> Any:
    """Value of a cell; an error names the cell."""
    try:
        return read(row.cells.get(column))
    except (ValueError, OverflowError) as error:
        raise row.refusal(column, error) from error
