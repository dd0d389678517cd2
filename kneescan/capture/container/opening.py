"""Open a file and find the video in it, or say why there is none.

PyAV hides FFmpeg's own messages unless the calling program asks for them.
"""

import os
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from kneescan.capture.container import edit_list, kneescan_mark
from kneescan.capture.container.kinds import (
    PICTURE_BRANDS,
    SOUND_FORMATS,
    VIDEO_FORMATS,
    why_no_video,
)
from kneescan.capture.container.source_file import SourceFile
from kneescan.errors import NotAVideoError, VideoError

MAX_SIDE_PX = 8192
"""Longest side of a frame: 8K video. [px]"""
MAX_AREA_PX = 40_000_000
"""Largest area of a frame: 8K video. [px]"""
MIN_SIDE_PX = 16
"""Shortest side of a frame; a person cannot be recognized in a smaller one. [px]"""

MIN_TRACK_FRAMES = 10
"""A track with fewer frames is not a video: phones store a few large stills next to a moving picture."""
PREVIEW_SHARE = 0.1
"""A track with less than this share of the largest track's area is a preview."""

_BUFFER_BYTES = 1 << 18
"""Bytes read at once; PyAV's default of 32 kB slows down 4K video."""

_NOT_A_VIDEO_STREAM = (
    Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
)

_OPTIONS = {
    # A list of other files or an address must not be opened, or even parsed.
    "format_whitelist": ",".join(sorted(VIDEO_FORMATS | SOUND_FORMATS)),
    "protocol_whitelist": "none",
    "enable_drefs": "0",
}
_DECODER_OPTIONS = {"max_pixels": str(MAX_AREA_PX)}
"""Limits the memory of a frame, whatever size the file claims."""

_PYAV = int(av.__version__.split(".")[0])
_LENIENT: Any = {"metadata_errors": "replace"} if _PYAV < 19 else {}
"""Titles that are not UTF-8 must not stop a video; PyAV 19 and later ignore such errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVideo:
    """A video file that is open, and the track in it to measure."""

    container: InputContainer
    stream: VideoStream
    source: SourceFile

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
        self.container.close()
        self.source.close()


def open_video(path: str | os.PathLike[str]) -> OpenVideo:
    """Open a video file and no other file.

    Parameters
    ----------
    path : str or path
        File on this computer.

    Returns
    -------
    OpenVideo
        The caller must close it.

    Raises
    ------
    VideoNotFoundError
        If there is no such file.
    NotAVideoError
        If it holds no video.
    VideoError
        If it cannot be read, or its frames are too large or too small.
    """
    source = SourceFile(path)
    try:
        return _open(path, source)
    except BaseException:
        source.close()
        raise


def _open(path: str | os.PathLike[str], source: SourceFile) -> OpenVideo:
    try:
        container = av.open(
            source,
            "r",
            options=_DECODER_OPTIONS,
            container_options=_OPTIONS
            | (edit_list.IGNORED if edit_list.is_retimed(source.path) else {}),
            buffer_size=_BUFFER_BYTES,
            **_LENIENT,
        )
    except (av.FFmpegError, ValueError) as error:
        code, why = why_no_video(source)
        msg = f"{path}: {why}"
        raise NotAVideoError(msg, code=code, path=path) from error
    try:
        stream = _find_video(path, container)
        check_size(path, stream.codec_context.width, stream.codec_context.height)
        stream.codec_context.options = _DECODER_OPTIONS
    except VideoError:
        container.close()
        raise
    return OpenVideo(container=container, stream=stream, source=source)


def check_size(path: str | os.PathLike[str], width_px: int, height_px: int) -> None:
    """Refuse frames that are too large for the memory, or too small to show a person.

    Parameters
    ----------
    path : str or path
        Name of the file, for the message.
    width_px, height_px : int
        Size as stored; 0 where it is not yet known. [px]

    Raises
    ------
    VideoError
        If the size is beyond `MAX_SIDE_PX` or `MAX_AREA_PX`, or below `MIN_SIDE_PX`.
    """
    size = f"{path}: its frames of {width_px}x{height_px} pixels are"
    values = {"path": path, "width_px": width_px, "height_px": height_px}
    if max(width_px, height_px) > MAX_SIDE_PX or width_px * height_px > MAX_AREA_PX:
        msg = f"{size} too large; convert the video to 4K (3840x2160) or less"
        raise VideoError(msg, code="too_large", **values)
    if 0 < min(width_px, height_px) < MIN_SIDE_PX:
        msg = f"{size} too small to show a person; give the video as the camera recorded it"
        raise VideoError(msg, code="too_small", **values)


def _find_video(path: str | os.PathLike[str], container: InputContainer) -> VideoStream:
    if container.metadata.get("major_brand") in PICTURE_BRANDS:
        msg = f"{path}: a picture, not a video; give the video that it was taken from"
        raise NotAVideoError(msg, code="is_picture", path=path)
    if kneescan_mark.is_drawn_on(container):
        kneescan_mark.refuse(path)
    videos = [
        video for video in container.streams.video if not video.disposition & _NOT_A_VIDEO_STREAM
    ]
    if not videos:
        has_sound = bool(container.streams.audio)
        msg = f"{path}: {'sound only' if has_sound else 'no pictures in it'}; give a video file"
        code = "sound_only" if has_sound else "no_pictures"
        raise NotAVideoError(msg, code=code, path=path)
    decodable = [video for video in videos if _has_decoder(video)]
    if not decodable:
        msg = f"{path}: its compression format is unknown; convert the video to H.264 (MP4)"
        raise NotAVideoError(msg, code="unknown_format", path=path)
    return _choose(decodable)


def _choose(videos: list[VideoStream]) -> VideoStream:
    """Track that a player would show, unless it is a preview of another one or only a few stills."""
    videos = [video for video in videos if not 0 < video.frames < MIN_TRACK_FRAMES] or videos
    least_px = PREVIEW_SHARE * max(map(_area_px, videos))
    full = [video for video in videos if _area_px(video) >= least_px]
    # If several tracks are marked as default, or none, take the largest; of equal sizes, the first.
    return max(
        full, key=lambda video: (bool(video.disposition & Disposition.default), _area_px(video))
    )


def _area_px(video: VideoStream) -> int:
    return video.codec_context.width * video.codec_context.height


def _has_decoder(video: VideoStream) -> bool:
    context: object = video.codec_context
    return context is not None
