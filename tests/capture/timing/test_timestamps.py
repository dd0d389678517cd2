"""Check that lists of stored times give rising times."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.capture.timing.timestamps import (
    GAP_S,
    MAX_STEP_S,
    WRAPS_S,
    TimestampRepair,
    WrappingClock,
)
from tests.capture.videos import read_video, write_video


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


def test_the_video_s_own_interval_is_trusted_over_the_nominal_one():
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

    def video():
        for index in range(3):
            asked.append(index)
            yield index, index / 10

    placed = TimestampRepair(0.1).rising_times(video())
    assert next(placed) == (0, 0.0)
    assert asked == [0, 1]


def test_a_step_that_no_camera_waits_leaves_a_short_gap():
    times_s, repair = repaired([0.0, 0.1, 2e6, 2e6 + 0.1, 2e6 + 0.2])
    assert_allclose(times_s, [0.0, 0.1, 0.1 + GAP_S, 0.2 + GAP_S, 0.3 + GAP_S], atol=1e-6)
    assert_allclose(repair.jumps_s, [2e6 - 0.1])
    assert repair.n_repaired == 0


@pytest.mark.parametrize("last_s", [1e6, 1e300])
def test_a_last_frame_far_away_leaves_a_short_gap(last_s):
    times_s, repair = repaired([0.0, 0.1, 0.2, last_s])
    assert_allclose(times_s, [0.0, 0.1, 0.2, 0.2 + GAP_S])
    assert len(repair.jumps_s) == 1


def test_a_pause_is_kept_as_it_is():
    times_s, repair = repaired([0.0, 0.1, 50.0, 50.1])
    assert_allclose(times_s, [0.0, 0.1, 50.0, 50.1])
    assert repair.jumps_s == []


@pytest.mark.parametrize("wrap_s", WRAPS_S, ids=["MPEG-TS", "RTP", "FLV"])
@pytest.mark.parametrize("direction", [1, -1], ids=["begins again", "and jumps back"])
def test_a_clock_that_begins_again_is_joined(wrap_s, direction):
    true_s = np.arange(10) / 25
    stored_s = true_s + np.where(np.arange(10) < 4, 0.0, -direction * wrap_s) + wrap_s
    clock = WrappingClock()
    unwrapped_s = [clock.unwrapped(time_s) for time_s in stored_s]
    assert_allclose(np.array(unwrapped_s) - unwrapped_s[0], true_s, atol=1e-6)
    assert clock.n_wraps == 1


def test_an_ordinary_clock_is_left_alone():
    clock = WrappingClock()
    stored_s = [0.0, 0.1, 9e4, 0.2, 1e6]
    assert [clock.unwrapped(time_s) for time_s in stored_s] == stored_s
    assert clock.n_wraps == 0


@pytest.mark.parametrize("seed", range(20))
def test_any_jumps_give_rising_times_no_longer_than_was_filmed(seed):
    rng = np.random.default_rng(seed)
    jumps_s = np.where(rng.random(300) < 0.05, rng.choice([-1e9, -30.0, 20.0, 1e5, 1e12], 300), 0)
    times_s, _ = repaired(np.cumsum(0.04 + jumps_s).tolist(), nominal_interval_s=0.04)
    assert np.diff(times_s).min() > 0
    assert times_s[-1] <= 300 * MAX_STEP_S


def read_video_of_ticks(tmp_path, ticks_ms, container="mkv"):
    return read_video(write_video(tmp_path / f"video.{container}", fps=25, ticks_ms=ticks_ms))


def test_a_video_with_one_time_far_away_is_put_together_and_says_so(tmp_path):
    ticks_ms = [40 * k + (2_000_000_000 if k >= 12 else 0) for k in range(25)]
    _, times_s, info = read_video_of_ticks(tmp_path, ticks_ms)
    assert_allclose(times_s[[11, 12, 24]], [0.44, 0.44 + GAP_S, 0.92 + GAP_S], atol=2e-3)
    assert info.timestamps == "repaired"
    ((code, sentence),) = info.warnings
    assert code == "clock_jumped"
    assert "once, by 2000000 s" in sentence
    assert info.nominal_fps == pytest.approx(25)


def test_a_video_whose_clock_wraps_keeps_its_true_times(tmp_path):
    wrap_ms = round(1000 * WRAPS_S[0])
    ticks_ms = [40 * k + (wrap_ms if k >= 12 else 0) for k in range(25)]
    _, times_s, info = read_video_of_ticks(tmp_path, ticks_ms)
    assert_allclose(times_s, np.arange(25) / 25, atol=2e-3)
    assert [code for code, _ in info.warnings] == ["clock_jumped"]


def test_a_video_of_nothing_but_jumps_asks_for_the_rate(tmp_path):
    video = write_video(tmp_path / "video.mkv", ticks_ms=[100_000_000 * k for k in range(20)])
    _, times_s, info = read_video(video)
    assert np.diff(times_s).max() <= GAP_S + 1e-9
    assert "--recorded-fps" in info.warnings[0][1]
    _, times_s, info = read_video(video, recorded_fps=25)
    assert_allclose(times_s, np.arange(20) / 25, atol=1e-3)
