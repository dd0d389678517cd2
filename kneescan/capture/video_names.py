"""Tell which files in a folder are videos, by their names and, if those are ambiguous, first bytes."""

from pathlib import PurePath

VIDEO_SUFFIXES = frozenset(
    f".{ending}"
    for ending in (
        *("3g2", "3gp", "3gpp", "asf", "avi", "divx", "dv", "f4v", "flv", "gxf", "insv", "ivf"),
        *("lrv", "m1v", "m2t", "m2ts", "m2v", "m4v", "mkv", "mod", "mov", "mp4", "mp4v", "mpe"),
        *("mpeg", "mpg", "mpv", "mts", "mxf", "nut", "ogm", "ogv", "ogx", "qt", "rm", "rmvb"),
        *("tod", "trp", "ts", "vob", "webm", "wmv", "wtv"),
    )
)
"""Suffixes in lower case; a video with another suffix can be given by its full name."""
AMBIGUOUS_SUFFIXES = frozenset({".dv", ".mod", ".mpe", ".mpv", ".nut", ".qt", ".rm", ".tod", ".ts"})
"""Suffixes that programs and music files also use."""
BEGINNING_BYTES = 1024
"""Number of bytes that show whether a file is a video."""

_STARTS = (
    *(b"\0\0\x01\xba", b"\0\0\x01\xb3", b"\0\0\0\x01", b".RMF", b"nut/multimedia container"),
    *(b"\x1f\x07\0", b"\x1aE\xdf\xa3", b"RIFF", b"FLV"),
)
_MP4_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_SYNC = 0x47
_TS_PACKET_BYTES = (188, 192, 204)


def has_video_name(name: str) -> bool:
    """Whether a name is that of a video; macOS adds a ``._`` file for every file."""
    path = PurePath(name)
    return path.suffix.lower() in VIDEO_SUFFIXES and not path.name.startswith(".")


def is_ambiguous(name: str) -> bool:
    """Whether the name alone is not enough: ``squats.ts`` may be a video or a program."""
    return PurePath(name).suffix.lower() in AMBIGUOUS_SUFFIXES


def begins_like_video(beginning: bytes) -> bool:
    """Whether the first `BEGINNING_BYTES` of a file with an ambiguous name are those of a video."""
    return beginning.startswith(_STARTS) or beginning[4:8] in _MP4_BOXES or _is_transport(beginning)


def _is_transport(beginning: bytes) -> bool:
    """Whether every packet begins with the sync byte, wherever the first packet begins."""
    for n_bytes in _TS_PACKET_BYTES:
        for start in range(n_bytes):
            syncs = beginning[start::n_bytes]
            if len(syncs) >= 3 and set(syncs) == {_SYNC}:
                return True
    return False
