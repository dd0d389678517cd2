"""Tracker: a body detected upside down is detected again, and the most certain of several is followed."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from kneescan.capture.video_file import VideoFile
from kneescan.landmarks import N_LANDMARKS, is_upside_down
from kneescan.pose.mediapipe.tracker import MAX_FRESH_STARTS, PoseTracker
from kneescan.pose.models.model_file import find_model

VIDEO = Path(__file__).parents[3] / "sample_videos" / "good_right.mp4"
UPRIGHT = np.repeat(np.linspace(0, 1, N_LANDMARKS)[:, None], 3, axis=1)
"""Landmarks from the nose at the top to the toes at the bottom."""
ON_THE_HEAD = 1 - UPRIGHT


@pytest.fixture(scope="module")
def picture():
    with VideoFile(VIDEO, max_side_px=640) as video:
        return next(islice(video, 80, None)).image_rgb


def new_tracker(kind: type[PoseTracker] = PoseTracker) -> PoseTracker:
    return kind(find_model().read_bytes(), model_name="model")


class Mistaken(PoseTracker):
    """Finds the given poses one after the other, and counts how often it started again."""

    n_begun = 0

    def _new_landmarker(self):
        self.n_begun += 1
        return self._landmarker if self.n_begun > 1 else super()._new_landmarker()

    def close(self):
        pass

    def find_people(self, image_rgb):
        return [next(self.poses)]


def track(poses, n_pictures, picture):
    """Result of a tracker that finds these poses, and how often it started again."""
    tracker = new_tracker(Mistaken)
    tracker.poses = iter(poses)
    found = np.array([tracker.track(picture) for _ in range(n_pictures)])
    PoseTracker.close(tracker)
    return found, tracker.n_begun - 1


def test_detection_starts_again_until_the_body_is_upright(picture):
    poses = [ON_THE_HEAD, ON_THE_HEAD, ON_THE_HEAD, UPRIGHT, UPRIGHT, UPRIGHT]
    found, n_begun = track(poses, 4, picture)
    assert n_begun == 2
    assert np.isnan(found[0]).all()  # a gap, not a person upside down
    assert_array_equal(found[1:], [UPRIGHT] * 3)


def test_a_video_that_is_upside_down_costs_only_a_few_more_starts(picture):
    n = 3 * MAX_FRESH_STARTS
    found, n_begun = track([ON_THE_HEAD] * 2 * n, n, picture)
    assert n_begun == MAX_FRESH_STARTS
    assert_array_equal(is_upside_down(found), np.arange(n) >= MAX_FRESH_STARTS)


def test_any_number_of_single_errors_is_corrected(picture):
    n = 2 * MAX_FRESH_STARTS
    poses = [UPRIGHT, ON_THE_HEAD, ON_THE_HEAD] * n  # upside down again after the new start
    found, n_begun = track(poses, 2 * n, picture)
    assert n_begun == n
    assert not is_upside_down(found).any()
    assert_array_equal(found[::2], [UPRIGHT] * n)


def test_after_a_new_start_it_finds_the_same_as_a_new_tracker(picture):
    """The position and visibility of the earlier body are forgotten."""
    with new_tracker() as fresh:
        expected = fresh.track(picture)
    with new_tracker() as tracker:
        for shift in range(5):
            tracker.track(np.roll(picture[::-1], 8 * shift, axis=1))
        (found,) = tracker._find_again(picture)
    assert_array_equal(found, expected)


@pytest.fixture(scope="module")
def two_people(picture):
    """The same person twice, so close together that the squares around both overlap by half."""
    aside_px = round(0.3 * picture.shape[1])
    alone = picture[:, aside_px:-aside_px]
    return np.concatenate([alone, alone], axis=1)


def test_of_two_people_close_together_the_more_certain_one_is_followed(two_people):
    with PoseTracker(find_model().read_bytes(), model_name="model", n_people=3) as everybody:
        most_certain, other = everybody.find_people(two_people)
    with new_tracker() as tracker:
        for _ in range(3):
            found = tracker.track(two_people)
    to_each = [np.abs(found[:, 0] - person[:, 0]).mean() for person in (most_certain, other)]
    assert to_each[0] < 0.05
    assert to_each[1] > 0.3


def standing(x: float) -> np.ndarray:
    """Landmarks of a person at x, surely visible."""
    return np.column_stack([np.full(N_LANDMARKS, x), UPRIGHT[:, 1], np.ones(N_LANDMARKS)])


@pytest.mark.parametrize(
    ("seen", "followed", "n_starts"),
    [
        ([standing(0.5)], 0.5, 0),
        ([standing(0.9), standing(0.5)], 0.5, 1),
        ([standing(0.9), standing(0.1), standing(0.9)], 0.9, 2),
    ],
    ids=["in the middle", "aside, another in the middle", "aside, nobody in the middle"],
)
def test_whoever_is_in_the_middle_is_followed(seen, followed, n_starts, picture):
    tracker = Mistaken(find_model().read_bytes(), model_name="model", prefers_middle=True)
    tracker.poses = iter(seen)
    found = tracker.track(picture)
    PoseTracker.close(tracker)
    assert_array_equal(found[:, 0], followed)
    assert tracker.n_begun - 1 == n_starts
