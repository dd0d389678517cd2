"""Slow motion: suspected from the pace of the squats, unless the recording rate is known."""

from dataclasses import replace

import numpy as np
import pytest

from kneescan.capture.reading_warnings import SLOW_MOTION_TAG_DOUBTFUL
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import Verdict
from kneescan.squat.verdict.pace import CAMERA_CLOCK, is_usual
from tests.squat.videos import (
    AS_SEEN,
    LEFT,
    filmed,
    reasons_of,
    repetitions,
    squats,
    warnings_of,
)

QUICK = {"descent_s": 1.0, "hold_s": 0.2, "ascent_s": 1.0}
STEADY = squats(5, **QUICK)
SHAKING = squats(5, wobble_pct=3.0, **QUICK)
INWARD = squats(5, valgus_deg=30.0, **QUICK)


def slowed(script, factor, *, video=None):
    """Video of squats recorded at a multiple of 30 frames/s and stored for playback at 30."""
    pose = filmed(script, fps=30 * factor).pose
    record = {} if video is None else {"video": video}
    return replace(pose, time_s=factor * pose.time_s, provenance=record)


def analysed(pose):
    return analyze_pose(pose, AS_SEEN)


def test_a_leg_that_shakes_is_suggested_in_true_time():
    leg = analysed(slowed(SHAKING, 1)).leg(LEFT)
    assert leg.verdict is Verdict.SUGGESTED
    assert "wobble_above" in reasons_of(leg)


@pytest.mark.parametrize("factor", [4, 8])
@pytest.mark.parametrize("script", [SHAKING, STEADY], ids=["shaking", "steady"])
def test_slow_motion_is_never_called_steady(script, factor):
    analysis = analysed(slowed(script, factor))
    leg = analysis.leg(LEFT)
    assert leg.verdict is Verdict.CANNOT_TELL
    assert leg.wobble_pct is None
    assert reasons_of(leg)[-1] == "wobble_in_doubt"
    assert all(np.isnan(rep.wobble_pct) for rep in leg.repetitions)
    assert warnings_of(analysis) == ["slow_motion_suspected"]


def test_squats_too_slow_to_be_found_are_suspected_all_the_same():
    script = squats(3, descent_s=2.0, hold_s=0.5, ascent_s=2.0)
    analysis = analysed(slowed(script, 8))
    assert {leg.verdict for leg in analysis.legs} == {Verdict.CANNOT_TELL}
    assert warnings_of(analysis) == ["no_single_leg_squat", "slow_motion_suspected"]
    (suspicion,) = (w for w in analysis.quality.warnings if w.code == "slow_motion_suspected")
    assert suspicion.values["seconds"] == pytest.approx(8 * 4.5, rel=0.05)


def test_inward_movement_does_not_depend_on_time():
    true, slow = (analysed(slowed(INWARD, factor)).leg(LEFT) for factor in (1, 8))
    assert slow.verdict is Verdict.SUGGESTED
    assert slow.fppa_deg.value == pytest.approx(true.fppa_deg.value, abs=0.5)


@pytest.mark.parametrize(
    "video",
    [{"recorded_fps": 30.0}, dict(CAMERA_CLOCK)],
    ids=["rate given", "times noted by the camera"],
)
def test_a_known_clock_leaves_no_doubt(video):
    analysis = analysed(slowed(STEADY, 4, video=video))
    assert analysis.leg(LEFT).wobble_pct is not None
    assert warnings_of(analysis) == []


@pytest.mark.parametrize(
    "how",
    [
        {"descent_s": 2.5, "ascent_s": 2.5, "hold_s": 0.0},
        {"descent_s": 3.0, "ascent_s": 3.0, "hold_s": 0.0},
        {"descent_s": 1.5, "ascent_s": 1.5, "hold_s": 6.0},
        {"descent_s": 6.0, "ascent_s": 1.5, "hold_s": 0.0},
    ],
    ids=["as asked for", "slower", "held", "slowly down"],
)
def test_slow_squats_of_people_are_believed(how):
    analysis = analysed(filmed(squats(5, **how)).pose)
    assert analysis.leg(LEFT).wobble_pct is not None
    assert warnings_of(analysis) == []


@pytest.mark.parametrize("script", [SHAKING, STEADY], ids=["shaking", "steady"])
def test_a_passage_slowed_down_leaves_doubt(script):
    pose = filmed(script, fps=120).pose
    whole = repetitions(analysed(pose))
    since_s = (whole[3].stop_s + whole[4].start_s) / 2
    ramp_s = pose.time_s + 7 * np.maximum(0.0, pose.time_s - since_s)
    analysis = analysed(replace(pose, time_s=ramp_s))
    assert reasons_of(analysis.leg(LEFT))[-1] == "wobble_in_doubt"
    (suspicion,) = analysis.quality.warnings
    assert suspicion.code == "slow_motion_suspected"
    assert suspicion.values["n"] == 1


def test_a_tag_that_may_be_right_leaves_doubt_at_any_pace():
    video = {"recorded_fps": 30.0, "warnings": [{"code": SLOW_MOTION_TAG_DOUBTFUL}]}
    analysis = analysed(slowed(STEADY, 1, video=video))
    assert reasons_of(analysis.leg(LEFT))[-1] == "wobble_in_doubt"
    assert warnings_of(analysis) == [SLOW_MOTION_TAG_DOUBTFUL]


@pytest.mark.parametrize(
    ("factor", "usual"), [(1, True), (2, True), (4, False), (8, False), (0.25, False)]
)
def test_the_usual_pace(factor, usual):
    pose = filmed(STEADY, fps=60).pose
    assert is_usual(analysed(replace(pose, time_s=factor * pose.time_s))) is usual


def test_without_squats_there_is_no_pace():
    pose = filmed(STEADY).pose
    still = replace(pose, xy_px=np.repeat(pose.xy_px[:1], len(pose), axis=0))
    assert not is_usual(analysed(still))
    assert warnings_of(analysed(still)) == ["no_single_leg_squat"]
