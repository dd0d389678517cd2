"""Tell which files hold a video, and describe those that do not."""

import re

from kneescan.capture.container.source_file import SourceFile

VIDEO_FORMATS = frozenset(
    {
        *("apng", "apv", "asf", "asf_o", "av1", "avi", "avs2", "avs3", "cavsvideo", "cine"),
        *("dirac", "dnxhd", "dv", "evc", "flic", "flv", "gif", "gxf", "h261", "h263", "h264"),
        *("hevc", "ivf", "live_flv", "lxf", "m4v", "matroska", "mjpeg", "mjpeg_2000", "mlv"),
        *("mov", "mpeg", "mpegts", "mpegvideo", "mpjpeg", "mxf", "nut", "nuv", "obu", "ogg"),
        *("pmp", "pva", "rm", "smjpeg", "vc1", "vc1test", "vivo", "vvc", "wtv", "yuv4mpegpipe"),
    }
)
"""Formats that FFmpeg may open: those that hold the video themselves. FFmpeg also reads lists of other
files, which a video from a stranger must not open, and renders any text file as a picture."""
SOUND_FORMATS = frozenset(
    {"aac", "ac3", "aiff", "amr", "au", "caf", "flac", "mp3", "w64", "wav", "xwma"}
)
"""Formats that are opened only to report that a file holds nothing but sound."""
PICTURE_BRANDS = frozenset({"avif", "heic", "heim", "heis", "heix", "mif1"})
"""MP4 brands of still pictures."""

_PICTURES = (
    *(b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"II*\0", b"MM\0*", b"8BPS", b"v/1\x01"),
    *(b"\0\0\x01\0", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ", b"\xff\x0a", b"\xff\x4f\xff\x51"),
)
"""First bytes of the files of cameras and image editors."""
_LISTS = re.compile(
    rb"#EXTM3U|ffconcat |v=0\r?\n|\[playlist\]|\[reference\]"
    rb"|(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*"
    rb"<(\w+:)?(MPD|smil|asx|playlist|CompositionPlaylist|AssetMap|SmoothStreamingMedia)\b",
    re.IGNORECASE | re.DOTALL,
)
_MP4_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}
_BEGINNING_BYTES = 4096
_TEXT = re.compile(rb"[^\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]{16,}")


def why_no_video(source: SourceFile) -> tuple[str, str]:
    """Describe a file that FFmpeg does not accept as a video, and say what to do: code and sentence."""
    beginning = source.beginning(_BEGINNING_BYTES)
    if _LISTS.match(beginning.removeprefix(b"\xef\xbb\xbf").lstrip()):
        return "is_list", "a list of videos, not a video; give one of the videos in it"
    if beginning.startswith(_PICTURES) or beginning[8:12] == b"WEBP":
        return "is_picture", "a picture, not a video; give the video that it was taken from"
    if is_text(beginning):
        return "is_text", "a text file, not a video; give the video file"
    if beginning[4:8] in _MP4_BOXES:
        return "no_index", (
            "the video's index is missing because the recording or copying was interrupted; "
            "copy it from the camera again, or try a repair tool for MP4 videos such as untrunc"
        )
    return (
        "not_a_video",
        "not a video that FFmpeg can read; give an .mp4, .mov, .mkv, .webm or .avi file",
    )


def is_text(beginning: bytes) -> bool:
    """Whether bytes are text: valid UTF-8, or with almost no control characters."""
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")) and len(beginning) > 2:
        return beginning[2:].count(0) > len(beginning) // 4
    try:
        beginning[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(_TEXT.fullmatch(beginning))
