"""Tracker of a camera session that crashes or hangs: the session ends, the app and the video do not."""

import multiprocessing
import threading

import psutil
import pytest

from kneescan.app.filming.camera_sessions import CameraSessions
from kneescan.app.filming.tracker_child import TrackerInChild
from kneescan.app.words import AppWords
from tests.app.fragile_trackers import POSE, aborting, hanging, sound
from tests.app.web.test_live_socket import (
    filmed_squats,
    no_session,
    page_of,
    play,
    recorded_times,
    recordings,
    simulated,
    squats,
    stand,
)
from tests.waiting import until


def trackers():
    return [
        child for child in multiprocessing.active_children() if child.name == "kneescan-tracker"
    ]


def killed_once_it_counts(page):
    """Kill the child as soon as it has counted a squat."""

    def counts():
        scenes = [each["scene"] for each in list(page.heard) if each["type"] == "scene"]
        return any(leg["counted"] for scene in scenes for leg in scene["legs"])

    def work():
        until(counts)
        [child] = trackers()
        psutil.Process(child.pid).kill()

    threading.Thread(target=work, daemon=True).start()


def filmed_from_the_second_squat(page):
    """Film in real time, in which a person is not taken for gone before the app has noticed anything."""
    first = len(POSE) // 3
    video = [(row / POSE.fps, content) for row, (_, content) in enumerate(squats()[first:])]
    play(page, video, *stand(page, video[0][1]))


@pytest.fixture
def trackers_in_turn(monkeypatch):
    """What the trackers of the next sessions are."""
    makers = []
    monkeypatch.setattr(
        CameraSessions,
        "_make_tracker",
        lambda self: TrackerInChild(makers.pop(0), answer_s=1.5),
    )
    return makers


@pytest.mark.slow
@pytest.mark.parametrize(
    "make", [aborting, hanging, sound], ids=["aborts", "hangs", "is killed from outside"]
)
def test_a_lost_tracker_ends_the_session_keeps_the_squats_and_the_next_one_works(
    trackers_in_turn, tmp_path, make
):
    trackers_in_turn += [make, sound]
    with simulated(tmp_path / "data") as visitor:
        with page_of(visitor, legs="left") as page:
            if make is sound:
                killed_once_it_counts(page)
            filmed_from_the_second_squat(page)
            ended = page.end()
        assert ended["why"] == "untracked"
        assert ended["text"] == AppWords("en")("app.record.ended.untracked")
        assert ended["counted"]["left"] >= 1
        # What was filmed is kept, and measured.
        assert len(recorded_times(visitor, ended["video"])) > 30
        assert visitor.when(ended["video"], "done")["simulated"] == "filming ended early"
        until(no_session)
        assert (trackers(), recordings(visitor)) == ([], [])
        with page_of(visitor, legs="left", n_squats=3) as page:
            filmed_squats(page)
            ended = page.end()
        # Too busy a computer misses some of its squats, as with any tracker.
        assert ended["why"] in ("complete", "stopped")
        assert ended["counted"]["left"] >= 1
        until(no_session)
        assert trackers() == []


@pytest.mark.slow
def test_practice_without_a_tracker_ends_with_the_same_sentence(trackers_in_turn, tmp_path):
    trackers_in_turn += [aborting]
    with simulated(tmp_path / "data") as visitor:
        with page_of(visitor, purpose="practice", legs="left") as page:
            filmed_squats(page)
            ended = page.end()
        assert (ended["why"], ended["video"]) == ("untracked", None)
        assert visitor.client.get("/practice").status_code == 200


def test_no_tracker_outlives_an_app_that_ends_while_filming(trackers_in_turn, tmp_path):
    trackers_in_turn += [hanging]
    with simulated(tmp_path / "data") as visitor, page_of(visitor, legs="left") as page:
        filmed_squats(page, n_pictures=40)
        assert len(trackers()) == 1
        visitor.served.stop()
    until(lambda: not trackers())
