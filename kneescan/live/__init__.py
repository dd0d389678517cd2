"""Live view: helps to stand right before the camera, counts the squats, films and measures them."""
