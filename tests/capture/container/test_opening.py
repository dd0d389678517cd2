"""Check the message for each kind of file that is not a video."""

import os
import socket
import wave

import av
import numpy as np
import pytest

from kneescan.capture.container.opening import MAX_SIDE_PX, check_size, open_video
from kneescan.capture.frames.decoding import VideoDecoder
from kneescan.capture.video_file import VideoFile
from kneescan.errors import NotAVideoError, VideoError, VideoNotFoundError
from tests.capture.videos import (
    add_video,
    cut,
    encode,
    numbered_picture,
    overwrite,
    packets,
    read_video,
    write_video,
)


def write_picture(path, codec, pixel_format, container_format=None):
    return write_video(
        path, codec=codec, pixel_format=pixel_format, n_frames=1, container_format=container_format
    )


def write_sound(path):
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(16_000))


def add_cover(container, size_px=(192, 128)):
    cover = add_video(container, "mjpeg", "yuvj420p", size_px=size_px)
    cover.disposition = av.stream.Disposition.attached_pic.value
    return cover


def assert_refused(path, cause, remedy, error=NotAVideoError):
    with pytest.raises(error) as caught:
        VideoFile(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert cause in message
    assert remedy in message.rpartition("; ")[2]
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("video.mp4", np.random.default_rng(0).bytes(20_000)),
        ("video", np.random.default_rng(1).bytes(20_000)),
        ("video.h264", np.random.default_rng(2).bytes(20_000)),
        ("video.mov", bytes(20_000)),
    ],
    ids=["noise", "noise without ending", "noise as h264", "zeros"],
)
def test_something_else(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert_refused(tmp_path / name, "not a video that FFmpeg can read", "give an .mp4")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.txt", "squats on Monday\n" * 50),
        ("video.mp4", "Kniebeugen, jede für sich\n" * 50),
        ("video.ts", "export const squats: number = 5;\n" * 50),
        ("video.html", "<html><body>not a video</body></html>" * 50),
        ("video.srt", "1\n00:00:00,000 --> 00:00:01,000\nSquat\n"),
        ("video.avs", 'AviSource("video.avi")\n'),
        ("video.ans", "\x1b[31mred letters" * 50),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_text_is_not_drawn_as_a_video(tmp_path, name, text, encoding):
    (tmp_path / name).write_text(text, encoding=encoding)
    assert_refused(tmp_path / name, "a text file, not a video", "give the video file")


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format", "container_format"),
    [
        ("video.png", "png", "rgb24", "image2"),
        ("video.jpg", "mjpeg", "yuvj420p", "image2"),
        ("video.mp4", "png", "rgb24", "image2"),
        ("video", "mjpeg", "yuvj420p", "image2"),
        ("video.bmp", "bmp", "bgr24", "image2"),
        ("video.webp", "libwebp", "yuv420p", "webp"),
        ("video.avif", "libsvtav1", "yuv420p", "avif"),
    ],
)
def test_a_picture(tmp_path, monkeypatch, name, codec, pixel_format, container_format):
    monkeypatch.setenv("SVT_LOG", "-1")
    write_picture(tmp_path / "picture", codec, pixel_format, container_format)
    (tmp_path / "picture").rename(tmp_path / name)
    assert_refused(tmp_path / name, "a picture, not a video", "give the video")


def test_sound_only(tmp_path):
    write_sound(tmp_path / "sound.wav")
    assert_refused(tmp_path / "sound.wav", "sound only", "give a video file")


def test_sound_with_a_cover_is_no_video(tmp_path):
    path = tmp_path / "sound.mp4"
    with av.open(path, "w") as container:
        sound = container.add_stream("aac", rate=8000, layout="mono")
        cover = add_cover(container)
        encode(container, cover, [numbered_picture(1)])
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), "fltp", "mono")
        silence.sample_rate, silence.pts = 8000, 0
        container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
    assert_refused(path, "sound only", "give a video file")


