"""Backup and restore: the same comes back, and a cut at any moment loses nothing."""

import json
import shutil
import sqlite3
import threading
import time
from contextlib import suppress

import pytest

from kneescan.app.keeping.copies import backup, restoring
from kneescan.app.keeping.copies.backup import back_up
from kneescan.app.keeping.copies.file_list import LIST, BackupError
from kneescan.app.keeping.copies.restoring import complete_restore, restore
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import DATABASE, open_store
from kneescan.app.store.removal import mark_removed, remove_video
from kneescan.app.store.tables import Edit, Upload, Video
from kneescan.errors import OutputError
from kneescan.files import only_run_in
from tests.app.keeping.filmed import add_video
from tests.app.keeping.killing import moments, needs_fork, run_apart


def add(store, folder, note):
    """A small video."""
    video_id = add_video(store, folder, code=note, note=note, state="failed")
    (folder.results(video_id)).mkdir()
    (folder.results(video_id) / "review.mp4").write_bytes(note.encode() * 20_000)
    (folder.results(video_id) / ".measuring-1").mkdir()
    (folder.results(video_id) / ".measuring-1" / "review.mp4").write_bytes(b"not complete")
    return video_id


def content(root):
    """Everything that must come back: rows, and the bytes of all videos."""
    with sqlite3.connect(root / DATABASE) as connection:
        rows = {
            table: sorted(map(repr, connection.execute(f"SELECT * FROM {table}")))
            for table in ("person", "session", "video", "job", "edit", "setting")
        }
    connection.close()
    files = {
        str(path.relative_to(root)): path.read_bytes()
        for path in (root / "videos").rglob("*")
        if path.is_file() and ".measuring-1" not in path.parts
    }
    return rows, files


@pytest.fixture
def data(tmp_path):
    root = tmp_path / "data"
    root.mkdir()
    store = open_store(root)
    for note in ("first", "second", "third"):
        add(store, DataFolder(root), note)
    store.close()
    return root


def test_what_comes_back_is_what_was_there(data, tmp_path):
    told = []
    kept = back_up(data, tmp_path / "disk", lambda done, of: told.append((done, of)))
    assert told[-1][0] == told[-1][1]
    assert sorted(path.name for path in kept.iterdir()) == [LIST, DATABASE, "videos"]
    assert not list(kept.rglob(".measuring*"))
    assert kept.stat().st_mode & 0o077 == 0
    assert restore(kept, tmp_path / "new") is None
    assert content(tmp_path / "new") == content(data)
    store = open_store(tmp_path / "new")
    store.close()
    assert [path.name for path in (tmp_path / "disk").iterdir()] == [kept.name]


def test_two_backups_in_one_second_are_two(data, tmp_path):
    assert back_up(data, tmp_path / "disk") != back_up(data, tmp_path / "disk")


def test_a_backup_of_a_busy_app_is_one_moment_of_it(data, tmp_path):
    """Videos come and go and change meanwhile."""
    store, folder = open_store(data), DataFolder(data)
    is_over = threading.Event()

    def be_busy():
        for number in range(6):
            video_id = add(store, folder, f"busy {number}")
            time.sleep(0.01)
            review = folder.results(video_id) / "review.mp4"
            review.with_suffix(".new").write_bytes(b"changed")
            review.with_suffix(".new").replace(review)
            if number % 2:
                remove_video(store, folder, video_id)
        is_over.set()

    thread = threading.Thread(target=be_busy)
    thread.start()
    copies = []
    while not is_over.is_set() or not copies:
        # One that cannot keep up says so.
        with suppress(BackupError):
            copies.append(back_up(data, tmp_path / "disk"))
    thread.join()
    copies.append(back_up(data, tmp_path / "disk"))
    store.close()
    for number, kept in enumerate(copies):
        root = tmp_path / f"new{number}"
        restore(kept, root)
        rows, files = content(root)
        names = {name.split("/")[1] for name in files}
        assert len(rows["video"]) == len(names)
        assert all(any(name in row for row in rows["video"]) for name in names)
    assert content(tmp_path / f"new{len(copies) - 1}") == content(data)


