"""Intake: bytes are counted on the disk, and a video is taken in once."""

import hashlib

import pytest

from kneescan.app.jobs import intake as module
from kneescan.app.jobs.arriving import OffsetError, Refusal, RefusedError
from kneescan.app.jobs.intake import Intake
from kneescan.app.store import data_folder
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import DATABASE, open_store
from kneescan.app.store.removal import complete_removals, mark_removed, remove_folder
from kneescan.app.store.tables import Job, Upload, Video
from tests.app.running import FINGERPRINT

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def intake(tmp_path):
    store = open_store(tmp_path)
    yield Intake(store, DataFolder(tmp_path))
    store.close()


def append(intake, upload_id, content, offset):
    appending = intake.append_to(upload_id, offset)
    try:
        appending.write(content)
    finally:
        appending.close()


def whole(intake, content=CONTENT):
    upload_id = intake.begin(len(content), FINGERPRINT).id
    append(intake, upload_id, content, 0)
    return upload_id


def rows(intake, table):
    with intake._store.reading() as session:
        return session.query(table).all()


def test_a_video_in_pieces_is_the_same_video(intake):
    upload_id = intake.begin(len(CONTENT), FINGERPRINT).id
    for start in range(0, len(CONTENT), 3000):
        append(intake, upload_id, CONTENT[start : start + 3000], start)
    assert intake.finish(upload_id).state == "taken"
    [video] = rows(intake, Video)
    assert video.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert intake._folder.original(video.id).read_bytes() == CONTENT
    assert [job.state for job in rows(intake, Job)] == ["queued"]


@pytest.mark.parametrize("n_before", [0, 1, 5000])
def test_after_a_new_start_the_hash_is_still_that_of_the_whole_file(intake, n_before):
    upload_id = intake.begin(len(CONTENT), FINGERPRINT).id
    append(intake, upload_id, CONTENT[:n_before], 0)
    started = Intake(intake._store, intake._folder)
    for start, stop in ((n_before, 6000), (6000, len(CONTENT))):
        append(started, upload_id, CONTENT[start:stop], start)
    started.finish(upload_id)
    [video] = rows(intake, Video)
    assert video.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_finishing_again_changes_nothing(intake):
    upload_id = whole(intake)
    first = intake.finish(upload_id)
    assert intake.finish(upload_id) == first
    assert len(rows(intake, Job)) == 1


def test_bytes_are_taken_only_from_where_they_end(intake):
    upload_id = intake.begin(len(CONTENT), FINGERPRINT).id
    append(intake, upload_id, CONTENT[:100], 0)
    with pytest.raises(OffsetError) as refused:
        intake.append_to(upload_id, 99)
    assert refused.value.n_received == 100
    append(intake, upload_id, CONTENT[100:200], 100)
    assert intake.finish(upload_id).n_received == 200


def test_only_one_request_writes_at_a_time(intake):
    upload_id = intake.begin(len(CONTENT), FINGERPRINT).id
    first = intake.append_to(upload_id, 0)
    with pytest.raises(OffsetError):
        intake.append_to(upload_id, 0)
    first.close()
    intake.append_to(upload_id, 0).close()


def test_the_same_file_chosen_again_continues(intake):
    upload_id = intake.begin(len(CONTENT), FINGERPRINT).id
    append(intake, upload_id, CONTENT[:100], 0)
    again = intake.begin(len(CONTENT), FINGERPRINT)
    assert (again.id, again.n_received) == (upload_id, 100)
    assert intake.begin(len(CONTENT), "f" * 64).id != upload_id


def test_the_same_content_is_known_and_not_stored_twice(intake):
    first = whole(intake)
    intake.finish(first)
    second = whole(intake)
    progress = intake.finish(second)
    assert (progress.state, progress.same_as) == ("known", first)
    assert not intake._folder.video(second).exists()
    assert len(rows(intake, Video)) == 1


def test_a_cancel_that_was_cut_off_is_no_obstacle_to_the_same_file(intake):
    upload_id = intake.begin(len(CONTENT), FINGERPRINT).id
    append(intake, upload_id, CONTENT[:100], 0)
    # Killed after the bytes were deleted, and before the database knew.
    remove_folder(intake._folder, upload_id)
    again = intake.begin(len(CONTENT), FINGERPRINT)
    assert (again.id, again.n_received) == (upload_id, 0)
    append(intake, upload_id, CONTENT, 0)
    assert intake.finish(upload_id).state == "taken"


