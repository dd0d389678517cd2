"""Live view: help a person to stand correctly in front of the camera, count, film and measure squats.

In: a camera. Out: a folder with the video and its results. Open `run` first.
"""

# Before PyAV: on Linux, both contain a copy of the window library libxcb, and if PyAV's copy is loaded
# first, OpenCV's window hangs.
import cv2  # noqa: F401
