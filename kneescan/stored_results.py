"""Stored results: what `kneescan analyze` or `kneescan batch` left in a folder, read back for Python."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kneescan
from kneescan.errors import KneescanError, SettingsError
from kneescan.files.reading import read_regular
from kneescan.landmarks import PoseSequence, Side
from kneescan.landmarks.provenance import with_present_names
from kneescan.output.result_set import ANALYSIS, LANDMARKS, identity_of, remembered
from kneescan.output.tables.records import analysis_record
from kneescan.plain_text import library_message, one_line
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings
from kneescan.squat.tidy_table import (
    ANALYSIS_FORMAT,
    LEGS,
    loaded_pandas,
    with_attrs,
    with_categories,
    with_codes,
    with_types,
)

if TYPE_CHECKING:
    import pandas as pd

RUN, RUN_FORMAT = "run.json", "kneescan-run-1"
MAX_JSON_BYTES, MAX_TABLE_BYTES = 1 << 26, 1 << 31
REMEDY = "give a folder that kneescan analyze or kneescan batch has written with --out"
VERDICTS = ("suggested", "no_sign", "cannot_tell")
MEASURED = ("legs", "other_repetitions", "asymmetry_fppa_deg", "quality")
"""Parts of analysis.json that the landmarks and the settings determine."""


class Tables(Mapping[str, "pd.DataFrame"]):
    """Tables of a folder by name, each read when it is first asked for; pandas is needed then.

    Parameters
    ----------
    folder : Path
        Where they are.
    record : mapping
        What analysis.json or run.json says: versions go into the ``attrs`` of each table.
    """

    def __init__(self, folder: Path, record: Mapping[str, Any]) -> None:
        self._folder = folder
        self._record = record
        found = {path.stem for path in (*folder.glob("*.parquet"), *folder.glob("*.csv"))}
        self._names = [name for name in ("clips", "repetitions", "errors") if name in found]
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> "pd.DataFrame":
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            table = _raw_table(self._folder, name)
            try:
                self._read[name] = self._typed(name, table)
            except (ValueError, TypeError, LookupError) as error:
                msg = (
                    f"{self._folder}: {name} is damaged ({library_message(error)}); write it again"
                )
                raise KneescanError(msg) from error
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"Tables: {', '.join(self._names)}"

    def _typed(self, name: str, table: "pd.DataFrame") -> "pd.DataFrame":
        if self._record["format"] == ANALYSIS_FORMAT:
            return with_attrs(with_types(table), self._record["provenance"])
        return _batch_table(name, table, self._record)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class StoredResults:
    """What a folder holds: the results of one video, or those of a batch."""

    folder: Path
    settings: Settings
    """Thresholds that the results were made with."""
    record: Mapping[str, Any]
    """``analysis.json``, or ``run.json`` of a batch, as stored; names as of today."""
    tables: Tables
    """DataFrames by name: ``repetitions``; of a batch ``clips`` and ``errors`` as well."""
    pose: PoseSequence | None = None
    """Landmarks; None for a batch."""
    analysis: SquatAnalysis | None = None
    """The landmarks analysed by this version of kneescan with the stored settings; None for a batch."""

    @property
    def is_reproduced(self) -> bool | None:
        """Whether `analysis` gives the stored numbers, to the digits that were stored; None for a batch."""
        if self.analysis is None:
            return None
        present = json.loads(json.dumps(analysis_record(self.analysis)))
        return all(
            _numbers(present.get(name)) == _numbers(self.record.get(name)) for name in MEASURED
        )

    def __repr__(self) -> str:
        if self.analysis is None:
            legs = self.record.get("legs")
            told = legs.items() if isinstance(legs, dict) else ()
            counts = "".join(f", {number} {verdict}" for verdict, number in told)
            text = f"{self.record.get('clips')} clips, legs by verdict: {counts.removeprefix(', ')}"
            return f"StoredResults of a batch: {one_line(text)}; {self.tables!r}"
        changed = "" if self.is_reproduced else " (stored numbers differ)"
        return f"StoredResults of one video{changed}\n{self.pose!r}\n{self.analysis!r}"


def open_results(folder: str | os.PathLike[str]) -> StoredResults:
    """Read back a folder of results, so that work goes on without the video.

    Parameters
    ----------
    folder : path
        Folder that ``kneescan analyze`` or ``kneescan batch`` has written, also an earlier version.

    Returns
    -------
    StoredResults
        Of one video: landmarks, settings and tables as stored, and the analysis, which is made again
        from the landmarks with the stored settings (it takes milliseconds, and only so are the signals
        there). What was stored is in ``record``, and ``is_reproduced`` says whether both are the same.
        Of a batch: settings and tables.

    Raises
    ------
    KneescanError
        If there is no such folder, or something in it is missing or damaged.
    """
    path = Path(folder)
    if not path.is_dir():
        msg = f"{path}: {'a file, not a' if path.exists() else 'no such'} folder; {REMEDY}"
        raise KneescanError(msg)
    if (path / ANALYSIS).is_file():
        return _one_video(path)
    if (path / RUN).is_file():
        record = _json(path / RUN, RUN_FORMAT)
        settings = _settings(record.get("settings"), path / RUN)
        return StoredResults(
            folder=path, settings=settings, record=record, tables=Tables(path, record)
        )
    if (path / LANDMARKS).is_file():
        landmarks = path / LANDMARKS
        msg = f"{path}: {ANALYSIS} is missing; write it again: kneescan analyze {landmarks} --out {path}"
        raise KneescanError(msg)
    inside = sorted(item.parent.name for item in path.glob(f"*/{ANALYSIS}"))
    hint = (
        f"; there are results in its folders {one_line(', '.join(inside))[:200]}" if inside else ""
    )
    msg = f"{path}: holds no results of kneescan{hint or f'; {REMEDY}'}"
    raise KneescanError(msg)


def _one_video(folder: Path) -> StoredResults:
    record = _json(folder / ANALYSIS, ANALYSIS_FORMAT)
    origin, sides = record.get("provenance"), _sides(record)
    if not isinstance(origin, dict) or sides is None:
        msg = f"{folder / ANALYSIS}: not an analysis by kneescan; {REMEDY}"
        raise KneescanError(msg)
    record["provenance"] = origin = with_present_names(origin)
    settings = _settings(origin.get("settings"), folder / ANALYSIS)
    pose = remembered(PoseSequence.load(folder / LANDMARKS), folder / LANDMARKS)
    video = origin.get("video")
    sha256 = video.get("sha256") if isinstance(video, dict) else None
    if sha256 and sha256 != identity_of(pose):
        msg = (
            f"{folder}: {ANALYSIS} and {LANDMARKS} are of different videos; measure the video again"
        )
        raise KneescanError(msg)
    return StoredResults(
        folder=folder,
        settings=settings,
        record=record,
        tables=Tables(folder, record),
        pose=pose,
        analysis=_analysis(pose, settings, sides),
    )


def _analysis(pose: PoseSequence, settings: Settings, sides: list[Side]) -> SquatAnalysis:
    """Analysis of the landmarks, for one leg only where it was asked for only one."""
    origin = {"kneescan": kneescan.__version__}
    analysis = analyze_pose(pose, settings, provenance=origin)
    if len(sides) == 1 and [leg.side for leg in analysis.legs] != sides:
        analysis = analyze_pose(pose, settings, leg=sides[0], provenance=origin)
    return replace(analysis, provenance={**analysis.provenance, **origin})


def _sides(record: Mapping[str, Any]) -> list[Side] | None:
    """Legs that an analysis reports; None where it is no analysis."""
    try:
        return [Side(leg["side"]) for leg in record["legs"]]
    except (LookupError, TypeError, ValueError):
        return None


def _settings(stored: object, file: Path) -> Settings:
    if not isinstance(stored, dict):
        msg = f"{file}: does not say which settings were used; write it again with kneescan"
        raise KneescanError(msg)
    try:
        return Settings.from_mapping(stored, file)
    except SettingsError as error:
        msg = f"{error} (was it written by another version of kneescan?)"
        raise SettingsError(msg) from error


def _json(file: Path, expected: str) -> dict[str, Any]:
    """Content of a JSON file of a known format."""
    try:
        record = json.loads(read_regular(file, max_bytes=MAX_JSON_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        msg = f"{file}: cannot be read ({library_message(error)}); write it again with kneescan"
        raise KneescanError(msg) from error
    written_as = record.get("format") if isinstance(record, dict) else None
    if written_as != expected:
        msg = f"{file}: its format is {one_line(repr(written_as))[:40]}, this version reads {expected!r}"
        raise KneescanError(msg)
    return dict(record)


def _numbers(value: Any) -> Any:
    """Part of a record without its sentences, which another version may word otherwise."""
    if isinstance(value, dict):
        return {name: _numbers(item) for name, item in value.items() if name != "sentence"}
    return [_numbers(item) for item in value] if isinstance(value, list) else value


def _raw_table(folder: Path, name: str) -> "pd.DataFrame":
    """Table as it is stored: Parquet, which knows types, before CSV."""
    pd = loaded_pandas()
    file = folder / f"{name}.parquet"
    if not file.is_file():
        file = folder / f"{name}.csv"
    try:
        content = BytesIO(read_regular(file, max_bytes=MAX_TABLE_BYTES))
        return pd.read_parquet(content) if file.suffix == ".parquet" else pd.read_csv(content)
    # Readers of tables raise what they like on a damaged file.
    except Exception as error:
        msg = f"{file}: cannot be read as a table ({library_message(error)}); write it again with kneescan"
        raise KneescanError(msg) from error


def _batch_table(name: str, table: "pd.DataFrame", record: Mapping[str, Any]) -> "pd.DataFrame":
    """Table of a batch with the types and units of its columns; those of a manifest stay as they are."""
    from kneescan.batch.tables.columns import INTEGER, NUMBER, TABLES, TEXT, TRUTH

    kinds = {TEXT: "string", INTEGER: "Int64", NUMBER: "float64", TRUTH: "boolean"}
    columns = [column for column in TABLES[name]() if column.name in table.columns]
    types = {column.name: kinds[column.kind] for column in columns}
    table = with_codes(table.astype(types))
    words = {"leg": [*LEGS, "auto"] if name == "errors" else LEGS, "verdict": VERDICTS}
    present = {key: allowed for key, allowed in words.items() if key in types}
    table = with_categories(table, present)
    table.attrs = {
        "format": record["format"],
        "versions": record.get("analysis", {}),
        "units": {column.name: column.unit for column in columns if column.unit},
    }
    return table
