"""Check that video files give upright pictures with square pixels and a limited size."""

from fractions import Fraction

import numpy as np
import pytest

from tests.capture.videos import (
    corners_shown,
    first_frame,
    read_video,
    set_display_matrix,
    write_video,
)


@pytest.mark.parametrize(
    ("matrix", "corners", "rotation_deg", "flipped"),
    [
        ((1, 0, 0, 1), "RGBW", 0, False),
        ((0, 1, -1, 0), "BRWG", 90, False),
        ((-1, 0, 0, -1), "WBGR", 180, False),
        ((0, -1, 1, 0), "GWRB", 270, False),
        ((-1, 0, 0, 1), "GRWB", 0, True),
        ((1, 0, 0, -1), "BWRG", 180, True),
        ((0, 1, 1, 0), "RBGW", 270, True),
        ((0, -1, -1, 0), "WGBR", 90, True),
    ],
    ids=["none", "90", "180", "270", "mirror", "upside down", "transpose", "antitranspose"],
)
@pytest.mark.parametrize("max_side_px", [None, 48])
def test_the_display_matrix_is_applied(
    tmp_path, matrix, corners, rotation_deg, flipped, max_side_px
):
    path = write_video(tmp_path / "video.mp4")
    set_display_matrix(path, *matrix)
    image_rgb, info = first_frame(path, max_side_px=max_side_px)
    assert corners_shown(image_rgb) == corners
    assert (info.rotation_deg, info.flipped, info.warnings) == (rotation_deg, flipped, [])
    upright = rotation_deg in (90, 270)
    assert (info.width_px, info.height_px) == ((64, 96) if upright else (96, 64))
    width_px, height_px = (32, 48) if upright else (48, 32)
    scale = 2 if max_side_px is None else 1
    assert image_rgb.shape == (height_px * scale, width_px * scale, 3)
    assert image_rgb.flags.c_contiguous


def test_an_odd_angle_is_rounded_and_reported(tmp_path):
    path = write_video(tmp_path / "video.mp4")
    cos, sin = np.cos(np.radians(80)), np.sin(np.radians(80))
    set_display_matrix(path, cos, sin, -sin, cos)
    image_rgb, info = first_frame(path)
    assert corners_shown(image_rgb) == "BRWG"
    assert info.rotation_deg == 90
    [(code, sentence)] = info.warnings
    assert code == "rotation_rounded"
    assert "80 degrees" in sentence


@pytest.mark.parametrize(
    ("size_px", "pixel_aspect", "displayed_px"),
    [
        ((96, 64), Fraction(4, 3), (128, 64)),
        ((96, 64), Fraction(1, 2), (48, 64)),
        ((720, 576), Fraction(16, 15), (768, 576)),
    ],
)
def test_pixels_are_made_square(tmp_path, size_px, pixel_aspect, displayed_px):
    path = write_video(
        tmp_path / "video.mp4", size_px=size_px, pixel_aspect=pixel_aspect, n_frames=1
    )
    image_rgb, info = first_frame(path)
    assert (info.width_px, info.height_px) == displayed_px
    assert image_rgb.shape == (*displayed_px[::-1], 3)
    assert corners_shown(image_rgb) == "RGBW"


def test_pixels_are_made_square_before_the_turn(tmp_path):
    path = write_video(tmp_path / "video.mp4", pixel_aspect=Fraction(4, 3))
    set_display_matrix(path, 0, 1, -1, 0)
    image_rgb, info = first_frame(path, max_side_px=64)
    assert (info.width_px, info.height_px) == (64, 128)
    assert image_rgb.shape == (64, 32, 3)


@pytest.mark.parametrize(
    ("size_px", "max_side_px", "image_px"),
    [
        ((97, 63), None, (97, 63)),
        ((97, 63), 50, (50, 32)),
        ((63, 97), 50, (32, 50)),
        ((96, 64), 96, (96, 64)),
        ((96, 64), 5000, (96, 64)),
        ((96, 64), 1, (1, 1)),
    ],
)
def test_images_are_shrunk_but_never_enlarged(tmp_path, size_px, max_side_px, image_px):
    path = write_video(tmp_path / "video.mkv", pixel_format="yuv444p", size_px=size_px)
    image_rgb, info = first_frame(path, max_side_px=max_side_px)
    assert image_rgb.shape == (*image_px[::-1], 3)
    assert image_rgb.dtype == np.uint8
    assert image_rgb.flags.c_contiguous
    assert (info.width_px, info.height_px) == size_px


def test_shrunken_frames_show_their_numbers(tmp_path):
    path = write_video(tmp_path / "video.mp4", size_px=(192, 128))
    numbers, _, _ = read_video(path, max_side_px=48)
    assert numbers == list(range(20))
