"""Check which names and first bytes count as a video."""

import pytest

from kneescan.capture.video_names import begins_like_video, has_video_name, is_ambiguous
from tests.capture.videos import write_video


@pytest.mark.parametrize(
    "name",
    ["a.ts", "a.MXF", "a.3g2", "a.dv", "a.mod", "a.m2ts", "x/a.b.MP4", "a.vob", "a.qt", "a.tod"],
)
def test_videos_by_their_names(name):
    assert has_video_name(name)


@pytest.mark.parametrize(
    "name", ["._a.mp4", "a.txt", "mp4", "a.mp4.part", "a.m3u8", "a.mp3", "a.jpg", ""]
)
def test_no_videos_by_their_names(name):
    assert not has_video_name(name)


@pytest.mark.parametrize(
    ("name", "container_format", "codec"),
    [
        ("video.ts", None, "libx264"),
        ("video.m2ts", "mpegts", "libx264"),
        ("video.mod", "mpeg", "mpeg2video"),
        ("video.mpe", "mpeg", "mpeg1video"),
        ("video.tod", "mpegts", "mpeg2video"),
        ("video.qt", "mov", "mjpeg"),
        ("video.nut", None, "mpeg4"),
        ("video.rm", None, "rv10"),
        ("video.mpv", "mpeg2video", "mpeg2video"),
    ],
)
def test_videos_by_their_first_bytes(tmp_path, name, container_format, codec):
    pixel_format = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    path = write_video(
        tmp_path / name, codec=codec, pixel_format=pixel_format, container_format=container_format
    )
    assert begins_like_video(path.read_bytes()[:1024])


@pytest.mark.parametrize(
    "beginning",
    [b"", b"export const a = 5;\n" * 60, bytes(1024), b"G" * 100, b"\xff\xd8\xff" * 400],
)
def test_no_videos_by_their_first_bytes(beginning):
    assert not begins_like_video(beginning)


def test_only_some_names_are_ambiguous():
    assert is_ambiguous("app.TS")
    assert not is_ambiguous("video.mp4")
