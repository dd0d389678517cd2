"""Measure or analyse each video, and save its results before reporting it as finished."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from kneescan.batch.clips import Failure
from kneescan.batch.progress import Counter
from kneescan.batch.store.outcomes import Store, VideoState
from kneescan.batch.store.plan import Video
from kneescan.batch.workers.engines import each_result
from kneescan.batch.workers.isolation import run_isolated
from kneescan.batch.workers.watching import Limits
from kneescan.batch.workers.work import (
    AnalyseLandmarks,
    Measured,
    MeasureVideo,
    Records,
    Tracking,
    analysis_key,
)
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.squat.settings import Settings

ANALYSES_PER_PROCESS = 10_000
"""Number of analyses per process: an analysis leaks no memory and is faster than starting a process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Tools of a run."""

    store: Store
    settings: Settings
    limits: Limits
    counter: Counter
    language: str = DEFAULT_LANGUAGE
    """Language of the overview page."""


def measure_all(
    executor: Executor, videos: Sequence[Video], means: Means, *, model: str, tracking: Tracking
) -> None:
    """Measure videos and save the results."""
    store, settings = means.store, means.settings
    analyses = {video.key: analysis_key(settings, video.corrections) for video in videos}
    work = (
        (
            video.key,
            (
                MeasureVideo(
                    path=video.path,
                    source=video.source,
                    sha256=video.sha256,
                    legs=video.legs,
                    settings=settings,
                    model=model,
                    tracking=tracking,
                    recorded_fps=video.recorded_fps,
                    rotate_deg=video.rotate_deg,
                    corrections=video.corrections,
                ),
                means.limits,
            ),
        )
        for video in videos
    )
    sources = {video.key: video.source for video in videos}
    for key, result in each_result(executor, run_isolated, work):
        if isinstance(result, Measured):
            records = result.records
            state = _state(records, store.keep_landmarks(key, result.landmarks), analyses[key])
        else:
            state = VideoState(failure=result)
            if result.kind == "changed":
                store.keep_fingerprint(sources[key], "", "")
        store.keep(key, state)
        means.counter.one(failed=state.failure is not None)


def _state(records: Records | Failure, landmarks_sha256: str, analysis: str) -> VideoState:
    """State of a video that has landmarks."""
    return VideoState(
        failure=records if isinstance(records, Failure) else None,
        landmarks_sha256=landmarks_sha256,
        analysis=analysis,
        records=None if isinstance(records, Failure) else records,
    )


def analyse_all(executor: Executor, videos: Iterable[Video], means: Means) -> None:
    """Analyse saved landmarks and save the results."""
    store, settings, videos = means.store, means.settings, list(videos)
    analyses = {video.key: analysis_key(settings, video.corrections) for video in videos}
    limits = replace(means.limits, videos_per_process=ANALYSES_PER_PROCESS)
    work = (
        (
            video.key,
            (
                AnalyseLandmarks(
                    file=store.landmark_file(video.key).absolute(),
                    legs=video.legs,
                    settings=settings,
                    corrections=video.corrections,
                ),
                limits,
            ),
        )
        for video in videos
    )
    for key, result in each_result(executor, run_isolated, work):
        store.keep(key, _state(result, store.landmarks_sha256(key), analyses[key]))
        means.counter.one(failed=isinstance(result, Failure))
