"""Encoding: write pictures with their times into an H.264 file that browsers and phones play."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from kneescan.capture.container.kneescan_mark import MARK, marked
from kneescan.errors import OutputError
from kneescan.files import ffmpeg_name, unfinished
from kneescan.output.overlay.style import Picture
from kneescan.output.video.sound import Sound
from kneescan.plain_text import library_message

TICKS_PER_S = 90_000
"""Time base that holds the times of all common cameras to a hundredth of a millisecond. [Hz]"""
LARGE_PX = 1_000_000
"""From this many pixels, encoding takes long enough that a quicker preset is worth its larger files."""
STILL_FPS = 10
"""Some players do not show a frame that lasts for seconds. [Hz]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How a video is encoded."""

    name: str
    """What it is called in messages."""
    unwritten: str
    """Key of the text that says that it could not be written."""
    options: Mapping[str, str]
    """Options of x264."""
    key_frame_s: float
    """Time between frames to which a player can jump; 0 if it can jump to every frame. [s]"""
    is_marked: bool
    """Whether kneescan must not measure it, because lines are drawn in it."""
    large_preset: str | None = None
    """Preset for large pictures, if another one."""


ANNOTATED = Coding(
    name="annotated video",
    unwritten="annotated_video_unwritten",
    # Letters and thin lines stay sharp, and files are about as large as their source. Pictures are
    # stored in the order in which they are shown, as their durations assume.
    options={"preset": "veryfast", "crf": "26", "bf": "0"},
    large_preset="superfast",
    key_frame_s=1.0,
    is_marked=True,
)


class VideoWriter:
    """Encodes pictures into a file that appears under its name only when complete.

    Parameters
    ----------
    target : Path
        MP4 file to write.
    fps : float
        Usual frame rate, as a hint for the encoder; the times of the pictures decide. [Hz]
    sound_of : path, optional
        Video from which to copy the sound.
    coding : Coding
        How to encode.
    called : Path, optional
        Name of the file for messages, if it is moved later.
    """

    def __init__(
        self,
        target: Path,
        *,
        fps: float,
        sound_of: str | os.PathLike[str] | None = None,
        coding: Coding = ANNOTATED,
        called: Path | None = None,
    ) -> None:
        self._coding = coding
        self._called = called or target
        self._target = target
        self._fps = round(fps) if np.isfinite(fps) and fps >= 1 else 30
        self._sound_of = sound_of
        self._sound: Sound | None = None
        self._stream: VideoStream | None = None
        self._last_s: float | None = None
        self._step_s = 1 / self._fps
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with self._explained(), ExitStack() as stack:
            self._temporary = stack.enter_context(unfinished(self._target))
            self._container = stack.enter_context(
                av.open(
                    ffmpeg_name(self._temporary),
                    "w",
                    format="mp4",
                    options={"movflags": "faststart"},
                )
            )
            if self._sound_of is not None:
                self._sound = stack.enter_context(Sound(self._sound_of, self._container))
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._explained(), self._open:
            if exception is None:
                self._finish()

    def write(self, picture: Picture, time_s: float) -> None:
        """Add a picture.

        Parameters
        ----------
        picture : ndarray, shape (height, width, 3)
            RGB, both sides even; all pictures have the same size.
        time_s : float
            When it is shown; later than the picture before. [s]
        """
        if self._last_s is not None:
            self._step_s = time_s - self._last_s
        self._last_s = time_s
        with self._explained():
            stream = self._stream or self._add_stream(picture)
            self._mux(stream.encode(_encodable(picture, time_s)))
            if self._sound is not None:
                self._sound.write_until(time_s)

    def hold(self, picture: Picture, duration_s: float) -> None:
        """Show a still picture after the last one."""
        sound, self._sound = self._sound, None
        start_s = 0.0 if self._last_s is None else self._last_s + self._step_s
        with self._explained():
            if sound is not None:
                sound.write_until(start_s)
                sound.finish()
            for number in range(max(1, round(duration_s * STILL_FPS))):
                self.write(picture, start_s + number / STILL_FPS)

    def _add_stream(self, picture: Picture) -> VideoStream:
        coding = self._coding
        height, width = picture.shape[:2]
        options = {**coding.options, "g": str(max(1, round(coding.key_frame_s * self._fps)))}
        if coding.large_preset is not None and width * height >= LARGE_PX:
            options["preset"] = coding.large_preset
        stream = self._container.add_stream("libx264", rate=self._fps, options=options)
        if coding.is_marked:
            stream.metadata.update(MARK)
        stream.height, stream.width = height, width
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        # The matrix and range of OpenCV's conversion.
        stream.codec_context.colorspace = Colorspace.ITU601
        stream.codec_context.color_range = ColorRange.MPEG
        stream.codec_context.color_primaries = ColorPrimaries.BT709
        stream.codec_context.color_trc = ColorTrc.BT709
        self._stream = stream
        return stream

    def _mux(self, packets: "list[Packet[VideoStream]]") -> None:
        for packet in packets:
            # States how long the last picture is shown; each other picture lasts until the next one.
            packet.duration = round(self._step_s * TICKS_PER_S)
            self._container.mux(marked(packet) if self._coding.is_marked else packet)

    def _finish(self) -> None:
        if self._stream is not None:
            self._mux(self._stream.encode(None))
        if self._sound is not None:
            self._sound.finish()
        self._container.close()
        self._temporary.replace(self._target)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn errors of the operating system and FFmpeg into a sentence."""
        try:
            yield
        except (av.FFmpegError, OSError) as error:
            reason = error.strerror or library_message(error)
            msg = (
                f"{self._called}: the {self._coding.name} could not be written ({reason}); check that "
                "the folder exists, is writable and has free space"
            )
            values = {"path": self._called, "reason": reason}
            number = errno.errorcode.get(error.errno or 0, "")
            raise OutputError(msg, code=self._coding.unwritten, errno=number, **values) from error


def _encodable(picture: Picture, time_s: float) -> VideoFrame:
    planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)
    frame = VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.pts = round(time_s * TICKS_PER_S)
    frame.time_base = Fraction(1, TICKS_PER_S)
    return frame
