"""Queue: measures one video after the other; what was running when the app ended is measured again."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from kneescan.app.jobs.again import Again, order_again
from kneescan.app.jobs.analyses import note_results
from kneescan.app.jobs.failing import NO_RESULTS, fail, not_in_place, note_cut, unforeseen
from kneescan.app.jobs.filmed import Filmed, filmed_of
from kneescan.app.jobs.measuring import LIMITS, Measure, Measured, measure
from kneescan.app.jobs.replacing import drop, place_for, place_of_new, replacing
from kneescan.app.jobs.sample_person import SimulateSample
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import Store
from kneescan.app.store.states import IN_WORK
from kneescan.app.store.tables import Job, Video
from kneescan.batch.clips import Failure
from kneescan.batch.workers.isolation import Children, join, run_isolated
from kneescan.output.result_set import earlier_record

Kept = TypeVar("Kept")
HELD_S = 60.0
"""Longest wait for who holds files of earlier results; a short video is played to its end. [s]"""
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


class Taken(NamedTuple):
    """Job in work."""

    job_id: int
    video_id: str
    origin: str
    filmed: Filmed


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
    measured : callable, optional
        Called with the writing session and the name of a video once it is known when it was filmed.
    replaced : callable, optional
        Called in the same way with the job, if the results take the place of earlier ones.
    ended : callable, optional
        Called after each job.
    """

    def __init__(
        self,
        store: Store,
        folder: DataFolder,
        *,
        language: str,
        measure: Measure = measure,
        measured: Callable[[Session, str], None] | None = None,
        replaced: Callable[[Session, Job], None] | None = None,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        self._store, self._folder = store, folder
        self._language, self._measure = language, measure
        self._measured, self._replaced, self._ended = measured, replaced, ended
        # The page must stay quick meanwhile.
        self._children = Children(is_polite=True)
        self._lock, self._is_held = threading.Lock(), False
        self._news, self._cancel, self._is_stopped = (threading.Event() for _ in range(3))
        self._progress: Progress | None = None
        self._thread = threading.Thread(target=self._work, name="kneescan-queue", daemon=True)

    def start(self) -> None:
        """Queue jobs again that were cut off, and begin."""
        with self._store.writing() as session:
            for job in session.scalars(select(Job).where(Job.state == "running")):
                note_cut(job)
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

    def hold(self, *, is_held: bool) -> None:
        """Begin no job until told otherwise: somebody is being filmed, which cannot wait."""
        self._is_held = is_held
        self.wake()

    def speak(self, language: str) -> None:
        """Write later reports in another language."""
        self._language = language

    @property
    def progress(self) -> Progress | None:
        """How far the job in work is; None if there is none."""
        return self._progress

    def cancel(self, video_id: str) -> bool:
        """Cancel the job of a video that waits or is in work; False if there is none."""
        with self._lock, self._store.writing() as session:
            waiting = select(Job).where(Job.video_id == video_id, Job.state.in_(IN_WORK))
            jobs = session.scalars(waiting).all()
            for job in jobs:
                job.state, job.ended_s = "cancelled", time.time()
            if self._progress is not None and self._progress.video_id == video_id:
                self._cancel.set()
        return bool(jobs)

    def again(self, video_id: str, filmed: Filmed | None = None, *, who: str = "") -> Again:
        """Queue a video again; as the last time, or as it was filmed."""
        with self._store.writing() as session:
            answer = order_again(session, self._folder, video_id, filmed, who=who)
        if answer is Again.QUEUED:
            self.wake()
        return answer

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
            outcome = self._outcome(taken)
            if isinstance(outcome, Failure):
                # First: what was written so far may be what leaves no room to note it.
                drop(self._folder, taken.video_id)
            if not self._is_stopped.is_set() or not isinstance(outcome, Failure):
                self._until_written(partial(self._keep, taken, outcome))
            drop(self._folder, taken.video_id)
            self._progress = None
            self._ended()
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

    def _take(self) -> Taken | None:
        """Oldest job; it is now in work."""
        with self._lock:
            with self._store.writing() as session:
                # The results of one that is being deleted would be left when it is gone.
                present = select(Video.id).where(Video.deleted_s.is_(None))
                waiting = select(Job).where(Job.state == "queued", Job.video_id.in_(present))
                job = session.scalars(waiting.order_by(Job.id).limit(1)).first()
                # Before the question whether the app ends: `stop` sets both, and must not be unheard.
                self._cancel.clear()
                if job is None or self._is_held or self._is_stopped.is_set():
                    return None
                job.state, job.attempts = "running", job.attempts + 1
                origin = session.get_one(Video, job.video_id).origin
                taken = Taken(job.id, job.video_id, origin, filmed_of(job))
            # Not before it is stored: on a full disk it stays queued, and nobody would ever say it is free.
            self._progress = Progress(video_id=taken.video_id, begun_s=time.monotonic())
            return taken

    def _outcome(self, taken: Taken) -> Measured:
        video_id, folder = taken.video_id, self._folder
        try:
            folder.check_is_there()
            if taken.origin == "simulated":
                sample = SimulateSample(video_id, folder.results(video_id), self._language)
                simulated: Failure | None = run_isolated(
                    sample, LIMITS, tell=self._tell, cancel=self._cancel
                )
                return simulated
            files = folder.original(video_id), place_for(folder, video_id)
            return self._measure(*files, self._language, taken.filmed, self._tell, self._cancel)
        except Exception as error:  # noqa: BLE001 (one video must not stop the others)
            return unforeseen(error)

    def _tell(self, stage: str, n_done: int, n_total: int | None) -> None:
        last = self._progress
        if last is not None:
            begun_s = last.begun_s if last.stage == stage else time.monotonic()
            self._progress = replace(
                last, stage=stage, n_done=n_done, n_total=n_total, begun_s=begun_s
            )

    def _keep(self, taken: Taken, outcome: Measured) -> None:
        """Store the outcome, unless the job was cancelled."""
        end_s = time.monotonic() + HELD_S
        while True:
            try:
                self._store_outcome(taken, outcome)
            except DatabaseError:
                raise
            except Exception as error:  # noqa: BLE001 (one video must not stop the others)
                # On Windows, a page that plays the earlier video holds it.
                if isinstance(error, PermissionError) and time.monotonic() < end_s:
                    if self._is_stopped.wait(_IDLE_S):
                        return
                    continue
                earlier = outcome
                outcome = not_in_place(error) if isinstance(error, OSError) else unforeseen(error)
                if isinstance(earlier, Failure):
                    return
            else:
                return

    def _store_outcome(self, taken: Taken, outcome: Measured) -> None:
        new = place_of_new(self._folder, taken.video_id)
        record = {} if isinstance(outcome, Failure) else earlier_record(new)
        if not isinstance(outcome, Failure) and not record:
            outcome = NO_RESULTS
        # The folders are the outer context: they are as before again if the database is not written.
        with (
            replacing(self._folder, taken.video_id, taken.job_id) as put,
            self._store.writing() as session,
        ):
            job = session.get(Job, taken.job_id)
            if job is None or job.state != "running":
                return
            job.ended_s = time.time()
            if isinstance(outcome, Failure):
                fail(job, outcome, original=str(self._folder.original(taken.video_id)))
                return
            self._note_results(session, job, outcome, record)
            put()

    def _note_results(
        self, session: Session, job: Job, outcome: datetime | None, record: dict[str, Any]
    ) -> None:
        """Note new results, and that what was said of earlier ones is not about these."""
        video = session.get_one(Video, job.video_id)
        is_beside = place_of_new(self._folder, video.id) != self._folder.results(video.id)
        if is_beside and self._replaced is not None:
            self._replaced(session, job)
        # A reader may have put it elsewhere since it was known when it was filmed.
        is_news = video.recorded_s is None
        note_results(session, job, outcome, record)
        if self._measured is not None and is_news:
            self._measured(session, video.id)

    def _requeue(self) -> None:
        with self._store.writing() as session:
            for job in session.scalars(select(Job).where(Job.state == "running")):
                # It was not the job that ended the app.
                job.state, job.attempts = "queued", job.attempts - 1
