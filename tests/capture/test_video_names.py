"""What counts as a film by its name and its first bytes."""

import pytest

from kneescan.capture.video_names import begins_like_film, has_film_name, is_ambiguous
from tests.capture.films import write_film


@pytest.mark.parametrize(
    "name",
    ["a.ts", "a.MXF", "a.3g2", "a.dv", "a.mod", "a.m2ts", "x/a.b.MP4", "a.vob", "a.qt", "a.tod"],
)
def test_films_by_their_names(name):
    assert has_film_name(name)


@pytest.mark.parametrize(
    "name", ["._a.mp4", "a.txt", "mp4", "a.mp4.part", "a.m3u8", "a.mp3", "a.jpg", ""]
)
def test_no_films_by_their_names(name):
    assert not has_film_name(name)


@pytest.mark.parametrize(
    ("name", "container_format", "codec"),
    [
        ("film.ts", None, "libx264"),
        ("film.m2ts", "mpegts", "libx264"),
        ("film.mod", "mpeg", "mpeg2video"),
        ("film.mpe", "mpeg", "mpeg1video"),
        ("film.tod", "mpegts", "mpeg2video"),
        ("film.qt", "mov", "mjpeg"),
        ("film.nut", None, "mpeg4"),
        ("film.rm", None, "rv10"),
        ("film.mpv", "mpeg2video", "mpeg2video"),
    ],
)
def test_films_by_their_first_bytes(tmp_path, name, container_format, codec):
    pixel_format = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    path = write_film(
        tmp_path / name, codec=codec, pixel_format=pixel_format, container_format=container_format
    )
    assert begins_like_film(path.read_bytes()[:1024])


@pytest.mark.parametrize(
    "beginning",
    [b"", b"export const a = 5;\n" * 60, bytes(1024), b"G" * 100, b"\xff\xd8\xff" * 400],
)
def test_no_films_by_their_first_bytes(beginning):
    assert not begins_like_film(beginning)


def test_only_some_names_are_ambiguous():
    assert is_ambiguous("app.TS")
    assert not is_ambiguous("film.mp4")
