"""Removal: what was deleted is in no file any more, and a cut in between changes nothing about that."""

import pytest

from kneescan.app.jobs.intake import new_job
from kneescan.app.store import removal
from kneescan.app.store.data_folder import DataFolder, is_id, new_id
from kneescan.app.store.database import open_store
from kneescan.app.store.removal import complete_removals, remove_video
from kneescan.app.store.tables import Edit, Person, Sitting, Video

SECRET = "Annemarie-Kniescheibe"


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
    assert files_with(folder, SECRET.encode())
    remove_video(store, folder, video_of(store, SECRET))
    assert files_with(folder, SECRET.encode()) == []
    assert files_with(folder, b"other person")
    with store.reading() as session:
        assert [person.code for person in session.query(Person)] == ["other person"]


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
    assert files_with(folder, SECRET.encode()) == []
    assert files_with(folder, b"other person")


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
