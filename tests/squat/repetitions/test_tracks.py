"""Tracks: evenly spaced, without gaps too short to matter, swaps or spikes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.landmarks import Landmark
from kneescan.simulate import Noise
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.settings import Settings
from tests.squat.videos import changed, filmed, squats

EXACT = filmed(squats()).pose


def test_measured_tracks_of_exact_landmarks_are_those_landmarks():
    tracks = prepare_tracks(EXACT, Settings())
    for name in ("left_hip", "left_knee", "right_ankle", "left_foot_index"):
        expected = EXACT.xy_px[:, Landmark[name.upper()]]
        assert_allclose(tracks.unfiltered[name], expected)
        # The free foot is lifted within 0.8 s, which a low-pass of 6 Hz just follows.
        assert_allclose(tracks.measured[name], expected, atol=0.3)
    assert not tracks.missing.any()


def test_landmarks_below_the_least_visibility_are_not_measured():
    visibility = EXACT.visibility.copy()
    visibility[100:130, Landmark.LEFT_KNEE] = 0.49
    tracks = prepare_tracks(changed(EXACT, visibility=visibility), Settings())
    missing = np.isnan(tracks.measured["left_knee"]).any(axis=-1)
    assert_array_equal(np.flatnonzero(missing), np.arange(100, 130))
    assert np.isfinite(tracks.rough["left_knee"]).all()


@pytest.mark.parametrize(("n_missing", "closed"), [(2, True), (3, False)])
def test_gaps_up_to_a_tenth_of_a_second_are_closed(n_missing, closed):
    xy_px = EXACT.xy_px.copy()
    xy_px[100 : 100 + n_missing, Landmark.LEFT_KNEE] = np.nan
    tracks = prepare_tracks(changed(EXACT, xy_px=xy_px), Settings())
    assert np.isfinite(tracks.measured["left_knee"]).all() == closed


def test_a_spike_is_taken_out_and_closed():
    noise = Noise(outlier_frames=(150,), outlier_px=60)
    tracks = prepare_tracks(filmed(squats(), noise=noise).pose, Settings())
    expected = prepare_tracks(EXACT, Settings()).measured["left_knee"]
    assert_allclose(tracks.measured["left_knee"], expected, atol=0.3)


def test_swapped_legs_are_corrected():
    noise = Noise(swaps=((5.0, 5.2),))
    tracks = prepare_tracks(filmed(squats(), noise=noise).pose, Settings())
    expected = prepare_tracks(EXACT, Settings())
    for part in ("knee", "ankle", "foot_index"):
        name = f"left_{part}"
        assert_allclose(tracks.measured[name], expected.measured[name], atol=0.1)


def test_frames_without_a_person_are_known():
    xy_px = EXACT.xy_px.copy()
    xy_px[100:120] = np.nan
    tracks = prepare_tracks(changed(EXACT, xy_px=xy_px), Settings())
    assert_array_equal(np.flatnonzero(tracks.missing), np.arange(100, 120))


def test_times_count_from_the_first_frame():
    later = changed(EXACT, time_s=EXACT.time_s + 100)
    assert_allclose(prepare_tracks(later, Settings()).time_s, EXACT.time_s, atol=1e-9)
