"""Record what the camera gives as a video with true times that survives a crash.

Encoding runs in its own thread. The file is written in fragments that can be played separately, so a
crash or power cut costs only the last second. At the end it is copied into an ordinary MP4.
"""

import contextlib
import os
import queue
import threading
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from kneescan.capture.container.camera_clock import camera_clock_note
from kneescan.errors import OutputError
from kneescan.files import ffmpeg_name, replacing
from kneescan.frames import Frame

TICKS_PER_S = 90_000
"""Resolution of the stored times, usual for MP4. [Hz]"""
PIECE_FRAMES = 30
"""Frames per fragment of the file: the most that a crash can cost."""
N_WAITING = 60
"""Frames that may wait for the encoder: two seconds, or 160 MB at 1280 x 720."""
CODEC_OPTIONS = {"preset": "ultrafast", "tune": "zerolatency", "crf": "20"}
"""Fastest settings of x264; no frame is held back to improve the picture."""
PIECE_OPTIONS = {"movflags": "+frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}


class Recorder:
    """Writes frames into an H.264 video; `close` gives it its final name.

    Parameters
    ----------
    path : path
        Video to write, ``.mp4``; until it is complete it is called ``.part.mp4``.
    size_px : tuple of int
        Width and height of the frames; an odd one loses its last row or column. [px]
    fps : float
        Approximate number of frames per second. [Hz]
    n_waiting : int
        Frames that may wait for the encoder.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        size_px: tuple[int, int],
        *,
        fps: float = 30.0,
        n_waiting: int = N_WAITING,
    ) -> None:
        self.path = Path(path)
        """The finished video."""
        self.part_path = self.path.with_name(f"{self.path.stem}.part.mp4")
        """The video while it is written."""
        self.n_frames = 0
        """Frames received so far."""
        self._size_px = (size_px[0] // 2 * 2, size_px[1] // 2 * 2)
        self._first_s: float | None = None
        self._last_ticks = -1
        self._failure: Exception | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._container, self._stream = self._open(fps)
        except (OSError, av.FFmpegError) as error:
            raise OutputError(self._explained(error)) from error
        self._waiting: queue.Queue[Frame | None] = queue.Queue(maxsize=n_waiting)
        self._thread = threading.Thread(target=self._encode_all, name="recorder", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, frame: Frame) -> None:
        """Add the next frame; wait while the encoder is far behind.

        Raises
        ------
        OutputError
            If the video can no longer be written, for example because the disk is full.
        """
        if self._failure is not None:
            raise OutputError(self._explained(self._failure)) from self._failure
        self._waiting.put(frame)
        self.n_frames += 1

    def close(self) -> Path | None:
        """Finish the video and give it its final name.

        Returns
        -------
        Path or None
            The video, as far as it could be written; None if it has no frames.
        """
        self._stop()
        if self.n_frames == 0 or not self.part_path.exists():
            self.part_path.unlink(missing_ok=True)
            return None
        # If the copy fails, the fragmented video is just as good for everything except old players.
        with contextlib.suppress(OSError, av.FFmpegError, OutputError):
            _copy_in_one_piece(self.part_path, self.path, self._last_ticks / TICKS_PER_S)
            self.part_path.unlink()
            return self.path
        self.part_path.replace(self.path)
        return self.path

    def discard(self) -> None:
        """Stop and delete the video."""
        self._stop()
        self.part_path.unlink(missing_ok=True)

    def _open(self, fps: float) -> tuple[OutputContainer, VideoStream]:
        container = av.open(
            ffmpeg_name(self.part_path), "w", format="mp4", container_options=PIECE_OPTIONS
        )
        stream = container.add_stream("libx264", rate=max(1, round(fps)), options=CODEC_OPTIONS)
        stream.width, stream.height = self._size_px
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = PIECE_FRAMES
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        return container, stream

    def _stop(self) -> None:
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def _encode_all(self) -> None:
        """Encode until stopped; after a failure, only empty the queue so that no thread waits."""
        while (frame := self._waiting.get()) is not None:
            if self._failure is None:
                self._keep_failure(frame)
        self._keep_failure(None)
        try:
            self._container.close()
        except (OSError, av.FFmpegError) as error:
            self._failure = self._failure or error

    def _keep_failure(self, frame: Frame | None) -> None:
        try:
            self._container.mux(self._stream.encode(self._picture(frame) if frame else None))
        except (OSError, ValueError, av.FFmpegError) as error:
            self._failure = self._failure or error

    def _picture(self, frame: Frame) -> VideoFrame:
        width, height = self._size_px
        self._first_s = frame.time_s if self._first_s is None else self._first_s
        ticks = max(round((frame.time_s - self._first_s) * TICKS_PER_S), self._last_ticks + 1)
        self._last_ticks = ticks
        picture = VideoFrame.from_ndarray(frame.image_rgb[:height, :width], format="rgb24")
        picture.pts, picture.time_base = ticks, Fraction(1, TICKS_PER_S)
        return picture

    def _explained(self, error: Exception) -> str:
        return (
            f"{self.path}: the video cannot be written ({error}); give another folder with --out, "
            "or make room on the disk"
        )


def _copy_in_one_piece(source: Path, target: Path, length_s: float) -> None:
    """Copy a video into an ordinary MP4 with the index first, which appears only when complete."""
    with (
        replacing(target) as temporary,
        av.open(ffmpeg_name(source), format="mp4") as old,
        av.open(
            ffmpeg_name(temporary),
            "w",
            format="mp4",
            container_options={"movflags": "+faststart"},
        ) as new,
    ):
        new.metadata.update(camera_clock_note(length_s))
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.size:
                packet.stream = stream
                new.mux(packet)
