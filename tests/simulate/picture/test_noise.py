"""Check the errors of a pose model, one kind at a time."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.landmarks import MIRRORED_ORDER, Landmark
from kneescan.simulate import Noise

TIME_S = np.arange(100) / 10
EXACT_PX = np.arange(100 * 33 * 2, dtype=float).reshape(100, 33, 2)


def spoilt(noise, seed=1):
    return noise.spoil(TIME_S, EXACT_PX, seed=seed)


def test_no_noise_changes_nothing():
    xy_px, visibility = spoilt(Noise(visibility=0.9))
    assert_array_equal(xy_px, EXACT_PX)
    assert_array_equal(visibility, np.full((100, 33), 0.9))


def test_inputs_are_left_as_they_were():
    before = EXACT_PX.copy()
    spoilt(Noise(jitter_px=1, drift_px=1, gap_fraction=0.1, outlier_frames=(1,), swaps=((0, 1),)))
    assert_array_equal(EXACT_PX, before)


def test_jitter_has_the_deviation_asked_for():
    xy_px, _ = spoilt(Noise(jitter_px=2))
    errors_px = xy_px - EXACT_PX
    assert_allclose(errors_px.std(), 2, rtol=0.05)
    assert_allclose(np.mean(errors_px[1:] * errors_px[:-1]), 0, atol=0.2)


def test_drift_is_slow_and_has_the_rms_asked_for():
    xy_px, _ = spoilt(Noise(drift_px=2))
    errors_px = xy_px - EXACT_PX
    assert_allclose(np.sqrt(np.mean(errors_px**2)), 2, rtol=0.1)
    assert np.abs(np.diff(errors_px, axis=0)).max() < 1.3


def test_gaps_are_nan_and_invisible():
    xy_px, visibility = spoilt(Noise(gaps=((2.0, 3.0), (9.5, 99.0))))
    missing = np.isin(np.arange(100), [*range(20, 30), *range(95, 100)])
    assert_array_equal(np.isnan(xy_px).all(axis=(1, 2)), missing)
    assert_array_equal(visibility == 0, np.repeat(missing[:, np.newaxis], 33, axis=1))


def test_gaps_can_be_of_some_landmarks_only():
    knees = (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE)
    xy_px, _ = spoilt(Noise(gaps=((0.0, 1.0),), gap_landmarks=knees))
    assert_array_equal(np.flatnonzero(np.isnan(xy_px[0, :, 0])), knees)


def test_a_share_of_frames_goes_missing():
    xy_px, _ = spoilt(Noise(gap_fraction=0.25))
    assert np.isnan(xy_px).all(axis=(1, 2)).sum() == 25


def test_swaps_exchange_the_legs_in_their_interval():
    xy_px, _ = spoilt(Noise(swaps=((1.0, 1.2),)))
    mirrored_px = EXACT_PX[:, MIRRORED_ORDER]
    legs = slice(Landmark.LEFT_HIP, None)
    assert_array_equal(xy_px[10:12, legs], mirrored_px[10:12, legs])
    xy_px[10:12, legs] = EXACT_PX[10:12, legs]
    assert_array_equal(xy_px, EXACT_PX)


def test_swaps_can_be_of_other_parts():
    xy_px, _ = spoilt(Noise(swaps=((0.0, 99.0),), swap_parts=("shoulder",)))
    moved = np.flatnonzero((xy_px != EXACT_PX).any(axis=(0, 2)))
    assert_array_equal(moved, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER])


def test_outliers_jump_by_their_length_in_their_frames():
    xy_px, _ = spoilt(Noise(outlier_frames=(3, 50), outlier_px=40))
    jump_px = np.linalg.norm(xy_px - EXACT_PX, axis=-1)
    assert_allclose(jump_px[[3, 50]], 40)
    assert_array_equal(np.flatnonzero(jump_px.any(axis=1)), [3, 50])


def test_one_kind_of_noise_leaves_the_others_as_they_were():
    jitter, _ = spoilt(Noise(jitter_px=1))
    both, _ = spoilt(Noise(jitter_px=1, outlier_frames=(3,), gap_fraction=0.1))
    kept = ~np.isnan(both[:, 0, 0]) & (np.arange(100) != 3)
    assert_array_equal(both[kept], jitter[kept])


@pytest.mark.parametrize(
    "wrong", [{"jitter_px": -1}, {"drift_px": -1}, {"gap_fraction": 1.1}, {"visibility": -0.1}]
)
def test_impossible_noise_is_refused(wrong):
    with pytest.raises(ValueError, match=f"expected {next(iter(wrong))}"):
        Noise(**wrong)
