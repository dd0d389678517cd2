"""Steps: each film is measured or analysed and, before anybody is told of it, safe on the disk."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from kneescan.batch.clips import Failure
from kneescan.batch.progress import Counter
from kneescan.batch.store.outcomes import FilmState, Store
from kneescan.batch.store.plan import Film
from kneescan.batch.workers.engines import each_result
from kneescan.batch.workers.isolation import Limits, run_isolated
from kneescan.batch.workers.work import (
    AnalyseLandmarks,
    Measured,
    MeasureFilm,
    Records,
    Tracking,
    analysis_key,
)
from kneescan.squat.settings import Settings

ANALYSES_PER_PROCESS = 10_000
"""An analysis leaks nothing, and is faster than the start of a process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """With what a run works."""

    store: Store
    settings: Settings
    limits: Limits
    counter: Counter


def measure_all(
    executor: Executor, films: Sequence[Film], means: Means, *, model: str, tracking: Tracking
) -> None:
    """Measure films and keep what is found."""
    store, settings, analysis = means.store, means.settings, analysis_key(means.settings)
    work = (
        (
            film.key,
            (
                MeasureFilm(
                    path=film.path,
                    source=film.source,
                    sha256=film.sha256,
                    legs=film.legs,
                    settings=settings,
                    model=model,
                    tracking=tracking,
                    recorded_fps=film.recorded_fps,
                    rotate_deg=film.rotate_deg,
                ),
                means.limits,
            ),
        )
        for film in films
    )
    sources = {film.key: film.source for film in films}
    for key, result in each_result(executor, run_isolated, work):
        if isinstance(result, Measured):
            records = result.records
            state = _state(records, store.keep_landmarks(key, result.landmarks), analysis)
        else:
            state = FilmState(failure=result)
            if result.kind == "changed":
                store.keep_fingerprint(sources[key], "", "")
        store.keep(key, state)
        means.counter.one(failed=state.failure is not None)


def _state(records: Records | Failure, landmarks_sha256: str, analysis: str) -> FilmState:
    """What is known of a film that has landmarks."""
    return FilmState(
        failure=records if isinstance(records, Failure) else None,
        landmarks_sha256=landmarks_sha256,
        analysis=analysis,
        records=None if isinstance(records, Failure) else records,
    )


def analyse_all(executor: Executor, films: Iterable[Film], means: Means) -> None:
    """Analyse saved landmarks and keep what is found."""
    store, settings, analysis = means.store, means.settings, analysis_key(means.settings)
    limits = replace(means.limits, films_per_process=ANALYSES_PER_PROCESS)
    work = (
        (
            film.key,
            (
                AnalyseLandmarks(
                    file=store.landmark_file(film.key).absolute(),
                    legs=film.legs,
                    settings=settings,
                ),
                limits,
            ),
        )
        for film in films
    )
    for key, result in each_result(executor, run_isolated, work):
        store.keep(key, _state(result, store.landmarks_sha256(key), analysis))
        means.counter.one(failed=isinstance(result, Failure))
