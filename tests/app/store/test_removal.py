"""Removal: what was deleted is in no file any more, and a cut in between changes nothing about that."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from kneescan.app.jobs.intake import new_job
from kneescan.app.jobs.sample_person import LEAN_DEG, add_sample_person
from kneescan.app.store import removal
from kneescan.app.store.data_folder import MADE, DataFolder, is_id, new_id
from kneescan.app.store.database import open_store
from kneescan.app.store.removal import (
    complete_removals,
    empty_trash,
    remove_reports,
    remove_video,
)
from kneescan.app.store.tables import Edit, Person, Sitting, Video
from tests.app.held_files import held

SECRET = "Annemarie-Kniescheibe"
OF_VIDEO, NOTED = f"video of {SECRET}".encode(), f"{SECRET} limps".encode()


@pytest.fixture
def kept(tmp_path):
    """Store and folder with two videos of two people."""
    store, folder = open_store(tmp_path), DataFolder(tmp_path)
    for number, code in enumerate((SECRET, "other person")):
        video_id = new_id()
        folder.results(video_id).mkdir(parents=True)
        folder.original(video_id).write_text(f"video of {code}")
        with store.writing() as session:
            session.add(Person(id=f"p{number}", code=code, created_s=1.0))
            session.flush()
            session.add(Sitting(id=f"s{number}", person_id=f"p{number}", held_s=1.0))
            session.flush()
            session.add(
                Video(id=video_id, session_id=f"s{number}", origin="file", sha256=video_id,
                      size_bytes=1, created_s=1.0)
            )  # fmt: skip
            session.flush()
            session.add(new_job(video_id))
            session.add(
                Edit(video_id=video_id, seq=1, at_s=1.0, who="me", kind="note",
                     detail={"text": f"{code} limps"})
            )  # fmt: skip
    yield store, folder
    store.close()


def video_of(store, code):
    with store.reading() as session:
        found = session.query(Video).join(Sitting).join(Person).filter(Person.code == code).one()
        return found.id


def files_with(folder, text):
    return [path for path in folder.root.rglob("*") if path.is_file() and text in path.read_bytes()]


def test_deleted_is_gone_from_every_file(kept):
    store, folder = kept
    assert files_with(folder, OF_VIDEO)
    assert files_with(folder, NOTED)
    remove_video(store, folder, video_of(store, SECRET))
    assert files_with(folder, OF_VIDEO) == files_with(folder, NOTED) == []
    assert files_with(folder, b"other person limps")


def test_a_code_name_outlasts_the_last_video_and_its_session_does_not(kept):
    """Who deletes a video that went wrong films again, and has not said that nobody comes any more."""
    store, folder = kept
    remove_video(store, folder, video_of(store, SECRET))
    with store.reading() as session:
        assert {person.code for person in session.query(Person)} == {SECRET, "other person"}
        assert [sitting.id for sitting in session.query(Sitting)] == ["s1"]


@pytest.mark.parametrize("step", ["remove_folder", "_remove_if_empty"])
def test_a_removal_that_was_cut_off_is_completed_at_the_next_start(kept, monkeypatch, step):
    store, folder = kept

    def cut(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(removal, step, cut)
    with pytest.raises(KeyboardInterrupt):
        remove_video(store, folder, video_of(store, SECRET))
    monkeypatch.undo()
    complete_removals(store, folder)
    assert files_with(folder, OF_VIDEO) == files_with(folder, NOTED) == []
    assert files_with(folder, b"other person limps")


@pytest.mark.parametrize("later", ["closed", "still open at the next start"])
def test_a_file_that_is_open_is_deleted_as_soon_as_it_is_closed(kept, later):
    store, folder = kept
    video_id = video_of(store, SECRET)
    original, results = folder.original(video_id), folder.results(video_id)
    (results / "report.html").write_text(f"video of {SECRET}")
    with held(original):
        assert remove_video(store, folder, video_id)
        # Nothing in the app leads to it any more, and the rest of the video is gone.
        with store.reading() as session:
            assert session.get(Video, video_id) is None
        assert files_with(folder, OF_VIDEO) == [original]
        if later != "closed":
            complete_removals(store, folder)
            assert files_with(folder, OF_VIDEO) == [original]
    complete_removals(store, folder)
    assert not folder.video(video_id).exists()
    assert not folder.trash.exists()
    assert files_with(folder, b"other person limps")


def test_an_open_report_with_the_earlier_name_is_deleted_as_soon_as_it_is_closed(kept):
    store, folder = kept
    video_id = video_of(store, SECRET)
    made = folder.video(video_id) / MADE
    made.mkdir()
    reports = [made / f"report-{number}.html" for number in range(2)]
    for report in reports:
        report.write_text(SECRET)
    with held(reports[0]):
        remove_reports(folder, [video_id])
        assert list(made.iterdir()) == reports[:1]
        empty_trash(store, folder)
    empty_trash(store, folder)
    assert list(made.iterdir()) == []
    assert folder.original(video_id).exists()


def test_the_folder_of_a_sample_that_came_back_stays(tmp_path):
    """Its names are always the same, and what was open of the earlier one is not the new one."""
    store, folder = open_store(tmp_path), DataFolder(tmp_path)
    add_sample_person(store, code="Sample")
    first, _ = LEAN_DEG
    review = folder.results(first) / "review.mp4"
    for video_id in LEAN_DEG:
        folder.results(video_id).mkdir(parents=True)
    review.touch()
    with held(review):
        for video_id in LEAN_DEG:
            remove_video(store, folder, video_id)
        assert review.exists()
        assert add_sample_person(store, code="Sample")
    review.write_text("of the new one")
    complete_removals(store, folder)
    assert review.read_text() == "of the new one"
    assert not folder.trash.exists()
    # It can be deleted as ever.
    remove_video(store, folder, first)
    assert not folder.video(first).exists()
    store.close()


@pytest.mark.parametrize("name", ["held-", "held-..+", "held-aaaaaaaaaa+..", "held-aaaaaaaaaa+x"])
def test_a_strange_note_in_the_trash_deletes_nothing_but_itself(kept, name):
    store, folder = kept
    for place in (folder.videos / "aaaaaaaaaa", folder.videos / video_of(store, SECRET)):
        place.mkdir(exist_ok=True)
    before = {path for path in folder.root.rglob("*") if folder.trash not in path.parents}
    folder.trash.mkdir(exist_ok=True)
    (folder.trash / name).touch()
    empty_trash(store, folder)
    after = set(folder.root.rglob("*"))
    assert after == before | {folder.trash}


def test_on_a_full_disk_a_video_makes_the_room_for_its_own_deletion(kept, monkeypatch):
    store, folder = kept
    video_id, writing = video_of(store, SECRET), store.writing
    full = sqlite3.OperationalError("database or disk is full")

    def full_while_it_is_there():
        if folder.original(video_id).exists():
            raise OperationalError(None, None, full)
        return writing()

    monkeypatch.setattr(store, "writing", full_while_it_is_there)
    assert removal.mark_removed_on_full_disk(store, folder, video_id)
    monkeypatch.undo()
    assert remove_video(store, folder, video_id)
    assert files_with(folder, OF_VIDEO) == files_with(folder, NOTED) == []
    assert files_with(folder, b"other person limps")


def test_removing_twice_is_no_error(kept):
    store, folder = kept
    video_id = video_of(store, SECRET)
    assert remove_video(store, folder, video_id)
    assert not remove_video(store, folder, video_id)


@pytest.mark.parametrize(
    "name", ["../../../..", "/etc", "aaaaaaaaaa/../", "", "AAAAAAAAAA", "ä" * 10]
)
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    with pytest.raises(ValueError, match="not the name of a video"):
        DataFolder(tmp_path).original(name)


def test_names_are_new_and_fit_into_addresses():
    names = {new_id() for _ in range(1000)}
    assert len(names) == 1000
    assert all(map(is_id, names))
