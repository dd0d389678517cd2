"""Sound: copy it into the annotated video, only on request, because people talk while filming."""

import os
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import OutputContainer

from kneescan.capture.container.opening import open_video
from kneescan.capture.frames.decoding import first_stored_time
from kneescan.errors import OutputError

RATE_HZ = 48_000
"""Sampling rate that every browser and phone plays. [Hz]"""
N_SAMPLES = 1024
"""Samples in a packet of AAC."""


class Sound:
    """Sound of a video as AAC, written in step with the pictures.

    Parameters
    ----------
    path : path
        Video; one without sound gives none.
    target : OutputContainer
        File to write into, before anything is written to it.

    Raises
    ------
    VideoError
        If the video cannot be read.
    OutputError
        If its sound cannot be read.
    """

    def __init__(self, path: str | os.PathLike[str], target: OutputContainer) -> None:
        self._path = path
        self._target = target
        self._origin_s = first_stored_time(path)
        self._video = open_video(path)
        self._stream = None
        self._waiting: Iterator[AudioFrame] = iter(())
        if self._video.container.streams.audio:
            self._stream = target.add_stream("aac", rate=RATE_HZ, layout="stereo")
            self._waiting = self._resampled()
        self._next = next(self._waiting, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._video.close()

    def write_until(self, time_s: float) -> None:
        """Write the sound up to a time since the first picture. [s]"""
        while self._stream is not None and self._next is not None:
            frame = self._next
            if frame.pts is None or frame.pts >= time_s * RATE_HZ:
                break
            self._target.mux(self._stream.encode(frame))
            self._next = next(self._waiting, None)

    def finish(self) -> None:
        """Write what the encoder still holds."""
        if self._stream is not None:
            self._target.mux(self._stream.encode(None))

    def _resampled(self) -> Iterator[AudioFrame]:
        """Sound in packets, starting at the first picture."""
        resampler = AudioResampler("fltp", "stereo", RATE_HZ, frame_size=N_SAMPLES)
        shift = round(self._origin_s * RATE_HZ)
        container = self._video.container
        try:
            for frame in container.decode(container.streams.audio[0]):
                for part in resampler.resample(frame):
                    if part.pts is not None and part.pts >= shift:
                        part.pts -= shift
                        yield part
        except av.FFmpegError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: av.FFmpegError) -> OutputError:
        msg = f"{self._path}: its sound cannot be read ({error.strerror or error}); leave the sound out"
        return OutputError(msg)
