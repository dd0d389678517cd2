"""Show pictures in a window and read keys, with OpenCV."""

import os
import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from typing import Self

import cv2

from kneescan.errors import DisplayError
from kneescan.output.overlay.style import Picture

ESCAPE = 27
"""Code of the key."""
FULL_SCREEN_KEY = "f"
PROBE_S = 20.0
"""Longest wait for an answer of the display. [s]"""
NO_SCREEN = (
    "no window can be opened: there is no screen here (a server, a container, ssh); run "
    "`kneescan live` on a computer with a screen, or film with a phone and use `kneescan analyze`"
)
WRONG_ORDER = (
    "no window can be opened because this program loaded PyAV before OpenCV, and its windows then hang; "
    "import cv2 (or kneescan.live) before anything else"
)
NO_WINDOWS = (
    "no window can be opened: this OpenCV was built without windows; "
    "`pip uninstall opencv-python-headless`, then `pip install --force-reinstall opencv-python`"
)


class Window:
    """A window that keeps the aspect ratio of its pictures.

    Parameters
    ----------
    title : str
        Title of the window.
    size_px : tuple of int
        Width and height at the start. [px]

    Raises
    ------
    DisplayError
        If no window can be opened; the message says why and what to do.
    """

    def __init__(self, title: str, size_px: tuple[int, int]) -> None:
        self._title = title
        self._is_closed = self._is_full = False
        _check_display()
        try:
            cv2.namedWindow(title, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
            cv2.resizeWindow(title, *size_px)
        except cv2.error as error:
            raise DisplayError(NO_WINDOWS) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def show(self, picture: Picture) -> str:
        """Show a picture (RGB) and return the key pressed since the last one, "" for none.

        Escape and a closed window count as "q"; a closed window is not opened again.
        """
        if self._is_closed:
            return "q"
        cv2.imshow(self._title, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        code = cv2.waitKey(1)
        if code & 0xFF == ESCAPE and code >= 0:
            return "q"
        # Showing another picture would open a new window instead of the closed one.
        if cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) < 1:
            self._is_closed = True
            return "q"
        key = chr(code & 0xFF).lower() if code >= 0 else ""
        if key != FULL_SCREEN_KEY:
            return key
        self._is_full = not self._is_full
        size = cv2.WINDOW_FULLSCREEN if self._is_full else cv2.WINDOW_NORMAL
        cv2.setWindowProperty(self._title, cv2.WND_PROP_FULLSCREEN, size)
        return ""

    def close(self) -> None:
        """Close the window."""
        # On some systems, using a window that the user has closed is an error.
        with suppress(cv2.error):
            if cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) >= 0:
                cv2.destroyWindow(self._title)
                cv2.waitKey(1)


def _check_display() -> None:
    """Check that there is a screen: without one, Qt would end the whole program."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    loaded = list(sys.modules)
    if "av" in loaded and loaded.index("av") < loaded.index("cv2"):
        raise DisplayError(WRONG_ORDER)
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise DisplayError(NO_SCREEN)
    probe = "import cv2\ntry: cv2.namedWindow('probe')\nexcept cv2.error: pass"
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", probe], capture_output=True, timeout=PROBE_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DisplayError(NO_SCREEN) from error
    if done.returncode != 0:
        raise DisplayError(NO_SCREEN)
