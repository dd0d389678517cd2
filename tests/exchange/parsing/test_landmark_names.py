"""Check that points of other tools are matched to landmarks on the subject's own side."""

import pytest

from kneescan.exchange.parsing.landmark_names import (
    BODY_25,
    COCO_WHOLEBODY,
    HALPE_26,
    NEEDED_PARTS,
    POINT_SETS,
    landmark_of,
    marker_name,
    set_of_size,
)
from kneescan.landmarks import Landmark, Side


@pytest.mark.parametrize(
    "name",
    [
        "LKnee",
        "Lknee",
        "lknee",
        "LKNEE",
        "left_knee",
        "LEFT_KNEE",
        "knee_left",
        "Left Knee",
        "l.knee",
    ],
)
def test_every_usual_spelling_of_the_left_knee_is_the_left_knee(name):
    assert landmark_of(name) is Landmark.LEFT_KNEE


@pytest.mark.parametrize(
    ("name", "landmark"),
    [
        ("RBigToe", Landmark.RIGHT_FOOT_INDEX),
        ("right_big_toe", Landmark.RIGHT_FOOT_INDEX),
        ("REar", Landmark.RIGHT_EAR),
        ("rear", Landmark.RIGHT_EAR),
        ("Nose", Landmark.NOSE),
        ("mouth_left", Landmark.MOUTH_LEFT),
        ("left_index", Landmark.LEFT_INDEX),
    ],
)
def test_points_with_names_of_their_own(name, landmark):
    assert landmark_of(name) is landmark


@pytest.mark.parametrize("name", ["Neck", "MidHip", "Hip", "Head", "LSmallToe", "left_thumb4", ""])
def test_points_that_kneescan_does_not_use_are_none(name):
    assert landmark_of(name) is None


def test_own_names_come_back():
    for landmark in Landmark:
        assert landmark_of(marker_name(landmark)) is landmark
        assert landmark_of(landmark.name.lower()) is landmark


@pytest.mark.parametrize("names", [BODY_25, HALPE_26, COCO_WHOLEBODY])
def test_sets_with_feet_have_all_that_a_squat_needs_once(names):
    found = [landmark_of(name) for name in names]
    known = [landmark for landmark in found if landmark is not None]
    assert len(known) == len(set(known))
    assert {side.landmark(part) for side in Side for part in NEEDED_PARTS} <= set(known)


@pytest.mark.parametrize(
    ("point_set", "number", "name"),
    [
        ("BODY_25", 14, "LAnkle"),
        ("BODY_25", 19, "LBigToe"),
        ("BODY_25", 24, "RHeel"),
        ("HALPE_26", 20, "LBigToe"),
        ("HALPE_26", 25, "RHeel"),
        ("COCO_WHOLEBODY", 16, "RAnkle"),
        ("COCO_WHOLEBODY", 17, "LBigToe"),
        ("COCO_WHOLEBODY", 22, "RHeel"),
    ],
)
def test_numbers_of_points_are_those_that_the_makers_publish(point_set, number, name):
    assert POINT_SETS[point_set][number] == name


def test_sets_are_recognised_by_their_size():
    assert [set_of_size(n) for n in (25, 26, 133, 17, 18)] == [
        "BODY_25",
        "HALPE_26",
        "COCO_WHOLEBODY",
        "COCO_17",
        None,
    ]
