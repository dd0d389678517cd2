"""Drawn on: the mark of a video that kneescan drew lines on, which are not to be measured for legs.

It stands twice: as the name of the track, which programs keep that encode a video again, and within
the pictures' own data, which stays whatever container they are copied to.
"""

import os
from typing import NoReturn, cast

from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from kneescan.errors import AnnotatedVideoError

SENTENCE = "kneescan drew on this video: measure the original instead"
MARK = {"handler_name": SENTENCE}
"""For the stream of pictures; the name is one that MP4, MOV and MKV keep when they are copied."""
_TEXT = b"kneescan-drew-on" + SENTENCE.encode()
_IN_PICTURES = b"\0\0\0\1\x06\x05" + bytes([len(_TEXT)]) + _TEXT + b"\x80"
"""The same as a note to decoders (SEI) of H.264: 16 bytes that name its kind, then text."""


def is_drawn_on(container: InputContainer) -> bool:
    """Whether kneescan drew on the pictures of a video.

    Messengers that encode a video again remove the mark.
    """
    places = [container.metadata, *(stream.metadata for stream in container.streams)]
    return any(SENTENCE in str(text) for place in places for text in place.values())


def is_in_pictures(packet: "Packet[VideoStream]") -> bool:
    """Whether kneescan drew on the pictures of a video, by its first key frame."""
    return SENTENCE.encode() in bytes(packet)


def marked(packet: "Packet[VideoStream]") -> "Packet[VideoStream]":
    """Return a frame encoded in H.264 with the mark in it, if it is a key frame."""
    if not packet.is_keyframe:
        return packet
    copy = cast("Packet[VideoStream]", Packet(_IN_PICTURES + bytes(packet)))
    copy.stream, copy.time_base, copy.is_keyframe = packet.stream, packet.time_base, True
    copy.pts, copy.dts, copy.duration = packet.pts, packet.dts, packet.duration
    return copy


def refuse(path: str | os.PathLike[str]) -> NoReturn:
    """Refuse a video that kneescan drew on.

    Raises
    ------
    AnnotatedVideoError
        Always.
    """
    msg = (
        f"{path}: this is a video that kneescan drew on, and its lines would be taken for legs; "
        "give the original video"
    )
    raise AnnotatedVideoError(msg)
