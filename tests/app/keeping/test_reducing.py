"""Reducing: what is no longer to be kept is nowhere, and a cut at any moment changes nothing about that."""

import shutil
import threading
import time
import zipfile

import numpy as np
import pytest
from PIL import Image

from kneescan.app.keeping import reducing
from kneescan.app.keeping.clock import is_in_doubt, note_run
from kneescan.app.keeping.keeper import Keeper
from kneescan.app.keeping.ladder import Due, due_videos, reducible, unfinished
from kneescan.app.keeping.reducing import reduce_video
from kneescan.app.store.data_folder import DataFolder
from kneescan.app.store.database import open_store
from kneescan.app.store.settings import Retention, choose_retention
from kneescan.app.store.tables import Person, Video
from kneescan.app.words import AppWords
from kneescan.batch.clips import Failure
from kneescan.capture.video_file import VideoFile
from kneescan.landmarks import PoseSequence
from kneescan.output.privacy.face_record import are_hidden
from tests.app.keeping.filmed import (
    DAY_S,
    add_video,
    is_checkered,
    kept_of,
    names_in,
    person_of,
    results,
)
from tests.app.keeping.killing import moments, needs_fork, run_apart
from tests.waiting import until

NOW_S = 2e9
TABLES = {"results/analysis.json", "results/landmarks.npz", "results/repetitions.csv"}


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path)


def copied(results, staged, keep, language, cancel):
    """Stands for the writing, and takes no time."""
    for name in reducing.STAYING[keep]:
        (staged / name).write_text(f"{name} {keep}")


def reduced(store, folder, video_id, keep, write=reducing.write_staying):
    due = Due(video_id=video_id, keep=keep, is_measured=True)
    return reduce_video(store, folder, due, language="de", cancel=threading.Event(), write=write)


def without_parquet(names):
    return {name for name in names if not name.endswith(".parquet")}


@pytest.mark.slow
def test_blurred_shows_no_head_and_measures_the_same(store, folder):
    video_id = add_video(store, folder)
    results_of = folder.results(video_id)
    before = PoseSequence.load(results_of / "landmarks.npz")
    with VideoFile(results_of / "review.mp4") as video:
        assert all(is_checkered(frame.image_rgb) for frame in video)
    assert reduced(store, folder, video_id, "blurred")
    assert kept_of(store, video_id) == ("blurred", None, None)
    names = without_parquet(names_in(folder.video(video_id)))
    shown = {f"results/{name}" for name in ("report.html", "review.mp4", "frames.zip")}
    assert names == TABLES | shown
    with VideoFile(results_of / "review.mp4") as video:
        frames = list(video)
    assert len(frames) == len(before)
    assert not any(is_checkered(frame.image_rgb) for frame in frames)
    after = PoseSequence.load(results_of / "landmarks.npz")
    assert are_hidden(after.provenance)
    assert (after.xy_px == before.xy_px).sum() == (before.xy_px == before.xy_px).sum()
    assert [is_checkered(picture) for picture in frames_in(results_of)].count(True) == 0
    assert all(is_checkered(picture) for picture in frames_in(results()))


def frames_in(place):
    with zipfile.ZipFile(place / "frames.zip") as archive:
        found = [np.asarray(Image.open(archive.open(name))) for name in archive.namelist()]
    assert found
    return found


def test_landmarks_only_leaves_no_picture(store, folder):
    video_id = add_video(store, folder)
    assert reduced(store, folder, video_id, "landmarks")
    assert without_parquet(names_in(folder.video(video_id))) == TABLES | {"results/report.html"}
    report = (folder.results(video_id) / "report.html").read_bytes()
    # Who uses the app types no commands.
    assert b"Nicht beantwortet: " in report
    assert b"kneescan report" not in report
    assert b"data:image/jpeg" not in report
    assert b'lang="de"' in report
    # From one step to the next, too.
    other = add_video(store, folder)
    assert reduced(store, folder, other, "review")
    assert "results/frames.zip" in names_in(folder.video(other))
    assert not folder.original(other).exists()
    assert reduced(store, folder, other, "landmarks")
    assert kept_of(store, other) == ("landmarks", None, None)
    assert not reduced(store, folder, other, "blurred")


def test_what_cannot_be_blurred_stays_and_says_so(store, folder):
    video_id = add_video(store, folder)
    (folder.results(video_id) / "review.mp4").write_bytes(b"no video")
    before = names_in(folder.video(video_id))
    assert not reduced(store, folder, video_id, "blurred")
    assert kept_of(store, video_id) == ("original", None, "failed")
    assert names_in(folder.video(video_id)) == before
    for broken in (lambda *_: Failure(kind="lost", reason=""), lambda *_: None):
        assert not reduced(store, folder, video_id, "landmarks", write=broken)
        assert kept_of(store, video_id) == ("original", None, "failed")
        assert names_in(folder.video(video_id)) == before