def test_what_is_being_deleted_or_has_not_arrived_is_not_copied(data, tmp_path):
    store, folder = open_store(data), DataFolder(data)
    marked = add(store, folder, "Annemarie-Kniescheibe")
    mark_removed(store, marked)
    with store.writing() as session:
        session.add(
            Upload(id="aaaaaaaaaa", size_bytes=9, fingerprint="coming", state="receiving",
                   created_s=1.0)
        )  # fmt: skip
    folder.original("aaaaaaaaaa").parent.mkdir()
    folder.original("aaaaaaaaaa").write_bytes(b"half")
    kept = back_up(data, tmp_path / "disk")
    store.close()
    files = [path for path in kept.rglob("*") if path.is_file()]
    assert len(files) == 2 + 3 * 2
    assert [path for path in files if b"limps" in path.read_bytes()] == []
    with sqlite3.connect(kept / DATABASE) as connection:
        assert connection.execute("SELECT count(*) FROM upload").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM video").fetchone() == (3,)
        assert connection.execute("SELECT count(*) FROM edit").fetchone() == (3,)
    connection.close()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_stop_anywhere_leaves_nothing_half(data, tmp_path, stop):
    before = content(data)
    kept = back_up(data, tmp_path / "disk")
    for n_calls in range(1, 30, 2):
        left = n_calls

        def tell(_done, _of):
            nonlocal left
            left -= 1
            if left == 0:
                raise stop

        for work in (
            lambda: back_up(data, tmp_path / "other", tell),
            lambda: restore(kept, data, replaces=True, progress=tell),
        ):
            left = n_calls
            try:
                work()
                left = -1
            except (KeyboardInterrupt, OutputError, BackupError):
                pass
        assert content(data) == before
        if left < 0:
            break
        assert not (tmp_path / "other").exists()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "disk"]
    assert left < 0


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def rename_inside(kept, name):
    record = json.loads((kept / LIST).read_text())
    [old, *_] = [each for each in record["files"] if each.endswith("review.mp4")]
    record["files"][name] = record["files"].pop(old)
    (kept / LIST).write_text(json.dumps(record))


def be_newer(kept):
    with sqlite3.connect(kept / DATABASE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'later'")
    connection.close()
    adjust(kept, DATABASE)


def adjust(kept, name):
    """Write the hash of a changed file into the list."""
    record = json.loads((kept / LIST).read_text())
    found = backup.record_of(kept / name, lambda _: None)
    record["files"][name] = {"size_bytes": found.size_bytes, "sha256": found.sha256}
    (kept / LIST).write_text(json.dumps(record))


def no_database(kept):
    (kept / DATABASE).write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    adjust(kept, DATABASE)


def link_elsewhere(kept):
    [path, *_] = kept.rglob("review.mp4")
    shutil.move(path, kept.parent / "elsewhere")
    path.symlink_to(kept.parent / "elsewhere")


def make_larger(kept):
    [path, *_] = kept.rglob("review.mp4")
    with path.open("r+b") as file:
        # Its bytes take no room here, but would in a copy.
        file.truncate(10**12)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (make_larger, "is damaged"),
        (lambda kept: flip(next(kept.rglob("review.mp4"))), "is damaged"),
        (lambda kept: next(kept.rglob("review.mp4")).unlink(), "is damaged"),
        (lambda kept: flip(kept / DATABASE), "is damaged"),
        (no_database, "is damaged"),
        (be_newer, "newer version"),
        (link_elsewhere, "is damaged"),
        (lambda kept: (kept / LIST).unlink(), "not a complete backup"),
        (lambda kept: (kept / LIST).write_text("[1]"), "is damaged"),
        (lambda kept: (kept / LIST).write_text('{"format": "kneescan backup 2"}'), "update"),
        (lambda kept: rename_inside(kept, "../../escaped"), "is damaged"),
        (lambda kept: rename_inside(kept, "videos/aaaaaaaaaa/../../../escaped"), "is damaged"),
        (lambda kept: rename_inside(kept, "/tmp/escaped"), "is damaged"),
        (lambda kept: rename_inside(kept, "videos/aaaaaaaaaa/c:\\escaped"), "is damaged"),
    ],
)
def test_a_backup_that_was_changed_changes_nothing(data, tmp_path, spoil, says):
    kept = back_up(data, tmp_path / "disk")
    spoil(kept)
    before = content(data)
    with pytest.raises(BackupError, match=says) as caught:
        restore(kept, data, replaces=True)
    assert "\n" not in str(caught.value)
    assert content(data) == before
    assert [p.name for p in tmp_path.iterdir() if p.name not in ("data", "disk")] == []
    assert not list(tmp_path.rglob("escaped"))


def test_a_folder_with_something_in_it_is_refused_or_moved_aside(data, tmp_path):
    kept = back_up(data, tmp_path / "disk")
    store = open_store(data)
    add(store, DataFolder(data), "later")
    store.close()
    later = content(data)
    with pytest.raises(BackupError, match="not empty"):
        restore(kept, data)
    assert content(data) == later
    aside = restore(kept, data, replaces=True)
    assert aside.parent == data.parent
    assert content(aside) == later
    assert len(content(data)[0]["video"]) == 3


