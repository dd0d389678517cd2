"""Compute all numbers of a batch again from its landmarks, without the videos."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kneescan.batch.clips import BatchError, Entry, Failure
from kneescan.batch.progress import Counter, ProgressCallback
from kneescan.batch.run import BatchResult, write_all
from kneescan.batch.steps import Means, analyse_all
from kneescan.batch.store.outcomes import PassingStore, Store
from kneescan.batch.store.plan import Video, missing
from kneescan.batch.store.saved_list import load_list
from kneescan.batch.workers.engines import local_executor
from kneescan.batch.workers.watching import Limits
from kneescan.errors import OutputError
from kneescan.extras import require_parquet
from kneescan.files import OUT_REMEDY, is_same_file
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.squat.corrected.by_video import common_corrections, corrections_by_video
from kneescan.squat.corrections import Corrections
from kneescan.squat.settings import Settings


def reanalyze_results(
    results: str | os.PathLike[str],
    *,
    settings: Settings | None = None,
    corrections: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    n_workers: int | None = None,
    language: str = DEFAULT_LANGUAGE,
    progress: ProgressCallback | None = None,
) -> BatchResult:
    """Compute all numbers of a batch again from its landmarks, without the videos.

    Parameters
    ----------
    results : path
        Folder of a finished batch; ``manifest.parquet`` and ``landmarks`` in it are enough.
    settings : Settings, optional
        Thresholds; the defaults when left out.
    corrections : path, optional
        Folder with what a reader corrected: a JSON file for each corrected video, called like it.
    out : path, optional
        Folder for the new tables; by default those in ``results`` are replaced.
    n_workers : int, optional
        Number of workers; by default as many as this computer has cores and memory for.
    language : str
        Language of the overview page.
    progress : callable, optional
        Function called after every video.

    Returns
    -------
    BatchResult
        Videos without landmarks stay in ``errors.csv``; all others are analysed, including those
        whose earlier analysis failed.

    Raises
    ------
    KneescanError
        If there is no finished batch, or nothing can be written.
    """
    require_parquet("analysing a batch again")
    source, counter = Path(results), Counter(progress)
    target = Path(out) if out is not None else source
    before, carried, origin = load_list(source)
    store = PassingStore(target, landmarks=source / "landmarks")
    means = Means(
        store=store,
        settings=settings or Settings(),
        limits=Limits(),
        counter=counter,
        language=language,
    )
    corrected = corrections_by_video(
        None if corrections is None else Path(corrections), [entry.clip.path for entry in before]
    )
    # Includes those that failed before, since their landmarks exist.
    videos = _videos(before, corrected)
    there = [video for video in videos if store.landmark_file(video.key).is_file()]
    _check_folders(source, target, is_empty=bool(videos) and not there)
    with store.opened():
        counter.begin("analysing", len(there))
        with local_executor(n_workers) as workers:
            analyse_all(workers, there, means)
        analysed = {video.key for video in there}
        entries = [_after(entry, analysed, store) for entry in before]
        write_all(entries, carried, means, origin)
    return BatchResult(folder=target, entries=entries, n_analysed=len(there))


def _check_folders(source: Path, target: Path, *, is_empty: bool) -> None:
    """Refuse to replace good tables by empty ones or by those of another batch.

    Raises
    ------
    KneescanError
        If nothing may be written.
    """
    if is_empty:
        msg = (
            f"{source}: contains no landmarks to analyse; give the folder with the results of "
            "kneescan batch"
        )
        raise BatchError(msg)
    if not is_same_file(source, target) and any(target.glob("landmarks/*.npz")):
        msg = f"{target}: contains the results of another batch; {OUT_REMEDY}"
        raise OutputError(msg)


def _videos(entries: Sequence[Entry], corrected: Mapping[str, Corrections]) -> list[Video]:
    """Videos whose content is known, with the requested legs and corrections."""
    legs: dict[str, set[str]] = {}
    paths: dict[str, list[str]] = {}
    firsts: dict[str, Entry] = {}
    for entry in entries:
        if entry.key:
            legs.setdefault(entry.key, set()).add(entry.clip.leg_name)
            paths.setdefault(entry.key, []).append(entry.clip.path)
            firsts.setdefault(entry.key, entry)
    return [
        Video(
            key=key,
            sha256=entry.sha256,
            path=entry.clip.path,
            source="",
            legs=tuple(sorted(legs[key])),
            corrections=common_corrections(paths[key], corrected),
        )
        for key, entry in firsts.items()
    ]


def _after(entry: Entry, analysed: set[str], store: Store) -> Entry:
    if entry.key in analysed:
        return replace(entry, failure=missing(entry.key, entry.clip, store))
    if entry.failure:
        return entry
    reason = "its file is no longer in the folder landmarks; measure the video again"
    return replace(entry, failure=Failure(kind="changed", reason=reason))
