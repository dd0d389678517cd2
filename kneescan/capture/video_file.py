"""Read a video file as a stream of upright RGB frames with their true times.

Each frame is decoded when it is asked for, so memory does not grow with the video. Times are those
stored in the container, so variable frame rates are supported. `VideoInfo.warnings` lists what was
repaired, with the codes of `reading_warnings`.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from kneescan.capture import reading_warnings
from kneescan.capture.container import edit_list
from kneescan.capture.container.camera_clock import has_camera_clock
from kneescan.capture.container.header import has_timestamps, sound_duration
from kneescan.capture.container.opening import open_video
from kneescan.capture.container.recording_date import recorded_at
from kneescan.capture.frames.conversion import PictureConverter
from kneescan.capture.frames.decoding import VideoDecoder
from kneescan.capture.frames.orientation import Orientation, check_turn
from kneescan.capture.frames.shapes import PictureShape, checked_shape, shape_of_video
from kneescan.capture.timing.frame_rate import FrameRate, frame_rate
from kneescan.capture.timing.slow_motion import is_tag_false, recorded_factor, slow_motion_factor
from kneescan.capture.timing.thinning import every_nth
from kneescan.capture.timing.timestamps import TimestampRepair, WrappingClock
from kneescan.errors import VideoError, VideoTooShortError
from kneescan.frames import Frame, VideoInfo

MIN_FRAMES = 10
"""Fewer frames than this contain no squat, whatever the frame rate."""
MIN_DURATION_S = 0.5
"""Shorter than any squat on one leg. [s]"""

FALLBACK_FPS = 30.0
"""Most common rate of phones, for a video that stores neither times nor a rate. [Hz]"""

TRUNCATION_TOLERANCE_S = 0.5
"""A video may end this much earlier than it claims, since the claim may be for the sound. [s]"""


class VideoFile:
    """A video that can be read once, from beginning to end.

    Parameters
    ----------
    path : str or path
        Video file on this computer, in any format that FFmpeg reads.
    max_side_px : int, optional
        Longest side of the images; larger ones are shrunk, smaller ones keep their size. [px]
    rotate_deg : {0, 90, 180, 270}
        Clockwise rotation in addition to the one stored in the file. [deg]
    n_threads : int, default 0
        Threads that decode; 0 for as many as there are processors, but one for two.
    recorded_fps : float, optional
        Rate at which the camera recorded, for slow motion; times are computed from it, and
        slow-motion tags are ignored. [Hz]
    every : int, optional
        2 gives every second frame, and so on; None leaves out frames of fast videos (see `every_nth`).

    Raises
    ------
    VideoNotFoundError
        If there is no such file.
    NotAVideoError
        If it holds no video, or none of its frames can be decoded.
    VideoError
        If it cannot be read, its frames are too large, or it cannot have been recorded at that rate.

    Examples
    --------
    >>> with VideoFile("squat.mp4", max_side_px=960) as video:  # doctest: +SKIP
    ...     for frame in video:
    ...         print(frame.time_s, frame.image_rgb.shape)
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        max_side_px: int | None = None,
        rotate_deg: int = 0,
        n_threads: int = 0,
        recorded_fps: float | None = None,
        every: int | None = 1,
    ) -> None:
        if max_side_px is not None and max_side_px < 1:
            msg = f"max_side_px must be at least 1, got {max_side_px}"
            raise ValueError(msg)
        check_turn(rotate_deg)
        rate = frame_rate(path)
        usual = shape_of_video(path)
        self._video = open_video(path)
        self._container, self._stream = self._video.container, self._video.stream
        try:
            self._decoder = VideoDecoder(self._container, self._stream, usual, n_threads=n_threads)
            self._decoded = iter(self._decoder)
            # Without key frames, the shape of the video is known only from the first picture.
            self._first = next(self._decoded, None)
            shape = checked_shape(path, self._decoder.shape if self._first else None)
        except VideoError:
            self.close()
            raise
        shape = shape.turned(rotate_deg)
        self._converter = PictureConverter(shape, max_side_px=max_side_px)
        self.info = self._describe(path, shape, rotate_deg, rate, recorded_fps)
        """What is known of the video; complete after the last frame."""
        self.info.every = every_nth(self.info.nominal_fps) if every is None else every
        self._repair = TimestampRepair(1 / (self.info.nominal_fps or FALLBACK_FPS))
        self._clock = WrappingClock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._video.close()

    def sha256(self) -> str:
        """SHA-256 of the measured file, in hexadecimal; call it after the last frame.

        If the file was moved or replaced in the meantime, a warning is added.

        Raises
        ------
        VideoError
            If the file has changed since it was opened.
        """
        digest = self._video.source.sha256()
        if not self._video.source.is_in_place():
            self.info.warnings.append(reading_warnings.video_replaced())
        return digest

    def file_date(self) -> str:
        """Day on which the file was last changed, as ISO 8601."""
        return self._video.source.date()

    def __iter__(self) -> Iterator[Frame]:
        """Read the video; possible only once.

        Yields
        ------
        Frame
            In display order, with strictly rising times from 0.

        Raises
        ------
        VideoTooShortError
            After the last frame, if there were fewer than `MIN_FRAMES` or `MIN_DURATION_S`.
        ValueError
            If the video has already been read.
        """
        return self.select(lambda _: True)

    def select(self, is_wanted: Callable[[int], bool]) -> Iterator[Frame]:
        """Read the video like `__iter__`, but skip frames whose position is not wanted; faster."""
        if self._first is None:
            msg = "a video can be read only once; open it again"
            raise ValueError(msg)
        video = chain([self._first], self._decoded)
        self._first = None
        for picture, time_s in self._repair.rising_times(self._usable(video)):
            index, rest = divmod(self.info.n_frames, self.info.every)
            self.info.n_frames += 1
            if rest == 0 and is_wanted(index):
                yield Frame(index=index, time_s=time_s, image_rgb=self._converted(picture))
        self._report_times()
        self._report_losses()
        self._check_length()

    def _converted(self, picture: VideoFrame) -> NDArray[np.uint8]:
        try:
            return self._converter.convert(picture)
        except (av.FFmpegError, ValueError) as error:
            msg = (
                f"{self.info.path}: its pixel format {picture.format.name} cannot be converted; "
                "convert the video to H.264 (MP4)"
            )
            values = {"path": self.info.path, "name": picture.format.name}
            raise VideoError(msg, code="pixel_format", **values) from error

    def _describe(
        self,
        path: str | os.PathLike[str],
        shape: PictureShape,
        rotate_deg: int,
        rate: FrameRate,
        recorded_fps: float | None,
    ) -> VideoInfo:
        orientation = shape.orientation
        tags = {**self._stream.metadata, **self._container.metadata}
        # Frames without stored times are timed by the rate at which they were recorded.
        stored_fps = rate.fps if has_timestamps(self._container) else None
        fps = stored_fps or recorded_fps or rate.fps
        # Frames that were left out do not make a video play more slowly.
        playing_fps = (rate.playing_fps if stored_fps else None) or fps
        tagged = factor = slow_motion_factor(tags, container_fps=playing_fps)
        if recorded_fps is not None:
            factor = recorded_factor(recorded_fps, container_fps=playing_fps, name=str(path))
        elif is_tag_false(
            tagged,
            length_s=rate.duration_s or (rate.n_frames / fps if rate.n_frames and fps else None),
            sound_s=sound_duration(self._container),
            min_length_s=MIN_DURATION_S,
        ):
            factor = 1.0
        width_px, height_px = self._converter.displayed_size_px
        info = VideoInfo(
            path=str(path),
            width_px=width_px,
            height_px=height_px,
            rotation_deg=orientation.rotation_deg,
            flipped=orientation.flipped,
            codec=self._stream.codec_context.codec.canonical_name,
            pixel_format=shape.pixel_format,
            nominal_fps=None if fps is None else fps * factor,
            duration_s=None if rate.duration_s is None else rate.duration_s / factor,
            rotate_deg=rotate_deg,
            slow_motion_factor=factor,
            recorded_fps=recorded_fps,
            tagged_fps=fps * tagged if fps and tagged != 1 else None,
            recorded_at=recorded_at(tags),
            has_camera_clock=has_camera_clock(tags, rate.duration_s),
            n_frames_expected=rate.n_frames,
        )
        self._warn_of_header(info, orientation)
        return info

    def _warn_of_header(self, info: VideoInfo, orientation: Orientation) -> None:
        info.warnings += reading_warnings.of_header(
            info,
            ignores_edits=edit_list.IGNORED.items() <= self._container.container_options.items(),
            asked_deg=orientation.requested_rotation_deg if orientation.was_rounded else None,
        )

    def _usable(
        self, video: Iterable[tuple[VideoFrame, float | None]]
    ) -> Iterator[tuple[VideoFrame, float | None]]:
        """Pictures with stored times converted to true time. [s]"""
        stores_times = has_timestamps(self._container)
        for picture, stored_s in video:
            if stored_s is None or not stores_times:
                yield picture, None
            else:
                yield picture, self._clock.unwrapped(stored_s) / self.info.slow_motion_factor

    def _report_times(self) -> None:
        repair, info = self._repair, self.info
        if not repair.n_stored:
            info.timestamps = "frame rate"
            info.warnings.append(reading_warnings.timestamps_missing(1 / repair.interval_s))
            return
        if repair.n_repaired or repair.jumps_s or self._clock.n_wraps:
            info.timestamps = "repaired"
        if repair.n_repaired:
            repaired = reading_warnings.timestamps_repaired(repair.n_repaired, info.n_frames)
            info.warnings.append(repaired)
        if self._clock.n_wraps:
            info.warnings.append(reading_warnings.clock_wrapped(self._clock.n_wraps))
        if repair.jumps_s:
            info.warnings.append(reading_warnings.clock_jumped(repair.jumps_s, info.n_frames))

    def _report_losses(self) -> None:
        if self._decoder.n_damaged:
            self.info.warnings.append(reading_warnings.damaged_frames(self._decoder.n_damaged))
        if self._decoder.n_misshapen:
            self.info.warnings.append(reading_warnings.shape_changed(self._decoder.n_misshapen))
        has_one_count = self._repair.n_stored and not (self._repair.jumps_s or self._clock.n_wraps)
        claimed_s = self.info.duration_s if has_one_count else None
        reached_s = self._decoder.reached_s / self.info.slow_motion_factor
        is_short = claimed_s is not None and reached_s < claimed_s - TRUNCATION_TOLERANCE_S
        if self._decoder.breaks_off or self._video.source.failed or is_short:
            truncated = reading_warnings.truncated(reached_s, claimed_s if is_short else None)
            self.info.warnings.append(truncated)

    def _check_length(self) -> None:
        duration_s = (self._repair.last_s or 0.0) + self._repair.interval_s
        # Containers round times to a thousandth of a second.
        if self.info.n_frames < MIN_FRAMES or duration_s < MIN_DURATION_S - 1e-3:
            path, n = self.info.path, self.info.n_frames
            have = f"{n} frame{'s' * (n != 1)} in {duration_s:.2f} s"
            msg = f"{path}: {have} cannot contain a squat; give a video of the whole squat"
            raise VideoTooShortError(msg, code="too_short", path=path, n=n, duration_s=duration_s)
