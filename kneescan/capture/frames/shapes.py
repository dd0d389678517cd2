"""Size and shape of a video: those of most of its pictures, since the first few may have others.

A phone that is turned at the start, an adaptive stream or a recording of a browser window changes
them on the way.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import av
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter
from av.video.stream import VideoStream

from kneescan.capture.container.opening import OpenVideo, open_video
from kneescan.capture.frames.orientation import Orientation, display_matrix, orientation_from_matrix

SHAPE_TOLERANCE = 0.01
"""Pictures whose ratio of sides differs by less have the same shape."""
MAX_PIXEL_ASPECT = 10.0
"""Wider (or higher) pixels than this are a fault in the file and not a wish."""
_FATAL_FORMATS = frozenset({"yaf16be", "yaf16le", "yaf32be", "yaf32le"})
_N_FIRST = 8
"""So many key frames at the beginning are all looked at..."""
_STEP = 1.1
"""...and later ones wherever the video is longer by this factor than at the one before."""
_MAX_PACKETS = 100_000
"""An hour at 30 frames/s; what comes after it cannot be most of what is of interest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureShape:
    """How a picture is stored and how it is to be shown."""

    width_px: int
    height_px: int
    """As stored. [px]"""
    pixel_aspect: float
    """Width of a stored pixel over its height."""
    orientation: Orientation
    pixel_format: str
    """As FFmpeg calls it."""

    @property
    def ratio(self) -> float:
        """Width over height as displayed, but not turned."""
        return self.width_px * self.pixel_aspect / self.height_px

    def turned(self, rotate_deg: int) -> "PictureShape":
        """Return the shape with a further turn, clockwise. [deg]"""
        return replace(self, orientation=self.orientation.turned(rotate_deg))

    def fits(self, ratio: float) -> bool:
        """Whether a picture of this ratio of sides can be shown as one of this shape."""
        return abs(ratio / self.ratio - 1) <= SHAPE_TOLERANCE


class PixelAspect:
    """Width of a pixel over its height, which broadcasts change on the way.

    What the container says counts; but where the pictures say something else than at the
    beginning, they do.
    """

    def __init__(self, stream: VideoStream) -> None:
        self._context = stream.codec_context
        self._stated = _sound_aspect(stream.sample_aspect_ratio)
        self._at_first = self._context.sample_aspect_ratio

    def now(self) -> float:
        """That of the pictures just decoded."""
        of_pictures = self._context.sample_aspect_ratio
        if not of_pictures or not self._at_first or of_pictures == self._at_first:
            return self._stated
        return _sound_aspect(of_pictures)


def usual_shape(video: OpenVideo) -> PictureShape | None:
    """Shape of most of a video, by its key frames; None where none of these can be decoded.

    Parameters
    ----------
    video : OpenVideo
        Open for this purpose only: it is read to its end.
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
    """Shape of most of a video; None where it shows only on reading it.

    Raises
    ------
    VideoError
        If there is no video that can be opened.
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
    """Refuse a pixel format that FFmpeg's converter would not refuse but end the program on.

    Raises
    ------
    ValueError
        If it is one of them.
    """
    if picture.format.name in _FATAL_FORMATS:
        msg = f"no converter for {picture.format.name}"
        raise ValueError(msg)


def _orientation(picture: VideoFrame) -> Orientation:
    try:
        return orientation_from_matrix(display_matrix(tiny_copy(picture)))
    except (av.FFmpegError, ValueError):
        # A pixel format that cannot be converted; whoever converts the picture says so.
        return Orientation(rotation_deg=0, flipped=False, requested_rotation_deg=0.0)


def tiny_copy(picture: VideoFrame) -> VideoFrame:
    """Copy of 2x2 pixels that carries everything else that came with a picture.

    PyAV's list of what came with a picture, once made, and the picture hold on to each other until
    Python's garbage collector comes by, and the picture to all the memory of its decoder. Asked of
    this copy, the list costs nothing.
    """
    check_convertible(picture)
    return VideoReformatter().reformat(picture, 2, 2, "gray", src_colorspace=Colorspace.ITU709)


def _sightings(video: OpenVideo) -> Iterator[tuple[PictureShape, int]]:
    """Shapes of some key frames, with the number of frames up to the next one looked at."""
    stream = video.stream
    stream.thread_type, stream.thread_count = "SLICE", 1
    aspect = PixelAspect(stream)
    shapes: dict[int, PictureShape] = {}
    # A decoder may hold a picture back, but tells the time of the packet that it came in.
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


def _sound_aspect(aspect: Fraction | None) -> float:
    stated = float(aspect or 1)
    return stated if 1 / MAX_PIXEL_ASPECT <= stated <= MAX_PIXEL_ASPECT else 1.0