def test_nothing_is_taken_from_a_video_in_work(store, folder):
    for state in ("queued", "running"):
        video_id = add_video(store, folder, state=state, days_ago=400)
        assert not reduced(store, folder, video_id, "review")
        assert folder.original(video_id).exists()
    choose_retention(store, Retention(keep="landmarks", after_days=0))
    with store.reading() as session:
        assert due_videos(session) == reducible(session, "review") == []


def test_a_cut_after_every_step_is_completed_by_the_next_start(store, folder, monkeypatch):
    """Each call that changes a file is the last one once."""
    done, n_steps = set(), 0
    while not done:
        n_steps += 1
        video_id = add_video(store, folder)
        with monkeypatch.context() as patched:
            cut_after(patched, n_steps)
            try:
                reduced(store, folder, video_id, "landmarks", copied)
                done.add(video_id)
            except KeyboardInterrupt:
                pass
        with store.reading() as session:
            begun = [due.video_id for due in unfinished(session)]
        assert begun == ([] if done else [video_id])
        keeper = Keeper(store, folder, AppWords("en"), write=copied)
        keeper.run_once()
        assert kept_of(store, video_id) == ("landmarks", None, None)
        stays = {f"results/{name}" for name in reducing.STAYING["landmarks"]}
        assert set(names_in(folder.video(video_id))) == stays
        shutil.rmtree(folder.video(video_id))
    assert n_steps > 12


def cut_after(patched, n_steps):
    from pathlib import Path

    left = n_steps

    def counted(real):
        def step(*args, **options):
            nonlocal left
            left -= 1
            if left <= 0:
                raise KeyboardInterrupt
            return real(*args, **options)

        return step

    for place, name in ((Path, "replace"), (Path, "unlink"), (Path, "mkdir"), (shutil, "rmtree")):
        patched.setattr(place, name, counted(getattr(place, name)))
    patched.setattr(reducing, "_end", counted(reducing._end))


def test_by_default_nothing_is_ever_due(store, folder):
    add_video(store, folder, days_ago=3000)
    add_video(store, folder, code="A", days_ago=3000)
    with store.reading() as session:
        assert due_videos(session) == []


@pytest.mark.parametrize("value", [None, 5, "blurred", {"keep": "nothing", "after_days": 0}, {}])
def test_a_rule_that_cannot_be_read_deletes_nothing(store, folder, value):
    from kneescan.app.store.settings import put_setting

    put_setting(store, "retention", value)
    add_video(store, folder, days_ago=3000)
    with store.reading() as session:
        assert due_videos(session) == []


def test_what_is_due_follows_the_rule_of_the_person_and_then_that_for_all(store, folder):
    old = add_video(store, folder, days_ago=31)
    add_video(store, folder, days_ago=29)
    spared = add_video(store, folder, code="spared", days_ago=31)
    strict = add_video(store, folder, code="strict", days_ago=1.1)
    failed = add_video(store, folder, state="failed", days_ago=31)
    add_video(store, folder, origin="simulated", days_ago=31)
    with store.writing() as session:
        for code, keep, days in (("spared", "original", None), ("strict", "landmarks", 1)):
            person = session.get(Person, person_of(store, code))
            person.keep, person.keep_after_days = keep, days
    choose_retention(store, Retention(keep="review", after_days=30))
    with store.reading() as session:
        due = {each.video_id: (each.keep, each.is_measured) for each in due_videos(session)}
    assert due == {old: ("review", True), strict: ("landmarks", True), failed: ("review", False)}
    assert spared not in due


def test_a_video_of_long_ago_is_not_gone_on_the_day_it_arrives(store, folder):
    video_id = add_video(store, folder, code="A", days_ago=300)
    choose_retention(store, Retention(keep="review", after_days=30))
    with store.writing() as session:
        video = session.get(Video, video_id)
        arrived_s = video.created_s = video.created_s + 299 * DAY_S
    with store.reading() as session:
        assert due_videos(session, arrived_s + 29 * DAY_S) == []
        assert len(due_videos(session, arrived_s + 31 * DAY_S)) == 1


def test_what_was_not_measured_gets_a_week(store, folder):
    choose_retention(store, Retention(keep="landmarks", after_days=0))
    add_video(store, folder, state="failed", days_ago=6.9)
    late = add_video(store, folder, state="cancelled", days_ago=7.1)
    with store.reading() as session:
        assert [due.video_id for due in due_videos(session)] == [late]
    Keeper(store, folder, AppWords("en"), write=copied).run_once()
    assert kept_of(store, late) is None
    assert not folder.video(late).exists()


def test_a_clock_that_jumped_ahead_deletes_nothing_until_somebody_confirms(store, folder):
    video_id = add_video(store, folder, days_ago=40)
    choose_retention(store, Retention(keep="review", after_days=30))
    note_run(store, time.time() - 31 * DAY_S)
    keeper = Keeper(store, folder, AppWords("en"), write=copied)
    keeper.run_once()
    assert is_in_doubt(store)
    assert kept_of(store, video_id) == ("original", None, None)
    keeper.confirm_clock()
    keeper.run_once()
    assert not is_in_doubt(store)
    assert kept_of(store, video_id) == ("review", None, None)


