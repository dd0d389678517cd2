"""A reader's corrections change what they are about, and nothing else."""

from dataclasses import fields, replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneescan.equality import same_values
from kneescan.errors import CorrectionsError
from kneescan.landmarks import Side
from kneescan.squat.analysis import analyze_pose
from kneescan.squat.corrected.moved_joints import drawn_landmarks
from kneescan.squat.corrections import (
    Add,
    ChangeLeg,
    Corrections,
    Count,
    Exclude,
    MoveBorders,
    MoveJoint,
)
from kneescan.squat.results import Verdict
from tests.cli.test_speaking import is_told
from tests.squat.corrected_videos import as_text, corrected, measured, moments, rendered
from tests.squat.videos import filmed, reasons_of, squats

SEVERE = "valgus_severe_left"
FIVE = moments(SEVERE)


def unmarked(repetition):
    return replace(repetition, corrections=(), index=0)


def same_but(analysis, changed, name=SEVERE):
    """Whether all squats but some are those of the original, to the last digit."""
    before = [unmarked(each) for each in measured(name).repetitions]
    now = [unmarked(each) for each in analysis.repetitions]
    return [k for k, each in enumerate(before) if each not in now] == list(changed)


@pytest.mark.parametrize("none", [None, Corrections()])
def test_without_corrections_the_analysis_is_the_same_to_the_byte(none):
    analysis = analyze_pose(rendered(SEVERE), corrections=none)
    assert as_text(analysis) == as_text(measured(SEVERE))
    assert analysis.original is None


@pytest.mark.parametrize(
    ("n", "verdict"),
    [(1, Verdict.SUGGESTED), (2, Verdict.SUGGESTED), (3, Verdict.CANNOT_TELL)],
)
def test_excluded_squats_are_listed_but_do_not_count(n, verdict):
    analysis = corrected(SEVERE, *(Exclude(at_s=at_s) for at_s in FIVE[:n]))
    [leg] = analysis.legs
    assert leg.verdict == verdict
    assert [rep.valid for rep in leg.repetitions] == [False] * n + [True] * (5 - n)
    assert reasons_of(leg.repetitions[0]) == ["excluded_by_reader"]
    counted = [rep.fppa_deg for rep in measured(SEVERE).legs[0].repetitions[n:]]
    assert leg.fppa_deg.value == pytest.approx(np.mean(counted))
    assert as_text(analysis.original) == as_text(measured(SEVERE))


def test_each_correction_is_in_the_provenance():
    items = Exclude(at_s=FIVE[0]), MoveJoint(at_s=FIVE[1], joint="knee", right_px=3, down_px=0)
    analysis = corrected(SEVERE, *items)
    assert analysis.corrections.items == items
    assert [item["kind"] for item in analysis.provenance["corrections"]] == ["exclude", "joint"]
    assert "corrections" not in analysis.original.provenance


def test_a_refused_squat_that_a_reader_counts_keeps_its_reasons_as_overruled():
    shallow = filmed(squats(3), squats(1, peak_knee_flexion_deg=30)).pose
    before = analyze_pose(shallow)
    refused = next(rep for rep in before.repetitions if not rep.valid)
    now = analyze_pose(shallow, corrections=Corrections(items=(Count(at_s=refused.deepest_s),)))
    counted = now.repetitions[refused.index - 1]
    assert counted.valid
    assert [reason.code for reason in counted.overruled_reasons] == ["too_shallow"]
    assert counted.corrections == ("count",)
    again = replace(counted, invalid_reasons=counted.overruled_reasons, overruled_reasons=())
    assert same_values(unmarked(again), unmarked(refused))