@pytest.mark.parametrize("place", [".", "videos", ".."], ids=["itself", "inside", "around"])
def test_a_backup_is_never_moved_aside_itself(data, tmp_path, place):
    """It would then be called what was there before, to be deleted when nobody needs it any more."""
    kept = back_up(data, tmp_path / "disk")
    link = tmp_path / "link"
    link.symlink_to(kept)
    for backup_place in (kept, link):
        with pytest.raises(BackupError, match="must not hold the backup"):
            restore(backup_place, (kept / place).resolve(), replaces=True)
    assert [path.name for path in (tmp_path / "disk").iterdir()] == [kept.name]
    assert restore(kept, tmp_path / "new") is None


def test_a_running_app_is_not_replaced(data, tmp_path):
    kept = back_up(data, tmp_path / "disk")
    with only_run_in(data), pytest.raises(OutputError, match="another kneescan is using"):
        restore(kept, data, replaces=True)
    assert len(content(data)[0]["video"]) == 3


def test_no_app_starts_while_something_is_restored(data, tmp_path):
    kept, tried = back_up(data, tmp_path / "disk"), []

    def start(_done, _of):
        if not tried:
            with pytest.raises(OutputError, match="another kneescan is using"):
                complete_restore(data)
            tried.append(True)

    restore(kept, data, replaces=True, progress=start)
    assert tried


def test_room_is_checked_first(data, tmp_path, monkeypatch):
    kept = back_up(data, tmp_path / "disk")
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    for module in (backup, restoring):
        monkeypatch.setattr(module.shutil, "disk_usage", lambda _: full)
    for work in (lambda: back_up(data, tmp_path / "b"), lambda: restore(kept, tmp_path / "new")):
        with pytest.raises(BackupError, match="enough room"):
            work()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "disk"]


def test_a_backup_into_its_own_source_is_refused(data):
    with pytest.raises(BackupError, match="inside"):
        back_up(data, data / "videos")


def test_a_folder_without_the_app_has_nothing_to_copy(tmp_path):
    with pytest.raises(BackupError, match="holds nothing"):
        back_up(tmp_path, tmp_path / "disk")


@pytest.mark.slow
@needs_fork
def test_a_backup_killed_at_any_moment_is_whole_or_not_there(data, tmp_path):
    before = content(data)
    lasts_s = run_apart(lambda: back_up(data, tmp_path / "first"))
    found = set()
    for number, moment_s in enumerate(moments(lasts_s, 24)):
        disk = tmp_path / f"disk{number}"
        run_apart(lambda disk=disk: back_up(data, disk), moment_s)
        assert content(data) == before
        whole = list(disk.glob("kneescan-backup-*"))
        found.add(len(whole))
        again = back_up(data, disk)
        assert sorted(disk.iterdir()) == sorted([*whole, again])
        for kept in (*whole, again):
            restore(kept, disk / f"{kept.name}-restored")
            assert content(disk / f"{kept.name}-restored") == before
        shutil.rmtree(disk)
    assert found <= {0, 1}


@pytest.mark.slow
@needs_fork
def test_a_restore_killed_at_any_moment_loses_nothing(data, tmp_path):
    kept = back_up(data, tmp_path / "disk")
    store = open_store(data)
    video_id = add(store, DataFolder(data), "later")
    store.close()
    old = content(data)

    def copy(name):
        shutil.copytree(data, tmp_path / name / "app")
        return tmp_path / name / "app"

    first = copy("first")
    lasts_s = run_apart(lambda: restore(kept, first, replaces=True))
    new = content(first)
    assert video_id not in str(new[0]["video"])
    for number, moment_s in enumerate(moments(lasts_s, 24)):
        root = copy(f"killed{number}")
        run_apart(lambda root=root: restore(kept, root, replaces=True), moment_s)
        complete_restore(root)
        present = content(root)
        asides = list(root.parent.glob("app-before-*"))
        assert present in (old, new)
        assert present == old or [content(aside) for aside in asides] == [old]
        names = {path.name for path in root.parent.iterdir()} - {".app-lock"}
        assert names == {"app", *(aside.name for aside in asides)}
        shutil.rmtree(root.parent)


def test_edits_of_a_restored_video_are_there(data, tmp_path):
    kept = back_up(data, tmp_path / "disk")
    restore(kept, tmp_path / "new")
    store = open_store(tmp_path / "new")
    with store.reading() as session:
        assert session.query(Edit).count() == session.query(Video).count() == 3
    store.close()
