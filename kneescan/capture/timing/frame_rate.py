"""Measure the frame rate of a video on its first frames.

The rate that a container claims cannot be trusted: recordings of browsers and screens claim 1000
frames/s when they mean a clock that counts milliseconds.
"""

import os
from dataclasses import dataclass

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from kneescan.capture.container import kneescan_mark
from kneescan.capture.container.header import claimed_duration, claimed_fps, has_timestamps
from kneescan.capture.container.opening import open_video
from kneescan.kinematics.sampling import mean_frame_rate, playing_frame_rate

N_SCANNED = 900
"""Frames whose times are read: half a minute of most videos, read in a moment."""
MAX_SCANNED_BYTES = 200_000_000
"""Most of an uncompressed video that is read. [bytes]"""
ROUNDING = 0.01
"""Clocks that count milliseconds change the rate of a short video by less than this share."""
MAX_DEVIATION = 0.1
"""A claimed rate that differs by more than this share from the measured one is not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRate:
    """Frame rate of a video, as stored, and the number of its frames."""

    fps: float | None
    """As the container claims if its times confirm it, otherwise as measured. [Hz]"""
    playing_fps: float | None
    """Rate where no frame was left out and nothing was paused. [Hz]"""
    duration_s: float | None
    """Length that the container claims. [s]"""
    n_frames: int | None
    """Counted in a short video, otherwise from rate and length; None if unknown."""


def frame_rate(path: str | os.PathLike[str]) -> FrameRate:
    """Find the frame rate of a video without decoding it.

    Raises
    ------
    VideoError
        If it cannot be opened, or kneescan drew on it.
    """
    with open_video(path) as video:
        container, stream = video.container, video.stream
        claimed = claimed_fps(container, stream)
        duration_s = claimed_duration(container, stream)
        time_s, n_frames = _scan(path, container, stream)
    measured = mean_frame_rate(time_s) if time_s.size > 1 else None
    if claimed is None or (measured and abs(claimed - measured) > MAX_DEVIATION * measured):
        claimed = measured
    if n_frames is None and duration_s and claimed:
        n_frames = round(duration_s * claimed)
    return FrameRate(
        fps=claimed,
        playing_fps=_playing(time_s, claimed),
        duration_s=duration_s,
        n_frames=n_frames,
    )


def _playing(time_s: NDArray[np.float64], claimed: float | None) -> float | None:
    """Rate where no frame is missing; the claimed rate if they differ only by rounding. [Hz]"""
    if time_s.size < 2:
        return None
    playing = playing_frame_rate(time_s)
    is_same = claimed is not None and abs(claimed - playing) < ROUNDING * playing
    return claimed if is_same else playing


def _scan(
    path: str | os.PathLike[str], container: InputContainer, stream: VideoStream
) -> tuple[NDArray[np.float64], int | None]:
    """Times of the first frames [s], and the number of frames if the video has no more."""
    ticks: list[int] = []
    n_frames = n_bytes = 0
    is_whole = False
    try:
        for packet in container.demux(stream):
            if not n_frames and kneescan_mark.is_in_pictures(packet):
                kneescan_mark.refuse(path)
            time = packet.dts if packet.pts is None else packet.pts
            if packet.size and time is not None:
                ticks.append(time)
            n_frames += packet.size > 0
            n_bytes += packet.size
            if n_frames >= N_SCANNED or n_bytes >= MAX_SCANNED_BYTES:
                break
        else:
            is_whole = True
    except av.FFmpegError:
        # A truncated video is reported when it is read.
        is_whole = True
    time_s = np.zeros(0)
    if ticks and stream.time_base and has_timestamps(container):
        # Counted from the first frame in whole ticks, so that large clock values lose no precision.
        first, moments = min(ticks), sorted(set(ticks))
        time_s = np.array([tick - first for tick in moments]) * float(stream.time_base)
    return time_s, n_frames if is_whole and n_frames else None
