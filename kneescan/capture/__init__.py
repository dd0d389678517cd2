"""Frames with their true times, from a video file or a camera.

In: a path or the number of a camera. Out: `Frame` and `VideoInfo` (see `kneescan.frames`). Open
`video_file` first; `webcam` is its counterpart for the live view.
"""
