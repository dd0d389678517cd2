"""Of fast videos, only as many frames are used as squats need."""

import numpy as np
import pytest

from kneescan.capture.timing.thinning import ENOUGH_FPS, TOLERANCE, every_nth


@pytest.mark.parametrize(
    ("fps", "every"),
    [
        (None, 1),
        (5.0, 1),
        (29.97, 1),
        (48.0, 1),
        (49.94, 2),
        (50.0, 2),
        (60.0, 2),
        (100.0, 4),
        (119.88, 4),
        (120.0, 4),
        (240.0, 8),
        (960.0, 32),
    ],
)
def test_frames_left_out(fps, every):
    assert every_nth(fps) == every


def test_enough_frames_remain_at_any_rate():
    for fps in np.linspace(1, 2000, 3000):
        remaining = fps / every_nth(fps)
        assert remaining >= min(fps, TOLERANCE * ENOUGH_FPS)
        assert remaining < 2 * ENOUGH_FPS
