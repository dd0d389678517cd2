"""What happens while a video is being reduced: another order, a deletion, a disk that is full or closed."""

import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from kneescan.app.keeping import reducing
from kneescan.app.keeping.keeper import Keeper
from kneescan.app.keeping.ladder import Due
from kneescan.app.keeping.reducing import reduce_video
from kneescan.app.store import removal
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import open_store
from kneescan.app.store.settings import Retention, choose_retention
from kneescan.app.store.tables import Analysis, Edit, Job, Video
from kneescan.app.words import AppWords
from kneescan.batch.clips import Failure
from tests.app.keeping.filmed import add_video, kept_of


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path)


def copied(results, staged, keep, language, cancel):
    """Stands for the writing; creates its folder if it is missing, as the writing does."""
    staged.mkdir(parents=True, exist_ok=True)
    for name in reducing.STAYING[keep]:
        (staged / name).write_text(f"{name} {keep}")


def keeper_of(store, folder, write=copied):
    return Keeper(store, folder, AppWords("en"), write=write)


@pytest.mark.parametrize("is_written", [True, False], ids=["written", "in_vain"])
def test_an_order_that_comes_while_less_is_taken_away_is_not_lost(store, folder, is_written):
    video_id = add_video(store, folder, days_ago=40)
    choose_retention(store, Retention(keep="blurred", after_days=30))

    def write(results, staged, keep, language, cancel):
        if keep == "blurred":
            assert keeper.order("landmarks") == 1
            if not is_written:
                return Failure(kind="lost", reason="")
        return copied(results, staged, keep, language, cancel)

    keeper = keeper_of(store, folder, write)
    keeper.run_once()
    assert kept_of(store, video_id)[1] == "landmarks"
    keeper.run_once()
    assert kept_of(store, video_id) == ("landmarks", None, None)


@pytest.mark.parametrize("is_gone", [True, False], ids=["gone", "going"])
def test_nothing_is_left_of_a_video_that_is_deleted_while_it_is_reduced(store, folder, is_gone):
    video_id = add_video(store, folder, days_ago=40)

    def write(*order):
        if is_gone:
            removal.remove_video(store, folder, video_id)
        else:
            removal.mark_removed(store, video_id)
            removal.remove_folder(folder, video_id)
        copied(*order)

    due = Due(video_id=video_id, keep="landmarks", is_measured=True)
    with pytest.raises(FileNotFoundError):
        reduce_video(store, folder, due, language="en", cancel=threading.Event(), write=write)
    assert list(folder.videos.iterdir()) == []


def test_what_a_cut_left_of_a_deleted_video_goes_with_the_next_start(store, folder):
    gone, there = add_video(store, folder), add_video(store, folder)
    for video_id in (gone, there):
        (folder.video(video_id) / reducing.STAGED).mkdir()
    with store.writing() as session:
        for table in (Job, Analysis, Edit):
            session.query(table).filter(table.video_id == gone).delete()
        session.query(Video).filter(Video.id == gone).delete()
    keeper_of(store, folder).run_once()
    assert [place.name for place in folder.videos.iterdir()] == [there]


def test_after_an_error_of_the_database_nothing_is_said_to_go_on(store, folder, monkeypatch):
    for _ in range(3):
        add_video(store, folder, days_ago=40)
    choose_retention(store, Retention(keep="review", after_days=30))

    def full(*_):
        statement = "UPDATE"
        raise OperationalError(statement, {}, Exception("database or disk is full"))

    monkeypatch.setattr(reducing, "_begin", full)
    keeper = keeper_of(store, folder)
    with pytest.raises(OperationalError):
        keeper.run_once()
    assert keeper.n_left() == 0


def test_a_video_that_may_not_be_deleted_is_said_to_be_there(store, folder, monkeypatch):
    video_id = add_video(store, folder, days_ago=40)
    choose_retention(store, Retention(keep="review", after_days=30))

    def refused(*_, **__):
        raise PermissionError(13, "no")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refused)
        keeper_of(store, folder).run_once()
    assert kept_of(store, video_id) == ("original", None, "failed")
    keeper_of(store, folder).run_once()
    assert kept_of(store, video_id) == ("review", None, None)


def test_of_two_who_delete_a_video_the_slower_one_has_nothing_to_do(store, folder, monkeypatch):
    video_id = add_video(store, folder)
    remove_folder, answers = removal.remove_folder, []

    def overtaken(*place):
        monkeypatch.setattr(removal, "remove_folder", remove_folder)
        answers.append(removal.remove_video(store, folder, video_id))
        remove_folder(*place)

    monkeypatch.setattr(removal, "remove_folder", overtaken)
    assert not removal.remove_video(store, folder, video_id)
    assert answers == [True]
