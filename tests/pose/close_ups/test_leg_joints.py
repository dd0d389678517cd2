"""Joints from the network's maps, and from close-ups of a drawn or filmed leg."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.capture.video_file import VideoFile
from kneescan.close_ups import CLOSE_UP_PARTS
from kneescan.errors import ModelFileError
from kneescan.landmarks import MIRRORED_ORDER, Landmark, Side
from kneescan.pose.close_ups.leg_joints import (
    N_COLUMNS,
    STRIDE,
    CloseUpModel,
    expected_places,
    raised_leg,
    read_close_up_nets,
)
from kneescan.pose.close_ups.nets import one_thread_per_net
from kneescan.pose.mediapipe.estimator import MediaPipeEstimator
from kneescan.pose.models.model_file import find_model
from kneescan.simulate import Camera, SquatScript, simulate

YAW = N_COLUMNS - 2
YAW_15_DEG = Path(__file__).with_name("yaw_15_deg_right.jpg")
VIDEO = Path(__file__).resolve().parents[3] / "sample_videos" / "good_right.mp4"


@pytest.fixture(scope="module")
def model():
    return CloseUpModel(read_close_up_nets())


# ---------------------------------------------------------------- maps


def peaked(row, column, shape=(44, 28)):
    maps = np.full((1, *shape), -50.0)
    maps[0, row, column] = 0.0
    return maps


def test_a_map_with_one_peak_puts_the_joint_into_the_middle_of_that_cell():
    places, spread = expected_places(peaked(10, 3))
    assert_allclose(places, [[3.5 * STRIDE - 0.5, 10.5 * STRIDE - 0.5]], atol=1e-6)
    assert_allclose(spread, [0.0], atol=1e-6)


def test_two_equal_peaks_put_it_between_them_and_tell_how_unsure_they_are():
    maps = np.maximum(peaked(10, 3), peaked(10, 5))
    places, spread = expected_places(maps)
    assert_allclose(places, [[4.5 * STRIDE - 0.5, 10.5 * STRIDE - 0.5]], atol=1e-6)
    assert_allclose(spread, [STRIDE], rtol=1e-6)


def test_a_constant_changes_nothing():
    maps = np.random.default_rng(3).normal(size=(5, 44, 28))
    for before, after in zip(expected_places(maps), expected_places(maps + 700.0), strict=True):
        assert_allclose(after, before)


# ---------------------------------------------------------------- looks


@pytest.fixture(scope="module")
def seen():
    """A picture of a person about to stand on the right leg, with the landmarks of the pose model."""
    return tracked(20)


@pytest.fixture(scope="module")
def seen_on_one_leg():
    """The same a second later, left foot in the air."""
    return tracked(60)


@pytest.fixture(scope="module")
def seen_from_the_side():
    """A person on the right leg at the bottom of a squat, rendered with a yaw of 15 degrees."""
    return landmarks_in(np.ascontiguousarray(cv2.imread(str(YAW_15_DEG))[..., ::-1]))


def tracked(number):
    with VideoFile(VIDEO) as video:
        return landmarks_in(next(islice(video, number, None)).image_rgb)


def landmarks_in(image_rgb):
    estimator = MediaPipeEstimator(find_model(), n_workers=1)
    with estimator.tracker() as tracker:
        landmarks = [tracker.track(image_rgb) for _ in range(3)][-1]
    return image_rgb, landmarks


def joints_px(model, image_rgb, landmarks):
    height, width = image_rgb.shape[:2]
    columns = model.read(image_rgb, landmarks)
    assert columns.shape == (2, N_COLUMNS)
    return columns[:, :-2].reshape(2, len(CLOSE_UP_PARTS), 3)[..., :2] * (width, height)


def pose_px(image_rgb, landmarks):
    height, width = image_rgb.shape[:2]
    index = [[side.landmark(part) for part in CLOSE_UP_PARTS] for side in Side]
    return landmarks[index, :2] * (width, height)


def test_the_stance_leg_differs_from_the_pose_model_by_a_few_per_cent_at_most(model, seen):
    found, before = joints_px(model, *seen), pose_px(*seen)
    leg_px = np.linalg.norm(before[1, 0] - before[1, 2])
    apart_pct = 100 * np.linalg.norm(found[1] - before[1], axis=-1) / leg_px
    assert np.all(apart_pct < 10)
    assert apart_pct.max() > 0.2  # it has used the picture, not copied the input


def test_in_a_mirror_it_sees_the_mirror_image(model, seen):
    image_rgb, landmarks = seen
    mirrored = landmarks[MIRRORED_ORDER].copy()
    mirrored[:, 0] = 1 - mirrored[:, 0]
    there = joints_px(model, np.ascontiguousarray(image_rgb[:, ::-1]), mirrored)
    there[..., 0] = image_rgb.shape[1] - there[..., 0]
    assert_allclose(there[::-1], joints_px(model, *seen), atol=0.05)


def test_in_a_mirror_it_sees_the_opposite_yaw(model, seen):
    image_rgb, landmarks = seen
    mirrored = landmarks[MIRRORED_ORDER].copy()
    mirrored[:, 0] = 1 - mirrored[:, 0]
    there = model.read(np.ascontiguousarray(image_rgb[:, ::-1]), mirrored)
    assert_allclose(there[::-1, YAW], -model.read(*seen)[:, YAW], atol=0.05)


@pytest.mark.parametrize(
    ("picture", "true_yaw_deg"), [("seen_on_one_leg", 0), ("seen_from_the_side", 15)]
)
def test_the_yaw_is_the_true_one(model, request, picture, true_yaw_deg):
    image_rgb, landmarks = request.getfixturevalue(picture)
    # The yaw is that out of the line of sight to the ankle, not to the middle of the picture.
    focal_px = image_rgb.shape[0] / 2 / np.tan(np.radians(60 / 2))
    ankle = landmarks[Side.RIGHT.landmark("ankle"), 0] - 0.5
    aside_deg = np.degrees(np.arctan(ankle * image_rgb.shape[1] / focal_px))
    found_deg = model.read(image_rgb, landmarks)[1, YAW]
    assert_allclose(found_deg, true_yaw_deg - aside_deg, atol=5)


def test_the_yaw_does_not_depend_on_the_background(model, seen_on_one_leg):
    """A wall and a floor seen at an angle must not look like a turned body."""
    image_rgb, landmarks = seen_on_one_leg
    height, width = image_rgb.shape[:2]
    x, y = (landmarks[:, :2] * (width, height)).T
    body = np.zeros((height, width), np.uint8)
    hull = cv2.convexHull(np.column_stack([x, y]).astype(np.int32))
    cv2.fillConvexPoly(body, hull, 1)
    body = cv2.dilate(body, np.ones((61, 61)))[..., None]
    yaw_deg = []
    for slant in (-0.4, 0.4):
        stripes = 60 * ((np.add.outer(slant * np.arange(height), np.arange(width)) // 24) % 2)
        elsewhere = np.where(body, image_rgb, (100 + stripes)[..., None]).astype(np.uint8)
        yaw_deg.append(model.read(elsewhere, landmarks)[1, YAW])
    # A network that never saw another room gives 12 degrees.
    assert abs(np.diff(yaw_deg)[0]) < 5


def test_it_moves_with_the_picture(model, seen):
    image_rgb, landmarks = seen
    moved = np.roll(image_rgb, (-7, 5), axis=(0, 1))
    height, width = image_rgb.shape[:2]
    shifted = landmarks.copy()
    shifted[:, :2] += (5 / width, -7 / height)
    before, after = joints_px(model, *seen), joints_px(model, moved, shifted)
    assert_allclose(after - before, np.broadcast_to([5, -7], before.shape), atol=0.3)


def test_it_does_not_copy_the_knee_of_the_pose_model(model, seen):
    image_rgb, landmarks = seen
    wrong = landmarks.copy()
    wrong[Landmark.RIGHT_KNEE, 0] += 0.02
    change_px = joints_px(model, image_rgb, wrong) - joints_px(model, *seen)
    knee = CLOSE_UP_PARTS.index("knee")
    assert abs(change_px[1, knee, 0]) < 0.25 * 0.02 * image_rgb.shape[1]


@pytest.mark.parametrize("place", [np.nan, 3.0])
def test_a_leg_that_is_not_in_the_picture_is_not_seen_or_does_no_harm(model, seen, place):
    image_rgb, landmarks = seen
    gone = landmarks.copy()
    for part in ("hip", "knee", "ankle"):
        gone[Side.LEFT.landmark(part), 0] = place
    columns = model.read(image_rgb, gone)
    assert np.isnan(columns[0]).all() == np.isnan(place)
    before = model.read(*seen)[1]
    # Except the yaw, which comes from the whole body and changes a little without a hip.
    assert_allclose(np.delete(columns[1], YAW), np.delete(before, YAW))
    assert_allclose(columns[1, YAW], before[YAW], atol=3)


def test_a_raised_leg_is_not_looked_at(model, seen_on_one_leg):
    image_rgb, landmarks = seen_on_one_leg
    columns = model.read(image_rgb, landmarks)
    assert np.isnan(columns[0]).all()
    assert np.isfinite(columns[1]).all()


@pytest.mark.parametrize(
    ("left_ankle_y", "expected"), [(600, None), (490, None), (470, Side.LEFT), (800, Side.RIGHT)]
)
def test_the_higher_foot_is_raised_if_it_is_clearly_higher(left_ankle_y, expected):
    points_px = np.zeros((33, 2))
    for side in Side:
        points_px[side.landmark("hip")] = 100, 200
        points_px[side.landmark("ankle")] = 100, 600
    points_px[Landmark.LEFT_ANKLE, 1] = left_ankle_y
    assert raised_leg(points_px) is expected
    points_px[Landmark.LEFT_ANKLE] = np.nan
    assert raised_leg(points_px) is None


@pytest.mark.parametrize(("height_m", "distance_m"), [(0.9, 2.0), (1.2, 2.5), (1.6, 2.0)])
def test_the_stance_leg_of_a_pistol_squat_gets_close_ups_for_any_camera(height_m, distance_m):
    script = SquatScript(side=Side.LEFT, n_repetitions=1, free_leg="front")
    camera = Camera(height_m=height_m, distance_m=distance_m)
    pose = simulate(script, camera=camera).pose
    raised = [raised_leg(points_px) for points_px in pose.xy_px]
    assert Side.LEFT not in raised


def test_the_free_leg_of_a_squat_gets_no_close_ups():
    pose = simulate(SquatScript(side=Side.LEFT, n_repetitions=2)).pose
    raised = [raised_leg(points_px) for points_px in pose.xy_px]
    assert Side.LEFT not in raised
    assert raised.count(Side.RIGHT) > 0.3 * len(raised)


def test_videos_measured_side_by_side_give_the_threads_of_opencv_back_with_the_last():
    n_before = cv2.getNumThreads()
    first, second = one_thread_per_net(), one_thread_per_net()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert cv2.getNumThreads() == 1
    second.__exit__(None, None, None)
    assert cv2.getNumThreads() == n_before


def test_the_threads_of_opencv_are_given_back():
    n_before = cv2.getNumThreads()
    with one_thread_per_net():
        assert cv2.getNumThreads() == 1
    assert cv2.getNumThreads() == n_before


@pytest.mark.parametrize("name", ["leg_close_up.onnx", "body_yaw.onnx"])
def test_a_damaged_net_is_named(name):
    with pytest.raises(ModelFileError, match=rf"(?s){name}: .*reinstall kneescan"):
        CloseUpModel({**read_close_up_nets(), name: b"no net"})