def test_a_recording_without_its_index(tmp_path):
    path = write_video(tmp_path / "video.mp4")
    cut(path, at=path.stat().st_size // 2)
    assert_refused(path, "index is missing", "copy it from the camera again")


def test_nothing_can_be_decoded(tmp_path):
    path = write_video(tmp_path / "video.mp4", options={"g": "1", "bf": "0"})
    for position, size in packets(path):
        overwrite(path, position, b"\xff" * size)
    assert_refused(path, "none of its frames can be decoded", "copy the video")


def test_an_unknown_codec(tmp_path):
    path = write_video(tmp_path / "video.mp4")
    overwrite(path, path.read_bytes().index(b"avc1", 200), b"zzzz")
    assert_refused(path, "compression format is unknown", "convert the video to H.264")


def test_frames_too_large_are_refused_undecoded(tmp_path, monkeypatch):
    path = write_video(
        tmp_path / "video.mkv", codec="ffv1", size_px=(MAX_SIDE_PX + 8, 16), n_frames=1
    )

    def refuse(self):
        pytest.fail("a frame was decoded")

    monkeypatch.setattr(VideoDecoder, "__iter__", refuse)
    assert_refused(path, "8200x16 pixels are too large", "convert the video to 4K", VideoError)


def test_a_size_that_the_container_hides_is_found_in_the_first_frame(tmp_path, monkeypatch):
    size_px = (MAX_SIDE_PX + 8, 16)
    path = write_video(tmp_path / "video.mkv", codec="ffv1", size_px=size_px, n_frames=1)
    # As if the container had claimed a small size.
    monkeypatch.setattr("kneescan.capture.container.opening.check_size", lambda *size: None)
    assert_refused(path, "8200x16 pixels are too large", "convert the video to 4K", VideoError)


@pytest.mark.parametrize(
    ("width_px", "height_px", "is_accepted"),
    [
        (7680, 4320, True),
        (4320, 7680, True),
        (8192, 4320, True),
        (8193, 16, False),
        (16, 8193, False),
        (7000, 6000, False),
    ],
)
def test_largest_size(width_px, height_px, is_accepted):
    if is_accepted:
        check_size("video.mp4", width_px, height_px)
    else:
        with pytest.raises(VideoError, match=f"{width_px}x{height_px} pixels are too large"):
            check_size("video.mp4", width_px, height_px)


def test_the_video_is_chosen_and_not_its_cover(tmp_path):
    path = tmp_path / "video.mp4"
    with av.open(path, "w") as container:
        cover, video = add_cover(container), add_video(container, "libx264", "yuv420p")
        encode(container, cover, [numbered_picture(99, width_px=192, height_px=128)])
        encode(container, video, [numbered_picture(number) for number in range(20)])
    numbers, _, info = read_video(path)
    assert numbers == list(range(20))
    assert (info.codec, info.width_px) == ("h264", 96)


DEFAULT, OTHER = av.stream.Disposition.default.value, 0


def write_two_tracks(path, first, second, n_frames=(20, 20)):
    """Write tracks given by size and disposition; pictures of the first are numbered from 100."""
    with av.open(path, "w") as container:
        tracks = []
        for size_px, disposition in (first, second):
            track = add_video(container, "libx264", "yuv420p", size_px=size_px)
            track.disposition = disposition
            tracks.append(track)
        for track, n, begin in zip(tracks, n_frames, (100, 0), strict=True):
            sizes = {"width_px": track.width, "height_px": track.height}
            encode(container, track, [numbered_picture(begin + k, **sizes) for k in range(n)])
    return path


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv"])
@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        (((48, 32), DEFAULT), ((96, 64), OTHER), 100),
        (((96, 64), OTHER), ((48, 32), DEFAULT), 0),
        (((96, 64), DEFAULT), ((96, 64), DEFAULT), 100),
        (((48, 32), DEFAULT), ((192, 128), OTHER), 0),
    ],
    ids=["the default one", "the default one last", "the first of equals", "no preview"],
)
def test_the_track_that_a_player_shows_is_chosen(tmp_path, container, first, second, chosen):
    path = write_two_tracks(tmp_path / f"video.{container}", first, second)
    numbers, _, _ = read_video(path)
    assert numbers == list(range(chosen, chosen + 20))


