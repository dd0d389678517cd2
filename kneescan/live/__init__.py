"""Live view: helps to stand well before the camera, counts the squats, films and measures them.

In: a camera. Out: a folder with the video and its results. Open `run` first.
"""

# Before PyAV, on Linux: both bring a library of their own for windows (libxcb), and if PyAV's is
# loaded first, OpenCV's window hangs forever.
import cv2  # noqa: F401
