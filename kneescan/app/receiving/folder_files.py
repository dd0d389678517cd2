"""Folder files: which files of a folder are videos that lie here whole, and how to recognize them."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kneescan.capture.video_names import (
    BEGINNING_BYTES,
    begins_like_video,
    has_video_name,
    is_ambiguous,
)

MAX_ENTRIES = 20_000
"""So many entries of a folder are looked at. [files and folders]"""
_MAX_BOXES = 10_000
_HEAD_BYTES = 8
_FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"\0\0\0\0")
_DATALESS = 0x40000000
"""macOS: the content is only in the cloud."""
_RECALL = 0x1000 | 0x40000 | 0x400000
"""Windows: the content is only in the cloud, and reading it would fetch it."""


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A video file, in one state."""

    path: Path
    size_bytes: int
    changed_ns: int

    @property
    def mark(self) -> str:
        """Name of this state of the file, from which nobody can read its own name."""
        text = f"{self.path} {self.size_bytes} {self.changed_ns}"
        return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def video_files(folder: Path) -> list[FolderFile]:
    """Videos directly in a folder, the oldest first.

    Hidden and unfinished files, links, and files that are only in the cloud are left out.

    Raises
    ------
    OSError
        If the folder cannot be read.
    """
    return sorted(_video_files(folder), key=lambda file: (file.changed_ns, file.path))


def can_be_read(file: FolderFile) -> bool:
    """Whether a file can be opened, and is a video where its name alone does not say so."""
    try:
        with file.path.open("rb") as stream:
            beginning = stream.read(BEGINNING_BYTES)
    except OSError:
        return False
    return not is_ambiguous(file.path.name) or begins_like_video(beginning)


def is_cut_off(file: FolderFile) -> bool:
    """Whether the parts of an MP4 or MOV file do not add up to its size: it is still being written.

    Its index may be at the beginning, so that half of it reads as a video. False for files of other kinds.
    """
    place = 0
    try:
        with file.path.open("rb") as stream:
            for number in range(_MAX_BOXES):
                stream.seek(place)
                head = stream.read(16)
                if number == 0 and head[4:8] not in _FIRST_BOXES:
                    return False
                size_bytes = _box_size(head, file.size_bytes - place)
                place += size_bytes
                if size_bytes < _HEAD_BYTES or place >= file.size_bytes:
                    return place != file.size_bytes
    except OSError:
        return True
    return False


def _box_size(head: bytes, rest_bytes: int) -> int:
    """Size of a part of an MP4 file (ISO/IEC 14496-12, 4.2); 0 if it has no whole head."""
    size_bytes = int.from_bytes(head[:4], "big")
    if size_bytes == 1 and len(head) == 2 * _HEAD_BYTES:
        return int.from_bytes(head[_HEAD_BYTES:], "big")
    # 0 stands for all the rest. Room that was only reserved is full of zeros.
    return rest_bytes if size_bytes == 0 and head[4:8].strip(b"\0") else size_bytes


def _video_files(folder: Path) -> Iterator[FolderFile]:
    with os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            if number >= MAX_ENTRIES:
                return
            # Programs that are still writing put such a sign before the name, or another suffix behind it.
            if not has_video_name(entry.name) or entry.name.startswith("~"):
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                # It has gone in this moment.
                continue
            if stat.S_ISREG(status.st_mode) and status.st_size and not _is_elsewhere(status):
                yield FolderFile(Path(entry.path), status.st_size, status.st_mtime_ns)


def _is_elsewhere(status: os.stat_result) -> bool:
    in_cloud = getattr(status, "st_flags", 0) & _DATALESS
    return bool(in_cloud or getattr(status, "st_file_attributes", 0) & _RECALL)
