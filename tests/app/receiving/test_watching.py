"""Watching: what appears in a folder is taken in when it is whole, once, and the folder stays as it is."""

import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from kneescan.app.jobs.intake import Intake
from kneescan.app.receiving import watching
from kneescan.app.receiving.folder_files import is_cut_off, video_files
from kneescan.app.receiving.looking import Look
from kneescan.app.receiving.watching import FolderError, State, Watcher
from kneescan.app.store import data_folder
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import open_store
from kneescan.app.store.removal import remove_video
from kneescan.app.store.tables import Job, Video
from tests.app.running import GOOD, app_in
from tests.waiting import PATIENCE_S, until

SAMPLE = Path(__file__).parents[3] / "sample_videos" / "good_right.mp4"
NOT_YET = "not yet "
"""Beginning of what is not whole."""


class AtOnce:
    """A looker that takes no time."""

    def look_at(self, file, tell):
        tell(Look(is_video=not file.read_bytes().startswith(NOT_YET.encode())))


class Place:
    """A watcher, its folder, and a clock that the test moves on."""

    def __init__(self, root, monkeypatch):
        self.folder, self.data = root / "Downloads", root / "data"
        self.folder.mkdir()
        self.data.mkdir()
        self.now_s = time.monotonic()
        monkeypatch.setattr(
            watching, "time", SimpleNamespace(monotonic=lambda: self.now_s, time=time.time)
        )
        self.woken = 0
        self.store = open_store(self.data)
        self.intake = Intake(self.store, DataFolder(self.data))
        self.start()

    def start(self):
        """As after a new start of the app."""
        self.watcher = Watcher(self.store, self.intake, AtOnce(), own=self.data, wake=self.wake)

    def wake(self):
        self.woken += 1

    def put(self, name, text):
        (self.folder / name).write_text(text)

    def look(self, *, n=2, apart_s=watching.SETTLED_S):
        for _ in range(n):
            self.watcher.look()
            self.now_s += apart_s
        # Whatever is whole now, one by one.
        for _ in range(30):
            self.watcher.look()

    def taken(self):
        with self.store.reading() as session:
            names = [video.id for video in session.query(Video).order_by(Video.created_s)]
        return [self.intake._folder.original(name).read_text() for name in names]


@pytest.fixture
def place(tmp_path, monkeypatch):
    place = Place(tmp_path, monkeypatch)
    yield place
    place.store.close()


@pytest.fixture
def watched(place):
    place.watcher.watch(str(place.folder))
    return place


def state_of(folder):
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_a_new_video_is_taken_in_once_and_the_folder_stays_as_it_is(watched):
    watched.put("Annemarie.MOV", "a video")
    before = state_of(watched.folder)
    watched.look()
    watched.look()
    assert watched.taken() == ["a video"]
    assert watched.woken == watched.watcher.n_taken == 1
    assert state_of(watched.folder) == before
    for path in watched.data.rglob("*"):
        assert not path.is_file() or b"Annemarie" not in path.read_bytes()


def test_what_still_grows_waits(watched):
    for n in range(5):
        watched.put("video.mp4", "a" * (n + 1))
        watched.look(n=1, apart_s=watching.SETTLED_S / 2)
    assert watched.taken() == []
    watched.look()
    assert watched.taken() == ["aaaaa"]


def test_what_does_not_grow_but_is_not_whole_waits_longer(watched):
    watched.put("video.mp4", NOT_YET)
    watched.look(n=10)
    assert watched.taken() == []
    watched.put("video.mp4", "whole now")
    watched.look()
    assert watched.taken() == ["whole now"]
    # In the end the list of videos says what is wrong with it.
    watched.put("broken.mp4", NOT_YET)
    watched.look(n=2, apart_s=watching.PATIENCE_S)
    assert watched.taken() == ["whole now", NOT_YET]


@pytest.mark.parametrize(
    "name",
    ["video.mp4.part", "video.mp4.crdownload", "video.crdownload", ".video.mp4", "._video.mp4",
     ".video.mp4.icloud", "~video.mp4", "video.mp4~", "video.tmp", "picture.jpg", "video", "list.m3u8"],
)  # fmt: skip
def test_other_files_are_left_out(watched, name):
    watched.put(name, "a video")
    watched.look(apart_s=watching.PATIENCE_S)
    assert watched.taken() == []


def test_folders_links_empty_files_and_programs_are_left_out(watched, tmp_path):
    (watched.folder / "folder.mp4").mkdir()
    watched.put("empty.mp4", "")
    watched.put("program.ts", "export const a = 1;")
    (tmp_path / "elsewhere.mp4").write_text("secret")
    if os.name != "nt":
        (watched.folder / "link.mp4").symlink_to(tmp_path / "elsewhere.mp4")
        os.mkfifo(watched.folder / "pipe.mp4")
    watched.look(apart_s=watching.PATIENCE_S)
    assert watched.taken() == []


