"""Faces: the place of the head, even if it was not found."""

import numpy as np
from numpy.testing import assert_allclose

from kneescan.landmarks import Landmark, PoseSequence
from kneescan.output.privacy.faces import FaceBlur, circles_at, head_circles

FRONT = {
    Landmark.NOSE: (100, 50),
    Landmark.LEFT_EYE: (105, 45),
    Landmark.RIGHT_EYE: (95, 45),
    Landmark.LEFT_EAR: (112, 47),
    Landmark.RIGHT_EAR: (88, 47),
    Landmark.LEFT_SHOULDER: (130, 90),
    Landmark.RIGHT_SHOULDER: (70, 90),
    Landmark.LEFT_HIP: (115, 190),
    Landmark.RIGHT_HIP: (85, 190),
}


def body(points, n_frames=1):
    xy_px = np.full((n_frames, 33, 2), np.nan)
    for landmark, point in points.items():
        xy_px[:, landmark] = point
    return xy_px


def pose_of(xy_px, fps=10.0):
    return PoseSequence(
        time_s=np.arange(len(xy_px)) / fps,
        xy_px=xy_px,
        visibility=np.ones(xy_px.shape[:2]),
        size_px=(200, 300),
    )


def noise(seed=0):
    return np.random.default_rng(seed).integers(0, 256, (300, 200, 3), dtype=np.uint8)


def test_circle_holds_hair_and_chin():
    ((x, y, radius),) = head_circles(body(FRONT), np.zeros(1))
    assert_allclose((x, y), (100, 47.5))
    # From shoulder to hip it is 101 px: a head is a good half of that high.
    assert 25 < radius < 45


def test_head_turned_to_the_side_is_as_large():
    side = {**FRONT}
    for landmark in (Landmark.NOSE, Landmark.LEFT_EYE, Landmark.RIGHT_EYE):
        side[landmark] = (100, 47)
    side[Landmark.LEFT_EAR] = side[Landmark.RIGHT_EAR] = (98, 47)
    turned, straight = (head_circles(body(points), np.zeros(1))[0, 2] for points in (side, FRONT))
    assert turned > 0.9 * straight


def test_missing_head_is_nan():
    assert np.isnan(head_circles(np.full((2, 33, 2), np.nan), np.arange(2.0))).all()


def test_head_not_found_is_hidden_where_it_was_and_will_be():
    heads = np.full((11, 3), np.nan)
    heads[0], heads[10] = (50, 50, 10), (90, 50, 10)
    time_s = np.arange(11) / 10
    circles = circles_at(heads, time_s, 0.5)
    assert_allclose(circles[:, 0], (50, 90, 70))
    assert (circles[:, 2] > 20).all()


def test_only_the_found_place_is_hidden_where_it_was_found():
    heads = np.array([(50.0, 50.0, 10.0), (60.0, 50.0, 10.0)])
    assert_allclose(circles_at(heads, np.array([0.0, 0.1]), 0.1), [(60, 50, 10)])


def test_head_is_hidden_before_it_is_first_found():
    xy_px = body(FRONT, 5)
    xy_px[:3] = np.nan
    picture = noise()
    FaceBlur(pose_of(xy_px), (200, 300)).hide(picture, 0.0)
    assert picture[40:60, 90:110].std() < 15


def test_upper_part_is_hidden_where_no_head_was_ever_found():
    picture, before = noise(), noise()
    FaceBlur(pose_of(np.full((5, 33, 2), np.nan)), (200, 300)).hide(picture, 0.2)
    assert picture[:180].std() < 15
    assert (picture[180:] == before[180:]).all()


def test_nothing_but_the_head_is_hidden():
    picture, before = noise(), noise()
    FaceBlur(pose_of(body(FRONT, 5)), (200, 300)).hide(picture, 0.2)
    assert (picture[110:] == before[110:]).all()
    assert picture[40:60, 90:110].std() < 15


def test_head_at_the_edge_of_the_picture_is_hidden():
    points = {landmark: (x - 100, y) for landmark, (x, y) in FRONT.items()}
    picture = noise()
    FaceBlur(pose_of(body(points, 5)), (200, 300)).hide(picture, 0.2)
    assert picture[40:60, :12].std() < 15


def test_what_is_left_does_not_tell_two_fine_patterns_apart():
    first = np.zeros((300, 200, 3), np.uint8)
    first[::2] = 255
    second = 255 - first
    blur = FaceBlur(pose_of(body(FRONT, 5)), (200, 300))
    blur.hide(first, 0.2)
    blur.hide(second, 0.2)
    assert_allclose(first[40:60, 90:110], second[40:60, 90:110], atol=25)
