"""Subject: the person who squats is found among several people, and the others are covered."""

import numpy as np
import pytest

from kneescan.frames import Frame
from kneescan.landmarks import Landmark
from kneescan.pose.subject import (
    BLANK,
    Sighting,
    choose_subject,
    is_aside,
    may_be_subject,
    only_subject,
    without_person,
)


def person(x: float, *, drop: float = 0.0, height: float = 0.8) -> np.ndarray:
    """A person standing at x, hips and shoulders sunk by a share of their height."""
    landmarks = np.zeros((33, 3))
    landmarks[:, 0] = x
    landmarks[:, 1] = 0.9
    for name, y in (("SHOULDER", 0.75), ("HIP", 0.5)):
        for side, across in (("LEFT", 0.05), ("RIGHT", -0.05)):
            at = x + across * height
            landmarks[Landmark[f"{side}_{name}"], :2] = at, 0.9 - height * (y - drop)
    landmarks[Landmark.NOSE, 1] = 0.9 - height
    return landmarks


def sightings(*, order: int = 1) -> list[Sighting]:
    """One person squats at 0.3, a larger one stands at 0.7; their order changes."""
    times_s = np.arange(0, 12, 0.25)
    drops = 0.06 * (1 - np.cos(2 * np.pi * times_s / 3))
    pairs = [(person(0.3, drop=drop, height=0.6), person(0.7)) for drop in drops]
    return [
        Sighting(time_s=t, people=pair[:: order if k % 3 else 1])
        for k, (t, pair) in enumerate(zip(times_s, pairs, strict=True))
    ]


@pytest.mark.parametrize("order", [1, -1], ids=["same order", "order changes"])
def test_the_one_who_squats_is_the_subject_though_the_other_is_larger(order: int) -> None:
    boxes = choose_subject(sightings(order=order))
    assert boxes is not None
    np.testing.assert_allclose(boxes[:, [0, 2]].mean(axis=1), 0.3, atol=0.01)


def test_a_single_person_needs_no_choice() -> None:
    alone = [Sighting(time_s=s.time_s, people=s.people[:1]) for s in sightings()]
    assert choose_subject(alone) is None


def test_a_passer_by_is_not_a_second_person() -> None:
    video = sightings()
    passing = [
        Sighting(time_s=s.time_s, people=s.people if k < 5 else s.people[:1])
        for k, s in enumerate(video)
    ]
    assert choose_subject(passing) is None


def test_nobody_at_all_needs_no_choice() -> None:
    assert choose_subject([Sighting(time_s=0.0, people=[])]) is None


def test_everything_but_the_subject_is_covered() -> None:
    image = np.full((100, 100, 3), 255, dtype=np.uint8)
    boxes = np.array([[0.2, 0.2, 0.4, 0.8]] * 2)
    video = [Frame(index=0, time_s=0.5, image_rgb=image)]
    [frame] = only_subject(video, np.array([0.0, 1.0]), boxes)
    # A margin of 15 % of the height of 0.6 is 0.09.
    assert (frame.image_rgb[15:85, 15:45] == 255).all()
    assert (frame.image_rgb[:, 55:] == BLANK).all()
    assert (frame.image_rgb[:10] == BLANK).all()
    assert (image == 255).all()


def test_a_moving_subject_is_followed_between_the_sightings() -> None:
    image = np.full((100, 100, 3), 255, dtype=np.uint8)
    boxes = np.array([[0.1, 0.3, 0.2, 0.6], [0.1, 0.3, 0.2, 0.6], [0.8, 0.3, 0.9, 0.6]])
    boxes = np.vstack([boxes, boxes[-1:]])
    video = [Frame(index=0, time_s=3.0, image_rgb=image)]
    [frame] = only_subject(video, np.array([0.0, 1.0, 2.0, 3.0]), boxes)
    assert (frame.image_rgb[40:50, 82:88] == 255).all()
    assert (frame.image_rgb[40:50, 5:15] == BLANK).all()


def with_visibility(landmarks: np.ndarray, visibility: float) -> np.ndarray:
    landmarks[:, 2] = visibility
    return landmarks


@pytest.mark.parametrize(
    ("x", "height", "visibility", "expected"),
    [
        (0.5, 0.8, 0.9, True),
        (0.65, 0.8, 0.9, True),
        (0.75, 0.8, 0.9, False),
        (0.5, 0.3, 0.9, False),
        (0.5, 0.8, 0.3, False),
    ],
    ids=["in the middle", "nearly", "aside", "far away", "uncertain"],
)
def test_the_subject_is_in_the_middle_large_and_certain(x, height, visibility, expected) -> None:
    other = with_visibility(person(0.9), 0.9)
    seen = with_visibility(person(x, height=height), visibility)
    assert may_be_subject(seen, other) is expected


@pytest.mark.parametrize(
    ("x", "expected"), [(0.15, True), (0.35, False), (0.5, False), (0.8, True)]
)
def test_a_bystander_may_be_whoever_stands_a_fifth_of_the_width_from_the_middle(
    x, expected
) -> None:
    assert is_aside(person(x)) is expected


def test_one_person_is_covered_and_the_picture_itself_is_not_changed() -> None:
    image = np.full((100, 100, 3), 255, dtype=np.uint8)
    covered = without_person(image, person(0.95, height=0.6))
    # From the head at 0.3 to the feet at 0.9, and the shoulders 0.03 to each side.
    assert (covered[30:90, 92:98] == BLANK).all()
    assert (covered[:, :90] == 255).all()
    assert (covered[:28] == 255).all()
    assert (image == 255).all()
