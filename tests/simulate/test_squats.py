"""Check frames, cropping and seeds of whole clips."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from kneescan.landmarks import Landmark, PoseSequence
from kneescan.simulate import Camera, Noise, SquatScript, simulate
from tests.simulate.clips import EVERYTHING, one_squat


def test_twice_the_frame_rate_shows_the_same_positions():
    script = one_squat(valgus_deg=5, wobble_pct=2)
    camera = Camera(shake_px=2)
    slow, fast = (simulate(script, camera=camera, fps=fps, seed=3).truth for fps in (30, 60))
    assert_allclose(fast.time_s[::2], slow.time_s)
    assert_allclose(fast.xy_px[::2], slow.xy_px, atol=1e-9)
    assert fast.repetitions[0].fppa_deg == pytest.approx(slow.repetitions[0].fppa_deg)


def test_frame_times_can_be_given():
    time_s = np.sort(np.random.default_rng(1).uniform(0, 8, size=100))
    simulation = simulate(one_squat(), time_s=time_s)
    assert_array_equal(simulation.pose.time_s, time_s)
    assert_array_equal(simulation.truth.time_s, time_s)


def test_a_clip_can_start_and_end_in_the_middle_of_squats():
    script = SquatScript(n_repetitions=3, valgus_deg=[2, 5, 8])
    whole = simulate(script).truth
    start_s, stop_s = (whole.repetitions[i].deepest_s for i in (0, 2))
    part = simulate(script, start_s=start_s, stop_s=stop_s)
    truth = part.truth
    assert part.pose.time_s[0] == 0
    assert_allclose(part.pose.time_s[-1], stop_s - start_s, atol=1 / 30)
    assert [r.completed for r in whole.repetitions] == [True, True, True]
    assert [r.completed for r in truth.repetitions] == [False, True, False]
    assert [r.index for r in truth.repetitions] == [1, 2, 3]
    middle, middle_whole = truth.repetitions[1], whole.repetitions[1]
    assert_allclose(middle.start_s, middle_whole.start_s - start_s)
    assert_allclose(middle.fppa_deg, middle_whole.fppa_deg)
    assert truth.repetitions[0].start_s == 0
    assert_allclose(truth.repetitions[2].stop_s, truth.time_s[-1])


def test_cropping_shows_the_same_as_the_whole():
    script = SquatScript(n_repetitions=2, wobble_pct=2)
    whole, part = simulate(script).truth, simulate(script, start_s=5, stop_s=7).truth
    assert part.time_s.size == 60
    for name in ("xyz_m", "xy_px", "depth_pct", "knee_over_foot_pct", "fppa_deg", "wobble_pct"):
        assert_allclose(getattr(part, name), getattr(whole, name)[150:210], atol=1e-9)


def test_repetitions_that_were_cropped_away_are_not_listed():
    truth = simulate(SquatScript(n_repetitions=3), start_s=8).truth
    assert [r.index for r in truth.repetitions] == [2, 3]


@pytest.mark.parametrize(
    "wrong",
    [
        {"stop_s": 99},
        {"start_s": -1},
        {"start_s": 3, "stop_s": 3},
        {"fps": 0},
        {"time_s": np.array([0.0, 99.0])},
        {"time_s": np.array([0.0, 1.0]), "start_s": 2},
    ],
)
def test_frames_outside_the_script_are_refused(wrong):
    with pytest.raises(ValueError, match=r"within the script|no frame"):
        simulate(one_squat(), **wrong)


def test_the_same_seed_gives_the_same_bits():
    settings = {
        "camera": Camera(shake_px=2),
        "noise": Noise(jitter_px=1, drift_px=2, gap_fraction=0.1, outlier_frames=(4,)),
    }
    first, second, other = (
        simulate(one_squat(wobble_pct=2), seed=seed, **settings) for seed in (1, 1, 2)
    )
    assert_array_equal(first.pose.xy_px, second.pose.xy_px)
    assert_array_equal(first.truth.xy_px, second.truth.xy_px)
    assert not np.array_equal(first.truth.xy_px, other.truth.xy_px)


def test_a_simulated_pose_can_be_saved_with_all_that_made_it(tmp_path):
    noise = Noise(gaps=((1.0, 2.0),), gap_landmarks=(Landmark.LEFT_KNEE,))
    pose = simulate(EVERYTHING, noise=noise, seed=7).pose
    pose.save(tmp_path / "landmarks.npz")
    loaded = PoseSequence.load(tmp_path / "landmarks.npz")
    assert_array_equal(loaded.xy_px, pose.xy_px)
    assert loaded.provenance["seed"] == 7
    assert loaded.provenance["parts"][0]["peak_knee_flexion_deg"] == [60, 90]
