"""Warnings, each from a video that causes it."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.landmarks import Landmark
from kneescan.simulate import Camera, Noise
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import Verdict
from kneescan.squat.verdict.quality import BLOCKING, NOT_FROM_FRONT
from tests.squat.videos import (
    AS_SEEN,
    LEFT,
    RIGHT,
    analysed,
    changed,
    filmed,
    reasons_of,
    squats,
    warnings_of,
)

FAR = {"distance_m": 8.0, "fov_deg": 20.0}
"""Camera so far away that perspective hardly matters."""


def warning(analysis, code):
    return next(w for w in analysis.quality.warnings if w.code == code)


@pytest.mark.parametrize("side", [LEFT, RIGHT])
@pytest.mark.parametrize("free_leg", ["behind", "front"])
@pytest.mark.parametrize("fps", [30, 60])
def test_a_good_video_has_no_warnings(side, free_leg, fps):
    analysis = analysed(squats(side=side, free_leg=free_leg), fps=fps)
    assert warnings_of(analysis) == []
    assert analysis.quality.ok
    assert analysis.quality.detected_pct == 100
    assert_allclose(analysis.quality.fps, fps)


BAD = {
    "few_fps": {"fps": 25},
    "too_few_fps": {"fps": 15},
    "person_small": {"camera": Camera(distance_m=4)},
    "person_too_small": {"camera": Camera(distance_m=7)},
    "view_oblique": {"camera": Camera(yaw_deg=15)},
    "view_from_side": {"camera": Camera(yaw_deg=75)},
    "legs_look_short": {"camera": Camera(height_m=2.2, distance_m=2, fov_deg=55)},
    "picture_tilted": {"camera": Camera(roll_deg=-14)},
    "feet_cut_off": {"camera": Camera(pitch_deg=17)},
    "camera_moved": {"camera": Camera(shake_px=6)},
    "person_often_missing": {"noise": Noise(gap_fraction=0.5)},
}


@pytest.mark.parametrize(("code", "how"), BAD.items(), ids=BAD)
def test_a_bad_video_has_the_one_warning_it_deserves(code, how):
    analysis = analysed(squats(), **how)
    assert warnings_of(analysis) == [code]
    assert analysis.quality.ok == (code not in BLOCKING)


@pytest.mark.parametrize("shake_px", [1, 6])
def test_a_shaking_camera_is_told_of_as_steadied_once_the_background_shows_it(shake_px):
    steady = filmed(squats()).pose
    shaking = filmed(squats(), camera=Camera(shake_px=shake_px)).pose
    # Both have the same noise.
    camera_px = (shaking.xy_px - steady.xy_px)[:, 23]
    pose = changed(shaking, camera_px=camera_px - camera_px[0])
    expected = [] if shake_px == 1 else ["camera_steadied"]
    analysis = analyze_pose(pose, AS_SEEN)
    assert warnings_of(analysis) == expected
    assert analysis.quality.ok


@pytest.mark.parametrize(("code", "how"), BAD.items(), ids=BAD)
def test_a_video_too_bad_to_be_judged_is_not_judged(code, how):
    leg = analysed(squats(), **how).leg(LEFT)
    if code in BLOCKING or code == "view_oblique":
        assert leg.verdict is Verdict.CANNOT_TELL
        assert code in reasons_of(leg)
    else:
        assert leg.verdict is Verdict.NO_SIGN


@pytest.mark.parametrize(
    ("yaw_deg", "verdict", "codes"),
    [
        (0, Verdict.SUGGESTED, []),
        (7, Verdict.CANNOT_TELL, ["view_oblique"]),
        (-7, Verdict.CANNOT_TELL, ["view_oblique"]),
        (15, Verdict.CANNOT_TELL, ["view_oblique"]),
        (-15, Verdict.CANNOT_TELL, ["view_oblique"]),
    ],
)
def test_a_view_more_oblique_than_5_degrees_is_warned_of(yaw_deg, verdict, codes):
    analysis = analysed(squats(valgus_deg=19), camera=Camera(yaw_deg=yaw_deg, **FAR))
    assert warnings_of(analysis) == codes
    blocked = "view_oblique" in reasons_of(analysis.leg(LEFT))
    assert blocked == (abs(yaw_deg) > 10)
    if yaw_deg in (0, 15, -15):
        assert analysis.leg(LEFT).verdict is verdict


@pytest.mark.parametrize("free_leg", ["behind", "front"])
@pytest.mark.parametrize("side", [LEFT, RIGHT])
@pytest.mark.parametrize("yaw_deg", [-15, -8, -3, 0, 3, 8, 15])
def test_the_yaw_is_estimated_to_3_degrees(yaw_deg, side, free_leg):
    camera = Camera(yaw_deg=yaw_deg)
    found_deg = analysed(squats(2, side, free_leg=free_leg), camera=camera).quality.yaw_deg
    assert_allclose(found_deg, yaw_deg, atol=3)


def test_the_warning_of_an_oblique_view_says_how_oblique():
    values = warning(analysed(squats(), camera=Camera(yaw_deg=15)), "view_oblique").values
    assert_allclose(abs(values["yaw_deg"]), 15, atol=3)
    assert values["limit_deg"] == 10


@pytest.mark.parametrize(
    ("yaw_deg", "measured"), [(15, True), (25, True), (40, False), (-40, False)]
)
def test_a_leg_seen_from_far_aside_is_not_measured(yaw_deg, measured):
    for squat in analysed(squats(), camera=Camera(yaw_deg=yaw_deg)).leg(LEFT).repetitions:
        assert squat.valid == np.isfinite(squat.fppa_deg) == measured
        assert reasons_of(squat) == ([] if measured else ["view_oblique"])


@pytest.mark.parametrize("code", sorted(NOT_FROM_FRONT & BAD.keys()))
def test_a_leg_that_is_not_seen_from_the_front_has_no_angles(code):
    leg = analysed(squats(), **BAD[code]).leg(LEFT)
    assert reasons_of(leg) == [code]
    for squat in leg.repetitions:
        assert reasons_of(squat) == [code]
        assert np.isnan([squat.fppa_deg, squat.thigh_deg, squat.knee_over_foot_pct]).all()
        assert np.isfinite(squat.depth_pct)


@pytest.mark.parametrize("roll_deg", [-14, -4, 0, 4, 14])
def test_the_tilt_of_the_camera_is_that_of_the_standing_body(roll_deg):
    codes = warnings_of(analysed(squats(), camera=Camera(roll_deg=roll_deg)))
    assert ("picture_tilted" in codes) == (abs(roll_deg) > 10)
    if "picture_tilted" in codes:
        found = warning(analysed(squats(), camera=Camera(roll_deg=roll_deg)), "picture_tilted")
        assert_allclose(found.values["tilt_deg"], 14, atol=1)


def test_a_head_that_is_turned_away_leaves_the_view_unknown():
    pose = filmed(squats()).pose
    xy_px = pose.xy_px.copy()
    ears = xy_px[:, 7] - xy_px[:, 8]
    xy_px[:, 0] += 1.5 * ears  # the nose well to the left of the left ear
    analysis = analyze_pose(changed(pose, xy_px=xy_px), AS_SEEN)
    assert warnings_of(analysis) == ["view_unknown"]
    assert np.isnan(analysis.quality.yaw_deg)
    assert analysis.leg(LEFT).verdict is Verdict.CANNOT_TELL


def test_a_view_from_behind_is_distinguished_from_one_from_the_front():
    pose = filmed(squats()).pose
    behind = changed(pose, xy_px=[540, 0] + pose.xy_px * [-1, 1])
    analysis = analyze_pose(behind, AS_SEEN)
    assert warnings_of(analysis) == ["view_from_behind"]
    assert not analysis.quality.ok


def test_a_mirrored_camera_is_not_taken_for_a_view_from_behind():
    assert warnings_of(analysed(squats(), camera=Camera(mirrored=True))) == []


def test_another_person_taken_for_the_subject_is_noticed():
    pose = filmed(squats()).pose
    xy_px = pose.xy_px.copy()
    xy_px[200:205] += [300.0, 0.0]
    analysis = analyze_pose(changed(pose, xy_px=xy_px), AS_SEEN)
    assert "person_changes" in warnings_of(analysis)
    assert warning(analysis, "person_changes").values == {"n": 2}
    assert analysis.leg(LEFT).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("n_both", [1, 2])
def test_some_squats_on_both_feet_are_counted(n_both):
    analysis = analysed(squats(n_both, None), squats())
    assert warnings_of(analysis) == ["some_on_both_feet"]
    assert warning(analysis, "some_on_both_feet").values == {"n": n_both}
    assert analysis.leg(LEFT).verdict is Verdict.NO_SIGN


def test_squats_on_both_feet_only_are_reported():
    assert warnings_of(analysed(squats(side=None))) == ["both_feet", "no_single_leg_squat"]


def test_squats_on_both_feet_are_named_before_a_picture_that_looks_tilted():
    pose = filmed(squats(side=None)).pose
    turn = np.radians(14)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    above, xy_px = slice(0, Landmark.RIGHT_HIP + 1), pose.xy_px.copy()
    hips = xy_px[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1, keepdims=True)
    xy_px[:, above] = (xy_px[:, above] - hips) @ matrix.T + hips
    analysis = analyze_pose(replace(pose, xy_px=xy_px), AS_SEEN)
    codes = warnings_of(analysis)
    assert "picture_tilted" in codes
    assert codes[:2] == ["both_feet", "no_single_leg_squat"]
    assert {leg.reasons[0].code for leg in analysis.legs} == {"both_feet"}


def test_the_share_of_frames_with_a_person_is_given():
    analysis = analysed(squats(), noise=Noise(gap_fraction=0.5))
    assert_allclose(analysis.quality.detected_pct, 50, atol=0.2)
    values = warning(analysis, "person_often_missing").values
    assert_allclose(values["detected_pct"], 50, atol=0.2)
    assert values["limit_pct"] == 60


@pytest.mark.parametrize("distance_m", [2.5, 3, 4])
def test_the_leg_length_is_that_of_the_standing_leg_in_the_picture(distance_m):
    camera = Camera(distance_m=distance_m)
    truth = filmed(squats(), camera=camera).truth
    standing = truth.phase == "quiet"
    leg_px = np.ptp(truth.xy_px[standing][:, [LEFT.landmark("hip"), LEFT.landmark("ankle")], 1], 1)
    found_px = analysed(squats(), camera=camera).quality.leg_length_px
    assert_allclose(found_px, np.median(leg_px), rtol=0.03)
