"""Find the size and shape that most frames of a video have.

They can change within a video: when the phone is rotated at the start, in an adaptive stream, or in a
recording of a browser window.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import SupportsFloat

import av
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter
from av.video.stream import VideoStream

from kneescan.capture.container.opening import OpenVideo, check_size, open_video
from kneescan.capture.frames.orientation import Orientation, display_matrix, orientation_from_matrix
from kneescan.errors import NotAVideoError

SHAPE_TOLERANCE = 0.01
"""Pictures whose aspect ratios differ by less than this share have the same shape."""
MAX_PIXEL_ASPECT = 10.0
"""Pixels wider (or taller) than this are an error in the file."""
_FATAL_FORMATS = frozenset({"yaf16be", "yaf16le", "yaf32be", "yaf32le"})
_N_FIRST = 8
"""The first key frames are all checked, up to this many..."""
_STEP = 1.1
"""...and later ones each time the video is longer by this factor than at the previous check."""
_MAX_PACKETS = 100_000
"""An hour at 30 frames/s; frames after it cannot be most of what matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureShape:
    """How a picture is stored and how it is shown."""

    width_px: int
    height_px: int
    """As stored. [px]"""
    pixel_aspect: float
    """Width of a stored pixel over its height."""
    orientation: Orientation
    pixel_format: str
    """Name in FFmpeg."""

    @property
    def ratio(self) -> float:
        """Width over height as displayed, before rotation."""
        return self.width_px * self.pixel_aspect / self.height_px

    def turned(self, rotate_deg: int) -> "PictureShape":
        """Return the shape with a further clockwise rotation. [deg]"""
        return replace(self, orientation=self.orientation.turned(rotate_deg))

    def fits(self, ratio: float) -> bool:
        """Whether a picture with this aspect ratio can be shown in this shape."""
        return abs(ratio / self.ratio - 1) <= SHAPE_TOLERANCE


class PixelAspect:
    """Width of a pixel over its height, which may change during a broadcast.

    The value of the container counts. If the pictures later report a value other than at the
    beginning, that value counts instead.
    """

    def __init__(self, stream: VideoStream) -> None:
        self._context = stream.codec_context
        self._stated = _sound_aspect(stream.sample_aspect_ratio)
        self._at_first = self._context.sample_aspect_ratio

    def now(self) -> float:
        """Pixel aspect of the picture that was just decoded."""
        of_pictures = self._context.sample_aspect_ratio
        if not of_pictures or not self._at_first or of_pictures == self._at_first:
            return self._stated
        return _sound_aspect(of_pictures)


def usual_shape(video: OpenVideo) -> PictureShape | None:
    """Shape of most of a video, from its key frames; None if none of them can be decoded.

    Parameters
    ----------
    video : OpenVideo
        Opened for this purpose only: it is read to its end.
    """
    frames_of: Counter[PictureShape] = Counter()
    ahead: list[PictureShape] = []
    for shape, n_frames in _sightings(video):
        ahead.append(shape)
        frames_of[shape] += n_frames
    if not frames_of:
        return None
    alike = {
        shape: sum(n for other, n in frames_of.items() if shape.fits(other.ratio))
        for shape in frames_of
    }
    return max(ahead, key=lambda shape: (alike[shape], frames_of[shape]))


def shape_of_video(path: str | os.PathLike[str]) -> PictureShape | None:
    """Shape of most of a video; None if it is known only when the video is read.

    Raises
    ------
    VideoError
        If the file has no video that can be opened.
    """
    with open_video(path) as video:
        return usual_shape(video)


def shape_of(picture: VideoFrame, pixel_aspect: float) -> PictureShape:
    """Shape of a decoded picture."""
    return PictureShape(
        width_px=picture.width,
        height_px=picture.height,
        pixel_aspect=pixel_aspect,
        orientation=_orientation(picture),
        pixel_format=picture.format.name,
    )


def check_convertible(picture: VideoFrame) -> None:
    """Refuse a pixel format that would crash FFmpeg's converter.

    Raises
    ------
    ValueError
        If the format is one of these.
    """
    if picture.format.name in _FATAL_FORMATS:
        msg = f"no converter for {picture.format.name}"
        raise ValueError(msg)


def _orientation(picture: VideoFrame) -> Orientation:
    try:
        return orientation_from_matrix(display_matrix(tiny_copy(picture)))
    except (av.FFmpegError, ValueError):
        # A pixel format that cannot be converted; the code that converts the picture reports it.
        return Orientation(rotation_deg=0, flipped=False, requested_rotation_deg=0.0)


def tiny_copy(picture: VideoFrame) -> VideoFrame:
    """Copy of 2x2 pixels that keeps the side data of a picture.

    Once made, PyAV's list of side data and its picture refer to each other. Until Python's garbage
    collector runs, they hold all the memory of the decoder. With this copy, the list costs
    nothing.
    """
    check_convertible(picture)
    return VideoReformatter().reformat(picture, 2, 2, "gray", src_colorspace=Colorspace.ITU709)


def _sightings(video: OpenVideo) -> Iterator[tuple[PictureShape, int]]:
    """Shapes of some key frames, each with the number of frames up to the next one checked."""
    stream = video.stream
    stream.thread_type, stream.thread_count = "SLICE", 1
    aspect = PixelAspect(stream)
    shapes: dict[int, PictureShape] = {}
    # A decoder may hold a picture back, but it keeps the time of the packet that it came in.
    place_of: dict[int | None, int] = {}
    n_packets, due = 0, 0
    for n_packets, packet in enumerate(_packets(video), start=1):
        if not packet.is_keyframe or n_packets <= due:
            continue
        place_of[packet.pts] = n_packets
        due = n_packets if len(place_of) < _N_FIRST else int(n_packets * _STEP)
        for picture in _decoded(stream, packet):
            shapes[place_of.get(picture.pts, n_packets)] = shape_of(picture, aspect.now())
    for picture in _decoded(stream, None):
        shapes[place_of.get(picture.pts, n_packets)] = shape_of(picture, aspect.now())
    for place, following in pairwise([*sorted(shapes), n_packets + 1]):
        yield shapes[place], following - place


def _packets(video: OpenVideo) -> "Iterator[Packet[VideoStream]]":
    n_packets = 0
    try:
        for packet in video.container.demux(video.stream):
            if packet.size and not packet.is_corrupt:
                n_packets += 1
                yield packet
            if n_packets >= _MAX_PACKETS:
                return
    except (av.FFmpegError, ValueError):
        return


def _decoded(stream: VideoStream, packet: "Packet[VideoStream] | None") -> list[VideoFrame]:
    try:
        return [picture for picture in stream.decode(packet) if not picture.is_corrupt]
    except (av.FFmpegError, ValueError):
        return []


def _sound_aspect(aspect: SupportsFloat | None) -> float:
    stated = float(aspect or 1)
    return stated if 1 / MAX_PIXEL_ASPECT <= stated <= MAX_PIXEL_ASPECT else 1.0


def checked_shape(path: str | os.PathLike[str], shape: PictureShape | None) -> PictureShape:
    """Shape of a video whose pictures can be decoded and have a usable size.

    Raises
    ------
    NotAVideoError
        If there is no such picture.
    VideoError
        If the pictures are too large.
    """
    if shape is None:
        msg = f"{path}: none of its frames can be decoded; copy the video from the camera again"
        raise NotAVideoError(msg, code="not_decodable", path=path)
    check_size(path, shape.width_px, shape.height_px)
    return shape
