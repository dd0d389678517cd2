import time

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.capture import playback_camera
from kneescan.capture.playback_camera import VideoAsCamera
from kneescan.capture.recorder import Recorder
from tests.capture.test_recorder import frames
from tests.capture.videos import number_shown, write_video


@pytest.fixture
def video(tmp_path):
    times_s = np.arange(30) / 30
    with Recorder(tmp_path / "video.mp4", (96, 64)) as recorder:
        for frame in frames(times_s):
            recorder.add(frame)
    return tmp_path / "video.mp4"


def test_video_waits_on_its_first_picture_and_then_plays_in_real_time(video):
    camera = VideoAsCamera(video)
    waiting = [camera.read() for _ in range(3)]
    assert [number_shown(frame.image_rgb) for frame in waiting] == [0, 0, 0]
    assert np.all(np.diff([frame.time_s for frame in waiting]) > 0)
    camera.begin()
    begun_s = time.perf_counter()
    played = []
    while (frame := camera.read()) is not None:
        played.append((frame.time_s, time.perf_counter() - begun_s, number_shown(frame.image_rgb)))
    camera.close()
    video_s, real_s, numbers = np.array(played).T
    assert numbers.astype(int).tolist() == list(range(30))
    assert_allclose(video_s - video_s[0], np.arange(30) / 30, atol=1e-3)
    assert np.all(real_s - (video_s - video_s[0]) > -0.01)


def test_late_pictures_are_left_out(video, monkeypatch):
    monkeypatch.setattr(playback_camera, "MAX_LATE_S", 0.05)
    camera = VideoAsCamera(video)
    camera.begin()
    camera.read()
    time.sleep(0.4)
    late = camera.read()
    camera.close()
    assert 8 <= number_shown(late.image_rgb) <= 16
    assert late.index == 1


def test_a_video_in_slow_motion_plays_in_true_time(tmp_path):
    video = write_video(tmp_path / "video.mp4", n_frames=120, fps=30)
    camera = VideoAsCamera(video, recorded_fps=240)
    camera.begin()
    times_s = []
    while (frame := camera.read()) is not None:
        times_s.append(frame.time_s)
    camera.close()
    assert times_s[-1] - times_s[0] < 120 / 240
