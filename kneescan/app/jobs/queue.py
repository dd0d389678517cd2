"""Queue: measures one video after the other; what was running when the app ended is measured again."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

import kneescan
from kneescan.app.jobs.intake import new_job
from kneescan.app.jobs.measuring import LIMITS, Measure, measure
from kneescan.app.jobs.sample_person import SimulateSample
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store
from kneescan.app.store.tables import Analysis, Job, Video
from kneescan.batch.clips import Failure
from kneescan.batch.workers.isolation import Children, join, run_isolated
from kneescan.faults import expected, report_fault
from kneescan.output.result_set import earlier_record

Kept = TypeVar("Kept")
ATTEMPTS = 2
"""A job that was cut off twice has failed: it may be what ends the app."""
_IDLE_S = 5.0
"""The queue looks for jobs at least this often. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the job in work is."""

    video_id: str
    stage: str = "starting"
    n_done: int = 0
    n_total: int | None = None
    begun_s: float = 0.0
    """When the stage began, on the clock of `time.monotonic`. [s]"""

    @property
    def left_s(self) -> float | None:
        """Time until the end of the stage, at the speed so far; None if unknown. [s]"""
        passed_s = time.monotonic() - self.begun_s
        if not self.n_total or not self.n_done or passed_s < 1:
            return None
        return passed_s / self.n_done * max(self.n_total - self.n_done, 0)


class Queue:
    """Measures videos in a thread of its own.

    Parameters
    ----------
    store : Store
        Database with the jobs.
    folder : DataFolder
        Where the videos are and the results go.
    language : str
        Language of the reports.
    measure : callable, optional
        Does the work on one video.
    """

    def __init__(
        self, store: Store, folder: DataFolder, *, language: str, measure: Measure = measure
    ) -> None:
        self._store, self._folder = store, folder
        self._language, self._measure = language, measure
        self._children = Children()
        self._lock = threading.Lock()
        self._news, self._cancel, self._is_stopped = (threading.Event() for _ in range(3))
        self._progress: Progress | None = None
        self._thread = threading.Thread(target=self._work, name="kneescan-queue", daemon=True)

    def start(self) -> None:
        """Put jobs that were cut off back into the queue, and begin."""
        with self._store.writing() as session:
            for job in session.scalars(select(Job).where(Job.state == "running")):
                _cut_off(job)
        self._thread.start()

    def stop(self) -> None:
        """Stop at once; the job in work is queued again and begins anew with the next start."""
        self._is_stopped.set()
        self._cancel.set()
        self._news.set()
        self._children.stop()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """Tell that there is a new job."""
        self._news.set()

    @property
    def progress(self) -> Progress | None:
        """How far the job in work is; None if there is none."""
        return self._progress

    def cancel(self, video_id: str) -> bool:
        """Cancel the job of a video that waits or is in work; False if there is none."""
        with self._lock, self._store.writing() as session:
            waiting = select(Job).where(
                Job.video_id == video_id, Job.state.in_(("queued", "running"))
            )
            jobs = session.scalars(waiting).all()
            for job in jobs:
                job.state, job.ended_s = "cancelled", time.time()
            if self._progress is not None and self._progress.video_id == video_id:
                self._cancel.set()
        return bool(jobs)

    def again(self, video_id: str) -> bool:
        """Queue a video again that was cancelled or failed; False if that cannot be."""
        with self._store.writing() as session:
            video = session.get(Video, video_id)
            jobs = session.scalars(select(Job).where(Job.video_id == video_id)).all()
            is_open = any(job.state in ("queued", "running", "done") for job in jobs)
            if video is None or video.deleted_s is not None or is_open:
                return False
            session.add(new_job(video_id))
        self.wake()
        return True

    def wait_until_free(self, video_id: str) -> None:
        """Return when no process uses the files of a video any more; it must be cancelled before."""
        while self._progress is not None and self._progress.video_id == video_id:
            time.sleep(0.02)

    def _work(self) -> None:
        join(self._children)
        while not self._is_stopped.is_set():
            self._news.clear()
            taken = self._until_written(self._take)
            if taken is None:
                self._news.wait(_IDLE_S)
                continue
            job_id, video_id, origin = taken
            outcome = self._outcome(video_id, origin)
            if not self._is_stopped.is_set() or outcome is None:
                self._until_written(partial(self._keep, job_id, video_id, outcome))
            self._progress = None
        # Otherwise the next start does it.
        with suppress(DatabaseError):
            self._requeue()

    def _until_written(self, write: Callable[[], Kept]) -> Kept | None:
        """Write into the database, again and again while the disk is full; None if the app ends before."""
        while not self._is_stopped.is_set():
            try:
                return write()
            except DatabaseError:
                self._is_stopped.wait(_IDLE_S)
        return None

    def _take(self) -> tuple[int, str, str] | None:
        """Number of the oldest job, its video and the video's origin; it is now in work."""
        with self._lock, self._store.writing() as session:
            oldest = select(Job).where(Job.state == "queued").order_by(Job.id).limit(1)
            job = session.scalars(oldest).first()
            # Before the question whether the app ends: `stop` sets both, and must not be unheard.
            self._cancel.clear()
            if job is None or self._is_stopped.is_set():
                return None
            job.state, job.attempts = "running", job.attempts + 1
            self._progress = Progress(video_id=job.video_id, begun_s=time.monotonic())
            return job.id, job.video_id, session.get_one(Video, job.video_id).origin

    def _outcome(self, video_id: str, origin: str) -> Failure | None:
        original, results = self._folder.original(video_id), self._folder.results(video_id)
        try:
            if origin == "simulated":
                sample = SimulateSample(video_id, results, self._language)
                outcome: Failure | None = run_isolated(
                    sample, LIMITS, tell=self._tell, cancel=self._cancel
                )
                return outcome
            return self._measure(original, results, self._language, self._tell, self._cancel)
        except Exception as error:  # noqa: BLE001 (one video must not stop the others)
            reason = expected(error) or report_fault(error, version=kneescan.__version__)
            return Failure(kind="unexpected", reason=reason)

    def _tell(self, stage: str, n_done: int, n_total: int | None) -> None:
        last = self._progress
        if last is not None:
            begun_s = last.begun_s if last.stage == stage else time.monotonic()
            self._progress = replace(
                last, stage=stage, n_done=n_done, n_total=n_total, begun_s=begun_s
            )

    def _keep(self, job_id: int, video_id: str, outcome: Failure | None) -> None:
        """Store the outcome, unless the job was cancelled."""
        record = {} if outcome else earlier_record(self._folder.results(video_id))
        if not outcome and not record:
            outcome = Failure(kind="unexpected", reason="its results are not in their folder")
        with self._store.writing() as session:
            job = session.get(Job, job_id)
            if job is None or job.state != "running":
                return
            job.ended_s = time.time()
            if outcome is not None:
                name = str(self._folder.original(video_id))
                job.state, job.reason_kind = "failed", outcome.kind
                job.reason = outcome.reason.replace(f"{name}: ", "").replace(name, "the video")
            else:
                job.state = "done"
                session.add(new_analysis(video_id, record))

    def _requeue(self) -> None:
        with self._store.writing() as session:
            for job in session.scalars(select(Job).where(Job.state == "running")):
                # It was not the job that ended the app.
                job.state, job.attempts = "queued", job.attempts - 1


def new_analysis(video_id: str, record: dict[str, Any], *, up_to_edit: int = 0) -> Analysis:
    """Row for a result, from its record in ``analysis.json``."""
    settings = record["provenance"].get("settings", {})
    legs = [
        {
            "side": leg["side"],
            "verdict": leg["verdict"],
            "n_counted": sum(squat["valid"] for squat in leg["repetitions"]),
            "n": len(leg["repetitions"]),
        }
        for leg in record["legs"]
    ]
    return Analysis(
        video_id=video_id,
        version=kneescan.__version__,
        settings_sha256=sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest(),
        up_to_edit=up_to_edit,
        legs=legs,
        created_s=time.time(),
    )


def _cut_off(job: Job) -> None:
    """Queue a job again that was in work when the app ended, or give it up."""
    if job.attempts < ATTEMPTS:
        job.state = "queued"
    else:
        job.state, job.ended_s = "failed", time.time()
        job.reason_kind, job.reason = "cut_off", "the app ended twice while it was measured"
