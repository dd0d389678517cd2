"""Measure a list of videos, continue after interruptions, and write the tables."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kneescan.batch.assembly import assemble
from kneescan.batch.clips import Clip, Entry, Origin
from kneescan.batch.progress import Counter, ProgressCallback
from kneescan.batch.steps import Means, analyse_all, measure_all
from kneescan.batch.store.hashes import known_fingerprints, read_videos
from kneescan.batch.store.outcomes import Store
from kneescan.batch.store.plan import Plan, entry_of, group_videos, make_plan
from kneescan.batch.store.saved_list import save_list
from kneescan.batch.videos.addresses import readable
from kneescan.batch.videos.listing import Listing, list_clips
from kneescan.batch.workers.engines import local_executor
from kneescan.batch.workers.watching import Limits
from kneescan.batch.workers.work import Tracking, video_key
from kneescan.extras import require_parquet
from kneescan.landmarks import Side
from kneescan.output.words.sentences import DEFAULT_LANGUAGE
from kneescan.pose.models.model_file import MODELS
from kneescan.squat.corrected.by_video import corrections_by_video
from kneescan.squat.corrections import Corrections
from kneescan.squat.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """Result of a run."""

    folder: Path
    """Folder of the tables."""
    entries: Sequence[Entry]
    """All clips in the order of the tables, with their outcomes."""
    n_measured: int = 0
    """Number of videos measured in this run."""
    n_analysed: int = 0
    """Number of videos that had landmarks and were analysed again."""
    n_reused: int = 0
    """Number of videos that were already finished."""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """Number of files in the folders that are not videos by their names, by suffix."""
    misnamed: tuple[str, ...] = ()
    """Files named like videos that contain something else."""

    @property
    def failed(self) -> list[Entry]:
        """Clips without numbers: the rows of ``errors.csv``."""
        return [entry for entry in self.entries if entry.failure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Plan of a run."""

    clips: Sequence[tuple[Clip, str]]
    """Clips with ``measure``, ``analyse`` (landmarks exist), ``done``, or ``failed`` (earlier)."""
    skipped: Mapping[str, int]
    misnamed: Sequence[str]
    """As in `BatchResult`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What to measure, and how; parameters are those of `measure_videos`."""

    videos: Sequence[str]
    out: Path
    settings: Settings = field(default_factory=Settings)
    leg: Side | None = None
    rotate_deg: int = 0
    model: str = "full"
    n_workers: int | None = None
    limits: Limits = field(default_factory=Limits)
    retry_failed: bool = False
    allow_remote: bool = False
    recorded_fps: float | None = None
    language: str = DEFAULT_LANGUAGE
    corrections: Path | None = None

    def preview(self) -> Preview:
        """Tell what a run would do, without reading a video, connecting to a server or writing."""
        require_parquet("a batch")
        store, tracking = Store(self.out), Tracking.here(self.model)
        listing = self._listing(connect=False)
        clips = listing.clips
        known, _ = known_fingerprints(clips, store, connect=False)
        plan = self._plan(clips, known, tracking, store, self._corrected(listing))
        words = dict.fromkeys(plan.done, "done")
        words |= dict.fromkeys(plan.failed, "failed")
        words |= dict.fromkeys(plan.to_analyse, "analyse")
        keys = [
            video_key(
                known[clip.source],
                tracking,
                rotate_deg=clip.rotate_deg,
                recorded_fps=clip.recorded_fps,
            )
            if clip.source in known
            else ""
            for clip in clips
        ]
        planned = [
            (clip, "failed" if clip.fault else words.get(key, "measure"))
            for clip, key in zip(clips, keys, strict=True)
        ]
        return Preview(clips=planned, skipped=listing.skipped, misnamed=listing.misnamed)

    def run(
        self, executor: Executor | None = None, progress: ProgressCallback | None = None
    ) -> BatchResult:
        """Measure; see `measure_videos`."""
        require_parquet("a batch")
        listing = self._listing(connect=True)
        corrected = self._corrected(listing)  # checked before anything is measured
        tracking, store, counter = Tracking.here(self.model), Store(self.out), Counter(progress)
        means = self._means(store, counter)
        with store.opened(self.videos):
            known, to_read = known_fingerprints(listing.clips, store)
            with _given_or_local(executor, self.n_workers) as workers:
                counter.begin("reading", len(to_read))
                read, unread = read_videos(workers, to_read, store, counter)
                sha256s = {**known, **read}
                plan = self._plan(listing.clips, sha256s, tracking, store, corrected)
                counter.begin("measuring", len(plan.to_measure))
                chosen = [plan.videos[key] for key in plan.to_measure]
                # Workers have other current folders.
                model = self.model if self.model in MODELS else os.path.abspath(self.model)  # noqa: PTH100
                measure_all(workers, chosen, means, model=model, tracking=tracking)
            with local_executor(self.n_workers) as workers:
                counter.begin("analysing", len(plan.to_analyse))
                analyse_all(workers, [plan.videos[key] for key in plan.to_analyse], means)
            entries = [
                entry_of(clip, sha256s.get(clip.source, ""), unread, tracking, store)
                for clip in listing.clips
            ]
            inputs = tuple(map(readable, self.videos))
            origin = Origin(inputs=inputs, model=readable(self.model), tracking=asdict(tracking))
            write_all(entries, listing.carried, means, origin)
        return BatchResult(
            folder=self.out,
            entries=entries,
            n_measured=len(plan.to_measure),
            n_analysed=len(plan.to_analyse),
            n_reused=len(plan.done),
            skipped=listing.skipped,
            misnamed=listing.misnamed,
        )

    def _means(self, store: Store, counter: Counter) -> Means:
        return Means(
            store=store,
            settings=self.settings,
            limits=self.limits,
            counter=counter,
            language=self.language,
        )

    def _listing(self, *, connect: bool) -> Listing:
        return list_clips(
            self.videos,
            leg=self.leg,
            rotate_deg=self.rotate_deg,
            results=self.out,
            allow_remote=self.allow_remote,
            connect=connect,
            recorded_fps=self.recorded_fps,
        )

    def _corrected(self, listing: Listing) -> dict[str, Corrections]:
        return corrections_by_video(self.corrections, [clip.path for clip in listing.clips])

    def _plan(
        self,
        clips: Sequence[Clip],
        sha256s: Mapping[str, str],
        tracking: Tracking,
        store: Store,
        corrected: Mapping[str, Corrections],
    ) -> Plan:
        videos = group_videos(clips, sha256s, tracking, corrected)
        return make_plan(videos, store, self.settings, retry_failed=self.retry_failed)


