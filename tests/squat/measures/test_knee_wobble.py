"""Wobble confirmed by close-ups."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.close_ups import CLOSE_UP_PARTS, CloseUps
from kneescan.landmarks import Side
from kneescan.simulate import Noise
from kneescan.squat.analysis import analyze_pose
from tests.squat.videos import AS_SEEN, LEFT, analysed, filmed, reasons_of, squats

NOISE = Noise(jitter_px=3.0)
SHAKING = squats(5, wobble_pct=2.5)


def looked_at(*parts, every=4, look_noise_px=1.0, **how):
    """Video with jitter, and close-ups whose errors differ from those of the landmarks."""
    exact, pose = (filmed(*parts, noise=noise, **how).pose for noise in (Noise(), NOISE))
    frame = np.arange(0, len(pose), every)
    index = np.array([[side.landmark(name) for name in CLOSE_UP_PARTS] for side in Side])
    errors = np.random.default_rng(8).normal(scale=look_noise_px, size=(frame.size, 2, 5, 2))
    return replace(
        pose,
        close_ups=CloseUps(
            frame=frame,
            xy_px=exact.xy_px[frame][:, index] + errors,
            spread_px=np.ones((frame.size, 2, 5)),
            yaw_deg=np.zeros((frame.size, 2)),
            knee_flexion_deg=np.full((frame.size, 2), 30.0),
        ),
    )


def leg_of(pose):
    return analyze_pose(pose, AS_SEEN).leg(LEFT)


@pytest.mark.parametrize(("fps", "every"), [(30, 4), (60, 8), (24, 3)])
def test_a_wobble_in_jitter_is_measured_to_15_percent(fps, every):
    leg = leg_of(looked_at(SHAKING, fps=fps, every=every))
    assert_allclose(leg.wobble_pct.value, 2.5, rtol=0.15)
    assert leg.wobble_pct.low < 2.5 < leg.wobble_pct.high


def test_jitter_that_the_close_ups_do_not_show_is_no_wobble():
    still = leg_of(looked_at(squats(5)))
    assert still.wobble_floor_pct > 0.7
    assert still.wobble_pct.value < 0.4


def test_a_leg_that_shakes_more_in_the_landmarks_than_standing_is_believed_only_if_close_ups_agree():
    seen = looked_at(squats(5), squats(5, wobble_pct=2.5))
    calm, wild = leg_of(seen).repetitions[:5], leg_of(seen).repetitions[5:]
    assert max(rep.wobble_pct for rep in calm) < 1.0
    assert min(rep.wobble_pct for rep in wild) > 1.8


def test_close_ups_narrow_the_interval_of_a_wobble():
    with_looks = leg_of(looked_at(SHAKING)).wobble_pct
    without = leg_of(replace(looked_at(SHAKING), close_ups=None)).wobble_pct
    assert with_looks.high - with_looks.low < without.high - without.low


def test_too_few_close_ups_to_agree_leave_the_wobble_beyond_the_floor():
    seldom = leg_of(looked_at(SHAKING, every=20))
    without = leg_of(replace(looked_at(SHAKING), close_ups=None))
    assert seldom.wobble_pct == without.wobble_pct


def test_squats_too_fast_to_tell_their_wobble_have_none_in_close_ups_either():
    fast = squats(5, descent_s=0.5, ascent_s=0.5, hold_s=0.0)
    leg = leg_of(looked_at(fast))
    assert leg.wobble_pct is None
    assert "wobble_not_measurable" in reasons_of(leg)
    assert np.isnan(analysed(fast, noise=NOISE).leg(LEFT).repetitions[0].wobble_pct)


def test_the_gain_of_a_wobble_counts_once():
    pose = looked_at(SHAKING)
    plain, raised = (
        analyze_pose(pose, replace(AS_SEEN, wobble_gain=gain)).leg(LEFT) for gain in (1.0, 1.3)
    )
    for one, other in zip(plain.repetitions, raised.repetitions, strict=True):
        assert_allclose(other.wobble_pct, 1.3 * one.wobble_pct)
