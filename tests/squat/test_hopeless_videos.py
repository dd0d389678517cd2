"""Videos that cannot be judged: the verdict is "can't tell", never an exception."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kneescan.landmarks import N_LANDMARKS, Landmark, PoseSequence
from kneescan.output.words.sentences import remedy
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import Verdict
from tests.squat.videos import LEFT, changed, filmed, reasons_of, squats, warnings_of

VIDEO = filmed(squats(2)).pose


def video(xy_px, fps=30.0, visibility=0.98, **more):
    """Video of given landmarks, shape (n_frames, 33, 2)."""
    return PoseSequence(
        time_s=np.arange(len(xy_px)) / fps,
        xy_px=xy_px,
        visibility=np.full(np.shape(xy_px)[:2], visibility),
        size_px=(540, 960),
        **more,
    )


def assert_cannot_tell(analysis, *reasons):
    assert {leg.verdict for leg in analysis.legs} == {Verdict.CANNOT_TELL}
    for leg in analysis.legs:
        assert leg.findings == ()
        assert reasons_of(leg)
        assert set(reasons) <= set(reasons_of(leg))


@pytest.mark.parametrize("n_frames", [0, 1, 2, 9, 10, 100, 1000])
def test_a_video_without_a_person_says_so(n_frames):
    analysis = analyze_pose(video(np.full((n_frames, N_LANDMARKS, 2), np.nan)))
    assert_cannot_tell(analysis, "no_person")
    assert [leg.side for leg in analysis.legs] == ["left", "right"]
    assert not analysis.quality.ok
    assert analysis.quality.detected_pct == 0


@pytest.mark.parametrize("n_frames", [1, 2, 3, 9, 10, 11, 15, 31, 60])
def test_a_video_of_a_few_frames_settles_nothing(n_frames):
    analysis = analyze_pose(video(VIDEO.xy_px[:n_frames]))
    assert_cannot_tell(analysis)
    assert analysis.legs[0].repetitions == ()


@pytest.mark.parametrize("n_seen", [1, 5, 10, 11])
def test_a_person_seen_in_a_few_frames_only_settles_nothing(n_seen):
    xy_px = VIDEO.xy_px.copy()
    xy_px[n_seen:] = np.nan
    assert_cannot_tell(analyze_pose(video(xy_px)))


def test_a_person_who_never_moves_settles_nothing():
    still = video(np.repeat(VIDEO.xy_px[:1], 300, axis=0))
    assert_cannot_tell(analyze_pose(still), "no_single_leg_squat")


@pytest.mark.parametrize("place", [0.0, 100.0])
def test_a_person_who_is_a_single_point_settles_nothing(place):
    assert_cannot_tell(analyze_pose(video(np.full((100, N_LANDMARKS, 2), place))))


def test_landmarks_anywhere_settle_nothing():
    xy_px = np.random.default_rng(1).uniform(0, 540, size=(300, N_LANDMARKS, 2))
    assert_cannot_tell(analyze_pose(video(xy_px)))


def test_a_person_upside_down_settles_nothing():
    analysis = analyze_pose(video(960 - VIDEO.xy_px))
    assert_cannot_tell(analysis, "upside_down")
    assert warnings_of(analysis) == ["upside_down"]


@pytest.mark.parametrize(("turned_deg", "rotate_deg"), [(90, 270), (270, 90)])
def test_a_video_on_its_side_says_how_to_turn_it(turned_deg, rotate_deg):
    lying = VIDEO.turned(turned_deg)
    analysis = analyze_pose(replace(lying, provenance={}))
    assert_cannot_tell(analysis, "on_its_side")
    [warning] = analysis.quality.warnings
    assert warning.values == {"rotate_deg": rotate_deg}
    assert f"--rotate {rotate_deg}" in remedy(warning, "en")
    assert f"--rotate {rotate_deg}" in remedy(warning, "de")


def test_for_a_wrongly_rotated_video_the_message_gives_the_total_rotation():
    # It lies with the head to the right; turned by 90 it stands on its head.
    twice = replace(VIDEO.turned(90), provenance={}).turned(90)
    [warning] = analyze_pose(twice).quality.warnings
    assert (warning.code, warning.values) == ("upside_down", {"rotate_deg": 270})


def test_a_body_taken_upside_down_for_a_while_is_no_video_upside_down():
    xy_px = VIDEO.xy_px.copy()
    xy_px[: len(xy_px) // 3] = 960 - xy_px[: len(xy_px) // 3]
    assert "upside_down" not in warnings_of(analyze_pose(video(xy_px)))


@pytest.mark.parametrize("visibility", [0.0, 0.3, np.nan])
def test_landmarks_that_the_model_hardly_sees_settle_nothing(visibility):
    pose = video(filmed(squats()).pose.xy_px, visibility=visibility)
    assert_cannot_tell(analyze_pose(pose), "too_few_repetitions", "some_landmarks_missing")


@pytest.mark.parametrize("fps", [1, 2, 3, 5, 10, 19])
def test_a_video_of_too_few_frames_per_second_settles_nothing(fps):
    analysis = analyze_pose(filmed(squats(5), fps=fps).pose)
    assert_cannot_tell(analysis, "too_few_fps")


@pytest.mark.parametrize("one_in", [2, 4, 8, 12])
def test_a_person_who_flickers_settles_nothing(one_in):
    xy_px = filmed(squats()).pose.xy_px.copy()
    xy_px[np.arange(len(xy_px)) % one_in != 0] = np.nan
    assert_cannot_tell(analyze_pose(video(xy_px)), "person_often_missing")


NEVER_SEEN = {
    "nose": ["NOSE"],
    "ears": ["LEFT_EAR", "RIGHT_EAR"],
    "an arm": ["LEFT_ELBOW", "LEFT_WRIST"],
    "shoulders": ["LEFT_SHOULDER", "RIGHT_SHOULDER"],
    "heels": ["LEFT_HEEL", "RIGHT_HEEL"],
    "stance knee": ["LEFT_KNEE"],
    "free leg": ["RIGHT_KNEE", "RIGHT_ANKLE", "RIGHT_HEEL", "RIGHT_FOOT_INDEX"],
    "hips": ["LEFT_HIP", "RIGHT_HIP"],
}


@pytest.mark.parametrize("names", NEVER_SEEN.values(), ids=NEVER_SEEN)
def test_a_landmark_that_is_never_seen_raises_nothing(names):
    xy_px = filmed(squats()).pose.xy_px.copy()
    xy_px[:, [Landmark[name] for name in names]] = np.nan
    analyze_pose(video(xy_px))


@pytest.mark.parametrize("names", [["LEFT_PINKY", "RIGHT_THUMB"], ["MOUTH_LEFT", "LEFT_EYE"]])
def test_landmarks_that_are_not_used_may_be_missing(names):
    xy_px = filmed(squats()).pose.xy_px.copy()
    xy_px[:, [Landmark[name] for name in names]] = np.nan
    assert analyze_pose(video(xy_px)).leg(LEFT).fppa_deg is not None


def test_infinite_coordinates_are_missing_ones():
    xy_px = filmed(squats()).pose.xy_px.copy()
    xy_px[160] = np.inf
    assert len(analyze_pose(video(xy_px)).leg(LEFT).repetitions) == 3


def test_the_record_of_a_video_is_passed_on():
    pose = video(filmed(squats()).pose.xy_px, provenance={"video": {"name": "left.mp4"}})
    assert analyze_pose(pose).provenance["video"] == {"name": "left.mp4"}


@pytest.mark.parametrize("gap_s", [60.0, 97_500.0, 1e7, 1e11])
def test_a_clock_that_jumps_between_two_squats_changes_nothing_that_is_measured(gap_s):
    pose = filmed(squats()).pose
    plain = analyze_pose(pose).leg(LEFT)
    first, second = plain.repetitions[:2]
    later = pose.time_s > (first.stop_s + second.start_s) / 2
    leg = analyze_pose(changed(pose, time_s=np.where(later, pose.time_s + gap_s, pose.time_s))).leg(
        LEFT
    )
    assert [rep.valid for rep in leg.repetitions] == [rep.valid for rep in plain.repetitions]
    # Times of more seconds have fewer digits behind the point.
    exact = 0.05 if gap_s < 1e9 else 0.5
    assert leg.fppa_deg.value == pytest.approx(plain.fppa_deg.value, abs=exact)
    assert leg.repetitions[1].deepest_s == pytest.approx(second.deepest_s + gap_s, abs=0.04)
    assert leg.repetitions[1].descent_s == pytest.approx(second.descent_s, abs=0.04)


def test_a_clock_that_jumps_within_a_squat_costs_this_squat_only():
    pose = filmed(squats()).pose
    plain = analyze_pose(pose).leg(LEFT)
    later = pose.time_s > plain.repetitions[1].deepest_s
    leg = analyze_pose(
        changed(pose, time_s=np.where(later, pose.time_s + 97_500, pose.time_s))
    ).leg(LEFT)
    kept = [rep.deepest_s % 97_500 for rep in leg.valid_repetitions]
    expected = [plain.repetitions[k].deepest_s for k in (0, 2)]
    assert kept == pytest.approx(expected, abs=0.05)


@settings(max_examples=25)
@given(
    n_frames=st.integers(1, 90),
    fps=st.floats(0.5, 240),
    lost=st.floats(0, 1),
    scale=st.floats(0.01, 1000),
    seed=st.integers(0, 10**6),
)
def test_no_clip_of_a_video_raises_anything(n_frames, fps, lost, scale, seed):
    rng = np.random.default_rng(seed)
    start = rng.integers(0, len(VIDEO) - n_frames)
    xy_px = scale * VIDEO.xy_px[start : start + n_frames] + rng.normal(size=(n_frames, 33, 2))
    xy_px[rng.uniform(size=n_frames) < lost] = np.nan
    assert_cannot_tell(analyze_pose(video(xy_px, fps=fps)))


def test_a_hopeless_video_lists_no_squats_and_no_numbers():
    analysis = analyze_pose(video(np.full((30, N_LANDMARKS, 2), np.nan)))
    assert analysis.other_repetitions == ()
    assert analysis.asymmetry_fppa_deg is None
    assert warnings_of(analysis) == ["no_person"]
    for leg in analysis.legs:
        assert (leg.fppa_deg, leg.knee_over_foot_pct, leg.wobble_pct) == (None, None, None)


def test_signals_of_a_video_without_a_person_count_from_its_first_frame_too():
    pose = changed(video(np.full((30, N_LANDMARKS, 2), np.nan)), time_s=2.5 + np.arange(30) / 30)
    assert analyze_pose(pose).signals.time_s[0] == 0
