"""Mark videos that kneescan drew on, so that the drawn lines are never measured as legs.

The mark is stored twice: as the name of the track, which most programs keep when they encode a video
again, and in the picture data itself, which stays the same when it is copied to another container.
"""

import os
from typing import NoReturn, cast

from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from kneescan.errors import AnnotatedVideoError

SENTENCE = "kneescan drew on this video: measure the original instead"
MARK = {"handler_name": SENTENCE}
"""Track metadata for the mark; MP4, MOV and MKV keep this name when they are copied."""
_TEXT = b"kneescan-drew-on" + SENTENCE.encode()
_IN_PICTURES = b"\0\0\0\1\x06\x05" + bytes([len(_TEXT)]) + _TEXT + b"\x80"
"""The mark as an H.264 decoder message (SEI): 16 bytes that identify the kind, then the text."""


def is_drawn_on(container: InputContainer) -> bool:
    """Whether kneescan drew on a video, by the name of its track.

    Messaging apps that encode a video again remove this mark.
    """
    places = [container.metadata, *(stream.metadata for stream in container.streams)]
    return any(SENTENCE in str(text) for place in places for text in place.values())


def is_in_pictures(packet: "Packet[VideoStream]") -> bool:
    """Whether kneescan drew on a video, by its first key frame."""
    return SENTENCE.encode() in bytes(packet)


def marked(packet: "Packet[VideoStream]") -> "Packet[VideoStream]":
    """Return an H.264 packet with the mark added if it is a key frame."""
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
        f"{path}: kneescan drew lines on this video, and they would be measured as legs; "
        "give the original video"
    )
    raise AnnotatedVideoError(msg, code="annotated", path=path)