def test_what_is_being_deleted_can_be_added_anew(intake):
    first = whole(intake)
    intake.finish(first)
    mark_removed(intake._store, first)
    second = whole(intake)
    assert intake.finish(second).state == "taken"
    complete_removals(intake._store, intake._folder)
    assert [video.id for video in rows(intake, Video)] == [second]
    assert intake._folder.original(second).read_bytes() == CONTENT


def test_more_than_announced_is_refused(intake):
    upload_id = intake.begin(10, FINGERPRINT).id
    with pytest.raises(RefusedError) as refused:
        append(intake, upload_id, CONTENT, 0)
    assert refused.value.why == Refusal.LONGER_THAN_ANNOUNCED
    assert intake.progress(upload_id).n_received == 0


@pytest.mark.slow
def test_thousands_of_announcements_are_refused_and_the_first_ones_continue(intake):
    first = intake.begin(100, f"{0:064x}").id
    refused = []
    for number in range(1, 1000):
        try:
            intake.begin(100, f"{number:064x}")
        except RefusedError as error:
            refused.append(error.why)
    assert refused == [Refusal.TOO_MANY] * (1000 - module.MAX_UPLOADS)
    append(intake, first, b"x" * 100, 0)
    assert intake.finish(first).state == "taken"


@pytest.mark.parametrize(
    ("size_bytes", "why"),
    [(0, Refusal.EMPTY), (-1, Refusal.EMPTY), (10**12, Refusal.TOO_LARGE)],
)
def test_sizes_are_checked_before_anything_is_written(intake, size_bytes, why):
    with pytest.raises(RefusedError) as refused:
        intake.begin(size_bytes, FINGERPRINT)
    assert refused.value.why == why
    assert rows(intake, Upload) == []


def test_a_full_disk_is_noticed_before_and_while_writing(intake, monkeypatch):
    upload_id = intake.begin(len(CONTENT), FINGERPRINT).id
    monkeypatch.setattr(data_folder, "RESERVE_BYTES", 10**18)
    with pytest.raises(RefusedError) as refused:
        append(intake, upload_id, CONTENT, 0)
    assert refused.value.why == Refusal.DISK_FULL
    with pytest.raises(RefusedError):
        intake.begin(len(CONTENT), "f" * 64)
    monkeypatch.undo()
    append(intake, upload_id, CONTENT, 0)
    assert intake.finish(upload_id).state == "taken"


def test_where_an_encrypted_disk_was_nothing_is_written(intake, tmp_path):
    """The system shows an empty folder of its own disk there."""
    begun = intake.begin(len(CONTENT), FINGERPRINT).id
    for place in ("videos", DATABASE):
        (tmp_path / place).rename(tmp_path.parent / f"away {place}")
    try:
        for write in (
            lambda: intake.begin(5, "f" * 64),
            lambda: append(intake, begun, CONTENT, 0),
            lambda: remove_folder(intake._folder, begun),
        ):
            with pytest.raises(FileNotFoundError):
                write()
        assert not (tmp_path / "videos").exists()
        assert not (tmp_path / "trash").exists()
    finally:
        for place in ("videos", DATABASE):
            (tmp_path.parent / f"away {place}").rename(tmp_path / place)
    append(intake, begun, CONTENT, 0)
    assert intake.finish(begun).state == "taken"


def test_what_was_whole_at_the_cut_is_taken_in_at_the_next_start(intake):
    upload_id = whole(intake)
    intake.recover()
    assert intake.progress(upload_id).state == "taken"
    assert len(rows(intake, Job)) == 1


def test_what_nobody_continued_for_a_week_is_forgotten_and_videos_never(intake, monkeypatch):
    taken = whole(intake)
    intake.finish(taken)
    begun = intake.begin(5, FINGERPRINT).id
    append(intake, begun, b"abc", 0)
    intake.recover()
    assert intake.progress(begun).n_received == 3
    monkeypatch.setattr(module, "KEPT_S", -1.0)
    intake.recover()
    assert intake.progress(begun) is None
    assert not intake._folder.video(begun).exists()
    assert intake._folder.original(taken).read_bytes() == CONTENT
    assert len(rows(intake, Video)) == 1
