"""Signals of a leg: medians, quiet stance, and their references."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.squat.measures.signals import median_within, quiet_stance, side_signals
from kneescan.squat.repetitions.detection import DetectedRepetition, find_repetitions, medial_signs
from kneescan.squat.repetitions.over_one_foot import RepetitionBounds
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.settings import Settings
from tests.squat.videos import AS_SEEN, LEFT, RIGHT, filmed, squats

NAN = np.nan


@pytest.mark.parametrize(
    ("inside", "expected"),
    [([1, 2, 9], 2.0), ([1, 2, NAN], 1.5), ([1, NAN, NAN], NAN), ([1, NAN], NAN), ([], NAN)],
    ids=["whole", "two of three", "one of three", "half", "nothing"],
)
def test_a_median_needs_more_than_half_of_its_samples(inside, expected):
    signal = np.array([100.0, *inside, 100.0])
    chosen = np.array([False, *[True] * len(inside), False])
    assert_array_equal(median_within(signal, chosen), expected)


def squat(start, stop, side):
    bounds = RepetitionBounds(
        start=start, deepest=(start + stop) // 2, stop=stop, depth_pct=10.0, standing=300.0
    )
    return DetectedRepetition(bounds=bounds, side=side)


def test_quiet_stance_is_the_time_around_the_squats_of_the_leg():
    tracks = prepare_tracks(filmed(squats()).pose, Settings())
    found = [squat(100, 200, LEFT), squat(220, 300, LEFT), squat(500, 600, RIGHT)]
    left = quiet_stance(tracks, found, LEFT)
    # One second before the first, the pause between the two, 0.6 s after the last.
    expected = [*range(70, 100), *range(200, 220), *range(300, 318)]
    assert_array_equal(np.flatnonzero(left), expected)
    right = quiet_stance(tracks, found, RIGHT)
    n_samples = tracks.time_s.size
    assert_array_equal(np.flatnonzero(right), [*range(470, 500), *range(600, min(618, n_samples))])


def test_quiet_stance_can_keep_away_from_the_squats():
    tracks = prepare_tracks(filmed(squats()).pose, Settings())
    found = [squat(100, 200, LEFT), squat(220, 300, LEFT)]
    left = quiet_stance(tracks, found, LEFT, apart_s=0.2)  # 6 frames
    assert_array_equal(np.flatnonzero(left), [*range(70, 94), *range(206, 214), *range(306, 318)])


def test_a_leg_that_did_not_squat_was_never_quiet():
    tracks = prepare_tracks(filmed(squats()).pose, Settings())
    assert not quiet_stance(tracks, [squat(100, 200, LEFT)], RIGHT).any()


def signals_of(script, side=LEFT, **how):
    video = filmed(script, **how)
    tracks = prepare_tracks(video.pose, AS_SEEN)
    found = find_repetitions(tracks, AS_SEEN)
    sign = medial_signs(tracks)[side]
    return video.truth, side_signals(tracks, found, side, sign, 0.0, AS_SEEN)


@pytest.mark.parametrize("side", [LEFT, RIGHT])
def test_the_signals_are_those_of_the_exact_landmarks_throughout_the_squats(side):
    truth, signals = signals_of(squats(side=side, valgus_deg=8), side)
    during = truth.repetition > 0
    assert_allclose(signals.fppa_deg[during], truth.fppa_deg[during], atol=0.3)
    offset_pct = truth.knee_over_foot_pct[during]
    assert_allclose(signals.knee_over_foot_pct[during], offset_pct, atol=0.3)
    assert_allclose(signals.hip_depth_pct[during], truth.depth_pct[during], atol=2)


def test_seen_from_the_front_the_midline_is_to_the_right_of_the_right_leg():
    # The subject's right is on the picture's left.
    tracks = prepare_tracks(filmed(squats()).pose, Settings())
    assert medial_signs(tracks) == {RIGHT: 1, LEFT: -1}
    mirrored = prepare_tracks(filmed(squats()).pose.mirrored(), Settings())
    assert medial_signs(mirrored) == {RIGHT: 1, LEFT: -1}


def test_a_foot_in_the_air_is_higher_than_the_other():
    truth, signals = signals_of(squats())
    assert signals.lift_pct[truth.phase == "quiet"].min() > 20
    assert_allclose(signals.lift_pct[truth.phase == "stand"], 0, atol=1)


def test_the_depth_is_zero_standing_and_largest_at_the_bottom():
    truth, signals = signals_of(squats())
    for depth_pct in (signals.depth_pct, signals.hip_depth_pct):
        assert_allclose(depth_pct[truth.phase == "pause"], 0, atol=0.3)
        assert truth.phase[np.argmax(depth_pct)] in ("descent", "hold", "ascent")
        assert depth_pct[truth.phase == "hold"].min() > 0.95 * depth_pct.max()
