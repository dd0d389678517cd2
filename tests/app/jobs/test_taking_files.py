"""Taking files: whole or not at all, once, and the original stays as it is."""

import os

import pytest

from kneescan.app.jobs import taking_files
from kneescan.app.jobs.arriving import Refusal, RefusedError
from kneescan.app.jobs.intake import Appending, Intake
from kneescan.app.jobs.taking_files import take_file
from kneescan.app.store import data_folder
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import open_store
from kneescan.app.store.tables import Job, Sitting, Upload, Video

CONTENT = bytes(range(256)) * 400


@pytest.fixture
def intake(tmp_path, monkeypatch):
    monkeypatch.setattr(taking_files, "BLOCK_BYTES", 1000)
    (tmp_path / "data").mkdir()
    store = open_store(tmp_path / "data")
    yield Intake(store, DataFolder(tmp_path / "data"))
    store.close()


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "Annemarie ü 1.mp4"
    file.write_bytes(CONTENT)
    os.utime(file, ns=(1, 1))
    return file


def rows(intake, table):
    with intake._store.reading() as session:
        return session.query(table).all()


def stored(intake, video_id):
    return intake._folder.original(video_id).read_bytes()


def test_a_copy_is_queued_once_and_the_original_stays(intake, file):
    first = take_file(intake, file)
    again = take_file(intake, file)
    assert (first.state, again.state) == ("taken", "known")
    assert again.video_id == first.video_id
    assert stored(intake, first.video_id) == CONTENT
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (CONTENT, 1)
    assert [job.video_id for job in rows(intake, Job)] == [first.video_id]
    assert len(list(intake._folder.videos.iterdir())) == 1


def test_what_was_recorded_moves_into_its_session(intake, file):
    with intake._store.writing() as session:
        session.add(Sitting(id="aaaaaaaaaa", held_s=0.0))
    taken = take_file(intake, file, moves=True, origin="camera", session_id="aaaaaaaaaa")
    assert stored(intake, taken.video_id) == CONTENT
    assert not file.exists()
    [video] = rows(intake, Video)
    assert (video.origin, video.session_id) == ("camera", "aaaaaaaaaa")


def test_a_file_that_grows_meanwhile_leaves_nothing(intake, file, monkeypatch):
    write = Appending.write

    def grow(appending, block):
        with file.open("ab") as stream:
            stream.write(b"more")
        write(appending, block)

    monkeypatch.setattr(Appending, "write", grow)
    with pytest.raises(RefusedError) as refused:
        take_file(intake, file)
    assert refused.value.why == Refusal.LONGER_THAN_ANNOUNCED
    assert rows(intake, Video) == rows(intake, Upload) == []
    assert list(intake._folder.videos.iterdir()) == []


def test_after_a_cut_the_copy_continues(intake, file, monkeypatch):
    written = []
    write = Appending.write

    def cut(appending, block):
        if len(written) == 50:
            raise KeyboardInterrupt
        written.append(block)
        write(appending, block)

    monkeypatch.setattr(Appending, "write", cut)
    with pytest.raises(KeyboardInterrupt):
        take_file(intake, file)
    assert rows(intake, Video) == []
    monkeypatch.setattr(
        Appending, "write", lambda *given: (written.append(given[1]), write(*given))
    )
    assert stored(intake, take_file(intake, file).video_id) == CONTENT
    assert b"".join(written) == CONTENT


def test_a_full_disk_stops_copies_and_not_what_is_there_already(intake, file, monkeypatch):
    monkeypatch.setattr(data_folder, "RESERVE_BYTES", 10**18)
    with pytest.raises(RefusedError) as refused:
        take_file(intake, file)
    assert refused.value.why == Refusal.DISK_FULL
    assert take_file(intake, file, moves=True).state == "taken"


def test_an_empty_file_is_refused(intake, file):
    file.write_bytes(b"")
    with pytest.raises(RefusedError) as refused:
        take_file(intake, file)
    assert refused.value.why == Refusal.EMPTY
