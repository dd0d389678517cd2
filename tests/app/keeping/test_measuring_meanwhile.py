"""Removing what could not be measured while somebody has it measured again: no folder is left of it."""

import threading

import pytest

from kneescan.app.jobs.again import Again
from kneescan.app.jobs.queue import Queue
from kneescan.app.keeping import reducing
from kneescan.app.keeping.keeper import Keeper
from kneescan.app.keeping.ladder import Due, reducible
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import open_store
from kneescan.app.store.states import state_of_video
from kneescan.app.store.tables import Job, Video
from kneescan.app.words import AppWords
from kneescan.batch.clips import Failure
from tests.app.keeping.filmed import add_video

LONG_S, SHORT_S = 120, 1


class Slow:
    """A measurement that hears late that it was cancelled, and writes until then."""

    def __init__(self):
        self.begun, self.may_end, self.has_ended = (threading.Event() for _ in range(3))

    def __call__(self, video, folder, language, filmed, progress, cancel):
        self.begun.set()
        assert self.may_end.wait(LONG_S)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "late.json").write_text("{}")
        self.has_ended.set()
        return Failure(kind="video", reason="not a video")


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path)


@pytest.fixture
def slow():
    return Slow()


@pytest.fixture
def queue(store, folder, slow):
    queue = Queue(store, folder, language="en", measure=slow)
    queue.start()
    yield queue
    slow.may_end.set()
    queue.stop()


def n_videos(store):
    with store.reading() as session:
        return session.query(Video).count()


def test_measuring_again_at_the_moment_of_the_removal(store, folder, queue, slow, monkeypatch):
    video_id = add_video(store, folder, state="failed")
    answers, threads = [], []

    def state_and_then_again(session, video_id):
        state = state_of_video(session, video_id)
        again = threading.Thread(target=lambda: answers.append(queue.again(video_id)))
        again.start()
        threads.append(again)
        # Where it may come in between, it does.
        again.join(SHORT_S)
        slow.begun.wait(0 if again.is_alive() else SHORT_S)
        return state

    monkeypatch.setattr(reducing, "state_of_video", state_and_then_again)
    due = Due(video_id=video_id, keep="review", is_measured=False)
    assert reducing.reduce_video(
        store,
        folder,
        due,
        language="en",
        cancel=threading.Event(),
        wait_until_free=queue.wait_until_free,
    )
    for thread in threads:
        thread.join(LONG_S)
    assert answers == [Again.GONE]
    slow.may_end.set()
    queue.stop()
    assert not folder.video(video_id).exists()
    assert n_videos(store) == 0


def test_a_cancelled_measurement_that_has_not_ended_yet(store, folder, queue, slow):
    video_id = add_video(store, folder, state="queued")
    queue.wake()
    assert slow.begun.wait(LONG_S)
    assert queue.cancel(video_id)
    keeper = Keeper(store, folder, AppWords("en"), wait_until_free=queue.wait_until_free)
    ordered = threading.Thread(target=keeper.order, args=("review",))
    ordered.start()
    ordered.join(SHORT_S)
    slow.may_end.set()
    assert slow.has_ended.wait(LONG_S)
    ordered.join(LONG_S)
    assert not folder.video(video_id).exists()
    assert n_videos(store) == 0


def test_a_video_that_cannot_be_measured_again_is_reduced_and_not_removed(store, folder):
    video_id = add_video(store, folder, state="done")
    with store.writing() as session:
        session.add(Job(video_id=video_id, state="failed", attempts=1, created_s=1.0))
    with store.reading() as session:
        [due] = reducible(session, "review")
    assert (due.video_id, due.is_measured) == (video_id, True)
    assert reducing.reduce_video(store, folder, due, language="en", cancel=threading.Event())
    assert n_videos(store) == 1
    assert (folder.results(video_id) / "landmarks.npz").exists()
