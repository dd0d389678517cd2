"""Times that rise, from lists of stored ones."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.capture.timestamps import TimestampRepair


def repaired(stored_s, nominal_interval_s=0.1):
    repair = TimestampRepair(nominal_interval_s)
    placed = list(repair.rising_times(enumerate(stored_s)))
    assert [index for index, _ in placed] == list(range(len(stored_s)))
    return [time_s for _, time_s in placed], repair


@pytest.mark.parametrize(
    "stored_s",
    [[0.0, 0.1, 0.2], [0.0, 0.03, 0.3, 0.31, 5.0], [0.0], []],
    ids=["constant", "variable", "one frame", "nothing"],
)
def test_rising_times_are_kept(stored_s):
    times_s, repair = repaired(stored_s)
    assert times_s == stored_s
    assert repair.n_repaired == 0
    assert repair.n_stored == len(stored_s)


def test_times_count_from_the_first_frame():
    times_s, repair = repaired([7.5, 7.6, 7.9])
    assert_allclose(times_s, [0.0, 0.1, 0.4])
    assert repair.n_repaired == 0


@pytest.mark.parametrize(
    ("stored_s", "expected_s", "n_repaired"),
    [
        ([0.0, 0.1, 0.1, 0.3], [0.0, 0.1, 0.2, 0.3], 1),
        ([0.0, 0.1, None, 0.3], [0.0, 0.1, 0.2, 0.3], 1),
        ([0.0, 0.1, 0.05, 0.3], [0.0, 0.1, 0.2, 0.3], 1),
        ([0.0, 0.1, 9.0, 0.3, 0.4], [0.0, 0.1, 0.2, 0.3, 0.4], 1),
        ([0.0, 0.1, None, None, 0.4], [0.0, 0.1, 0.2, 0.3, 0.4], 2),
        ([0.0, 0.1, 0.2, 0.2], [0.0, 0.1, 0.2, 0.3], 1),
        ([0.0, 0.1, 0.2, None], [0.0, 0.1, 0.2, 0.3], 1),
        ([None, 0.1, 0.2], [0.0, 0.1, 0.2], 1),
        ([None, None, 5.0, 5.2], [0.0, 0.1, 0.2, 0.4], 2),
        ([0.0, 0.1, 0.2, 0.0, 0.1, 0.2], [0.0, 0.1, 0.2, 0.3, 0.4, 0.5], 1),
        ([0.0, 0.1, 0.2, 0.2, 0.2, 0.5], [0.0, 0.1, 0.2, 0.3, 0.4, 0.5], 2),
    ],
    ids=[
        "repeated",
        "missing",
        "backwards",
        "far ahead",
        "two missing",
        "last repeated",
        "last missing",
        "first missing",
        "first two missing",
        "count begins again",
        "three times the same",
    ],
)
def test_a_useless_time_comes_from_its_neighbours(stored_s, expected_s, n_repaired):
    times_s, repair = repaired(stored_s)
    assert_allclose(times_s, expected_s, atol=1e-12)
    assert repair.n_repaired == n_repaired


def test_without_any_time_the_nominal_interval_counts():
    times_s, repair = repaired([None] * 4, nominal_interval_s=0.04)
    assert_allclose(times_s, [0.0, 0.04, 0.08, 0.12])
    assert repair.n_stored == 0


def test_the_film_s_own_interval_is_trusted_over_the_nominal_one():
    times_s, _ = repaired([0.0, 0.02, 0.04, 0.06, None, None], nominal_interval_s=0.1)
    assert_allclose(times_s[-2:], [0.08, 0.10])


def test_any_nonsense_gives_rising_times():
    rng = np.random.default_rng(3)
    stored_s = [None if rng.random() < 0.2 else rng.integers(-5, 5) / 10 for _ in range(500)]
    times_s, _ = repaired(stored_s)
    assert times_s[0] == 0
    assert np.diff(times_s).min() > 0


def test_only_one_frame_is_waited_for():
    asked = []

    def film():
        for index in range(3):
            asked.append(index)
            yield index, index / 10

    placed = TimestampRepair(0.1).rising_times(film())
    assert next(placed) == (0, 0.0)
    assert asked == [0, 1]
