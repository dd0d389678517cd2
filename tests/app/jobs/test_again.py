"""Again: when a video is measured once more, and as what."""

import pytest

from kneescan.app.jobs.again import Again, answer_to, filmed_last, order_again
from kneescan.app.jobs.filmed import Filmed, filmed_of
from kneescan.app.jobs.intake import new_job
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import open_store
from kneescan.app.store.tables import Job, Video

ID = "abcdefghij"
TURNED = Filmed(rotate_deg=180)


@pytest.fixture
def session(tmp_path):
    store = open_store(tmp_path)
    with store.writing() as session:
        yield session
    store.close()


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path)
    folder.video(ID).mkdir(parents=True)
    folder.original(ID).write_bytes(b"video")
    return folder


def add(session, *states, filmed=None, **video):
    """A video with jobs in some states, the newest one with what somebody said of it."""
    given = {"origin": "file", "sha256": ID, "size_bytes": 1, "created_s": 1.0, **video}
    session.add(Video(id=ID, **given))
    session.flush()
    for number, state in enumerate(states, start=1):
        job = new_job(ID, filmed if number == len(states) else None)
        job.state = state
        session.add(job)
    session.flush()


@pytest.mark.parametrize(
    ("states", "filmed", "answer"),
    [
        (["done"], TURNED, Again.QUEUED),
        (["done"], Filmed(), Again.UNCHANGED),
        (["done"], None, Again.UNCHANGED),
        (["failed"], Filmed(), Again.QUEUED),
        (["failed"], None, Again.QUEUED),
        (["cancelled"], TURNED, Again.QUEUED),
        (["done", "failed"], TURNED, Again.QUEUED),
        (["done", "cancelled"], None, Again.UNCHANGED),
        (["queued"], TURNED, Again.BUSY),
        (["done", "running"], TURNED, Again.BUSY),
    ],
)
def test_it_depends_on_the_jobs_and_on_what_is_different(session, folder, states, filmed, answer):
    add(session, *states)
    assert answer_to(session, folder, ID, filmed)[0] is answer


@pytest.mark.parametrize("less", [{"kept": "review"}, {"keep_next": "landmarks"}])
def test_what_is_not_kept_is_not_measured(session, folder, less):
    add(session, "done", **less)
    assert order_again(session, folder, ID, TURNED) is Again.NO_ORIGINAL
    assert session.query(Job).count() == 1


def test_a_simulated_video_is_only_repeated_if_it_failed(session, folder):
    add(session, "failed", origin="simulated")
    assert answer_to(session, folder, ID, TURNED)[0] is Again.SIMULATED
    assert answer_to(session, folder, ID, None)[0] is Again.QUEUED
    session.query(Job).one().state = "done"
    assert answer_to(session, folder, ID, None)[0] is Again.SIMULATED


def test_a_failed_video_is_repeated_as_it_was_tried_last(session, folder):
    add(session, "failed", filmed=Filmed(recorded_fps=240.0, rotate_deg=90))
    assert order_again(session, folder, ID, None, who="AB") is Again.QUEUED
    newest = session.query(Job).order_by(Job.id.desc()).first()
    assert filmed_of(newest) == Filmed(recorded_fps=240.0, rotate_deg=90)
    assert (newest.state, newest.who) == ("queued", "AB")


@pytest.mark.parametrize("state", ["queued", "running", "failed", "cancelled"])
def test_it_was_filmed_as_its_results_say_whatever_was_ordered_since(session, state):
    add(session, "done", state, filmed=TURNED)
    assert filmed_last(session, session.get(Video, ID)) == Filmed()


def test_there_is_nothing_to_measure_without_a_video(session, folder):
    assert order_again(session, folder, ID, TURNED) is Again.GONE
    add(session, "done", deleted_s=1.0)
    assert order_again(session, folder, ID, TURNED) is Again.GONE


@pytest.mark.parametrize(
    ("filmed", "state"), [(None, "cancelled"), (Filmed(), "cancelled"), (TURNED, "failed")]
)
def test_who_orders_the_present_results_gives_up_what_failed(session, folder, filmed, state):
    add(session, "done", "failed", filmed=TURNED)
    order_again(session, folder, ID, filmed)
    states = [job.state for job in session.query(Job).order_by(Job.id)]
    assert states[:2] == ["done", state]
