"""Whether the landmarks are of the person who squats, and which way up that person is."""

from pathlib import Path

import numpy as np
import pytest

from kneescan.landmarks import N_LANDMARKS, PoseSequence
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.people.subject import (
    MIN_FRAMES,
    body_turn,
    count_jumps,
    may_be_someone_else,
    quarter_turn,
)
from tests.squat.videos import changed, filmed, squats

RENDERED = Path(__file__).parents[3] / "benchmarks" / "rendered"
VIDEO = filmed(squats(2)).pose


def with_jump(pose):
    xy_px = pose.xy_px.copy()
    xy_px[10:15] += [120.0, 0.0]
    return changed(pose, xy_px=xy_px)


def standing(pose):
    return changed(pose, xy_px=np.repeat(pose.xy_px[:1], len(pose), axis=0))


def nearly_nobody(pose):
    xy_px = pose.xy_px.copy()
    xy_px[MIN_FRAMES - 1 :] = np.nan
    return changed(pose, xy_px=xy_px)


@pytest.mark.parametrize(
    ("alter", "expected"),
    [
        (lambda pose: pose, False),
        (with_jump, True),
        (standing, True),
        (nearly_nobody, False),
        (lambda pose: standing(pose).turned(180), False),
        (lambda pose: with_jump(pose).turned(90), False),
    ],
    ids=["squats", "jumps", "stands", "nobody", "on the head", "lies"],
)
def test_another_person_is_searched_for_if_nobody_squats_or_the_body_jumps(alter, expected):
    assert may_be_someone_else(alter(VIDEO)) is expected


@pytest.mark.parametrize(
    "path", sorted(RENDERED.glob("*.npz"))[::6], ids=lambda path: path.name.partition(".")[0]
)
@pytest.mark.parametrize(
    "alter", [lambda pose: pose, with_jump, standing], ids=["", "jump", "still"]
)
def test_the_question_has_the_answer_that_the_report_gives(path, alter):
    # The report does not mind a jump before the squats, but somebody else may have squatted before it.
    pose = alter(PoseSequence.load(path))
    codes = {warning.code for warning in analyze_pose(pose).quality.warnings}
    reported = bool(codes & {"person_changes", "no_single_leg_squat"})
    assert may_be_someone_else(pose) == (reported or alter is with_jump)


@pytest.mark.parametrize(("shift_px", "n_jumps"), [(0, 0), (65, 0), (70, 2)])
def test_a_jump_is_a_third_of_the_legs_length_from_one_frame_to_the_next(shift_px, n_jumps):
    # 30 % of a leg of 228 px are 68 px.
    xy_px = VIDEO.xy_px.copy()
    xy_px[10:15] += [shift_px, 0.0]
    assert count_jumps(changed(VIDEO, xy_px=xy_px), 228.0) == n_jumps


def test_a_person_who_leaves_for_a_while_has_not_changed():
    xy_px = VIDEO.xy_px.copy()
    xy_px[10:40] = np.nan
    assert count_jumps(changed(VIDEO, xy_px=xy_px), 228.0) == 0


def test_walking_in_is_no_change_of_person():
    pose = filmed(squats(walk_in=True)).pose
    assert count_jumps(pose, 228.0) == 0


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
@pytest.mark.parametrize("tilt_deg", [-40, 0, 40])
def test_a_body_turned_to_the_nearest_quarter(turn_deg, tilt_deg):
    angle = np.radians(turn_deg + tilt_deg)
    clockwise = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert np.all(body_turn(VIDEO.xy_px @ clockwise.T) == turn_deg)
    assert np.isnan(body_turn(np.full((N_LANDMARKS, 2), np.nan)))


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_the_turn_of_a_video_is_that_of_most_frames(turn_deg):
    assert quarter_turn(VIDEO.turned(turn_deg)) == turn_deg
