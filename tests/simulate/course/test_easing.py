"""Check smooth signals over time against values computed by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.simulate.course.easing import hump, minimum_jerk, wander


@pytest.mark.parametrize(("progress", "expected"), [(-1, 0), (0, 0), (0.5, 0.5), (1, 1), (2, 1)])
def test_a_movement_starts_at_0_and_ends_at_1(progress, expected):
    assert_allclose(minimum_jerk(np.array([progress])), [expected])


@pytest.mark.parametrize(("progress", "expected"), [(-1, 0), (0, 0), (0.5, 1), (1, 0), (2, 0)])
def test_a_hump_is_highest_halfway(progress, expected):
    assert_allclose(hump(np.array([progress])), [expected])


def test_wandering_has_unit_rms_and_does_not_depend_on_the_frame_rate():
    fast_s = np.arange(0, 300, 0.05)
    fast, slow = (
        wander(time_s, (4,), low_hz=0.1, high_hz=1, rng=np.random.default_rng(1))
        for time_s in (fast_s, fast_s[::2])
    )
    assert_allclose(fast[::2], slow)
    assert_allclose(np.sqrt(np.mean(fast**2, axis=0)), np.ones(4), rtol=0.1)
