"""Stored results: read the results of `kneescan analyze` or `kneescan batch` back into Python."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import kneescan
from kneescan.errors import KneescanError, SettingsError
from kneescan.files.reading import read_regular
from kneescan.landmarks import PoseSequence, Side
from kneescan.landmarks.provenance import EARLIER_CODES, with_present_names
from kneescan.output.result_set import ANALYSIS, LANDMARKS, identity_of, remembered
from kneescan.output.tables.records import analysis_record
from kneescan.plain_text import counted, library_message, one_line
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import SquatAnalysis
from kneescan.squat.settings import Settings
from kneescan.squat.tidy_table import ANALYSIS_FORMAT
from kneescan.stored_tables import Tables

RUN, RUN_FORMAT = "run.json", "kneescan-run-1"
MAX_JSON_BYTES = 1 << 26
REMEDY = "give a folder that kneescan analyze or kneescan batch has written with --out"
MEASURED = ("legs", "other_repetitions", "asymmetry_fppa_deg", "quality")
"""Parts of analysis.json that the landmarks and the settings determine."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class StoredResults:
    """Results in a folder, of one video or of a batch."""

    folder: Path
    settings: Settings
    """Thresholds used for the results."""
    record: Mapping[str, Any]
    """``analysis.json``, or ``run.json`` of a batch, as stored, with the present names of settings."""
    tables: Tables
    """DataFrames by name: ``repetitions``; for a batch also ``clips`` and ``errors``."""
    pose: PoseSequence | None = None
    """Landmarks; None for a batch."""
    analysis: SquatAnalysis | None = None
    """The landmarks analysed by this version of kneescan with the stored settings; None for a batch."""

    @property
    def is_reproduced(self) -> bool | None:
        """Whether `analysis` agrees with the stored numbers to their last digit; None for a batch."""
        if self.analysis is None:
            return None
        present = json.loads(json.dumps(analysis_record(self.analysis)))
        return all(
            _numbers(present.get(name)) == _numbers(self.record.get(name)) for name in MEASURED
        )

    def __repr__(self) -> str:
        if self.analysis is None:
            legs = self.record.get("legs")
            verdicts = legs.items() if isinstance(legs, dict) else ()
            counts = "".join(f", {number} {verdict}" for verdict, number in verdicts)
            clips = counted(self.record.get("clips"), "clip")
            text = f"{clips}, legs by verdict: {counts.removeprefix(', ')}"
            return f"StoredResults of a batch: {one_line(text)}; {self.tables!r}"
        changed = "" if self.is_reproduced else " (stored numbers differ)"
        return f"StoredResults of one video{changed}\n{self.pose!r}\n{self.analysis!r}"


def open_results(folder: str | os.PathLike[str]) -> StoredResults:
    """Read the results in a folder, to continue without the video.

    Parameters
    ----------
    folder : path
        Folder written by ``kneescan analyze`` or ``kneescan batch``, also by an earlier version.

    Returns
    -------
    StoredResults
        For one video: landmarks, settings and tables as stored, and the analysis, recomputed from the
        landmarks with the stored settings. This takes milliseconds and restores the signals, which are
        not stored. ``record`` has the stored numbers, and ``is_reproduced`` says whether both agree.
        For a batch: settings and tables.

    Raises
    ------
    KneescanError
        If the folder does not exist, or a file in it is missing or damaged.
    """
    path = Path(folder)
    try:
        if not path.is_dir():
            what = "a file, not a folder" if path.exists() else "no such folder"
            msg = f"{one_line(str(path))}: {what}; {REMEDY}"
            raise KneescanError(msg)
        if (path / ANALYSIS).is_file():
            return _one_video(path)
        if (path / RUN).is_file():
            return _batch(path)
        msg = f"{path}: {_why_nothing(path)}"
    except OSError as error:
        # A name that is too long, or a folder that this user may not enter.
        msg = f"{one_line(str(path))[:200]}: cannot be opened ({error.strerror}); {REMEDY}"
        raise KneescanError(msg) from error
    raise KneescanError(msg)


def _why_nothing(folder: Path) -> str:
    """Say why there are no results in a folder, and what to do."""
    if (landmarks := folder / LANDMARKS).is_file():
        return f"{ANALYSIS} is missing; write it again: kneescan analyze {landmarks} --out {folder}"
    # A batch has this folder from its beginning; run.json comes last.
    if (folder / "store" / "unfinished").is_dir():
        return "a batch that is not finished; repeat the command of kneescan batch"
    inside = sorted(item.parent.name for item in folder.glob(f"*/{ANALYSIS}"))
    hint = f"there are results in its folders {one_line(', '.join(inside))[:200]}"
    return f"holds no results of kneescan; {hint if inside else REMEDY}"


def _batch(folder: Path) -> StoredResults:
    record = _json(folder / RUN, RUN_FORMAT)
    settings = _settings(record.get("settings"), folder / RUN)
    return StoredResults(
        folder=folder, settings=settings, record=record, tables=Tables(folder, record)
    )


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
    """Analysis of the landmarks, of only one leg if only one was stored."""
    origin = {"kneescan": kneescan.__version__}
    analysis = analyze_pose(pose, settings, provenance=origin)
    if len(sides) == 1 and [leg.side for leg in analysis.legs] != sides:
        analysis = analyze_pose(pose, settings, leg=sides[0], provenance=origin)
    return replace(analysis, provenance={**analysis.provenance, **origin})


def _sides(record: Mapping[str, Any]) -> list[Side] | None:
    """Legs in the record of an analysis; None if it is not such a record."""
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
    """Part of a record without its sentences, whose wording may change between versions."""
    if isinstance(value, dict):
        return {name: _numbers(item) for name, item in value.items() if name != "sentence"}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    return EARLIER_CODES.get(value, value) if isinstance(value, str) else value