def test_nothing_is_taken_while_somebody_looks(store, folder):
    looked_at, other = (add_video(store, folder, days_ago=40) for _ in range(2))
    choose_retention(store, Retention(keep="review", after_days=30))
    keeper = Keeper(store, folder, AppWords("en"), write=copied)
    keeper.in_use.touch(looked_at)
    keeper.run_once()
    assert kept_of(store, looked_at) == ("original", None, None)
    assert kept_of(store, other) == ("review", None, None)


def test_a_rule_that_is_withdrawn_while_it_is_followed_takes_no_further_video(store, folder):
    videos = [add_video(store, folder, days_ago=40) for _ in range(3)]
    choose_retention(store, Retention(keep="landmarks", after_days=30))

    def withdrawing(*order):
        choose_retention(store, Retention())
        copied(*order)

    Keeper(store, folder, AppWords("en"), write=withdrawing).run_once()
    kept = sorted(kept_of(store, video_id)[0] for video_id in videos)
    assert kept == ["landmarks", "original", "original"]


def test_what_was_looked_at_is_taken_when_nobody_looks_any_more(store, folder, monkeypatch):
    video_id = add_video(store, folder, days_ago=40)
    choose_retention(store, Retention(keep="review", after_days=30))
    monkeypatch.setattr("kneescan.app.keeping.in_use.WHILE_S", 1.0)
    keeper = Keeper(store, folder, AppWords("en"), write=copied)
    keeper.in_use.touch(video_id)
    keeper.start()
    until(lambda: kept_of(store, video_id) == ("review", None, None))
    keeper.stop()


def test_what_becomes_due_is_taken_without_waiting_for_the_next_day(store, folder):
    choose_retention(store, Retention(keep="review", after_days=0))
    keeper = Keeper(store, folder, AppWords("en"), write=copied)
    keeper.run_once()
    video_id = add_video(store, folder)
    keeper.run_once()
    assert kept_of(store, video_id) == ("review", None, None)


def test_what_could_not_be_reduced_is_tried_again_only_the_next_day(store, folder, monkeypatch):
    tried = []

    def failing(*order):
        tried.append(order)
        return Failure(kind="lost", reason="")

    video_id = add_video(store, folder, days_ago=40)
    choose_retention(store, Retention(keep="blurred", after_days=30))
    keeper = Keeper(store, folder, AppWords("en"), write=failing)
    for _ in range(3):
        keeper.run_once()
    assert len(tried) == 1
    tomorrow_s = time.time() + DAY_S
    monkeypatch.setattr(time, "time", lambda: tomorrow_s)
    keeper.run_once()
    assert len(tried) == 2
    assert kept_of(store, video_id) == ("original", None, "failed")


def test_an_order_holds_for_one_person_and_outlasts_the_app(store, folder):
    mine = [add_video(store, folder, code="mine") for _ in range(2)]
    failed = add_video(store, folder, code="mine", state="failed")
    other = add_video(store, folder, code="other")
    ended = Keeper(store, folder, AppWords("en"), write=copied)
    assert ended.order("landmarks", person_of(store, "mine")) == 3
    keeper = Keeper(store, folder, AppWords("en"), write=copied)
    assert keeper.n_left() == 2
    keeper.run_once()
    assert [kept_of(store, video_id)[0] for video_id in mine] == ["landmarks"] * 2
    assert kept_of(store, failed) is None
    assert kept_of(store, other) == ("original", None, None)


@pytest.mark.slow
@needs_fork
def test_killed_at_any_moment_the_next_start_completes_it(tmp_path):
    levels = ("review", "blurred", "landmarks")

    def order(keep):
        root = tmp_path / keep
        root.mkdir()
        store = open_store(root)
        for _ in range(2):
            add_video(store, DataFolder(root))
        Keeper(store, DataFolder(root), AppWords("en"), write=copied).order(keep)
        store.close()

    def work(root):
        store = open_store(root)
        Keeper(store, DataFolder(root), AppWords("en"), write=copied).run_once()
        store.close()

    for keep in levels:
        order(keep)
    shutil.copytree(tmp_path / "blurred", tmp_path / "first")
    lasts_s = run_apart(lambda: work(tmp_path / "first"))
    for number, moment_s in enumerate(moments(lasts_s, 21)):
        keep, root = levels[number % 3], tmp_path / f"data{number}"
        shutil.copytree(tmp_path / keep, root)
        run_apart(lambda root=root: work(root), moment_s)
        store = open_store(root)
        Keeper(store, DataFolder(root), AppWords("en"), write=copied).run_once()
        left = [names_in(place) for place in sorted((root / "videos").iterdir())]
        if keep == "review":
            assert all(len(names) == len(names_in(results())) for names in left)
        else:
            assert left == [sorted(f"results/{name}" for name in reducing.STAYING[keep])] * 2
        with store.reading() as session:
            assert {video.kept for video in session.query(Video)} == {keep}
            assert unfinished(session) == []
        store.close()
        shutil.rmtree(root)
