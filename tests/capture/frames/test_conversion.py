"""Check that colours are as the video states them."""

import av
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.capture.frames.conversion import PictureConverter
from kneescan.capture.frames.orientation import Orientation
from kneescan.capture.frames.shapes import PictureShape

BT709, UNSPECIFIED, BT601, YCGCO, BT2020 = 1, 2, 6, 8, 9
LIMITED, FULL = 1, 2
AS_STORED = Orientation(rotation_deg=0, flipped=False, requested_rotation_deg=0)


def flat_picture(yuv, *, color_matrix, color_range, size_px=(32, 16)):
    """Picture of a single colour, as from a decoder."""
    width_px, height_px = size_px
    planes = np.empty((height_px * 3 // 2, width_px), np.uint8)
    planes[:height_px] = yuv[0]
    planes[height_px:].reshape(2, -1)[:] = np.array(yuv[1:])[:, np.newaxis]
    picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    picture.colorspace, picture.color_range = color_matrix, color_range
    return picture


def converter(pixel_aspect=1.0, max_side_px=None):
    shape = PictureShape(
        width_px=32,
        height_px=16,
        pixel_aspect=pixel_aspect,
        orientation=AS_STORED,
        pixel_format="yuv420p",
    )
    return PictureConverter(shape, max_side_px=max_side_px)


@pytest.mark.parametrize("max_side_px", [None, 16])
@pytest.mark.parametrize(
    ("yuv", "color_matrix", "color_range", "expected_rgb"),
    [
        ((235, 128, 128), BT709, LIMITED, (255, 255, 255)),
        ((16, 128, 128), BT709, LIMITED, (0, 0, 0)),
        ((255, 128, 128), BT709, FULL, (255, 255, 255)),
        ((16, 128, 128), BT709, FULL, (16, 16, 16)),
        ((63, 102, 240), BT709, LIMITED, (255, 0, 0)),
        ((81, 90, 240), BT601, LIMITED, (255, 0, 0)),
        ((81, 90, 240), UNSPECIFIED, LIMITED, (255, 0, 0)),
        ((173, 42, 26), BT709, LIMITED, (0, 255, 0)),
        ((76, 85, 255), BT601, FULL, (255, 0, 0)),
        ((74, 97, 240), BT2020, LIMITED, (255, 0, 0)),
    ],
)
def test_colors_follow_the_matrix_and_range_of_the_video(
    yuv, color_matrix, color_range, expected_rgb, max_side_px
):
    picture = flat_picture(yuv, color_matrix=color_matrix, color_range=color_range)
    image_rgb = converter(max_side_px=max_side_px).convert(picture)
    difference = image_rgb.astype(int) - expected_rgb
    assert np.abs(difference).max() <= 4


@pytest.mark.parametrize("max_side_px", [None, 16])
@pytest.mark.parametrize("color_matrix", range(18))
def test_no_color_matrix_is_refused(color_matrix, max_side_px):
    picture = flat_picture((235, 128, 128), color_matrix=color_matrix, color_range=LIMITED)
    image_rgb = converter(max_side_px=max_side_px).convert(picture)
    if color_matrix:
        assert_allclose(image_rgb, 255, atol=4)


def test_fine_detail_is_averaged_when_shrinking():
    chessboard = np.indices((16, 32)).sum(axis=0) % 2 * 255
    stored = np.repeat(chessboard[..., np.newaxis], 3, axis=-1).astype(np.uint8)
    image_rgb = converter(max_side_px=8).convert(av.VideoFrame.from_ndarray(stored))
    assert image_rgb.shape == (4, 8, 3)
    assert_allclose(image_rgb, 127.5, atol=1)


def test_grey_detail_of_a_video_is_averaged_when_shrinking():
    picture = flat_picture((126, 128, 128), color_matrix=BT709, color_range=LIMITED)
    chessboard = np.where(np.indices((16, 32)).sum(axis=0) % 2, 235, 16).astype(np.uint8)
    stored = np.vstack([chessboard, picture.to_ndarray()[16:]])
    video = av.VideoFrame.from_ndarray(stored, format="yuv420p")
    video.colorspace, video.color_range = BT709, LIMITED
    assert_allclose(converter(max_side_px=16).convert(video), 127.5, atol=2)


def test_a_small_image_keeps_the_colour_of_every_line_that_is_stored():
    stored = flat_picture((128, 128, 128), color_matrix=BT709, color_range=LIMITED).to_ndarray()
    red_chroma = stored[20:].reshape(8, 16)
    red_chroma[::2], red_chroma[1::2] = 90, 170
    video = av.VideoFrame.from_ndarray(stored, format="yuv420p")
    video.colorspace, video.color_range = BT709, LIMITED
    red = converter(max_side_px=16).convert(video)[..., 0].astype(int)
    assert red.shape == (8, 16)
    assert np.abs(np.diff(red, axis=0)).min() > 80


def test_an_image_is_not_the_memory_of_the_decoder():
    stored = np.full((16, 32, 3), 7, np.uint8)
    picture = av.VideoFrame.from_ndarray(stored)
    converter().convert(picture)[:] = 0
    assert_array_equal(picture.to_ndarray(), stored)


@pytest.mark.parametrize("size_px", [(64, 32), (20, 10), (33, 17)])
def test_a_picture_of_another_size_comes_out_at_the_size_of_the_video(size_px):
    picture = flat_picture((235, 128, 128), color_matrix=BT709, color_range=LIMITED)
    image_rgb = converter().convert(picture.reformat(*size_px))
    assert image_rgb.shape == (16, 32, 3)
    assert image_rgb.min() > 250