def test_a_few_large_stills_are_not_the_video(tmp_path):
    tracks = ((192, 128), DEFAULT), ((48, 32), OTHER)
    path = write_two_tracks(tmp_path / "video.mp4", *tracks, n_frames=(3, 20))
    numbers, _, _ = read_video(path)
    assert numbers == list(range(20))


def test_tags_in_an_unknown_encoding_do_no_harm(tmp_path):
    path = write_video(tmp_path / "video.mp4", tags={"title": "Kniebeuge"})
    overwrite(path, path.read_bytes().index(b"Kniebeuge"), b"Kn\xffebeuge")
    numbers, _, _ = read_video(path)
    assert len(numbers) == 20


@pytest.fixture
def listener():
    """A port of this computer that a file might make a program call."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.05)
        yield server


def assert_nobody_called(listener):
    with pytest.raises(TimeoutError):
        listener.accept()


def test_an_address_is_a_file_name(listener):
    port = listener.getsockname()[1]
    with pytest.raises(VideoNotFoundError, match="no such file"):
        VideoFile(f"http://127.0.0.1:{port}/video.mp4")
    assert_nobody_called(listener)


def test_a_file_that_is_called_like_an_address_is_read(tmp_path, monkeypatch, listener):
    port = listener.getsockname()[1]
    monkeypatch.chdir(tmp_path)
    write_video(tmp_path / "video.mp4").rename(f"http:127.0.0.1:{port}")
    numbers, _, _ = read_video(f"http:127.0.0.1:{port}")
    assert len(numbers) == 20
    assert_nobody_called(listener)


def test_addresses_inside_a_file_are_not_followed(tmp_path, listener):
    port = listener.getsockname()[1]
    playlist = tmp_path / "video.m3u8"
    playlist.write_text(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:3\n"
        f"#EXTINF:3,\nhttp://127.0.0.1:{port}/video.ts\n#EXT-X-ENDLIST\n"
    )
    with pytest.raises(NotAVideoError):
        VideoFile(playlist)
    assert_nobody_called(listener)


def test_no_protocol_may_be_used_at_all(tmp_path):
    with open_video(write_video(tmp_path / "video.mp4")) as video:
        assert video.container.container_options["protocol_whitelist"] == "none"


@pytest.mark.parametrize(("width_px", "height_px"), [(2, 2), (1920, 8), (15, 400)])
def test_a_size_in_which_nobody_can_be_seen(width_px, height_px):
    with pytest.raises(VideoError, match=f"{width_px}x{height_px} pixels are too small to show"):
        check_size("video.mp4", width_px, height_px)


ODD_NAMES = [
    "video %03d.mp4",
    "video*[0-9]?.mp4",
    "-video.mp4",
    "two\nlines.mp4",
    "2024:11:28 video.mp4",
    "pipe:0",
    "concat:a|b.mp4",
    "Kniebeuge \u00e4\u1f9b5.mp4",
    "video.m3u8",
    b"Knieb\xe4nder.mp4".decode("utf-8", "surrogateescape"),
    "f" * 251 + ".mp4",
]


@pytest.mark.skipif(os.name == "nt", reason="Windows does not allow these names")
@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
@pytest.mark.parametrize("is_absolute", [True, False])
def test_any_name_is_the_name_of_a_file(tmp_path, monkeypatch, name, is_absolute):
    monkeypatch.chdir(tmp_path)
    try:
        write_video(tmp_path / "video.mp4").rename(name)
    except OSError:
        pytest.skip("this disk does not allow this name")
    numbers, _, _ = read_video(tmp_path / name if is_absolute else name)
    assert numbers == list(range(20))
