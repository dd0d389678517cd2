"""Opens a file and finds the film in it, or says why there is none.

PyAV keeps FFmpeg's own messages off the screen unless the calling program asks for them.
"""

import os
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from kneescan.capture import edit_list
from kneescan.capture.drawn_on import is_drawn_on
from kneescan.capture.source_file import find_source_file
from kneescan.errors import AnnotatedVideoError, NotAVideoError, VideoError

MAX_SIDE_PX = 8192
"""Longer side of the largest frame accepted: 8K film. [px]"""
MAX_AREA_PX = 40_000_000
"""Area of the largest frame accepted: 8K film. [px]"""

_NOT_A_FILM_STREAM = (
    Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
)

_PICTURE_FORMATS = {"image2", "image2pipe", "alias_pix", "brender_pix", "ico"}
_PICTURE_BRANDS = {"avif", "heic", "heim", "heis", "heix", "mif1"}

_LIST_FORMATS = {"concat", "dash", "hls", "imf"}
"""Lists of other files, which may lie anywhere: a film that somebody sends must not open them."""

_TEXT_FORMATS = {"adf", "bin", "idf", "tty", "xbin"}
"""FFmpeg draws letters on a screen for these and would call any .txt file a film."""

_LENIENT: Any = {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
"""Titles in another alphabet than UTF-8 must not stop a film; from PyAV 19 on they never do."""

_MP4_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}


def open_film(path: str | os.PathLike[str]) -> tuple[InputContainer, VideoStream]:
    """Open a film file; nothing but that file is ever opened.

    Parameters
    ----------
    path : str or path
        File on this computer.

    Returns
    -------
    container, stream
        The open container, to be closed by the caller, and the film in it.

    Raises
    ------
    VideoNotFoundError
        If there is no such file.
    NotAVideoError
        If it holds no film.
    VideoError
        If it may not be read, or its frames are too large.
    """
    source = find_source_file(path)
    try:
        container = av.open(
            # The prefix keeps FFmpeg from taking a part of the name for a protocol; the list keeps
            # it from following an address that stands inside the file. Films show patients.
            f"file:{source}",
            mode="r",
            container_options={"protocol_whitelist": "file"}
            | (edit_list.IGNORED if edit_list.is_retimed(source) else {}),
            **_LENIENT,
        )
    except av.FFmpegError as error:
        raise NotAVideoError(_why_unreadable(path, source)) from error
    try:
        stream = _find_film(path, container)
        check_size(path, stream.codec_context.width, stream.codec_context.height)
    except VideoError:
        container.close()
        raise
    return container, stream


def check_size(path: str | os.PathLike[str], width_px: int, height_px: int) -> None:
    """Refuse frames so large that they would fill the memory.

    Parameters
    ----------
    path : str or path
        File, for the message.
    width_px, height_px : int
        Size as stored. [px]

    Raises
    ------
    VideoError
        If the size is beyond `MAX_SIDE_PX` or `MAX_AREA_PX`.
    """
    if max(width_px, height_px) > MAX_SIDE_PX or width_px * height_px > MAX_AREA_PX:
        msg = (
            f"{path}: its frames of {width_px}x{height_px} pixels are too large; "
            "convert the film to 4K (3840x2160) or less"
        )
        raise VideoError(msg)


def _find_film(path: str | os.PathLike[str], container: InputContainer) -> VideoStream:
    name = container.format.name
    is_picture = name in _PICTURE_FORMATS or name.endswith("_pipe")
    if is_picture or container.metadata.get("major_brand") in _PICTURE_BRANDS:
        msg = f"{path}: a picture, not a film; give the film that it was taken from"
        raise NotAVideoError(msg)
    if name in _TEXT_FORMATS:
        msg = f"{path}: a text, not a film; give the film file"
        raise NotAVideoError(msg)
    if name in _LIST_FORMATS:
        msg = f"{path}: a list of films, not a film; give one of the films in it"
        raise NotAVideoError(msg)
    if is_drawn_on(container):
        msg = (
            f"{path}: this is a video that kneescan drew on, and its lines would be taken for legs; "
            "give the original video"
        )
        raise AnnotatedVideoError(msg)
    films = [film for film in container.streams.video if not film.disposition & _NOT_A_FILM_STREAM]
    if not films:
        has_sound = bool(container.streams.audio)
        msg = f"{path}: {'sound only' if has_sound else 'no pictures in it'}; give a film file"
        raise NotAVideoError(msg)
    decodable = [film for film in films if _has_decoder(film)]
    if not decodable:
        msg = f"{path}: its kind of compression is unknown; convert the film to H.264 (MP4)"
        raise NotAVideoError(msg)
    # Some cameras add a small preview film.
    return max(decodable, key=lambda film: film.codec_context.width * film.codec_context.height)


def _has_decoder(film: VideoStream) -> bool:
    context: object = film.codec_context
    return context is not None


def _why_unreadable(path: str | os.PathLike[str], source: Path) -> str:
    with source.open("rb") as file:
        is_mp4 = file.read(8)[4:] in _MP4_BOXES
    if is_mp4:
        return (
            f"{path}: the film's index is missing, so the recording or a copy was broken off; "
            "copy it from the camera again, or try a repair tool for MP4 films such as untrunc"
        )
    return f"{path}: not a film that FFmpeg can read; give an .mp4, .mov, .mkv, .webm or .avi file"
