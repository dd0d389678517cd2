"""Video names: no two videos are called the same, and every page calls them alike."""

import datetime as dt
import time
from contextlib import closing
from html import unescape

import pytest

from kneescan.app.people.video_names import video_names
from kneescan.app.store.data_folder import new_id
from kneescan.app.store.database import open_store
from kneescan.app.store.removal import mark
from kneescan.app.store.tables import Video
from kneescan.app.words import AppWords
from tests.app.running import app_in
from tests.app.stored_sessions import Stored
from tests.compare.people import pose_of

NOON_S = dt.datetime(2026, 3, 2, 12).astimezone().timestamp()


@pytest.fixture
def store(tmp_path):
    with closing(open_store(tmp_path)) as store:
        yield store


def add(session, created_s, recorded_s=None):
    video_id = new_id()
    session.add(
        Video(id=video_id, origin="file", sha256=video_id, size_bytes=1, created_s=created_s,
              recorded_s=recorded_s)
    )  # fmt: skip
    session.flush()
    return video_id


def named(session, ids, language="en"):
    names = video_names(session, ids, AppWords(language))
    return [names[video_id] for video_id in ids]


def test_videos_of_one_minute_are_told_apart_by_their_seconds(store):
    with store.writing() as session:
        # Filmed at noon, whenever they arrived; the last one is alone in its minute.
        ids = [add(session, NOON_S + 9000 + n, NOON_S + at_s) for n, at_s in enumerate((42, 7, 60))]
        assert named(session, ids) == [
            "2 Mar 2026, 12:00:42", "2 Mar 2026, 12:00:07", "2 Mar 2026, 12:01",
        ]  # fmt: skip
        assert named(session, ids[:1], "de") == ["2. März 2026, 12:00:42"]


def test_videos_of_one_second_are_numbered_as_they_were_filmed(store):
    with store.writing() as session:
        third, first, second = (add(session, NOON_S + part) for part in (0.7, 0.1, 0.3))
        assert named(session, [first, second, third]) == [
            "2 Mar 2026, 12:00:00", "2 Mar 2026, 12:00:00 (2)", "2 Mar 2026, 12:00:00 (3)",
        ]  # fmt: skip


def test_the_last_moment_of_a_minute_has_a_name(store):
    with store.writing() as session:
        ids = [add(session, NOON_S + 59.9999998), add(session, NOON_S + 61)]
        assert named(session, ids) == ["2 Mar 2026, 12:01:00", "2 Mar 2026, 12:01:01"]
        assert named(session, ids[:1]) == ["2 Mar 2026, 12:01:00"]


def test_a_deleted_video_takes_no_name(store):
    with store.writing() as session:
        gone, left = add(session, NOON_S), add(session, NOON_S + 5)
        mark(session.get(Video, gone))
        session.flush()
        assert named(session, [left]) == ["2 Mar 2026, 12:00"]
        assert video_names(session, ["aaaaaaaaaa"], AppWords("en")) == {}


@pytest.fixture
def _in_berlin(monkeypatch):
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone cannot be changed here")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_in_berlin")
def test_the_hour_that_comes_twice_in_autumn_gives_no_name_twice(store):
    with store.writing() as session:
        # 02:30 in summer time, and an hour later again.
        summer_s = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC).timestamp()
        ids = [add(session, summer_s), add(session, summer_s + 3600), add(session, summer_s + 7200)]
        assert named(session, ids) == [
            "25 Oct 2026, 02:30:00", "25 Oct 2026, 02:30:00 (2)", "25 Oct 2026, 03:30",
        ]  # fmt: skip


def test_every_page_calls_a_video_by_the_same_name(tmp_path):
    with closing(Stored(tmp_path)) as stored:
        person = stored.person("R17")
        march, (first, second) = stored.sitting(person, 0, pose_of(20, 1), pose_of(6, 2))
        april, _ = stored.sitting(person, 42, pose_of(6, 3, n=4))
        with stored.store.writing() as session:
            session.get(Video, second).created_s = session.get(Video, first).created_s + 5
            session.get(Video, second).keep_trouble = "failed"
    with app_in(tmp_path) as visitor:
        visitor.enter()
        titles = {video_id: video["title"] for video_id, video in visitor.videos().items()}
        assert len(set(titles.values())) == 3
        pages = {
            path: unescape(visitor.client.get(f"/{path}").text)
            for path in (f"sessions/{march}", f"videos/{second}", "settings")
        }
        compared = unescape(visitor.client.get(f"/compare/{march}/{april}").text)
    assert titles[first] in pages[f"sessions/{march}"]
    assert all(titles[second] in page for page in (*pages.values(), compared))
    assert titles[first] in compared
