"""Check which samples belong to a leg, and its length there."""

import numpy as np
import pytest

from kneescan.squat.repetitions.detection import find_repetitions
from kneescan.squat.repetitions.surroundings import (
    in_own_lengths,
    near_squats,
    own_medial_sign,
    own_tracks,
)
from kneescan.squat.repetitions.tracks import prepare_tracks
from kneescan.squat.settings import Settings
from tests.squat.joined import joined
from tests.squat.videos import LEFT, RIGHT, changed, filmed, squats

ONE = filmed(squats(2)).pose
OTHER = filmed(squats(2, RIGHT)).pose
SMALLER = changed(OTHER, xy_px=0.7 * OTHER.xy_px)


def prepared(pose):
    tracks = prepare_tracks(pose, Settings())
    return tracks, find_repetitions(tracks, Settings())


def test_near_is_from_one_second_before_a_squat_to_six_tenths_after_it():
    tracks, found = prepared(ONE)
    near = near_squats(tracks, found, LEFT)
    first, last = found[0].bounds, found[-1].bounds
    assert np.flatnonzero(near)[0] == max(0, first.start - 30)
    assert np.flatnonzero(near)[-1] == last.stop + 18 - 1
    assert not near_squats(tracks, found, RIGHT).any()


def test_near_ends_where_the_take_ends():
    tracks, found = prepared(joined(ONE, SMALLER))
    boundary = tracks.takes[1].start
    assert not near_squats(tracks, found, LEFT)[boundary:].any()
    assert not near_squats(tracks, found, RIGHT)[:boundary].any()


def test_each_leg_is_as_long_as_it_looks_in_its_own_squats():
    tracks, found = prepared(joined(ONE, SMALLER))
    lengths_px = {side: own_tracks(tracks, found, side).leg_length_px for side in (LEFT, RIGHT)}
    assert lengths_px[RIGHT] == pytest.approx(0.7 * lengths_px[LEFT], rel=0.02)
    alone, of_alone = prepared(ONE)
    assert lengths_px[LEFT] == pytest.approx(own_tracks(alone, of_alone, LEFT).leg_length_px)


def test_without_squats_the_leg_is_as_long_as_in_the_video():
    tracks, found = prepared(ONE)
    assert own_tracks(tracks, found, RIGHT).leg_length_px == tracks.leg_length_px


def test_depth_in_own_lengths_is_the_same_drop_in_pixels():
    tracks, found = prepared(ONE)
    own_px = own_tracks(tracks, found, LEFT).leg_length_px
    for scaled, squat in zip(in_own_lengths(found, tracks), found, strict=True):
        drop_px = squat.bounds.depth_pct * tracks.leg_length_px
        assert scaled.bounds.depth_pct * own_px == pytest.approx(drop_px)
        assert scaled.side is squat.side


def test_the_midline_is_where_it_is_in_the_squats_of_the_leg():
    # A second leg filmed from behind, where left and right are the other way round.
    behind = changed(OTHER, xy_px=[540, 0] + OTHER.xy_px * [-1, 1])
    tracks, found = prepared(joined(ONE, behind))
    assert own_medial_sign(tracks, found, LEFT) == -1
    assert own_medial_sign(tracks, found, RIGHT) == -1
