import subprocess
import sys

import pytest

from kneescan.errors import DisplayError
from kneescan.live import window
from kneescan.live.window import Window

linux = pytest.mark.skipif(sys.platform != "linux", reason="how Linux tells its screen")


@pytest.fixture
def no_qt(monkeypatch):
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    loaded = {name: module for name, module in sys.modules.items() if name != "av"}
    monkeypatch.setattr(window.sys, "modules", loaded)


@linux
def test_no_screen_is_told(no_qt, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(DisplayError, match="there is no screen"):
        Window("x", (64, 48))


@linux
def test_screen_that_does_not_answer_is_told_and_ends_nothing(no_qt, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":987")
    with pytest.raises(DisplayError, match="there is no screen"):
        Window("x", (64, 48))


def test_opencv_without_windows_is_told(monkeypatch):
    def unimplemented(*_):
        msg = "The function is not implemented"
        raise window.cv2.error(msg)

    monkeypatch.setattr(window, "_check_display", lambda: None)
    monkeypatch.setattr(window.cv2, "namedWindow", unimplemented)
    with pytest.raises(DisplayError, match="opencv-python-headless"):
        Window("x", (64, 48))


@linux
def test_pyav_before_opencv_is_told_instead_of_hanging():
    script = "import av, cv2; from kneescan.live.window import Window; Window('x', (64, 48))"
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
