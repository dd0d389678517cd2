"""The whole body, cut out and read again: the joints are found where they are, at any size and place."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.landmarks import N_LANDMARKS
from kneescan.pose.close_ups.whole_body import (
    CELLS,
    JPEG_QUALITY,
    MODEL_NAME,
    SIZE,
    WholeBodyModel,
    body_crop,
    decode,
    read_bodies,
)
from kneescan.pose.models.model_file import read_net


def maps(joint_cells, *, person_cell=(32, 32), offset=(0.0, 0.0)):
    """Maps of a person whose 17 joints are in these cells (row, column), without noise."""
    heatmap = np.zeros((17, CELLS, CELLS))
    centre = np.zeros((1, CELLS, CELLS))
    regress = np.zeros((34, CELLS, CELLS))
    centre[0][person_cell] = 1.0
    for k, cell in enumerate(joint_cells):
        heatmap[k][cell] = 0.8
        regress[2 * k][person_cell] = cell[0] - person_cell[0]
        regress[2 * k + 1][person_cell] = cell[1] - person_cell[1]
    offsets = np.zeros((34, CELLS, CELLS))
    offsets[0::2], offsets[1::2] = offset
    return heatmap, centre, regress, offsets


CELLS_OF_JOINTS = [(3 * k + 5, 2 * k + 10) for k in range(17)]


def test_joints_are_where_the_maps_have_them():
    joints = decode(*maps(CELLS_OF_JOINTS, offset=(0.25, 0.5)))
    expected = [(4 * (x + 0.5), 4 * (y + 0.25), 0.8) for y, x in CELLS_OF_JOINTS]
    assert_allclose(joints, expected)


def test_the_joint_of_somebody_else_is_left_out():
    heatmap, *others = maps(CELLS_OF_JOINTS)
    heatmap[:, 60, 62] = 1.0  # surer, but far from where this person's joints are expected
    assert_allclose(decode(heatmap, *others), decode(*maps(CELLS_OF_JOINTS)))


def test_the_person_in_the_middle_is_read():
    middle, beside = maps(CELLS_OF_JOINTS), maps([(40, 60)] * 17, person_cell=(32, 60))
    both = [one + other for one, other in zip(middle, beside, strict=True)]
    assert_allclose(decode(*both)[:, :2], decode(*middle)[:, :2])


def body(low, high):
    """Landmarks that fill this box. [px]"""
    return np.linspace(low, high, N_LANDMARKS)


def picture(height, width):
    image = np.full((height, width, 3), 128, np.uint8)
    image[::16] = 90
    return image


@pytest.mark.parametrize(("low", "high"), [((100, 50), (200, 550)), ((-20, 300), (150, 500))])
def test_the_crop_is_a_square_around_the_person_with_a_margin(low, high):
    crop = body_crop(picture(600, 400), body(low, high))
    side_px = SIZE / crop.scale
    assert side_px == pytest.approx(1.3 * max(np.subtract(high, low)))
    middle_px = np.array(crop.corner_px) + side_px / 2
    assert_allclose(middle_px, (np.array(low) + high) / 2, atol=0.5 / crop.scale)


def test_nobody_or_a_point_has_no_crop():
    image = picture(600, 400)
    assert body_crop(image, np.full((N_LANDMARKS, 2), np.nan)) is None
    assert body_crop(image, np.zeros((N_LANDMARKS, 2))) is None
    assert body_crop(image, body((2000, 2000), (2100, 2500))) is None


def test_a_crop_is_small_enough_to_keep():
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (600, 400, 3), dtype=np.uint8)
    crop = body_crop(noise, body((100, 50), (200, 550)))
    assert len(crop.jpeg) < 100_000
    assert JPEG_QUALITY >= 90


def test_any_number_of_workers_reads_the_same():
    crops = {k: body_crop(picture(600, 400), body((100 + k, 50), (200 + k, 550))) for k in range(3)}
    content = read_net(MODEL_NAME)
    one, two = (read_bodies(crops, content, n_workers=n) for n in (1, 2))
    assert list(one) == list(two) == [0, 1, 2]
    for k, crop in crops.items():
        assert_allclose(one[k], two[k])
        assert_allclose(one[k], WholeBodyModel(content).read(crop))
        assert one[k].shape == (2, 3, 3)
    assert read_bodies({}, content, n_workers=2) == {}