@pytest.mark.parametrize("joint", ["hip", "knee", "ankle"])
def test_a_moved_joint_changes_the_angle_of_its_squat_by_what_geometry_says(joint):
    moved_px = 4.0
    side, pose = Side.LEFT, rendered(SEVERE)
    frame = int(np.abs(pose.time_s - FIVE[2]).argmin())
    parts = {part: pose.points(side, part)[frame] for part in ("hip", "knee", "ankle")}
    before_deg = bend(parts)
    parts[joint] = parts[joint] + [moved_px, 0]
    expected_deg = bend(parts) - before_deg
    analysis = corrected(SEVERE, MoveJoint(at_s=FIVE[2], joint=joint, right_px=moved_px, down_px=0))
    difference_deg = analysis.repetitions[2].fppa_deg - measured(SEVERE).repetitions[2].fppa_deg
    assert abs(expected_deg) > 0.5
    assert_allclose(difference_deg, expected_deg, rtol=0.15)
    assert same_but(analysis, [2])


def bend(parts):
    """Angle of the left leg at the knee, + = knee to the left in the picture."""
    thigh, shank = parts["knee"] - parts["hip"], parts["ankle"] - parts["knee"]
    return -np.degrees(np.arctan2(thigh[0] * shank[1] - thigh[1] * shank[0], thigh @ shank))


def test_a_moved_joint_widens_the_interval_by_the_error_of_the_click():
    def half_width(click_error_px):
        moves = [
            MoveJoint(at_s=at_s, joint="knee", right_px=1, down_px=0, click_error_px=click_error_px)
            for at_s in FIVE
        ]
        fppa = corrected(SEVERE, *moves).legs[0].fppa_deg
        return (fppa.high - fppa.low) / 2

    # The thigh and the shank are each 140 to 160 px long there, so one pixel is about 0.8 degrees.
    exact, blurred = half_width(0.0), half_width(4.0)
    click_deg = np.sqrt(blurred**2 - exact**2) / 1.2816
    assert 2.0 < click_deg < 4.5
    assert half_width(None) > exact


def test_moved_borders_change_only_their_squat_and_not_its_deepest_point():
    third = measured(SEVERE).repetitions[2]
    analysis = corrected(SEVERE, MoveBorders(at_s=FIVE[2], start_s=third.start_s + 0.2))
    squat = analysis.repetitions[2]
    assert squat.start_s == pytest.approx(third.start_s + 0.2, abs=0.02)
    assert (squat.stop_s, squat.fppa_deg, squat.depth_pct) == (
        third.stop_s,
        third.fppa_deg,
        third.depth_pct,
    )
    assert same_but(analysis, [2])


def test_a_moment_inside_moved_borders_names_the_squat_as_well():
    third = measured(SEVERE).repetitions[2]
    early_s = third.start_s - 0.2
    analysis = corrected(
        SEVERE, MoveBorders(at_s=FIVE[2], start_s=early_s), Exclude(at_s=early_s + 0.05)
    )
    assert analysis.repetitions[2].corrections == ("borders", "exclude")


def test_a_squat_that_was_not_found_is_added_like_a_found_one():
    # The squat is taken out of the list by an exclusion, and put back by hand.
    analysis = corrected(SEVERE, Exclude(at_s=FIVE[1]), Add(leg="left", at_s=FIVE[1]))
    added = next(rep for rep in analysis.repetitions if rep.corrections == ("add",))
    found = measured(SEVERE).repetitions[1]
    assert_allclose(added.fppa_deg, found.fppa_deg, atol=0.2)
    assert_allclose(added.depth_pct, found.depth_pct, atol=0.2)
    assert added.valid
    assert [rep.index for rep in analysis.repetitions] == [1, 2, 3, 4, 5, 6]
    assert same_but(analysis, [1])


def test_what_is_added_in_the_place_of_an_excluded_squat_gets_the_corrections_that_follow():
    first = measured(SEVERE).repetitions[0]
    between = {"start_s": first.start_s + 0.1, "stop_s": first.stop_s - 0.1}
    items = [Exclude(at_s=first.deepest_s), Add(leg=Side.LEFT, **between)]
    knee = {"joint": "knee", "right_px": -4.0, "down_px": 0.0}
    for at_s, expected in (
        (first.deepest_s + 0.2, [("exclude",), ("add", "joint")]),
        (first.deepest_s, [("exclude", "joint"), ("add",)]),
    ):
        found = corrected(SEVERE, *items, MoveJoint(at_s=at_s, **knee)).repetitions
        assert [each.corrections for each in found[:2]] == expected


