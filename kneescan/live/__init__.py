"""Live view: helps to stand right before the camera, counts the squats, videos and measures them."""

# Before PyAV, on Linux: both bring a library of their own for windows (libxcb), and if PyAV's is
# loaded first, OpenCV's window hangs forever.
import cv2  # noqa: F401
