"""Check the contents of close-ups, their mirror image and their storage in a file."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.close_ups import CLOSE_UP_PARTS, CloseUps
from kneescan.landmarks import PoseSequence
from tests.test_landmarks import sequence

ARRAYS = ("frame", "xy_px", "spread_px", "yaw_deg", "knee_flexion_deg")


def close_ups(n_close_ups=3, **changes):
    rng = np.random.default_rng(2)
    n_parts = len(CLOSE_UP_PARTS)
    fields = {
        "frame": np.arange(n_close_ups) * 4,
        "xy_px": rng.uniform(0, 540, size=(n_close_ups, 2, n_parts, 2)),
        "spread_px": rng.uniform(1, 5, size=(n_close_ups, 2, n_parts)),
        "yaw_deg": rng.normal(size=(n_close_ups, 2)),
        "knee_flexion_deg": rng.uniform(0, 60, size=(n_close_ups, 2)),
    }
    return CloseUps(**{**fields, **changes})


def test_mirroring_exchanges_the_legs_and_reverses_x_and_yaw():
    seen = close_ups()
    mirror = seen.mirrored(540)
    assert_allclose(mirror.xy_px[:, 0, :, 0], 540 - seen.xy_px[:, 1, :, 0], atol=1e-4)
    assert_array_equal(mirror.xy_px[..., 1], seen.xy_px[:, ::-1, :, 1])
    assert_array_equal(mirror.yaw_deg[:, 1], -seen.yaw_deg[:, 0])
    assert_array_equal(mirror.knee_flexion_deg[:, 1], seen.knee_flexion_deg[:, 0])


def test_mirroring_twice_changes_nothing():
    again = close_ups().mirrored(540).mirrored(540)
    for name in ARRAYS:
        assert_allclose(getattr(again, name), getattr(close_ups(), name), atol=1e-4)


def test_a_mirrored_sequence_has_mirrored_close_ups():
    pose = sequence(n_frames=12, close_ups=close_ups())
    assert_array_equal(pose.mirrored().close_ups.xy_px, close_ups().mirrored(540).xy_px)


def test_a_file_gives_them_back_to_the_bit(tmp_path):
    pose = sequence(n_frames=12, close_ups=close_ups())
    pose.save(tmp_path / "a.npz")
    again = PoseSequence.load(tmp_path / "a.npz").close_ups
    for name in ARRAYS:
        assert_array_equal(getattr(again, name), getattr(pose.close_ups, name))


def test_a_file_without_them_has_none(tmp_path):
    sequence().save(tmp_path / "a.npz")
    assert PoseSequence.load(tmp_path / "a.npz").close_ups is None


def test_arrays_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="yaw_deg of shape"):
        close_ups(yaw_deg=np.zeros((2, 2)))
