"""Queue: one job after the other; a cut, a cancel or a bad video loses nothing."""

import errno
import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from kneescan.app.jobs.again import Again
from kneescan.app.jobs.failing import told
from kneescan.app.jobs.filmed import Filmed
from kneescan.app.jobs.intake import new_job
from kneescan.app.jobs.queue import HELD_S, Progress, Queue
from kneescan.app.jobs.replacing import NEW
from kneescan.app.store.data_folder import RESULTS, DataFolder, new_id
from kneescan.app.store.database import open_store
from kneescan.app.store.removal import mark_removed
from kneescan.app.store.tables import Analysis, Job, Video
from kneescan.app.words import AppWords
from kneescan.batch.clips import Failure
from kneescan.errors import KneescanError
from kneescan.output.result_set import LANDMARKS
from tests.app.running import GOOD, quick_measure
from tests.waiting import until


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path)
    yield store
    store.close()


def queue_in(store, tmp_path, measure=quick_measure):
    return Queue(store, DataFolder(tmp_path), language="en", measure=measure)


def video_in(store, tmp_path, content=GOOD, **state):
    """A video with a job in some state."""
    video_id, folder = new_id(), DataFolder(tmp_path)
    folder.video(video_id).mkdir(parents=True)
    folder.original(video_id).write_bytes(content)
    with store.writing() as session:
        session.add(Video(id=video_id, origin="file", sha256=video_id, size_bytes=1, created_s=1.0))
        session.flush()
        job = new_job(video_id)
        for name, value in state.items():
            setattr(job, name, value)
        session.add(job)
    return video_id


def job_of(store, video_id):
    with store.reading() as session:
        return session.query(Job).filter_by(video_id=video_id).order_by(Job.id.desc()).first()


class Waiting:
    """A measurement that lasts until it is cancelled."""

    def __init__(self):
        self.begun = threading.Event()

    def __call__(self, video, folder, language, filmed, progress, cancel):
        self.begun.set()
        cancel.wait()
        return Failure(kind="lost", reason="its worker died")


def test_good_and_bad_videos_get_their_outcome(store, tmp_path):
    good, bad = video_in(store, tmp_path), video_in(store, tmp_path, b"bad")
    queue = queue_in(store, tmp_path)
    queue.start()
    until(lambda: job_of(store, bad).state == "failed")
    queue.stop()
    assert job_of(store, good).state == "done"
    with store.reading() as session:
        [analysis] = session.query(Analysis)
    assert analysis.video_id == good
    assert [leg["verdict"] for leg in analysis.legs] == ["no_sign"]
    assert analysis.legs[0]["n_counted"] == analysis.legs[0]["n"] == 5


def test_a_reason_holds_no_path(store, tmp_path):
    bad = video_in(store, tmp_path, b"bad")
    queue = queue_in(store, tmp_path)
    queue.start()
    until(lambda: job_of(store, bad).state == "failed")
    queue.stop()
    assert job_of(store, bad).reason == "not a video"


@pytest.mark.parametrize(("attempts", "then"), [(1, "queued"), (2, "failed")])
def test_what_ran_at_a_cut_is_measured_again_once(store, tmp_path, attempts, then):
    video_id = video_in(store, tmp_path, state="running", attempts=attempts)
    waiting = Waiting()
    queue = queue_in(store, tmp_path, waiting)
    queue.start()
    if then == "queued":
        assert waiting.begun.wait(120)
        assert job_of(store, video_id).attempts == 2
    else:
        assert job_of(store, video_id).reason_kind == "cut_off"
    queue.stop()


def test_ending_the_app_is_no_attempt(store, tmp_path):
    video_id = video_in(store, tmp_path)
    waiting = Waiting()
    queue = queue_in(store, tmp_path, waiting)
    queue.start()
    assert waiting.begun.wait(120)
    queue.stop()
    assert (job_of(store, video_id).state, job_of(store, video_id).attempts) == ("queued", 0)


def test_a_cancelled_job_can_be_ordered_again(store, tmp_path):
    first, second = video_in(store, tmp_path), video_in(store, tmp_path)
    waiting = Waiting()
    queue = queue_in(store, tmp_path, waiting)
    queue.start()
    assert waiting.begun.wait(120)
    assert queue.cancel(second)
    assert queue.cancel(first)
    until(lambda: queue.progress is None)
    assert {job_of(store, first).state, job_of(store, second).state} == {"cancelled"}
    assert not queue.cancel(first)
    queue._measure = quick_measure
    assert queue.again(first) == "queued"
    assert queue.again(first) == "busy"
    until(lambda: job_of(store, first).state == "done")
    queue.stop()


