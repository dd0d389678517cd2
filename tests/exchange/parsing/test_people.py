"""Check that the right person is read, whatever the order of people in a file."""

import numpy as np
import pytest

from kneescan.errors import PoseFileError
from kneescan.exchange.parsing.people import choose_person, follow_people

N_FRAMES = 30


def person(x, *, sinks=0.0, n_missing=0):
    """Five points in a column at ``x``, moving down by ``sinks`` and up again."""
    track = np.ones((N_FRAMES, 5, 3))
    track[..., 0] = x
    track[..., 1] = np.arange(5) * 100
    track[..., 1] += sinks * np.sin(np.linspace(0, np.pi, N_FRAMES))[:, None]
    track[:, :n_missing] = np.nan
    return track


def test_people_listed_in_changing_order_are_distinguished():
    left, right = person(100), person(500)
    listed = [[left[k], right[k]] if k % 2 else [right[k], left[k]] for k in range(N_FRAMES)]
    tracks = sorted(follow_people(listed), key=lambda track: track[0, 0, 0])
    np.testing.assert_array_equal(tracks[0], left)
    np.testing.assert_array_equal(tracks[1], right)


def test_a_person_out_of_sight_for_a_while_is_the_same_person_afterwards():
    whole = person(100)
    listed = [[] if 10 <= k < 15 else [whole[k]] for k in range(N_FRAMES)]
    [track] = follow_people(listed)
    assert np.isnan(track[10:15]).all()
    np.testing.assert_array_equal(track[15:], whole[15:])


def test_the_most_complete_person_is_read():
    track, n_people = choose_person([person(100, n_missing=2), person(500)], None, file="x")
    assert track[0, 0, 0] == 500
    assert n_people == 2


def test_of_two_complete_people_the_one_who_squats_is_read():
    tracks = [person(100), person(500, sinks=80), person(900)]
    assert choose_person(tracks, None, file="x")[0][0, 0, 0] == 500


@pytest.mark.parametrize(("number", "x"), [(1, 100), (2, 500), (3, 900)])
def test_people_are_numbered_from_the_left(number, x):
    tracks = [person(500, sinks=80), person(900), person(100)]
    assert choose_person(tracks, number, file="x")[0][0, 0, 0] == x


def test_passers_by_do_not_count():
    passing = person(500)
    passing[5:] = np.nan
    assert choose_person([person(100), passing], None, file="x")[1] == 1


def test_a_person_that_is_not_there_is_one_line():
    with pytest.raises(PoseFileError, match=r"squat.json: there is no person 3; it has 1"):
        choose_person([person(100)], 3, file="squat.json")
    with pytest.raises(PoseFileError, match="nobody"):
        choose_person([], None, file="squat.json")