def test_a_squat_on_the_other_leg_is_measured_there():
    analysis = corrected(SEVERE, ChangeLeg(at_s=FIVE[1], leg="right"))
    assert [leg.side for leg in analysis.legs] == ["left", "right"]
    assert [rep.index for rep in analysis.leg("right").repetitions] == [2]
    assert same_but(analysis, [1])


def test_all_squats_given_to_the_other_leg_and_back():
    pose = filmed(squats(3)).pose
    found = analyze_pose(pose)
    at_s = [rep.deepest_s for rep in found.repetitions]
    other = analyze_pose(
        pose, corrections=Corrections(items=[ChangeLeg(at_s=each, leg="right") for each in at_s])
    )
    assert [leg.side for leg in other.legs] == ["right"]
    both = analyze_pose(
        pose, corrections=Corrections(items=[ChangeLeg(at_s=each, leg=None) for each in at_s])
    )
    assert all(leg.verdict == Verdict.CANNOT_TELL for leg in both.legs)
    assert len(both.other_repetitions) == 3


def test_squats_on_both_feet_are_judged_if_a_reader_says_that_they_are_on_one():
    pose = filmed(squats(3, None)).pose
    found = analyze_pose(pose)
    assert len(found.other_repetitions) == 3
    items = [ChangeLeg(at_s=rep.deepest_s, leg="left") for rep in found.other_repetitions]
    leg = analyze_pose(pose, corrections=Corrections(items=items)).leg("left")
    assert len(leg.repetitions) == 3
    assert "no_single_leg_squat" not in reasons_of(leg)


def test_a_correction_of_the_leg_that_is_not_asked_for_does_no_harm():
    pose = filmed(squats(3), squats(3, Side.RIGHT)).pose
    found = analyze_pose(pose)
    right_s = found.leg("right").repetitions[0].deepest_s
    analysis = analyze_pose(
        pose, leg="left", corrections=Corrections(items=(Exclude(at_s=right_s),))
    )
    assert same_values(analysis.legs, analyze_pose(pose, leg="left").legs)


REFUSED = {
    "there is no squat at 0.10 s": [Exclude(at_s=0.1)],
    "contradict each other (count and exclude)": [Exclude(at_s=FIVE[0]), Count(at_s=FIVE[0])],
    "contradict each other (leg, twice)": [
        ChangeLeg(at_s=FIVE[0], leg="left"),
        ChangeLeg(at_s=FIVE[0], leg="right"),
    ],
    "contradict each other (joint, twice)": [
        MoveJoint(at_s=FIVE[0], joint="knee", right_px=1, down_px=0),
        MoveJoint(at_s=FIVE[0], joint="knee", right_px=2, down_px=0),
    ],
    "would overlap": [MoveBorders(at_s=FIVE[0], stop_s=FIVE[1])],
    "already a squat": [Add(leg="left", at_s=FIVE[0])],
    "does not sink and rise": [Add(leg="left", at_s=0.05)],
    "the video ends at": [Add(leg="left", start_s=17.0, stop_s=99.0)],
    "shorter than 0.3 s": [MoveBorders(at_s=FIVE[0], start_s=FIVE[0], stop_s=FIVE[0] + 0.1)],
    "is on both feet": [
        ChangeLeg(at_s=FIVE[0], leg=None),
        MoveJoint(at_s=FIVE[0], joint="knee", right_px=1, down_px=0),
    ],
    "on both feet; correct its leg": [ChangeLeg(at_s=FIVE[0], leg=None), Count(at_s=FIVE[0])],
    "cannot be moved by 5000 px": [MoveJoint(at_s=FIVE[0], joint="knee", right_px=5000, down_px=0)],
}


