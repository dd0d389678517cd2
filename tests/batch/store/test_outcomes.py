"""Check that stored files are complete, and that incomplete ones do not count."""

import errno
import os
import subprocess
import sys

import pytest

from kneescan.batch.clips import Failure
from kneescan.batch.store.outcomes import Store, VideoState
from kneescan.errors import OutputError

STATE = VideoState(landmarks_sha256="", analysis="a", records={"auto": {"legs": []}})


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "results")
    with store.opened():
        yield store


def test_what_was_kept_is_read_again(store):
    failed = VideoState(failure=Failure(kind="video", reason="Größe 0"))
    store.keep("one", STATE)
    store.keep("two", failed)
    assert [store.read(key) for key in ("one", "two", "three")] == [STATE, failed, None]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": "other"}', b"\xff", b"\0" * 99])
def test_a_damaged_state_is_none(store, content):
    store.keep("one", STATE)
    (store.folder / "store" / "one.json").write_bytes(content)
    assert store.read("one") is None


def test_damaged_or_missing_landmarks_are_noticed(store):
    assert not store.has_landmarks("one", STATE)
    state = VideoState(landmarks_sha256=store.keep_landmarks("one", b"landmarks"))
    assert store.has_landmarks("one", state)
    store.landmark_file("one").write_bytes(b"landmark")
    assert not store.has_landmarks("one", state)


def test_half_a_line_does_not_hide_the_others(store):
    store.keep_fingerprint("a", "1", "aa")
    path = store.folder / "store" / "videos.jsonl"
    path.write_bytes(path.read_bytes() + b'\n["b", "1')
    store.keep_fingerprint("c", "1", "cc")
    store.keep_fingerprint("a", "2", "ab")
    assert store.read_fingerprints() == {"a": ("2", "ab"), "c": ("1", "cc")}


def test_a_file_that_cannot_be_finished_leaves_the_old_one(store, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    store.keep("one", STATE)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"free some space .* finished clips are kept"):
        store.keep("one", VideoState(failure=Failure(kind="video", reason="new")))
    assert store.read("one") == STATE
    assert list((store.folder / "store" / "unfinished").iterdir()) == []


def test_what_a_broken_run_began_is_cleared_away(store):
    rest = store.folder / "store" / "unfinished" / "one.json.4711"
    rest.touch()
    again = Store(store.folder.with_name("other"))
    with again.opened():
        (again.folder / "store" / "unfinished" / "rest").touch()
    with again.opened():
        assert list((again.folder / "store" / "unfinished").iterdir()) == []


def test_a_second_run_in_the_same_folder_is_kept_out(store):
    program = (
        "import sys; from pathlib import Path; from kneescan.batch.store.outcomes import Store\n"
        "with Store(Path(sys.argv[1])).opened(): pass"
    )
    command = [sys.executable, "-c", program, str(store.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "another kneescan is using" in done.stderr


def test_a_lock_ends_with_its_run(tmp_path):
    for _ in range(2):
        with Store(tmp_path).opened():
            pass


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="--out"), Store(tmp_path / "file" / "results").opened():
        pass


def test_two_runs_in_one_process_exclude_each_other_too(store):
    if os.name == "nt":
        pytest.skip("Windows locks for the process")
    with pytest.raises(OutputError, match="another kneescan"), Store(store.folder).opened():
        pass
