"""Decode a video up to its end, or to where the data stops, and count the frames that were lost."""

import os
from collections.abc import Iterator

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from kneescan.capture.container.opening import open_video
from kneescan.capture.frames.shapes import PictureShape, PixelAspect, shape_of, shape_of_video

FEW_PROCESSORS = 2


def first_stored_time(path: str | os.PathLike[str]) -> float:
    """Stored time of the first measured frame of a video; the other times count from it. [s]

    Raises
    ------
    VideoError
        If the video cannot be read.
    """
    shape = shape_of_video(path)
    with open_video(path) as video:
        _, time_s = next(iter(VideoDecoder(video.container, video.stream, shape)), (None, None))
    return time_s or 0.0


def _usual_threads() -> int:
    """As many as FFmpeg thinks best; but with two processors, which the pose model keeps busy, just one.

    Several threads take up to a tenth more work in all, and hold more pictures at once [measured].
    """
    return 1 if (os.cpu_count() or 1) <= FEW_PROCESSORS else 0


class VideoDecoder:
    """Pictures of a video in display order, each with the time stored for it.

    Parameters
    ----------
    container : InputContainer
        Open container.
    stream : VideoStream
        Size and shape of the pictures wanted; those of the first picture when left out.
    shape : PictureShape, optional
        Shape of the requested pictures, of any size; by default that of the first one.
    n_threads : int
        Threads that decode; 0 for as many as there are processors, but one for two.
    """

    def __init__(
        self,
        container: InputContainer,
        stream: VideoStream,
        shape: PictureShape | None = None,
        *,
        n_threads: int = 0,
    ) -> None:
        self.shape = shape
        """Shape of every picture given out, once it is known."""
        self.n_misshapen = 0
        """Frames that were left out because they have another shape."""
        self.n_damaged = 0
        """Frames that could not be decoded, except one that is cut off at the end."""
        self.breaks_off = False
        """Whether the data ended in the middle of a frame."""
        self.reached_s = 0.0
        """Time of the last data read, as the container counts from its start. [s]"""
        self._container = container
        self._stream = stream
        self._last_ticks = 0
        self._aspect = PixelAspect(stream)
        stream.thread_type = "AUTO"
        stream.thread_count = n_threads or _usual_threads()

    def __iter__(self) -> Iterator[tuple[VideoFrame, float | None]]:
        """Decode the video; possible only once.

        Yields
        ------
        picture, stored time
            The time is None where it is missing. [s]
        """
        for packet in self._packets():
            for picture in self._decode(packet):
                time_s = self._stored_time(picture)
                if picture.is_corrupt:
                    self.n_damaged += 1
                elif not self._has_shape(picture):
                    self.n_misshapen += 1
                else:
                    yield picture, time_s

    def _has_shape(self, picture: VideoFrame) -> bool:
        """Whether a picture can be shown at the video's size without distortion."""
        aspect = self._aspect.now()
        if self.shape is None:
            self.shape = shape_of(picture, aspect)
        return self.shape.fits(picture.width * aspect / picture.height)

    def _packets(self) -> Iterator["Packet[VideoStream] | None"]:
        """Undamaged packets of the video, then None, which makes the decoder return its last pictures."""
        n_broken = 0
        try:
            for packet in self._container.demux(self._stream):
                # An empty packet would tell the decoder that the video is over.
                if packet.size == 0:
                    continue
                if packet.is_corrupt:
                    n_broken += 1
                    continue
                self.n_damaged += n_broken
                n_broken = 0
                yield packet
        except (av.FFmpegError, ValueError):
            self.breaks_off = True
        # FFmpeg marks a packet as corrupt if it could not read all of it. If no packet follows, the
        # video is truncated here; otherwise the damage is within the video.
        self.breaks_off |= n_broken > 0
        yield None

    def _decode(self, packet: "Packet[VideoStream] | None") -> list[VideoFrame]:
        try:
            return self._stream.decode(packet)
        except (av.FFmpegError, ValueError):
            self.n_damaged += 1
            return []

    def _stored_time(self, picture: VideoFrame) -> float | None:
        if self._stream.time_base is None:
            return None
        ticks = self._stored_ticks(picture)
        if ticks is None:
            return None
        end = ticks + (picture.duration or 0) - (self._stream.start_time or 0)
        self.reached_s = max(self.reached_s, float(end * self._stream.time_base))
        return float(ticks * self._stream.time_base)

    def _stored_ticks(self, picture: VideoFrame) -> int | None:
        if self._container.format.name != "avi":
            return picture.pts
        # AVI numbers frames in the order in which they are stored, so frames that are shown in another
        # order swap their numbers. Counting frames as they are decoded gives the right numbers, but
        # leaves the last few frames without one.
        ticks = self._last_ticks + picture.duration if picture.dts is None else picture.dts
        self._last_ticks = ticks
        return ticks
