"""A tracker on its own: whom it follows once it has taken somebody the wrong way up."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from kneescan.capture.video_file import VideoFile
from kneescan.landmarks import N_LANDMARKS, is_upside_down
from kneescan.pose.mediapipe_tracker import MAX_FRESH_STARTS, PoseTracker
from kneescan.pose.model_file import find_model

FILM = Path(__file__).parents[2] / "sample_videos" / "good_right.mp4"
UPRIGHT = np.repeat(np.linspace(0, 1, N_LANDMARKS)[:, None], 3, axis=1)
"""Landmarks from the nose at the top to the toes at the bottom."""
ON_THE_HEAD = 1 - UPRIGHT


@pytest.fixture(scope="module")
def picture():
    with VideoFile(FILM, max_side_px=640) as video:
        return next(islice(video, 80, None)).image_rgb


def new_tracker(kind: type[PoseTracker] = PoseTracker) -> PoseTracker:
    return kind(find_model().read_bytes(), model_name="model")


class Mistaken(PoseTracker):
    """Takes everybody upside down until it has been shown so many black pictures."""

    n_black, n_needed = 0, 2

    def find_people(self, image_rgb):
        if not image_rgb.any():
            self.n_black += 1
            return []
        return [UPRIGHT if self.n_black >= self.n_needed else ON_THE_HEAD]


def test_a_body_is_sought_anew_until_it_is_upright(picture):
    with new_tracker(Mistaken) as tracker:
        found = [tracker.track(picture) for _ in range(4)]
        assert tracker.n_black == 2
    assert np.isnan(found[0]).all()  # a gap, not somebody on their head
    assert_array_equal(found[1:], [UPRIGHT] * 3)


def test_a_film_that_is_upside_down_costs_only_a_few_more_looks(picture):
    with new_tracker(Mistaken) as tracker:
        tracker.n_needed = 10**6
        found = [tracker.track(picture) for _ in range(3 * MAX_FRESH_STARTS)]
        assert tracker.n_black == MAX_FRESH_STARTS
    assert_array_equal(is_upside_down(np.array(found)), np.arange(len(found)) >= MAX_FRESH_STARTS)