def test_what_was_there_before_is_taken_in_only_on_request(place):
    for n in range(1000):
        place.put(f"old {n}.mp4", f"old {n}")
    place.watcher.watch(str(place.folder))
    place.put("new.mp4", "new")
    begun_s = time.thread_time()
    place.watcher.look()
    assert time.thread_time() - begun_s < 2
    place.look()
    assert place.taken() == ["new"]
    assert len(place.watcher.old) == 1000
    for path in sorted(place.folder.glob("old*"))[3:]:
        path.unlink()
    place.look(n=1)
    assert len(place.watcher.old) == 3, "those that are still there"
    place.watcher.take_old()
    place.look()
    assert sorted(place.taken()) == ["new", "old 0", "old 1", "old 10"]
    assert place.watcher.old == []


def test_after_a_new_start_only_what_came_meanwhile_is_taken_in(watched):
    watched.put("first.mp4", "first")
    watched.look()
    with watched.store.reading() as session:
        [video] = session.query(Video)
        session.expunge(video)
    watched.store.engine.dispose()
    with watched.store.writing() as session:
        session.query(Job).delete()
    remove_video(watched.store, watched.intake._folder, video.id)
    watched.put("second.mp4", "second")
    # As a copy from a camera: it appears now, but was filmed years ago.
    os.utime(watched.folder / "second.mp4", (1e9, 1e9))
    watched.start()
    assert watched.watcher.state == State.WATCHING
    watched.look()
    assert watched.taken() == ["second"], "what was deleted here does not come back"


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.01, 0.5, 0.99999])
@pytest.mark.parametrize("is_room_reserved", [False, True])
def test_a_part_of_a_video_is_told_from_the_whole(tmp_path, share, is_room_reserved):
    """The index of this one is at the beginning, so half of it reads as a video."""
    whole = SAMPLE.read_bytes()
    assert whole.index(b"moov") < 100
    path, n = tmp_path / "video.mp4", int(share * len(whole))
    rest = len(whole) - n if is_room_reserved else 0
    if not n + rest:
        return
    path.write_bytes(whole[:n] + bytes(rest))
    [file] = video_files(tmp_path)
    # What is missing at the very end of reserved room nobody can see.
    assert is_cut_off(file) or (is_room_reserved and share > 0.01)
    path.write_bytes(whole)
    [file] = video_files(tmp_path)
    assert not is_cut_off(file)


