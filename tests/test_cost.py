"""Check the measurements of the cost benchmark and the lines fitted through them."""

import json
from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose

from kneescan import analyze_pose
from tests import harness
from tests.test_close_ups import close_ups


def runs(*, seconds=(10.0, 20.0, 40.0), way="kneescan"):
    return [
        {"way": way, "times": times, "short_side_px": 540, "workers": 2, "n_frames": 500 * times,
         "megapixels": 0.5, "track_s": track_s, "track_mb": 300.0 + times, "analyze_s": 0.1 * times,
         "analyze_mb": 310.0}
        for times, track_s in zip((1, 2, 4), seconds, strict=True)
    ]  # fmt: skip


def test_of_each_point_the_shortest_time_and_the_largest_memory_are_shown():
    slow = [
        {**run, "track_s": run["track_s"] + 1, "track_mb": run["track_mb"] + 5} for run in runs()
    ]
    best = harness.cost_tables.best_of([*slow, *runs()])
    assert [run["track_s"] for run in best] == [10, 20, 40]
    assert [run["track_mb"] for run in best] == [306, 307, 309]


def test_slopes_are_those_of_a_straight_line():
    record = {"runs": runs(seconds=(11.0, 21.0, 41.0))}
    (sentence,) = harness.cost_tables.slope_sentences(record)
    # 10 s per 500 frames and 1 s at the start; 1 MB per 500 frames.
    assert sentence.startswith("Tracking: 20.00 ms per frame and 1.00 s to begin with; +2.0 MB per")


def test_points_that_several_series_share_are_measured_once():
    points = harness.cost.points_of(harness.cost.SERIES, n_cores=2)
    assert len(points) == len(set(points))
    assert {point.workers for point in points if point.way == harness.cost.KNEESCAN} == {1, 2}


def test_landmarks_are_repeated_without_a_gap():
    calm_video = harness.calm_video()
    longer = harness.cost.tiled(calm_video, 2 * len(calm_video) + 10)
    assert len(longer) == 2 * len(calm_video) + 10
    assert_allclose(np.diff(longer.time_s), 1 / calm_video.fps, atol=1e-6)
    assert_allclose(longer.xy_px[len(calm_video) :][:10], calm_video.xy_px[:10])
    n_squats = [len(analyze_pose(pose).leg("left").repetitions) for pose in (calm_video, longer)]
    assert n_squats[1] == 2 * n_squats[0]


def test_close_ups_are_repeated_with_the_landmarks():
    pose = replace(harness.calm_video(), close_ups=close_ups(3))
    longer = harness.cost.tiled(pose, len(pose) + 5).close_ups
    assert longer.frame.tolist() == [0, 4, 8, len(pose), len(pose) + 4]
    assert_allclose(longer.yaw_deg[3:], pose.close_ups.yaw_deg[:2])


def test_a_fresh_process_measures_time_and_memory():
    point = harness.cost.Point(way=harness.cost.ANALYSIS, n_frames=300)
    run = harness.cost.measure_in_new_process(None, point)
    assert run["n_frames"] == 300
    assert 0 < run["analyze_s"] < 60
    assert 50 < run["analyze_mb"] < 2000
    assert json.loads(json.dumps(run)) == run