def test_a_video_that_was_marked_while_it_waited_is_passed_over(store, tmp_path):
    gone, other = video_in(store, tmp_path), video_in(store, tmp_path)
    mark_removed(store, gone)
    queue = queue_in(store, tmp_path)
    queue.start()
    until(lambda: job_of(store, other).state == "done")
    queue.stop()
    assert job_of(store, gone).state == "queued"
    assert not DataFolder(tmp_path).results(gone).exists()


def test_a_video_that_is_being_deleted_is_not_measured_again(store, tmp_path):
    video_id = video_in(store, tmp_path, state="cancelled")
    mark_removed(store, video_id)
    assert queue_in(store, tmp_path).again(video_id) == "gone"


def test_a_job_that_cannot_be_noted_on_a_full_disk_is_not_in_work(store, tmp_path, monkeypatch):
    """Otherwise whoever deletes the video would wait for it for ever."""
    video_id, writing = video_in(store, tmp_path), store.writing

    @contextmanager
    def full():
        with writing() as session:
            yield session
            raise OperationalError(None, None, sqlite3.OperationalError("disk is full"))

    queue = queue_in(store, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(store, "writing", full)
        with pytest.raises(OperationalError):
            queue._take()
    assert queue.progress is None
    assert job_of(store, video_id).state == "queued"
    assert queue._take()[1] == video_id
    assert queue.progress.video_id == video_id


def test_new_results_that_fill_the_disk_do_not_keep_their_failure_from_being_noted(
    store, tmp_path, monkeypatch
):
    video_id, writing = video_in(store, tmp_path), store.writing
    monkeypatch.setattr("kneescan.app.jobs.queue._IDLE_S", 0.01)
    new = DataFolder(tmp_path).video(video_id) / NEW

    def filling(video, folder, language, filmed, progress, cancel):
        assert quick_measure(video, folder, language, filmed, progress, cancel) is None
        full = Failure(kind="worker", reason="no room is left", cause="OutputError")
        return full if filmed.rotate_deg else None

    @contextmanager
    def full():
        with writing() as session:
            yield session
            if (new / LANDMARKS).exists():
                raise OperationalError(None, None, sqlite3.OperationalError("disk is full"))

    monkeypatch.setattr(store, "writing", full)
    queue = queue_in(store, tmp_path, filling)
    queue.start()
    until(lambda: job_of(store, video_id).state == "done")
    assert queue.again(video_id, Filmed(rotate_deg=180)) is Again.QUEUED
    until(lambda: job_of(store, video_id).state == "failed")
    queue.stop()
    assert job_of(store, video_id).reason_kind == "not_written"


def test_a_bug_in_one_video_does_not_stop_the_others(store, tmp_path, monkeypatch):
    def buggy(*arguments):
        if arguments[0].read_bytes() == b"bug":
            raise ZeroDivisionError
        return quick_measure(*arguments)

    monkeypatch.setattr(
        "kneescan.app.jobs.failing.report_fault", lambda error, version: KneescanError("a bug")
    )
    bug, good = video_in(store, tmp_path, b"bug"), video_in(store, tmp_path)
    queue = queue_in(store, tmp_path, buggy)
    queue.start()
    until(lambda: job_of(store, good).state == "done")
    queue.stop()
    assert (job_of(store, bug).state, job_of(store, bug).reason_kind) == ("failed", "unexpected")


def test_a_bug_in_what_follows_a_measurement_does_not_stop_the_others(store, tmp_path, monkeypatch):
    reported = []
    monkeypatch.setattr(
        "kneescan.app.jobs.failing.report_fault",
        lambda error, version: reported.append(error) or KneescanError("a bug"),
    )
    video_ids = [video_in(store, tmp_path) for _ in range(2)]

    def measured(session, video_id):
        if video_id == video_ids[0]:
            raise ZeroDivisionError

    queue = Queue(
        store, DataFolder(tmp_path), language="en", measure=quick_measure, measured=measured
    )
    queue.start()
    until(lambda: job_of(store, video_ids[1]).state == "done")
    queue.stop()
    job = job_of(store, video_ids[0])
    assert (job.state, job.reason_kind, job.reason) == ("failed", "unexpected", "a bug")
    assert [type(error) for error in reported] == [ZeroDivisionError]


def test_a_failure_that_cannot_be_noted_does_not_stop_the_others(store, tmp_path, monkeypatch):
    """It is in work when the app starts the next time, and is measured once more."""
    monkeypatch.setattr(
        "kneescan.app.jobs.failing.report_fault", lambda error, version: KneescanError("a bug")
    )
    monkeypatch.setattr("kneescan.app.jobs.queue.fail", lambda *_, **__: 1 / 0)
    bad, good = video_in(store, tmp_path, b"not a video"), video_in(store, tmp_path)
    queue = queue_in(store, tmp_path)
    queue.start()
    until(lambda: job_of(store, good).state == "done")
    assert job_of(store, bad).state == "running"
    queue.stop()
    assert job_of(store, bad).state == "queued"


def test_time_left_is_that_of_the_speed_so_far(monkeypatch):
    monkeypatch.setattr(time, "monotonic", lambda: 110.0)
    assert Progress(video_id="a", n_done=50, n_total=200, begun_s=100.0).left_s == 30.0
    assert Progress(video_id="a", n_done=0, n_total=200, begun_s=100.0).left_s is None
    assert Progress(video_id="a", n_done=5, n_total=None, begun_s=100.0).left_s is None


def measured_again(store, tmp_path, monkeypatch, *, n_refused, reason=errno.EACCES):
    """A video that is measured again, while renaming its results is refused so many times; its job."""
    refused = iter(range(n_refused))
    rename = Path.rename

    def rename_if_free(path, target):
        if path.name == RESULTS and next(refused, None) is not None:
            raise OSError(reason, os.strerror(reason))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", rename_if_free)
    video_id = video_in(store, tmp_path)
    queue = queue_in(store, tmp_path)
    queue.start()
    until(lambda: job_of(store, video_id).state == "done")
    assert queue.again(video_id, Filmed(rotate_deg=180)) is Again.QUEUED
    until(lambda: job_of(store, video_id).state in ("done", "failed"))
    queue.stop()
    return job_of(store, video_id)


def test_results_that_are_held_for_a_while_are_replaced_then(store, tmp_path, monkeypatch):
    monkeypatch.setattr("kneescan.app.jobs.queue._IDLE_S", 0.01)
    job = measured_again(store, tmp_path, monkeypatch, n_refused=3)
    assert (job.state, job.rotate_deg) == ("done", 180)


def test_results_that_stay_held_are_said_to_be(store, tmp_path, monkeypatch):
    monkeypatch.setattr("kneescan.app.jobs.queue._IDLE_S", 0.01)
    monkeypatch.setattr("kneescan.app.jobs.queue.HELD_S", 0.1)
    job = measured_again(store, tmp_path, monkeypatch, n_refused=10**6)
    assert (job.state, job.reason_kind) == ("failed", "held")
    assert told(job, AppWords("de"))[1] == "de"
    assert (DataFolder(tmp_path).results(job.video_id) / LANDMARKS).is_file()
    with store.reading() as session:
        assert session.get_one(Video, job.video_id).rotate_deg == 0


def test_a_disk_that_fails_is_not_waited_for(store, tmp_path, monkeypatch):
    begun_s = time.monotonic()
    job = measured_again(store, tmp_path, monkeypatch, n_refused=10**6, reason=errno.EIO)
    assert (job.state, job.reason_kind) == ("failed", "not_written")
    assert time.monotonic() - begun_s < HELD_S
    assert (DataFolder(tmp_path).results(job.video_id) / LANDMARKS).is_file()


def test_a_session_that_a_reader_chose_stays_when_a_video_is_measured_again(store, tmp_path):
    settled = []
    video_id = video_in(store, tmp_path)

    def filmed_then(video, folder, *rest):
        assert quick_measure(video, folder, *rest) is None
        return datetime(2026, 3, 1, tzinfo=UTC)

    queue = Queue(
        store,
        DataFolder(tmp_path),
        language="en",
        measure=filmed_then,
        measured=lambda _, name: settled.append(name),
    )
    queue.start()
    until(lambda: job_of(store, video_id).state == "done")
    assert queue.again(video_id, Filmed(rotate_deg=180)) is Again.QUEUED
    until(lambda: job_of(store, video_id).state == "done")
    queue.stop()
    assert job_of(store, video_id).rotate_deg == 180
    assert settled == [video_id]
