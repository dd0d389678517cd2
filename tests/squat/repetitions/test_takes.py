"""Check where a video is divided: at cuts and long pauses, and not where the tracking fails for a moment."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.landmarks import Landmark, Side
from kneescan.simulate import Noise
from kneescan.squat.repetitions.detection import find_repetitions
from kneescan.squat.repetitions.takes import find_takes
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.settings import Settings
from tests.squat.joined import joined, moved
from tests.squat.videos import RIGHT, changed, filmed, squats

VIDEO = filmed(squats(2), noise=Noise(jitter_px=0.7)).pose
N_FRAMES = len(VIDEO)
OTHER = filmed(squats(2, RIGHT), noise=Noise(jitter_px=0.7), seed=1).pose


def with_shift(frames, x_px):
    xy_px = VIDEO.xy_px.copy()
    xy_px[frames] += [x_px, 0.0]
    return changed(VIDEO, xy_px=xy_px)


def exchanged(frames):
    xy_px = VIDEO.xy_px.copy()
    for part in ("shoulder", "hip", "knee", "ankle"):
        pair = [side.landmark(part) for side in Side]
        xy_px[frames, pair[0]], xy_px[frames, pair[1]] = (
            VIDEO.xy_px[frames, pair[1]],
            VIDEO.xy_px[frames, pair[0]],
        )
    return changed(VIDEO, xy_px=xy_px)


@pytest.mark.parametrize("x_px", [-60.0, 20.0, 200.0])
def test_a_body_that_is_elsewhere_at_once_and_stays_there_was_cut(x_px):
    film = joined(VIDEO, moved(OTHER, x_px))
    assert find_takes(film) == [slice(0, N_FRAMES), slice(N_FRAMES, len(film))]


@pytest.mark.parametrize(
    "pose",
    [
        VIDEO,
        filmed(squats(2, walk_in=True)).pose,
        with_shift(slice(150, 155), 100.0),
        exchanged(slice(150, 157)),
        exchanged(slice(150, N_FRAMES)),
    ],
    ids=["squats", "walks in", "glitch", "left for right", "left for right to the end"],
)
def test_squats_walking_and_failures_of_the_tracking_are_no_cuts(pose):
    assert find_takes(pose) == [slice(0, len(pose))]


def lost_for(seconds, start):
    xy_px = VIDEO.xy_px.copy()
    xy_px[start : start + round(seconds * VIDEO.fps)] = np.nan
    return changed(VIDEO, xy_px=xy_px)


def test_a_person_lost_for_long_in_the_middle_of_a_squat_is_still_in_the_same_take():
    first = find_repetitions(prepare_tracks(VIDEO, Settings()), Settings())[0].bounds
    way_down = first.start + (first.deepest - first.start) // 3
    assert len(find_takes(lost_for(1.2, way_down))) == 1


@pytest.mark.parametrize("how", [{"pause_s": 2.0}, {"empty_s": 2.0}])
@pytest.mark.parametrize(("x_px", "n_takes"), [(0.0, 1), (120.0, 2)], ids=["same place", "other"])
def test_a_long_pause_ends_a_take_if_neither_foot_is_where_one_was(how, x_px, n_takes):
    assert len(find_takes(joined(VIDEO, moved(OTHER, x_px), **how))) == n_takes


@pytest.mark.parametrize("n_frames", [0, 1, 2, 5, 20])
def test_a_short_video_is_one_take(n_frames):
    short = changed(
        VIDEO,
        time_s=VIDEO.time_s[:n_frames],
        xy_px=VIDEO.xy_px[:n_frames],
        visibility=VIDEO.visibility[:n_frames],
    )
    assert find_takes(short) == [slice(0, n_frames)]


def test_nobody_is_one_take():
    assert find_takes(changed(VIDEO, xy_px=np.full_like(VIDEO.xy_px, np.nan))) == [
        slice(0, N_FRAMES)
    ]


def test_takes_have_the_tracks_that_they_have_alone_and_a_pause_has_none():
    film = joined(VIDEO, moved(OTHER, 60.0), pause_s=1.37)
    tracks = prepare_tracks(film, Settings())
    first, second = tracks.takes
    for take, pose in ((first, VIDEO), (second, moved(OTHER, 60.0))):
        expected = prepare_tracks(pose, Settings())
        for kind in ("unfiltered", "measured", "rough"):
            for name, track in getattr(expected, kind).items():
                assert_allclose(getattr(tracks, kind)[name][take], track, atol=1e-6)
    pause = slice(first.stop, second.start)
    assert np.isnan(tracks.measured["left_knee"][pause]).all()
    assert_array_equal(tracks.missing[pause], 1.0)
    assert (np.diff(tracks.time_s) > 0).all()
    # 1.37 s and the usual interval between two frames, without the frames at both ends.
    assert tracks.time_s[pause].size == pytest.approx(1.37 * VIDEO.fps, abs=1)


def test_a_landmark_that_is_never_seen_makes_no_takes():
    xy_px = VIDEO.xy_px.copy()
    xy_px[:, Landmark.LEFT_SHOULDER] = np.nan
    assert len(find_takes(changed(VIDEO, xy_px=xy_px))) == 1
