"""Detect MP4 edit lists that play a passage slowly, twice or out of order.

An edit list tells a player which parts of a recording to show, and how fast. iPhones and video editors
store slow motion this way and leave the recorded frames untouched. FFmpeg follows the passages but not
their rates: it would show a half-speed passage at full speed, then the rest of it a second time. The
times of the recording itself are true, so kneescan ignores such a list.
"""

import struct
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

IGNORED = {"ignore_editlist": "1"}
"""FFmpeg option that ignores the edit list."""
TOLERANCE_S = 0.05
"""Passages that overlap by less than this follow each other; edit lists use coarse units. [s]"""
MAX_EDITS, MAX_BOXES = 10_000, 100_000
"""A file with more edit lists than this is damaged."""
MAX_DEPTH = 3
"""Depth of the boxes moov, trak and edts."""

_FOLDERS = {b"moov", b"trak", b"edts", b"mdia"}
_RATE_1 = 1 << 16


def is_retimed(path: Path) -> bool:
    """Whether the edit list of the video track plays anything slowly, twice or out of order.

    Only MP4 and QuickTime files have such a list. A damaged file counts as having none.
    """
    try:
        with path.open("rb") as file:
            boxes = list(islice(_boxes(file, 0, file.seek(0, 2), MAX_DEPTH), MAX_BOXES))
        return any(_is_retimed(*track) for track in _pictures(boxes))
    except (struct.error, OSError):
        # The code that opens the video will report what is wrong with it.
        return False


def _pictures(boxes: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, int, int]]:
    """Edit list, ticks per second of the track and ticks per second of the file, for each video track."""
    movie_scale, scale, edits, is_picture = 0, 0, b"", False
    for kind, content in boxes:
        if kind == b"trak":
            scale, edits, is_picture = 0, b"", False
        elif kind == b"mvhd":
            movie_scale = _time_scale(content)
        elif kind == b"mdhd":
            scale = _time_scale(content)
        elif kind == b"elst":
            edits = content
        elif kind == b"hdlr":
            is_picture |= content[8:12] == b"vide"
        if is_picture and scale and edits:
            yield edits, scale, movie_scale
            edits = b""


def _boxes(file: BinaryIO, start: int, stop: int, depth: int) -> Iterator[tuple[bytes, bytes]]:
    """Names of all boxes, nested ones after their parent, with the contents of those that matter."""
    while start + 8 <= stop:
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            head = 16
        size = size or stop - start
        if size < head:
            return
        end = min(start + size, stop)
        is_wanted = kind in {b"mvhd", b"mdhd", b"hdlr", b"elst"}
        yield kind, file.read(min(end - start - head, 8 + 20 * MAX_EDITS)) if is_wanted else b""
        if kind in _FOLDERS and depth:
            yield from _boxes(file, start + head, end, depth - 1)
        start = end


def _time_scale(header: bytes) -> int:
    """Ticks per second, from the header of a file or track."""
    (scale,) = struct.unpack_from(">I", header, 20 if header[:1] == b"\1" else 12)
    return int(scale)


def _is_retimed(edits: bytes, scale: int, movie_scale: int) -> bool:
    """Whether a passage has a rate other than 1, or begins before another one ends."""
    entry = ">Qqi" if edits[:1] == b"\1" else ">Iii"
    n_edits = min(struct.unpack_from(">I", edits, 4)[0], (len(edits) - 8) // struct.calcsize(entry))
    passages = [
        struct.unpack_from(entry, edits, 8 + k * struct.calcsize(entry)) for k in range(n_edits)
    ]
    # A passage that begins before the recording is a wait for the sound.
    shown = [(ticks, start, rate) for ticks, start, rate in passages if start >= 0]
    if any(rate != _RATE_1 for _, _, rate in shown):
        return True
    if not scale or not movie_scale:
        return False
    reached_s = 0.0
    for number, (ticks, start, _) in enumerate(shown):
        if number and start / scale < reached_s - TOLERANCE_S:
            return True
        reached_s = start / scale + ticks / movie_scale
    return False
