import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from kneescan.capture import webcam
from kneescan.capture.webcam import Webcam, open_camera
from kneescan.errors import CameraError, VideoNotFoundError


class FakeCapture:
    """Stands in for OpenCV's camera: gives pictures as long as it has any."""

    def __init__(self, *, is_open=True, n_pictures=5, size_px=(64, 48), sizes_px=None):
        self._is_open, self._n_left = is_open, n_pictures
        self._sizes = list(sizes_px or [])
        self._size_px = size_px
        self.settings, self.is_released = {}, False

    def isOpened(self):  # noqa: N802
        return self._is_open

    def set(self, name, value):
        self.settings[name] = value
        return True

    def grab(self):
        self._n_left -= 1
        return self._n_left >= 0

    def retrieve(self):
        width, height = self._sizes.pop(0) if self._sizes else self._size_px
        image = np.zeros((height, width, 3), np.uint8)
        image[..., 0] = 200  # blue, as OpenCV orders it
        return True, image

    def release(self):
        self.is_released = True


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(webcam, "PATIENCE_S", 0.05)
    monkeypatch.setattr(webcam, "SILENCE_S", 0.05)


def opened(capture):
    return Webcam(0, open_capture=lambda number: capture)


def test_pictures_are_rgb_with_rising_times_from_the_grab():
    camera = opened(FakeCapture())
    first = camera.read()
    time.sleep(0.02)
    second = camera.read()
    assert camera.size_px == (64, 48)
    assert first.image_rgb[0, 0].tolist() == [0, 0, 200]
    assert second.time_s - first.time_s >= 0.02
    assert (first.index, second.index) == (0, 1)
    assert 0 <= camera.now_s() - second.time_s < 1


def test_camera_is_asked_for_a_usable_picture():
    capture = FakeCapture()
    opened(capture)
    assert capture.settings[cv2.CAP_PROP_FRAME_WIDTH] == 1280
    assert capture.settings[cv2.CAP_PROP_FPS] == 30
    assert capture.settings[cv2.CAP_PROP_BUFFERSIZE] == 1


def test_camera_that_cannot_be_opened_is_released_and_reported():
    capture = FakeCapture(is_open=False)
    with pytest.raises(CameraError, match=r"--camera 1, --camera video\.mp4"):
        opened(capture)
    assert capture.is_released


@pytest.mark.skipif(sys.platform != "linux", reason="how Linux tells its cameras")
@pytest.mark.parametrize(
    ("exists", "allowed", "words"),
    [(False, True, "no camera"), (True, False, "no permission"), (True, True, "is busy")],
    ids=["missing", "forbidden", "busy"],
)
def test_cause_and_remedy_are_reported(monkeypatch, exists, allowed, words):
    monkeypatch.setattr(Path, "exists", lambda self: exists)
    monkeypatch.setattr(webcam.os, "access", lambda path, mode: allowed)
    with pytest.raises(CameraError, match=words):
        opened(FakeCapture(is_open=False))


def test_camera_without_pictures_is_released_and_reported():
    capture = FakeCapture(n_pictures=0)
    with pytest.raises(CameraError, match="gives no pictures"):
        opened(capture)
    assert capture.is_released


def test_camera_that_stops_in_the_middle_is_reported():
    camera = opened(FakeCapture(n_pictures=3))
    camera.read()
    camera.read()
    with pytest.raises(CameraError, match="stopped giving pictures"):
        camera.read()


def test_camera_that_changes_its_picture_is_reported():
    camera = opened(FakeCapture(sizes_px=[(64, 48), (64, 48), (32, 24)]))
    camera.read()
    with pytest.raises(CameraError, match="changed its picture"):
        camera.read()


def test_a_short_failure_is_overlooked():
    capture = FakeCapture(n_pictures=9)
    camera = opened(capture)
    answers = iter([False, True])
    grab = capture.grab
    capture.grab = lambda: next(answers, True) and grab()
    assert camera.read().index == 0


def test_names_of_cameras(monkeypatch):
    numbers = []
    monkeypatch.setattr(webcam, "Webcam", numbers.append)
    for name in (0, "0", "2", "/dev/video3"):
        open_camera(name)
    assert numbers == [0, 0, 2, 3]
    with pytest.raises(VideoNotFoundError):
        open_camera("no-such-video.mp4")


def test_a_camera_has_no_rate_of_recording():
    with pytest.raises(CameraError, match="--recorded-fps works only with a video in its place"):
        open_camera(0, recorded_fps=240)