def write_all(
    entries: Sequence[Entry],
    carried: "Mapping[str, pa.DataType]",
    means: Means,
    origin: Origin,
) -> None:
    """Write all files for people, and the list for analysing the batch again."""
    means.counter.begin("writing", 0)
    save_list(entries, carried, means.store, origin)
    assemble(entries, carried, means.store, means.settings, origin, language=means.language)


@contextmanager
def _given_or_local(executor: Executor | None, n_workers: int | None) -> Iterator[Executor]:
    if executor is not None:
        yield executor
        return
    with local_executor(n_workers) as own:
        yield own


def measure_videos(
    videos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    settings: Settings | None = None,
    leg: Side | str | None = None,
    rotate_deg: int = 0,
    model: str = "full",
    executor: Executor | None = None,
    n_workers: int | None = None,
    limits: Limits | None = None,
    retry_failed: bool = False,
    allow_remote: bool = False,
    recorded_fps: float | None = None,
    corrections: str | os.PathLike[str] | None = None,
    language: str = DEFAULT_LANGUAGE,
    progress: ProgressCallback | None = None,
) -> BatchResult:
    """Measure many videos and write one row per leg and one per repetition into tables.

    Parameters
    ----------
    videos : path or sequence of path
        Folders, patterns, videos, addresses that fsspec knows, or one manifest (CSV or Parquet with
        a column ``path``).
    out : path
        Folder for the results. Results of an earlier run are kept: finished videos are not
        measured again.
    settings : Settings, optional
        Thresholds; the defaults when left out.
    leg : {"left", "right"}, optional
        Leg to measure, unless a manifest names it.
    rotate_deg : {0, 90, 180, 270}
        Clockwise rotation of the videos, unless a manifest gives it. [deg]
    model : str
        "full", "lite", "heavy" or the path of a .task file.
    executor : Executor, optional
        Executor that does the work, for example from `cluster_executor`; by default workers on this
        computer. The numbers do not depend on it.
    n_workers : int, optional
        Workers on this computer; by default as many as it has cores and memory for.
    limits : Limits, optional
        Time and memory limits for one video.
    retry_failed : bool
        Try videos again that an earlier run refused.
    allow_remote : bool
        Also read videos from other computers, if an address names them.
    recorded_fps : float, optional
        Rate at which the videos were recorded, unless a manifest gives it. [Hz]
    corrections : path, optional
        Folder with what a reader corrected: a JSON file for each corrected video, called like it.
    language : str
        Language of the overview page.
    progress : callable, optional
        Function called after every video.

    Returns
    -------
    BatchResult
        A video that cannot be measured is listed here and in ``errors.csv``; nothing is raised.

    Raises
    ------
    KneescanError
        If nothing can be measured or written, for example without videos or model.
    """
    several = [videos] if isinstance(videos, str | os.PathLike) else videos
    batch = Batch(
        videos=[os.fspath(video) for video in several],
        out=Path(out),
        settings=settings or Settings(),
        leg=Side(leg) if leg else None,
        rotate_deg=rotate_deg,
        model=model,
        n_workers=n_workers,
        limits=limits or Limits(),
        retry_failed=retry_failed,
        allow_remote=allow_remote,
        recorded_fps=recorded_fps,
        language=language,
        corrections=None if corrections is None else Path(corrections),
    )
    return batch.run(executor, progress)
