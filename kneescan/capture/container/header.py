"""Read the frame rate and the length that a container claims for its video."""

import math
from typing import cast

import av
from av.container import InputContainer
from av.format import Flags
from av.stream import Stream
from av.video.stream import VideoStream

_FORMATS_COUNTING_FROM_ZERO = {"matroska,webm", "asf"}
"""Formats that state the time at which a video ends, even if it does not start at 0."""


def has_timestamps(container: InputContainer) -> bool:
    """Whether the container is of a kind that stores times (a bare .h264 file is not)."""
    no_timestamps = cast("int", Flags.no_timestamps.value)
    return not container.format.flags & no_timestamps


def claimed_fps(container: InputContainer, stream: VideoStream) -> float | None:
    """Mean frame rate that a container claims; None if it claims none. [Hz]"""
    if has_timestamps(container):
        rate = stream.average_rate or stream.guessed_rate
    else:
        # FFmpeg's mean is only a default here; its guess reads the header of the codec itself.
        rate = stream.guessed_rate or stream.average_rate
    return _possible(float(rate)) if rate else None


def claimed_duration(container: InputContainer, stream: VideoStream) -> float | None:
    """Length of the video that the container claims; None if it claims none. [s]"""
    stated_s = _stated_duration(container, stream)
    if stated_s is None or container.format.name not in _FORMATS_COUNTING_FROM_ZERO:
        return stated_s
    return _possible(stated_s - float((stream.start_time or 0) * (stream.time_base or 0)))


def sound_duration(container: InputContainer) -> float:
    """Length of the longest audio track that the container claims; 0 if none or unknown. [s]"""
    return max((_own_duration(sound) or 0.0 for sound in container.streams.audio), default=0.0)


def _stated_duration(container: InputContainer, stream: VideoStream) -> float | None:
    own_s = _own_duration(stream)
    if own_s is not None or container.duration is None:
        return own_s
    return _possible(container.duration / av.time_base)


def _own_duration(stream: Stream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return _possible(float(stream.duration * stream.time_base))
    # Matroska stores the length of each track as a tag; the length of the file may be that of the sound.
    return _seconds(stream.metadata.get("DURATION", ""))


def _possible(claim: float) -> float | None:
    """Rate or length, or None if no video can have it."""
    return claim if math.isfinite(claim) and claim > 0 else None


def _seconds(clock: str) -> float | None:
    """Seconds in a text such as 00:01:30.5; None if it has another form."""
    try:
        hours, minutes, seconds = clock.split(":")
        return _possible(float(hours) * 3600 + float(minutes) * 60 + float(seconds))
    except ValueError:
        return None