IN_ENGLISH_ONLY = [text for text in REFUSED if "contradict" in text or text.startswith("there is")]
"""What only a file of corrections can hold, not the app, which speaks German as well."""


@pytest.mark.parametrize(("message", "items"), REFUSED.items(), ids=REFUSED)
def test_impossible_corrections_are_refused_in_one_line(message, items):
    with pytest.raises(CorrectionsError) as caught:
        corrected(SEVERE, *items)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    if message not in IN_ENGLISH_ONLY:
        is_told(caught.value, caught.value.code)


def test_a_squat_without_angles_cannot_be_counted():
    pose = filmed(squats(3), squats(1, peak_knee_flexion_deg=125)).pose
    deep = next(rep for rep in analyze_pose(pose).repetitions if not rep.valid)
    with pytest.raises(CorrectionsError, match="cannot count") as caught:
        analyze_pose(pose, corrections=Corrections(items=(Count(at_s=deep.deepest_s),)))
    is_told(caught.value, "counts_unmeasured", "too_deep")


def test_a_video_without_a_person_has_nothing_to_correct():
    pose = filmed(squats(3)).pose
    empty = replace(pose, xy_px=np.full_like(pose.xy_px, np.nan))
    with pytest.raises(CorrectionsError, match="nobody was found"):
        analyze_pose(empty, corrections=Corrections(items=(Exclude(at_s=1.0),)))


def test_curves_change_only_within_the_corrected_squat():
    third = measured(SEVERE).repetitions[2]
    move = MoveJoint(at_s=FIVE[2], joint="knee", right_px=5, down_px=0)
    before = measured(SEVERE).signals
    now = corrected(SEVERE, move).signals
    inside = (before.time_s >= third.start_s - 1e-9) & (before.time_s <= third.stop_s + 1e-9)
    for item in fields(before.legs[Side.LEFT]):
        old, new = (getattr(each.legs[Side.LEFT], item.name) for each in (before, now))
        # A number of the whole leg stays as it is.
        old, new = (each[~inside] if np.ndim(each) else each for each in (old, new))
        assert np.array_equal(old, new, equal_nan=True), item.name
    fppa = now.legs[Side.LEFT].fppa_deg - before.legs[Side.LEFT].fppa_deg
    assert np.nanmax(np.abs(fppa)) > 1.0
    # Tapered: no jump at the borders.
    assert np.nanmax(np.abs(np.diff(fppa))) < 1.0


def test_drawn_landmarks_lie_where_the_reader_put_the_joint():
    move = MoveJoint(at_s=FIVE[2], joint="knee", right_px=7, down_px=-3)
    pose, third = rendered(SEVERE), measured(SEVERE).repetitions[2]
    time_s = pose.time_s - pose.time_s[0]
    before = drawn_landmarks(pose, measured(SEVERE))
    moved_px = drawn_landmarks(pose, corrected(SEVERE, move)).xy_px - before.xy_px
    knee_px = moved_px[:, Side.LEFT.landmark("knee")]
    assert_allclose(knee_px[np.abs(time_s - third.deepest_s).argmin()], [7, -3])
    assert_allclose(knee_px[(time_s < third.start_s) | (time_s > third.stop_s)], 0, atol=1e-9)
    others = np.delete(moved_px, Side.LEFT.landmark("knee"), axis=1)
    assert not np.nan_to_num(others).any()


def test_a_border_may_be_moved_up_to_the_next_squat():
    second, third, *_ = measured(SEVERE).repetitions[1:]
    analysis = corrected(SEVERE, MoveBorders(at_s=FIVE[1], stop_s=third.start_s))
    assert analysis.repetitions[1].stop_s == pytest.approx(third.start_s, abs=0.02)
    assert analysis.repetitions[1].start_s == second.start_s
