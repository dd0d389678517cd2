"""Invariance: mirror, size and clock do not matter, and inputs stay unchanged."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from kneescan.landmarks import PoseSequence
from kneescan.simulate import Camera, Noise
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.settings import Settings
from tests.squat.videos import (
    AS_SEEN,
    LEFT,
    RIGHT,
    analysed,
    assert_same_findings,
    changed,
    filmed,
    repetitions,
    squats,
)

# Held for 0.4 s, the deepest moments fall on frames: half-way between two either would be right.
HELD = {"hold_s": 0.4}
MOVING = {"valgus_deg": 8, "wobble_pct": 1, "pelvic_drop_deg": 5, "trunk_lean_deg": -6, **HELD}
NOISY = Noise(jitter_px=0.7, gap_fraction=0.05)
VIDEOS = {
    "exact": ((squats(**MOVING),), {}),
    "noisy": ((squats(side=RIGHT, walk_in=True, **MOVING),), {"noise": NOISY}),
    "oblique pistol": ((squats(free_leg="front", **MOVING),), {"camera": Camera(yaw_deg=6)}),
    "both legs": ((squats(valgus_deg=25, **HELD), squats(side=RIGHT, **HELD)), {}),
    "both feet": ((squats(side=None, **HELD),), {}),
    "faults": ((squats(5, touchdown_repetition=3, foot_shift_cm=10, **HELD),), {}),
}
every_video = pytest.mark.parametrize(("parts", "how"), VIDEOS.values(), ids=VIDEOS)


@every_video
def test_a_mirror_image_gives_the_same_numbers_on_the_other_leg(parts, how):
    video = filmed(*parts, **how)
    found = analyze_pose(video.pose.mirrored(), AS_SEEN)
    # Positions are kept to single precision, which a mirror rounds differently.
    assert_same_findings(found, analysed(*parts, **how), atol=1e-3, exchanged=True)


def test_a_mirror_image_turns_the_asymmetry_round():
    parts = VIDEOS["both legs"][0]
    mirrored = analyze_pose(filmed(*parts).pose.mirrored(), AS_SEEN)
    expected_deg = -analysed(*parts).asymmetry_fppa_deg
    assert mirrored.asymmetry_fppa_deg == pytest.approx(expected_deg, abs=1e-3)


@every_video
def test_a_picture_twice_as_large_gives_the_same_numbers(parts, how):
    pose, expected = filmed(*parts, **how).pose, analysed(*parts, **how)
    large = changed(pose, xy_px=2 * pose.xy_px, size_px=(2 * 540, 2 * 960))
    found = analyze_pose(large, AS_SEEN)
    assert found.quality.leg_length_px == pytest.approx(2 * expected.quality.leg_length_px)
    assert_same_findings(found, expected, atol=1e-6, but=["leg_length_px"])


def with_a_later_clock(parts, how):
    pose = filmed(*parts, **how).pose
    return analyze_pose(changed(pose, time_s=pose.time_s + 2.5), AS_SEEN)


@every_video
def test_a_clock_that_starts_later_gives_the_same_numbers(parts, how):
    found = with_a_later_clock(parts, how)
    expected = analysed(*parts, **how)
    assert_same_findings(found, expected, atol=1e-6)
    assert found.signals.time_s[0] == 0


def test_half_the_frames_give_nearly_the_same_numbers():
    script = squats(valgus_deg=8)
    fast, whole = filmed(script, fps=60).pose, analysed(script, fps=60)
    arrays = {name: getattr(fast, name)[::2] for name in ("time_s", "xy_px", "visibility")}
    half = analyze_pose(changed(fast, **arrays), AS_SEEN)
    for found, expected in zip(repetitions(half), repetitions(whole), strict=True):
        assert found.fppa_deg == pytest.approx(expected.fppa_deg, abs=0.1)
        assert found.wobble_pct == pytest.approx(expected.wobble_pct, abs=0.05)
        assert found.deepest_s == pytest.approx(expected.deepest_s, abs=0.05)


def test_an_analysis_leaves_landmarks_and_settings_alone():
    pose, thresholds = filmed(squats(**MOVING), noise=NOISY).pose, Settings()
    before = PoseSequence(
        time_s=pose.time_s,
        xy_px=pose.xy_px,
        visibility=pose.visibility,
        size_px=pose.size_px,
        provenance=dict(pose.provenance),
    )
    analyze_pose(pose, thresholds, provenance={"note": 1})
    for name in ("time_s", "xy_px", "visibility"):
        assert_array_equal(getattr(pose, name), getattr(before, name))
    assert pose.provenance == before.provenance
    assert thresholds == Settings()


def test_an_analysis_repeated_gives_the_same_numbers_to_the_bit():
    again = analyze_pose(filmed(squats(**MOVING), noise=NOISY).pose, AS_SEEN)
    assert_same_findings(again, analysed(squats(**MOVING), noise=NOISY), atol=0)


def test_corrections_change_the_fppa_and_the_offset_as_they_say():
    plain = repetitions(analysed(squats(**MOVING)))
    corrections = replace(
        AS_SEEN,
        fppa_gain=2.0,
        fppa_shift_deg=-3.0,
        knee_over_foot_gain=0.5,
        knee_over_foot_shift_pct=4.0,
    )
    corrected = repetitions(analysed(squats(**MOVING), settings=corrections))
    for found, expected in zip(corrected, plain, strict=True):
        assert found.fppa_deg == pytest.approx(2 * expected.fppa_deg - 3)
        assert found.knee_over_foot_pct == pytest.approx(0.5 * expected.knee_over_foot_pct + 4)


@settings(max_examples=8)
@given(
    side=st.sampled_from([LEFT, RIGHT]),
    free_leg=st.sampled_from(["behind", "front"]),
    valgus_deg=st.floats(-10, 18),
    descent_s=st.floats(0.8, 3),
    ascent_s=st.floats(0.8, 3),
    yaw_deg=st.floats(-15, 15),
    roll_deg=st.floats(-4, 4),
    jitter_px=st.floats(0, 1.5),
    seed=st.integers(0, 1000),
)
def test_anybodys_mirror_image_gives_the_same_numbers_on_the_other_leg(
    side, free_leg, valgus_deg, descent_s, ascent_s, yaw_deg, roll_deg, jitter_px, seed
):
    script = squats(
        2,
        side,
        free_leg=free_leg,
        valgus_deg=valgus_deg,
        descent_s=descent_s,
        ascent_s=ascent_s,
        **HELD,
    )
    camera = Camera(yaw_deg=yaw_deg, roll_deg=roll_deg)
    how = {"camera": camera, "noise": Noise(jitter_px=jitter_px), "seed": seed}
    pose = filmed.__wrapped__(script, **how).pose
    found, expected = (analyze_pose(p, AS_SEEN) for p in (pose.mirrored(), pose))
    assert_same_findings(found, expected, atol=0.01, exchanged=True)
