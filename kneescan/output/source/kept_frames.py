"""Kept frames: the deepest moments of a video as JPEGs in one file, so that a report needs no video later."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kneescan.files import read_regular

Picture = NDArray[np.uint8]

MAX_SIDE_PX = 960
"""Longer side of the frames: a still in the report, of which it is a part, is half as large. [px]"""
JPEG_QUALITY = 92
"""As for frames kept while the video is read: lower is visible after the second compression."""
MAX_BYTES = 1 << 26
MAX_FRAMES = 200
"""A larger file, or one with more frames, was not written by kneescan."""
NEAR = 3
"""A frame as near as this shows the same moment; other settings may move the deepest point a little."""
_NAME = re.compile(r"frame_(\d{1,9})\.jpg")
_HIDDEN = b" faces hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFrames:
    """Frames by their position in the video, ready to be written."""

    jpegs: Mapping[int, bytes] = field(default_factory=dict)
    are_hidden: bool = False
    """Whether the face of the person measured is hidden in them."""

    def pictures(self) -> dict[int, Picture]:
        """The frames as RGB pictures; damaged ones are left out."""
        decoded = {position: _decoded(jpeg) for position, jpeg in self.jpegs.items()}
        return {position: picture for position, picture in decoded.items() if picture is not None}

    def near(self, wanted: Mapping[int, float]) -> dict[int, Picture]:
        """Picture for each position wanted: that of the frame, or of one almost at the same moment."""
        there = self.pictures()
        found = {}
        for position in wanted:
            nearest = min(there, key=lambda other: abs(other - position), default=None)
            if nearest is not None and abs(nearest - position) <= NEAR:
                found[position] = there[nearest]
        return found

    def archive(self, about: str) -> bytes:
        """ZIP file of the frames; ``about`` names the landmarks to which they belong."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            # Without the present time, equal frames give equal files.
            for position, jpeg in sorted(self.jpegs.items()):
                archive.writestr(zipfile.ZipInfo(f"frame_{position:06d}.jpg"), jpeg)
            archive.comment = about.encode() + _HIDDEN * self.are_hidden
        return file.getvalue()


def compressed(frames: Mapping[int, Picture], *, are_hidden: bool) -> KeptFrames:
    """Frames as JPEGs, no larger than needed; ``are_hidden`` says whether their faces are."""
    jpegs = {position: _encoded(picture) for position, picture in frames.items()}
    return KeptFrames(jpegs=jpegs, are_hidden=are_hidden)


def read_kept_frames(path: Path, about: str) -> KeptFrames | None:
    """Frames of an archive; None if there is none, or it belongs to other landmarks."""
    try:
        content = read_regular(path, max_bytes=MAX_BYTES)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.comment.removesuffix(_HIDDEN) != about.encode():
                return None
            jpegs = {
                int(match[1]): archive.read(entry)
                for entry in archive.infolist()[:MAX_FRAMES]
                if (match := _NAME.fullmatch(entry.filename)) and entry.file_size <= len(content)
            }
            return KeptFrames(jpegs=jpegs, are_hidden=archive.comment.endswith(_HIDDEN))
    except (OSError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile):
        return None


def _encoded(picture: Picture) -> bytes:
    image = Image.fromarray(picture)
    image.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()


def _decoded(jpeg: bytes) -> Picture | None:
    """Picture of a JPEG; None if it is damaged or larger than those that kneescan writes."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            if max(image.size) > MAX_SIDE_PX:
                return None
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError):
        return None
