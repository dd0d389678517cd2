"""Frame search: single frames of a video, found by their time without reading the whole video."""

import math
import os
from collections.abc import Iterator, Mapping

import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from kneescan.capture.container.opening import open_video
from kneescan.capture.frames.conversion import PictureConverter
from kneescan.capture.frames.decoding import VideoDecoder
from kneescan.capture.frames.shapes import shape_of_video
from kneescan.capture.video_file import VideoFile

Image = NDArray[np.uint8]

MAX_SIDE_PX = 1920
"""Longest side of the frames that are read. [px]"""
TOLERANCE_S = 2e-3
"""A frame this near to the wanted time is the wanted frame. [s]"""
SEEK_MARGIN_S = 0.1
"""Key frames nearer than this may come after the wanted frame. [s]"""
SEEK_GAIN_S = 0.2
"""If the frame is less than this ahead, reading on is as fast as seeking. [s]"""


def read_frames(
    path: str | os.PathLike[str],
    wanted: Mapping[int, float],
    *,
    trust_times: bool = True,
    rotate_deg: int = 0,
    recorded_fps: float | None = None,
    every: int = 1,
) -> dict[int, Image]:
    """Read single frames of a video, as displayed.

    Parameters
    ----------
    path : path
        Video.
    wanted : mapping from int to float
        Position of each frame in the video, from 0, and its time since the first one. [s]
    trust_times : bool
        Whether the video stores these times; if not, it is read from the beginning.
    rotate_deg : {0, 90, 180, 270}
        Clockwise turn in addition to that of the video. [deg]
    recorded_fps : float, optional
        As for `VideoFile`. [Hz]
    every : int
        2 if positions count every second frame only, and so on.

    Returns
    -------
    dict from int to ndarray, shape (height, width, 3)
        RGB, by position; frames that the video does not have are left out.

    Raises
    ------
    VideoError
        If the video cannot be read.
    """
    with VideoFile(path, recorded_fps=recorded_fps) as video:
        factor = video.info.slow_motion_factor
    found = _jump_to(path, wanted, rotate_deg, factor) if trust_times else {}
    if len(found) < len(wanted):
        found |= _read_up_to(path, wanted, rotate_deg, every)
    return found


def _jump_to(
    path: str | os.PathLike[str], wanted: Mapping[int, float], rotate_deg: int, factor: float
) -> dict[int, Image]:
    """Frames found by their stored times; none if the video does not store reliable times."""
    shape = shape_of_video(path)
    with open_video(path) as opened:
        container, stream = opened.container, opened.stream
        if container.format.name == "avi" or stream.time_base is None:
            return {}
        decoder = VideoDecoder(container, stream, shape)
        video = iter(decoder)
        first, origin_s = next(video, (None, None))
        if first is None or origin_s is None or decoder.shape is None:
            return {}
        converter = PictureConverter(decoder.shape.turned(rotate_deg), max_side_px=MAX_SIDE_PX)
        found = {}
        place_s, picture = origin_s, first
        for index, time_s in sorted(wanted.items(), key=lambda item: item[1]):
            target_s = origin_s + time_s * factor
            if _last_key_s(stream, target_s - SEEK_MARGIN_S) > place_s + SEEK_GAIN_S:
                ticks = int((target_s - SEEK_MARGIN_S) / float(stream.time_base))
                container.seek(ticks, stream=stream)
                video = iter(decoder)
            place_s, picture = _go_on(video, picture, place_s, target_s)
            if abs(place_s - target_s) <= TOLERANCE_S * factor:
                found[index] = converter.convert(picture)
        return found


def _go_on(
    video: Iterator[tuple[VideoFrame, float | None]],
    picture: VideoFrame,
    place_s: float,
    target_s: float,
) -> tuple[float, VideoFrame]:
    """Read on until the time is reached, or to the last frame."""
    if abs(place_s - target_s) <= TOLERANCE_S:
        return place_s, picture
    for following, stored_s in video:
        if stored_s is None:
            continue
        place_s, picture = stored_s, following
        if place_s >= target_s - TOLERANCE_S:
            break
    return place_s, picture


def _last_key_s(stream: VideoStream, before_s: float) -> float:
    """Stored time of the last key frame before a time; minus infinity if the video lists none."""
    tick_s = float(stream.time_base or 1)
    keys = (entry.timestamp * tick_s for entry in stream.index_entries if entry.is_keyframe)
    return max((key_s for key_s in keys if key_s <= before_s), default=-math.inf)


def _read_up_to(
    path: str | os.PathLike[str], wanted: Mapping[int, float], rotate_deg: int, every: int
) -> dict[int, Image]:
    """Frames found by counting."""
    found = {}
    with VideoFile(path, max_side_px=MAX_SIDE_PX, rotate_deg=rotate_deg, every=every) as video:
        for frame in video:
            if frame.index in wanted:
                found[frame.index] = frame.image_rgb
            if len(found) == len(wanted):
                break
    return found
