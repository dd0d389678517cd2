"""Make tiny videos whose frames show their own number, and ways to damage them.

A stored picture has four coloured corners, which show its rotation. The eight bits of its number are
across its middle, with the highest on the left.
"""

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.codec.codec import Codec, UnknownCodecError

from kneescan.capture.video_file import VideoFile

N_BITS = 8
CORNERS = {"R": (255, 0, 0), "G": (0, 255, 0), "B": (0, 0, 255), "W": (255, 255, 255)}
STORED_CORNERS = "RGBW"
"""Top left, top right, bottom left, bottom right."""

QUIET = {"libx265": {"x265-params": "log-level=none"}, "libsvtav1": {"preset": "8", "crf": "10"}}


def numbered_picture(number, *, width_px=96, height_px=64):
    image = np.full((height_px, width_px, 3), 90, np.uint8)
    top, left = slice(0, height_px // 4), slice(0, width_px // 6)
    bottom, right = slice(-(height_px // 4), None), slice(-(width_px // 6), None)
    corners = ((top, left), (top, right), (bottom, left), (bottom, right))
    for corner, name in zip(corners, STORED_CORNERS, strict=True):
        image[corner] = CORNERS[name]
    edges = np.linspace(0, width_px, N_BITS + 1).round().astype(int)
    for bit in range(N_BITS):
        is_set = number >> (N_BITS - 1 - bit) & 1
        middle = slice(height_px * 3 // 8, height_px * 5 // 8)
        image[middle, edges[bit] : edges[bit + 1]] = 230 if is_set else 20
    return image


def number_shown(image_rgb):
    height_px, width_px = image_rgb.shape[:2]
    centres = ((np.arange(N_BITS) + 0.5) * width_px / N_BITS).astype(int)
    bits = image_rgb[height_px // 2, centres].mean(axis=-1) > 128
    return int("".join("01"[int(bit)] for bit in bits), 2)


def corners_shown(image_rgb):
    names = ""
    for row in (1, -2):
        for column in (1, -2):
            color = image_rgb[row, column].astype(int)
            names += min(CORNERS, key=lambda name: np.abs(color - CORNERS[name]).sum())
    return names


def require_encoder(codec):
    try:
        Codec(codec, "w")
    except UnknownCodecError:
        pytest.skip(f"this FFmpeg cannot encode {codec}")


def add_video(container, codec, pixel_format, *, size_px=(96, 64), fps=25, options=None):
    require_encoder(codec)
    stream = container.add_stream(codec, rate=fps, options=QUIET.get(codec, {}) | (options or {}))
    stream.width, stream.height = size_px
    stream.pix_fmt = pixel_format
    return stream


def encode(container, stream, pictures, ticks=None, time_base=None):
    """Encode RGB pictures (or ready frames) at ticks of the time base, by default one tick per frame."""
    for index, picture in enumerate(pictures):
        frame = picture
        if isinstance(picture, np.ndarray):
            frame = av.VideoFrame.from_ndarray(picture).reformat(format=stream.pix_fmt)
        frame.pts = index if ticks is None else ticks[index]
        frame.time_base = time_base or 1 / Fraction(stream.codec_context.rate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def write_video(
    path,
    *,
    codec="libx264",
    pixel_format="yuv420p",
    n_frames=20,
    size_px=(96, 64),
    fps=25,
    ticks_ms=None,
    pixel_aspect=None,
    tags=None,
    options=None,
    container_options=None,
    container_format=None,
):
    with av.open(path, "w", format=container_format, options=container_options or {}) as container:
        container.metadata.update(tags or {})
        stream = add_video(
            container, codec, pixel_format, size_px=size_px, fps=fps, options=options
        )
        time_base = None
        if ticks_ms is not None:
            n_frames = len(ticks_ms)
            time_base = stream.codec_context.time_base = Fraction(1, 1000)
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        width_px, height_px = size_px
        pictures = (
            numbered_picture(number, width_px=width_px, height_px=height_px)
            for number in range(n_frames)
        )
        encode(container, stream, pictures, ticks_ms, time_base)
    return path


def read_video(path, **options):
    """Numbers that the frames show, their times, and what is known of the video. [s]"""
    with VideoFile(path, **options) as video:
        frames = [(number_shown(frame.image_rgb), frame.time_s) for frame in video]
    numbers, times_s = zip(*frames, strict=True)
    return list(numbers), np.array(times_s), video.info


def first_frame(path, **options):
    with VideoFile(path, **options) as video:
        return next(iter(video)).image_rgb, video.info


def packets(path):
    """Position and size of each stored frame. [bytes]"""
    with av.open(path) as container:
        return [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]


def cut(path, *, at):
    """Keep only the bytes before a position."""
    Path(path).write_bytes(Path(path).read_bytes()[:at])


def overwrite(path, at, content):
    data = bytearray(Path(path).read_bytes())
    data[at : at + len(content)] = content
    Path(path).write_bytes(data)


def set_display_matrix(path, a, b, c, d):
    """Write the matrix of an MP4 video's track header: x' = a x + c y and y' = b x + d y."""
    data = Path(path).read_bytes()
    assert data.count(b"tkhd") == 1
    # After the name: version and flags, two dates, track, reserved, duration (4 bytes each),
    # reserved (8), layer, group, volume, reserved (2 each).
    at = data.index(b"tkhd") + 4 + 6 * 4 + 8 + 4 * 2
    unit = 1 << 16
    rows = (a, b, 0, c, d, 0, 0, 0)
    matrix = struct.pack(">9i", *(round(value * unit) for value in rows), 1 << 30)
    assert data[at : at + 36] == struct.pack(">9i", unit, 0, 0, 0, unit, 0, 0, 0, 1 << 30)
    overwrite(path, at, matrix)
