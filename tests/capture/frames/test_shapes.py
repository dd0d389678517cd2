"""Check videos that change their size or shape: those of most of the video count."""

from fractions import Fraction
from types import SimpleNamespace

import av
import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.capture.frames.decoding import first_stored_time
from kneescan.capture.frames.shapes import PixelAspect, shape_of_video
from kneescan.capture.video_file import VideoFile
from kneescan.output.source.frame_search import read_frames
from tests.capture.videos import (
    add_video,
    corners_shown,
    number_shown,
    numbered_picture,
    read_video,
    require_encoder,
    set_display_matrix,
    write_video,
)

UPRIGHT, LYING = (64, 96), (96, 64)
FPS = 25
OPTIONS = {"libx264": {"g": "10", "bf": "0"}}


def write_pieces(path, codec, pieces):
    """Video of pieces, each with its own size, number of frames and pixel aspect."""
    require_encoder(codec)
    pixel_format = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    number = 0
    with av.open(path, "w") as container:
        track = add_video(container, codec, pixel_format, size_px=pieces[0][0], fps=FPS)
        for size_px, n_frames, *aspect in pieces:
            encoder = av.CodecContext.create(codec, "w")
            encoder.width, encoder.height = size_px
            encoder.pix_fmt, encoder.time_base = pixel_format, Fraction(1, FPS)
            encoder.framerate = Fraction(FPS)
            if aspect:
                encoder.sample_aspect_ratio = aspect[0]
            encoder.options = OPTIONS.get(codec, {})
            waiting = []
            for _ in range(n_frames):
                picture = numbered_picture(number, width_px=size_px[0], height_px=size_px[1])
                frame = av.VideoFrame.from_ndarray(picture).reformat(format=pixel_format)
                frame.pts, frame.time_base = number, Fraction(1, FPS)
                waiting += encoder.encode(frame)
                number += 1
            for packet in waiting + encoder.encode(None):
                packet.stream = track
                container.mux(packet)
    return path


KINDS = [
    ("video.ts", "libx264"),
    ("video.webm", "libvpx"),
    ("video.mkv", "mjpeg"),
]


@pytest.mark.parametrize(("name", "codec"), KINDS, ids=[name for name, _ in KINDS])
@pytest.mark.parametrize(
    ("first", "then"),
    [(LYING, UPRIGHT), (UPRIGHT, LYING), ((48, 48), UPRIGHT)],
    ids=["turned upright", "turned to its side", "square at first"],
)
def test_the_shape_of_most_of_the_video_counts(tmp_path, name, codec, first, then):
    path = write_pieces(tmp_path / name, codec, [(first, 10), (then, 40)])
    with VideoFile(path) as video:
        frames = [(number_shown(frame.image_rgb), frame.time_s) for frame in video]
        shape = frames and video.info
    assert [number for number, _ in frames] == list(range(10, 50))
    assert_allclose([time_s for _, time_s in frames], np.arange(40) / FPS, atol=1e-3)
    assert (shape.width_px, shape.height_px) == then
    assert video.info.warnings == [
        (
            "shape_changed",
            "frames that differ in shape from most of the video and were left out: 10",
        )
    ]


def test_frames_of_another_shape_in_the_middle_leave_a_gap(tmp_path):
    path = write_pieces(
        tmp_path / "video.ts", "libx264", [(UPRIGHT, 20), (LYING, 10), (UPRIGHT, 20)]
    )
    numbers, times_s, _ = read_video(path)
    assert numbers == [*range(20), *range(30, 50)]
    assert_allclose(times_s, np.array(numbers) / FPS, atol=1e-3)


def test_frames_of_the_same_shape_are_brought_to_the_size_of_most(tmp_path):
    path = write_pieces(
        tmp_path / "video.ts", "libx264", [((128, 192), 10), (UPRIGHT, 30), ((32, 48), 5)]
    )
    with VideoFile(path) as video:
        shown = [(number_shown(frame.image_rgb), frame.image_rgb.shape) for frame in video]
    assert shown == [(number, (96, 64, 3)) for number in range(45)]
    assert video.info.warnings == []


def test_pixels_that_change_their_shape_are_seen(tmp_path):
    # A broadcast: first the end of a 4:3 programme, then 16:9 with the same number of pixels.
    pieces = [((96, 64), 12, Fraction(1)), ((96, 64), 36, Fraction(4, 3))]
    path = write_pieces(tmp_path / "video.ts", "libx264", pieces)
    numbers, _, info = read_video(path)
    assert numbers == list(range(12, 48))
    assert (info.width_px, info.height_px) == (128, 64)


@pytest.mark.parametrize("aspect", [Fraction(1, 1000), Fraction(1000)])
def test_absurd_pixel_shapes_are_ignored(aspect):
    context = SimpleNamespace(sample_aspect_ratio=aspect)
    stream = SimpleNamespace(sample_aspect_ratio=aspect, codec_context=context)
    assert PixelAspect(stream).now() == 1


def test_stills_are_found_in_a_video_that_begins_in_another_shape(tmp_path):
    path = write_pieces(tmp_path / "video.ts", "libx264", [(LYING, 10), (UPRIGHT, 40)])
    frames = read_frames(path, {5: 5 / FPS, 30: 30 / FPS})
    assert {index: number_shown(image) for index, image in frames.items()} == {5: 15, 30: 40}


def test_sound_counts_from_the_first_picture_that_is_measured(tmp_path):
    path = write_pieces(tmp_path / "video.mkv", "mjpeg", [(LYING, 10), (UPRIGHT, 40)])
    assert first_stored_time(path) == pytest.approx(10 / FPS, abs=1e-3)


def test_a_video_without_key_frames_has_the_shape_of_its_first_picture(tmp_path, monkeypatch):
    path = write_video(tmp_path / "video.mp4")
    monkeypatch.setattr("kneescan.capture.frames.shapes._sightings", lambda video: iter(()))
    assert shape_of_video(path) is None
    numbers, _, info = read_video(path)
    assert numbers == list(range(20))
    assert (info.width_px, info.height_px) == LYING


@pytest.mark.parametrize(
    ("rotate_deg", "corners"), [(0, "BRWG"), (90, "WBGR"), (180, "GWRB"), (270, "RGBW")]
)
def test_a_turn_comes_on_top_of_the_one_that_the_video_asks_for(tmp_path, rotate_deg, corners):
    path = write_video(tmp_path / "video.mp4")
    set_display_matrix(path, 0, 1, -1, 0)
    with VideoFile(path, rotate_deg=rotate_deg) as video:
        image_rgb = next(iter(video)).image_rgb
    assert corners_shown(image_rgb) == corners
    assert (video.info.width_px, video.info.height_px) == image_rgb.shape[1::-1]
    assert (video.info.rotation_deg, video.info.rotate_deg) == ((90 + rotate_deg) % 360, rotate_deg)
    [still] = read_frames(path, {3: 3 / 25}, rotate_deg=rotate_deg).values()
    assert corners_shown(still) == corners


def test_a_turn_comes_after_the_mirror(tmp_path):
    path = write_video(tmp_path / "video.mp4")
    set_display_matrix(path, -1, 0, 0, 1)
    with VideoFile(path, rotate_deg=90) as video:
        assert corners_shown(next(iter(video)).image_rgb) == "WGBR"


def test_only_quarter_turns_are_possible(tmp_path):
    path = write_video(tmp_path / "video.mp4")
    with pytest.raises(ValueError, match="0, 90, 180 or 270, got 45"):
        VideoFile(path, rotate_deg=45)
