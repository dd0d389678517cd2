"""Slow motion, from the tag that Android phones write."""

import pytest

from kneescan.capture.slow_motion import CAPTURE_RATE_TAG, slow_motion_factor


@pytest.mark.parametrize(
    ("tag", "container_fps", "expected"),
    [
        ("240.000000", 30.0, 8.0),
        ("240.000000", 29.97, 8.0),
        ("120", 30.0, 4.0),
        ("960", 30.0, 32.0),
        ("240", 25.0, 9.6),
        ("240.000000", 239.8, 1.0),
        ("120", 100.0, 1.0),
        ("30.000000", 15.0, 1.0),
        ("60.000000", 30.0, 1.0),
        ("5", 30.0, 1.0),
        ("nan", 30.0, 1.0),
        ("inf", 30.0, 1.0),
        ("fast", 30.0, 1.0),
        ("", 30.0, 1.0),
        ("240", None, 1.0),
        ("240", 0.0, 1.0),
    ],
)
def test_factor(tag, container_fps, expected):
    tags = {CAPTURE_RATE_TAG: tag}
    assert slow_motion_factor(tags, container_fps=container_fps) == pytest.approx(expected)


def test_films_without_the_tag_are_left_alone():
    assert slow_motion_factor({"title": "240"}, container_fps=30.0) == 1.0
