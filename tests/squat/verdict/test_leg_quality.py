"""Quality of the part of a video that shows one leg, and of the whole video."""

import numpy as np
import pytest

from kneescan.squat.analysis import analyze_pose
from kneescan.squat.results import Verdict
from tests.squat.joined import joined, moved
from tests.squat.videos import (
    AS_SEEN,
    LEFT,
    RIGHT,
    changed,
    filmed,
    reasons_of,
    squats,
    warnings_of,
)

ONE, OTHER = filmed(squats(3)).pose, filmed(squats(3, RIGHT)).pose


def without_person(pose, every=2):
    xy_px = pose.xy_px.copy()
    xy_px[np.arange(len(pose)) % every != 0] = np.nan
    return changed(pose, xy_px=xy_px)


def analysed(*poses):
    return analyze_pose(joined(*poses), AS_SEEN)


def test_a_person_often_missing_in_the_squats_of_one_leg_says_nothing_about_the_other():
    film = analysed(ONE, moved(without_person(OTHER), 60))
    assert "person_often_missing" in reasons_of(film.leg(RIGHT))
    assert "person_often_missing" not in reasons_of(film.leg(LEFT))
    assert film.leg(RIGHT).verdict is Verdict.CANNOT_TELL
    assert film.quality.ok


def test_a_video_in_which_no_leg_can_be_judged_cannot_be_judged():
    film = analysed(without_person(ONE), moved(without_person(OTHER), 60))
    assert not film.quality.ok


def test_a_jump_before_the_first_squat_is_no_change_of_the_person_in_the_squats():
    xy_px = ONE.xy_px.copy()
    xy_px[5:10] += [300.0, 0.0]
    early = analyze_pose(changed(ONE, xy_px=xy_px), AS_SEEN)
    assert "person_changes" not in warnings_of(early)


def test_of_a_warning_about_both_legs_the_worse_is_shown():
    # Both are too far away, the second leg even more.
    near, far = (changed(pose, xy_px=f * pose.xy_px) for f, pose in ((0.75, ONE), (0.6, OTHER)))
    film = analysed(near, far)
    (small,) = [each for each in film.quality.warnings if each.code == "person_small"]
    lengths_px = [
        analyze_pose(pose, AS_SEEN).quality.warnings[0].values["leg_px"] for pose in (near, far)
    ]
    assert small.values["leg_px"] == pytest.approx(min(lengths_px), rel=1e-3)
