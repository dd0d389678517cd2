from itertools import pairwise

import numpy as np
import pytest

from kneescan.capture import playback_camera
from kneescan.capture.playback_camera import VideoAsCamera
from kneescan.errors import VideoNotFoundError
from kneescan.live.camera.patient import MAX_LATE_S, PatientVideo, open_patiently
from tests.capture.test_recorder import record
from tests.capture.videos import number_shown

N_FRAMES, FPS = 60, 40.0


class Clock:
    """Time that passes only during sleep."""

    def __init__(self):
        self.now_s = 0.0

    def perf_counter(self):
        return self.now_s

    def sleep(self, duration_s):
        self.now_s += duration_s


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(playback_camera, "time", clock)
    return clock


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "video.mp4"
    record(path, np.arange(N_FRAMES) / FPS)
    return path


def played(camera, clock, *, pause_s):
    """Pictures for a reader that is busy once, after the fifth picture."""
    camera.begin()
    given = []
    while (frame := camera.read()) is not None:
        given.append(frame)
        if len(given) == 5:
            clock.sleep(pause_s)
    camera.close()
    return given


def numbers(given):
    return [number_shown(frame.image_rgb) for frame in given]


def test_a_video_that_waits_loses_no_picture_where_another_does(video, clock):
    assert numbers(played(PatientVideo(video), clock, pause_s=1.2)) == list(range(N_FRAMES))
    assert len(played(VideoAsCamera(video), clock, pause_s=1.2)) < N_FRAMES


def test_times_are_those_of_the_video_however_long_it_waits(video, clock):
    given = played(PatientVideo(video), clock, pause_s=30.0)
    steps_s = [after.time_s - before.time_s for before, after in pairwise(given)]
    assert steps_s == pytest.approx([1 / FPS] * (N_FRAMES - 1), abs=1e-3)


def test_a_video_that_need_not_wait_is_played_in_real_time(video, clock):
    began_s = clock.now_s
    played(PatientVideo(video), clock, pause_s=0.0)
    assert clock.now_s - began_s == pytest.approx((N_FRAMES - 1) / FPS, abs=1e-3)


def test_clock_stops_while_it_waits(video, clock):
    camera = PatientVideo(video)
    camera.begin()
    first = camera.read()
    clock.sleep(5.0)
    second = camera.read()
    assert camera.now_s() - second.time_s <= MAX_LATE_S
    assert second.time_s - first.time_s == pytest.approx(1 / FPS, abs=1e-3)
    camera.close()


def test_a_video_waits_and_a_camera_does_not(video, monkeypatch):
    opened = open_patiently(video)
    assert isinstance(opened, PatientVideo)
    opened.close()
    other = object()
    monkeypatch.setattr("kneescan.live.camera.patient.open_camera", lambda camera, **_how: other)
    assert open_patiently(0) is other
    assert open_patiently("1") is other


def test_a_missing_video_is_reported(tmp_path):
    with pytest.raises(VideoNotFoundError):
        open_patiently(tmp_path / "no.mp4")