@pytest.mark.parametrize(
    ("content", "is_part"),
    [
        (b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\0mdat" + b"x" * 99, False),
        (
            b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\1mdat" + (99).to_bytes(8, "big") + b"x" * 83,
            False,
        ),
        (
            b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\1mdat" + (99).to_bytes(8, "big") + b"x" * 82,
            True,
        ),
        (b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0", True),
        (b"\0\0\0\x02ftyp", True),
        (b"\x1aE\xdf\xa3 matroska", False),
    ],
    ids=["to the end", "large", "large and cut", "cut head", "impossible", "other kind"],
)
def test_the_parts_of_an_mp4_add_up(tmp_path, content, is_part):
    (tmp_path / "video.mp4").write_bytes(content)
    [file] = video_files(tmp_path)
    assert is_cut_off(file) == is_part


def test_a_folder_that_vanishes_and_returns(watched):
    away = watched.folder.with_name("away")
    watched.folder.rename(away)
    watched.look()
    assert watched.watcher.state == State.GONE
    away.rename(watched.folder)
    watched.put("video.mp4", "a video")
    watched.look()
    assert watched.watcher.state == State.WATCHING
    assert watched.taken() == ["a video"]


@pytest.fixture
def hanging(watched, monkeypatch):
    """A folder of a network that is away: reading it does not return until the end of the test."""
    reached, returned = threading.Event(), threading.Event()

    def read(folder):
        if folder == watched.folder:
            reached.set()
            returned.wait()
        return video_files(folder)

    monkeypatch.setattr(watching, "video_files", read)
    watched.watcher.start()
    assert reached.wait(PATIENCE_S)
    yield watched
    returned.set()
    watched.watcher.stop()


def test_a_folder_that_hangs_is_said_and_keeps_nobody_waiting(hanging, monkeypatch):
    watcher = hanging.watcher
    assert watcher.state == State.WATCHING
    hanging.now_s += watching.HANGS_S + 1
    assert watcher.state == State.GONE
    done = threading.Thread(target=watcher.watch_nothing, daemon=True)
    done.start()
    done.join(PATIENCE_S)
    assert not done.is_alive()
    assert watcher.state == State.OFF
    monkeypatch.setattr(watching, "STOP_S", 0.1)
    # Or this test would never end.
    watcher.stop()


def test_after_a_folder_that_hangs_another_one_is_watched(hanging, tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "EVERY_S", 0.01)
    other = tmp_path / "other"
    other.mkdir()
    hanging.watcher.watch(str(other))
    (other / "video.mp4").write_text("a video")

    def is_taken_by_now():
        hanging.now_s += watching.SETTLED_S
        return hanging.woken

    until(is_taken_by_now)
    assert hanging.taken() == ["a video"]
    assert hanging.watcher.state == State.WATCHING


def test_the_same_content_under_another_name_is_no_second_video(watched):
    watched.put("a.mp4", "a video")
    watched.look()
    watched.put("b.mp4", "a video")
    watched.look()
    (watched.folder / "a.mp4").rename(watched.folder / "c.mp4")
    watched.look()
    assert watched.taken() == ["a video"]
    assert watched.watcher.n_taken == 1


def test_a_full_disk_is_said_and_it_goes_on(watched, monkeypatch):
    monkeypatch.setattr(data_folder, "RESERVE_BYTES", 10**18)
    watched.put("video.mp4", "a video")
    watched.look()
    assert watched.watcher.state == State.DISK_FULL
    monkeypatch.undo()
    monkeypatch.setattr(
        watching, "time", SimpleNamespace(monotonic=lambda: watched.now_s, time=time.time)
    )
    watched.look()
    assert watched.taken() == ["a video"]
    assert watched.watcher.state == State.WATCHING


def test_watching_ends_and_begins_anew_without_taking_what_lay_there(watched):
    watched.put("a.mp4", "a")
    watched.look()
    watched.watcher.watch_nothing()
    watched.put("b.mp4", "b")
    watched.look()
    watched.start()
    assert watched.watcher.folder is None
    watched.watcher.watch(str(watched.folder))
    watched.look()
    assert watched.taken() == ["a"]
    assert [file.path.name for file in watched.watcher.old] == ["b.mp4"]


@pytest.mark.parametrize(
    "text", ["", " ", "/no/such/folder", "a\0b", "x" * 5000, "~nobody-at-all/x"]
)
def test_what_is_no_folder_is_refused(place, text):
    with pytest.raises(FolderError, match="no_folder"):
        place.watcher.watch(text)
    assert place.watcher.folder is None


def test_the_own_folder_and_files_are_refused(place):
    (place.data / "videos").mkdir(exist_ok=True)
    with pytest.raises(FolderError, match="own_folder"):
        place.watcher.watch(str(place.data / "videos"))
    place.put("file.mp4", "a video")
    with pytest.raises(FolderError, match="no_folder"):
        place.watcher.watch(str(place.folder / "file.mp4"))


@pytest.mark.slow
def test_a_video_that_is_copied_slowly_arrives_whole_in_the_running_app(tmp_path, monkeypatch):
    """With the real reader of headers, and over the page's own addresses."""
    monkeypatch.setattr(watching, "EVERY_S", 0.1)
    monkeypatch.setattr(watching, "SETTLED_S", 0.4)
    folder, content = tmp_path / "AirDrop", SAMPLE.read_bytes()
    folder.mkdir()
    (folder / "old.mp4").write_bytes(GOOD)
    with app_in(tmp_path / "data") as visitor:
        visitor.enter()
        refused = visitor.client.post("/api/watch", json={"folder": "nowhere"})
        assert (refused.status_code, "no such folder" in refused.json()["text"]) == (422, True)
        state = visitor.client.post("/api/watch", json={"folder": str(folder)}).json()
        assert state["folder"] == str(folder)
        assert "One video" in state["old"]
        half = len(content) // 2
        with (folder / "IMG.mp4").open("wb") as stream:
            stream.write(content[:half])
            stream.flush()
            # It stands still for long, as over a poor network, but has no index yet.
            time.sleep(1.5)
            assert visitor.videos() == {}
            stream.write(content[half:])
        [video] = until(visitor.videos)
        stored = tmp_path / "data" / "videos" / video / video
        assert stored.read_bytes() == content
        # It is counted a moment after it is listed.
        said = "One video taken in"
        until(lambda: said in visitor.client.get("/api/receiving").json()["watch"])
        visitor.client.post("/api/watch/old")
        # What no one can read as a video waits for long; here it need not.
        monkeypatch.setattr(watching, "PATIENCE_S", 0.5)
        until(lambda: len(visitor.videos()) == 2)
        assert visitor.client.delete("/api/watch").json()["folder"] == ""
