"""Tracker in a child: the same landmarks; whatever happens to the child is one error, and nothing remains."""

import errno
import gc
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from contextlib import closing
from functools import partial

import cv2
import numpy as np
import psutil
import pytest
from numpy.testing import assert_array_equal

from kneescan.app.filming.tracker_child import LINUX_MEMORIES, TrackerInChild, load_tracker
from kneescan.capture.video_file import VideoFile
from kneescan.live.camera.tracking import TrackerLostError
from tests.app.fragile_trackers import (
    BREAKS_AT,
    aborting,
    faulty,
    hanging,
    sound,
    unloadable,
    without_a_library,
)
from tests.app.simulated_camera import numbered
from tests.samples import SAMPLES

PATIENCE_S = 120
"""A generous time for a busy computer. [s]"""


def picture(row):
    return cv2.imdecode(np.frombuffer(numbered(row), dtype=np.uint8), cv2.IMREAD_COLOR)


def trackers():
    return [
        child for child in multiprocessing.active_children() if child.name == "kneescan-tracker"
    ]


def test_landmarks_are_those_of_the_same_tracker_here():
    with VideoFile(SAMPLES / "good_right.mp4") as video:
        images = [frame.image_rgb for frame, _ in zip(video, range(5), strict=False)]
    with closing(load_tracker()) as here, closing(TrackerInChild()) as child:
        for image_rgb in images:
            landmarks = child.track(image_rgb)
            assert np.isfinite(landmarks).all()
            assert_array_equal(landmarks, here.track(image_rgb))
            assert child.has_others == here.has_others


def test_pictures_of_any_size_arrive_whole():
    here = sound()
    with closing(TrackerInChild(sound)) as child:
        for scale in (1, 3, 2):
            for row in (0, 5, BREAKS_AT):
                image_rgb = cv2.resize(picture(row), None, fx=scale, fy=scale)
                assert_array_equal(child.track(image_rgb), here.track(image_rgb))


@pytest.mark.parametrize(
    ("make", "how"),
    [
        (aborting, r"ended \(-?\d+\)"),
        (hanging, "did not answer for 1 s"),
        (faulty, r"failed \(ZeroDivisionError\)"),
    ],
    ids=["aborting", "hanging", "faulty"],
)
def test_a_child_that_breaks_is_one_error_and_then_gone(make, how, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with closing(TrackerInChild(make, answer_s=1.0)) as child:
        assert np.isfinite(child.track(picture(0))).all()
        with pytest.raises(TrackerLostError, match=how):
            child.track(picture(BREAKS_AT))
        # Its connection is of no use any more, which is said alike.
        if make is not hanging:
            with pytest.raises(TrackerLostError):
                child.track(picture(0))
    assert trackers() == []


def test_a_killed_child_is_an_error_at_once_which_leaves_no_trace(monkeypatch):
    unraised = []
    monkeypatch.setattr(sys, "unraisablehook", unraised.append)
    with closing(TrackerInChild(sound)) as child:
        child.track(picture(0))
        [process] = trackers()
        process.kill()
        process.join()
        with pytest.raises(TrackerLostError) as caught:
            child.track(picture(1))
    # Removed as part of a cycle, as errors often are, it prints nothing.
    caught.value.itself = caught.value
    del caught
    gc.collect()
    assert unraised == []


@pytest.mark.parametrize(
    ("make", "how"),
    [
        (unloadable, r"failed \(ValueError\)"),
        (without_a_library, r"failed \(OSError\)"),
        (partial(time.sleep, 600), "did not answer"),
    ],
    ids=["fails", "lacks a library", "hangs"],
)
def test_a_tracker_that_cannot_be_loaded_leaves_nothing(make, how, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with pytest.raises(TrackerLostError, match=how):
        TrackerInChild(make, loading_s=1.0 if isinstance(make, partial) else PATIENCE_S)
    assert trackers() == []
    # Those who fix it can read why, unless nobody knows.
    assert len(list(tmp_path.rglob("fault-*.txt"))) == (not isinstance(make, partial))


def test_a_child_may_be_started_by_any_thread():
    found = []

    def work():
        with closing(TrackerInChild(sound)) as child:
            found.append(child.track(picture(3)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert_array_equal(found[0], sound().track(picture(3)))
    assert trackers() == []


def test_a_child_dies_with_the_app_even_while_it_hangs():
    program = (
        "import multiprocessing\n"
        "from kneescan.app.filming.tracker_child import TrackerInChild\n"
        "from tests.app.filming.test_tracker_child import BREAKS_AT, hanging, picture\n"
        "child = TrackerInChild(hanging)\n"
        "[process] = multiprocessing.active_children()\n"
        "print(process.pid, flush=True)\n"
        "child.track(picture(BREAKS_AT))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as app:
        child = psutil.Process(int(app.stdout.readline()))
        app.kill()
    psutil.wait_procs([child], timeout=PATIENCE_S)
    assert not child.is_running()


@pytest.mark.skipif(not LINUX_MEMORIES.is_dir(), reason="its memories are no files")
def test_no_picture_outlasts_app_and_child_even_if_all_is_killed_at_once():
    program = (
        "import os\n"
        "from kneescan.app.filming.tracker_child import TrackerInChild\n"
        "from tests.app.filming.test_tracker_child import picture, sound\n"
        "child = TrackerInChild(sound)\n"
        "child.track(picture(0))\n"
        "print(child._memory.name, flush=True)\n"
        "os.killpg(0, 9)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as app:
        name = app.stdout.read().strip()
    assert name
    assert not (LINUX_MEMORIES / name).exists()


@pytest.mark.skipif(not LINUX_MEMORIES.is_dir(), reason="its memories are no files")
def test_a_picture_for_which_there_is_no_room_ends_the_session_and_not_the_app(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with closing(TrackerInChild(sound)) as child:
        child.track(picture(0))
        monkeypatch.setattr(os, "posix_fallocate", full)
        with pytest.raises(TrackerLostError, match="cannot be reached"):
            child.track(cv2.resize(picture(1), None, fx=3, fy=3))
        name = child._memory.name
    assert not (LINUX_MEMORIES / name).exists()
