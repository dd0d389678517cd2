import subprocess
import sys

import numpy as np
import pytest

from kneescan.errors import DisplayError
from kneescan.live.screen import window
from kneescan.live.screen.window import Window

linux = pytest.mark.skipif(sys.platform != "linux", reason="how Linux tells its screen")


@pytest.fixture
def no_qt(monkeypatch):
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    loaded = {name: module for name, module in sys.modules.items() if name != "av"}
    monkeypatch.setattr(window.sys, "modules", loaded)


@linux
def test_a_missing_screen_is_reported(no_qt, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(DisplayError, match="there is no screen"):
        Window("x", (64, 48))


@linux
def test_screen_that_does_not_answer_is_reported_and_ends_nothing(no_qt, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":987")
    with pytest.raises(DisplayError, match="there is no screen"):
        Window("x", (64, 48))


def test_opencv_without_windows_is_reported(monkeypatch):
    def unimplemented(*_):
        msg = "The function is not implemented"
        raise window.cv2.error(msg)

    monkeypatch.setattr(window, "_check_display", lambda: None)
    monkeypatch.setattr(window.cv2, "namedWindow", unimplemented)
    with pytest.raises(DisplayError, match="opencv-python-headless"):
        Window("x", (64, 48))


@linux
def test_pyav_before_opencv_is_reported_instead_of_hanging():
    script = "import av, cv2; from kneescan.live.screen.window import Window; Window('x', (64, 48))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert "loaded PyAV before OpenCV" in done.stderr


@linux
def test_live_view_loads_opencv_first():
    script = "import kneescan.live.run, sys; m = list(sys.modules); print(m.index('cv2') < m.index('av'))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "True"


class FakeWindows:
    """Behaves like OpenCV's windows, without opening any."""

    def __init__(self, monkeypatch):
        self.codes, self.is_visible, self.n_shown, self.properties = [], True, 0, {}
        monkeypatch.setattr(window, "_check_display", lambda: None)
        for name in ("namedWindow", "resizeWindow", "destroyWindow"):
            monkeypatch.setattr(window.cv2, name, lambda *_: None)
        monkeypatch.setattr(window.cv2, "imshow", self._show)
        monkeypatch.setattr(window.cv2, "waitKey", lambda _: self.codes.pop() if self.codes else -1)
        monkeypatch.setattr(window.cv2, "getWindowProperty", lambda *_: float(self.is_visible))
        monkeypatch.setattr(window.cv2, "setWindowProperty", self._set)

    def _show(self, title, image_bgr):
        self.n_shown += 1

    def _set(self, title, name, value):
        self.properties[name] = value


@pytest.fixture
def windows(monkeypatch):
    return FakeWindows(monkeypatch)


PICTURE = np.zeros((48, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("code", "key"), [(-1, ""), (ord("q"), "q"), (ord("R"), "r"), (ord(" "), " "), (27, "q")]
)
def test_keys_are_small_letters_and_escape_is_q(windows, code, key):
    windows.codes.append(code)
    assert Window("x", (64, 48)).show(PICTURE) == key


def test_f_is_the_full_screen_and_back(windows):
    one = Window("x", (64, 48))
    for expected in (window.cv2.WINDOW_FULLSCREEN, window.cv2.WINDOW_NORMAL):
        windows.codes.append(ord("f"))
        assert one.show(PICTURE) == ""
        assert windows.properties == {window.cv2.WND_PROP_FULLSCREEN: expected}


def test_a_window_that_was_closed_is_q_and_does_not_open_again(windows):
    one = Window("x", (64, 48))
    windows.is_visible = False
    assert [one.show(PICTURE) for _ in range(3)] == ["q", "q", "q"]
    assert windows.n_shown == 1


def test_closing_a_window_that_is_gone_is_no_error(windows, monkeypatch):
    def gone(*_):
        msg = "NULL window"
        raise window.cv2.error(msg)

    one = Window("x", (64, 48))
    monkeypatch.setattr(window.cv2, "getWindowProperty", gone)
    one.close()
